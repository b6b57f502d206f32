#include <ostream>

#include "firmware/cli/out_file.hpp"
#include "firmware/cli/times.hpp"
#include "firmware/cli/verbs.hpp"
#include "firmware/eventlog/pictures.hpp"

namespace sealwarden::cli {
namespace {

using nlohmann::json;

json row_of(const json& entry) {
    json row = entry.at("data");
    row["camera"] = entry.at("subj").at(0).at("v");
    row["entry"] = entry.at("i");
    row["time"] = entry.at("t").at("wall");
    return row;
}

void list(Context& context, const std::string& camera, int limit) {
    json query{{"kinds", {"camera.picture"}}, {"newest_first", true}, {"limit", limit}};
    if (!camera.empty()) query["subject"] = {{"k", "camera"}, {"v", camera}};
    const auto page = context.connect().call("query", std::move(query));
    Columns table{context.heads({"entry", "time", "camera", "kind", "sha256"})};
    auto rows = json::array();
    for (const auto& entry : page.at("entries")) {
        auto row = row_of(entry);
        const bool stored = row.value("stored", false);
        const auto wall = wall_time(row.at("time").get<std::string>());
        table.add({row.at("entry").dump(), wall ? local_time(*wall) : "?", row.at("camera"),
                   context.word(stored ? "cli.stored" : "cli.live"), row.at("sha256")});
        rows.push_back(std::move(row));
    }
    if (context.json)
        context.print({{"pictures", rows}});
    else if (rows.empty())
        context.err << context.word("cli.none") << '\n';
    else
        table.print(context.out);
}

// By the name that an entry gives it. The file is read in the log's directory: whoever may read
// that may have it.
void fetch(Context& context, const std::string& sha256, const std::string& file) {
    if (!eventlog::is_picture_name(sha256))
        throw Failure{
            Exit::usage,
            "a picture is named by 64 hex digits; `sealwarden camera pictures` names them"};
    const auto bytes = eventlog::read_picture(context.valid_configuration().log_directory, sha256);
    if (!bytes)
        throw Failure{Exit::not_found,
                      "no such picture can be read here: it was erased, or the log's directory "
                      "belongs to others"};
    OutFile out{file};
    out.write(*bytes);
    if (context.json)
        context.print({{"sha256", sha256}, {"bytes", bytes->size()}, {"file", file}});
    else
        context.out << file << '\n';
}

}  // namespace

void add_camera(CLI::App& app, Context& context) {
    auto& group = *app.get_subcommand("camera");
    auto& all = *group.add_subcommand("pictures", "The pictures that the log names, newest first");
    examples(all, {{"sealwarden camera pictures", "of every camera"},
                   {"sealwarden camera pictures c07 --json", "of one, as JSON"}});
    const auto camera = std::make_shared<std::string>();
    const auto limit = std::make_shared<int>(50);
    all.add_option("CAMERA", *camera, "only of this one");
    all.add_option("--limit", *limit, "how many at most")->check(CLI::Range(1, 1000));
    add_json(all, context);
    all.callback([&context, camera, limit] { list(context, *camera, *limit); });

    auto& one = *group.add_subcommand("picture", "Copies one picture out of the log's directory");
    const std::string sample(64, 'a');
    examples(one, {{"sealwarden camera picture " + sample + " --out c07.jpg",
                    "the one that an entry names so"}});
    const auto sha256 = std::make_shared<std::string>();
    const auto file = std::make_shared<std::string>();
    one.add_option("SHA256", *sha256, "its name, as `camera pictures` prints it")->required();
    one.add_option("--out", *file, "the new file")->type_name("FILE")->required();
    add_json(one, context);
    one.callback([&context, sha256, file] { fetch(context, *sha256, *file); });
}

}  // namespace sealwarden::cli
