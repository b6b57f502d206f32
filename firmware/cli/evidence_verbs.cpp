#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <ostream>

#include "drivers/toml/schema.hpp"
#include "firmware/cli/out_file.hpp"
#include "firmware/cli/period.hpp"
#include "firmware/cli/times.hpp"
#include "firmware/cli/verbs.hpp"
#include "firmware/core/dock/seal_number.hpp"
#include "firmware/eventlog/directory.hpp"
#include "firmware/evidence/keys.hpp"
#include "firmware/evidence/people.hpp"
#include "firmware/evidence/zip.hpp"
#include "firmware/export/database_view.hpp"
#include "firmware/tlog/encoding.hpp"
#include "firmware/tlog/key_words.hpp"

namespace sealwarden::cli {
namespace {

using nlohmann::json;

// A reader holds up the emptying of the write-ahead log: not for longer than that.
constexpr std::chrono::seconds longest_build{60};

struct Arguments {
    std::string container, seal, door, case_id, since, until, language, whom, why, out;
    bool personal = false;
};

// Signs through the local door: the key stays with the gateway.
class DoorSigner final : public evidence::BundleSigner {
  public:
    DoorSigner(local::Client& client, std::uint64_t entry) : client_{client}, entry_{entry} {}
    [[nodiscard]] std::string sign(const tlog::Hash& manifest) const override {
        return client_
            .call("sign_export",
                  {{"index", entry_}, {"manifest", tlog::hex(tlog::bytes_of(manifest))}})
            .at("line");
    }

  private:
    local::Client& client_;
    std::uint64_t entry_;
};

// A configured seal reader goes by its id, every other seal by its number.
evidence::Subject subject_of(const Arguments& arguments, const SiteOptions& site) {
    if (!arguments.container.empty())
        return {.kind = "container", .id = plain_number(arguments.container)};
    if (!arguments.door.empty()) return {.kind = "door", .id = arguments.door};
    if (!arguments.case_id.empty()) return {.kind = "case", .id = arguments.case_id};
    if (arguments.seal.empty()) {
        throw Failure{Exit::usage, "say of what: --container, --seal, --door or --case"};
    }
    const bool is_reader = std::ranges::any_of(
        site.seals, [&](const SealOptions& reader) { return reader.id == arguments.seal; });
    if (is_reader) return {.kind = "seal", .id = arguments.seal};
    return {.kind = "seal_number", .id = plain_number(arguments.seal)};
}

json to_json(const evidence::Subject& subject) {
    return {{"k", subject.kind}, {"v", subject.id}};
}

// A mistyped door would be proven absent: what is neither configured nor ever was in the log is
// refused.
void check_subject(local::Client& client, const evidence::Subject& subject) {
    std::vector<std::string> known;
    const auto present = client.call("state");
    for (const auto& state : present.at("states")) {
        const auto& one = state.at("subject");
        if (one.at("k") == subject.kind) known.push_back(one.at("v"));
    }
    if (std::ranges::find(known, subject.id) != known.end()) return;
    const auto once = client.call("query", {{"subject", to_json(subject)}, {"limit", 1}});
    if (!once.at("entries").empty()) return;
    const auto guess = did_you_mean(subject.id, known);
    throw Failure{Exit::not_found,
                  fmt::format("there is no {} `{}`, and the log never had one{}", subject.kind,
                              subject.id, guess.empty() ? "" : "; did you mean `" + guess + "`?")};
}

void check_commissioned(local::Client& client) {
    if (client.call("status").at("signing").at("state") != "not_commissioned") return;
    throw Failure{Exit::not_provable,
                  "the log is not commissioned: nothing in it is signed; stop the gateway and run "
                  "`sealwarden commission`"};
}

// The log's files are the gateway's and its group's.
void check_readable(const std::filesystem::path& file) {
    if (::access(file.c_str(), R_OK) == 0 || errno != EACCES) return;
    throw Failure{Exit::not_allowed,
                  file.string() +
                      " may not be read; bundles are made by root, the gateway's user and members "
                      "of its group"};
}

tlog::Sheet sheet_of(const config::Config& config) {
    const evidence::KeyFiles keys{config.evidence.keys};
    check_readable(keys.sheet());
    return evidence::read_sheet(keys);
}

evidence::Query query_of(const Context& context, const Arguments& arguments,
                         const evidence::Subject& subject, const tlog::Sheet& sheet) {
    const auto now = context.now();
    const auto asked = period(arguments.since, arguments.until, now);
    if (*asked.until > now) {
        throw Failure{Exit::usage, "--until is " + local_time(*asked.until) +
                                       ", in the future: of that nothing can be said yet"};
    }
    if (*asked.until <= sheet.start) {
        throw Failure{Exit::not_provable, "the log was commissioned at " +
                                              local_time(WallTime{sheet.start}) +
                                              ": of the time before nothing can be proven"};
    }
    return {.subject = subject, .since = *asked.since, .until = *asked.until};
}

void add_device(std::vector<evidence::Subject>& devices, const std::optional<PointId>& point) {
    if (point) devices.push_back({.kind = "device", .id = std::string{point->device()}});
}

// The devices that watch it as configured now; those that ever told of it, the bundle knows itself.
std::vector<evidence::Subject> devices_of(const SiteOptions& site,
                                          const evidence::Subject& subject) {
    std::vector<evidence::Subject> devices;
    for (const auto& door : site.doors) {
        if (subject.kind == "door" && subject.id == door.id)
            add_device(devices, door.contact.point);
    }
    for (const auto& seal : site.seals) {
        if (subject.kind != "seal" || subject.id != seal.id) continue;
        for (const auto& point : {seal.number, seal.present, seal.intact, seal.tamper}) {
            add_device(devices, point);
        }
    }
    return devices;
}

// The container, visit, seal, door and alarm of a case belong into its bundle, each with all that
// was said of it in the period.
std::vector<evidence::Subject> what_a_case_is_about(local::Client& client,
                                                    const evidence::Subject& subject) {
    std::vector<evidence::Subject> about;
    if (subject.kind != "case") return about;
    const auto page =
        client.call("query", {{"records", "case"}, {"subject", to_json(subject)}, {"limit", 1}});
    for (const auto& entry : page.at("entries")) {
        for (const auto& one : entry.at("subj")) {
            evidence::Subject other{.kind = one.at("k"), .id = one.at("v")};
            if (other != subject) about.push_back(std::move(other));
        }
    }
    return about;
}

Language language_of(const Context& context, const Arguments& arguments) {
    if (arguments.language.empty()) return context.language;
    return arguments.language == "es" ? Language::spanish : Language::english;
}

struct Made {
    std::uint64_t entry = 0, generation = 0;
};

Made enter_export(local::Client& client, const evidence::Query& query, const Arguments& arguments,
                  Language language) {
    const auto made = client.call("export", {{"subject", to_json(query.subject)},
                                             {"since", rfc3339(query.since)},
                                             {"until", rfc3339(query.until)},
                                             {"lang", language == Language::spanish ? "es" : "en"},
                                             {"for", arguments.whom},
                                             {"why", arguments.why},
                                             {"personal", arguments.personal}});
    return {.entry = made.at("index"), .generation = made.at("generation")};
}

evidence::Files build(const config::Config& config, const evidence::Query& query,
                      const evidence::Options& options, const Made& made,
                      const evidence::BundleSigner& signer) {
    using sqlite::Trouble;
    try {
        const evidence::DatabaseView log{config.log_directory,
                                         {config.evidence.keys},
                                         made.entry,
                                         std::chrono::steady_clock::now() + longest_build};
        if (log.generation() != made.generation) {
            throw Failure{Exit::try_again, "the log was set aside meanwhile; try again"};
        }
        return evidence::build(query, log, options, signer);
    } catch (const evidence::CannotBuild& error) {
        throw Failure{Exit::not_provable, error.what()};
    } catch (const sqlite::Failure& failure) {
        if (failure.trouble == Trouble::too_slow) {
            throw Failure{Exit::try_again, "the log could not be read in time: ask for less"};
        }
        throw Failure{failure.trouble == Trouble::damaged ? Exit::changed : Exit::failed,
                      std::string{"the log cannot be read: "} + failure.what()};
    }
}

json summary(const Arguments& arguments, const evidence::Files& files, const std::string& zip,
             const Made& made, std::size_t missing) {
    const auto manifest = json::parse(files.at("manifest.json"));
    const auto given = std::ranges::count_if(
        files, [](const auto& file) { return file.first.starts_with("leaves/"); });
    return {{"file", arguments.out},
            {"bytes", zip.size()},
            {"sha256", tlog::hex(tlog::bytes_of(tlog::sha256(zip)))},
            {"records", manifest.at("records")},
            {"given", given},
            {"query", manifest.at("query")},
            {"entry", made.entry},
            {"head", manifest.at("head")},
            {"missing_witnesses", missing}};
}

void build_bundle(Context& context, const Arguments& arguments) {
    const auto& config = context.valid_configuration();
    const auto subject = subject_of(arguments, config.site);
    auto client = context.connect();
    check_commissioned(client);
    const auto sheet = sheet_of(config);
    const auto query = query_of(context, arguments, subject, sheet);
    check_subject(client, subject);
    check_readable(eventlog::database_file(config.log_directory));
    OutFile out{arguments.out};

    const auto language = language_of(context, arguments);
    const auto made = enter_export(client, query, arguments, language);
    auto watched = devices_of(config.site, subject);
    std::ranges::move(what_a_case_is_about(client, subject), std::back_inserter(watched));
    const evidence::Options options{.sheet = sheet,
                                    .gateway = {.kind = "gateway", .id = config.site.gateway},
                                    .watched = std::move(watched),
                                    .export_entry = made.entry,
                                    .personal = arguments.personal,
                                    .language = language,
                                    .tool = "sealwarden " + context.version};
    const auto files = build(config, query, options, made, DoorSigner{client, made.entry});
    const auto zip = evidence::zip_of(files);
    out.write(zip);

    const auto missing = evidence::missing_witnesses(files, sheet);
    const auto said = summary(arguments, files, zip, made, missing);
    if (context.json) {
        context.print(said);
        return;
    }
    context.out << fmt::format(
        "{}: {} entries of {} {} from {} to {}\n"
        "with {} entries in all, {} bytes, SHA-256 {}\n"
        "The export is entry {} of the log. To check it: sealwarden-verify {} --sheet FILE\n",
        arguments.out, said.at("records").get<std::uint64_t>(), subject.kind, subject.id,
        local_time(query.since), local_time(query.until), said.at("given").get<std::int64_t>(),
        zip.size(), said.at("sha256").get<std::string>(), made.entry, arguments.out);
    if (missing == 0) return;
    context.err << fmt::format(
        "Not provable yet: {} of the sheet's {} witnesses have still to sign a head of after this "
        "period. Build it again when the hour is over and they have (sealwarden checkpoint show "
        "--cosigned).\n",
        missing, sheet.witnesses.size());
}

void show_sheet(Context& context, const std::string& pdf) {
    const auto sheet = sheet_of(context.valid_configuration());
    const auto text = tlog::text_of(sheet);
    if (!pdf.empty()) OutFile{pdf}.write(evidence::sheet_pdf(sheet, context.language));
    if (context.json) {
        context.print({{"sheet", text}, {"words", tlog::key_words(text)}});
        return;
    }
    context.out << text << std::flush;
    context.err << "key words: " << tlog::key_words(text) << '\n';
}

}  // namespace

void add_evidence(CLI::App& app, Context& context) {
    auto& group = *app.add_subcommand("evidence", "What auditors are given, and can check alone");
    examples(group, {{"sealwarden evidence sheet", "what they need on paper before"}});
    group.require_subcommand(1);

    auto& make = *group.add_subcommand(
        "build",
        "All entries of a door, a seal, a container or a case in a period, as one file that proves "
        "them; it is written into the log who asked, for whom and why");
    examples(make, {{"sealwarden evidence build --door d07 --since yesterday --until today "
                     "--for customs --why \"audit 17\" --out d07.zip",
                     "a day at one door"}});
    const auto arguments = std::make_shared<Arguments>();
    auto* door = make.add_option("--door", arguments->door, "of this door")->type_name("ID");
    auto* seal = make.add_option("--seal", arguments->seal,
                                 "of this seal, by its number, or of a seal reader, by its id")
                     ->type_name("SEAL")
                     ->excludes(door);
    auto* container = make.add_option("--container", arguments->container,
                                      "of this container, or trailer by its plate")
                          ->type_name("NUMBER")
                          ->excludes(door)
                          ->excludes(seal);
    make.add_option("--case", arguments->case_id, "of this case, with what it is about")
        ->type_name("ID")
        ->excludes(door)
        ->excludes(seal)
        ->excludes(container);
    make.add_option("--since", arguments->since, "from this moment on: 22:00, yesterday, RFC 3339")
        ->required()
        ->type_name("TIME");
    make.add_option("--until", arguments->until, "before this moment")
        ->required()
        ->type_name("TIME");
    make.add_option("--for", arguments->whom, "who gets it; goes into the log")
        ->required()
        ->type_name("WHOM");
    make.add_option("--why", arguments->why, "why; goes into the log")
        ->required()
        ->type_name("TEXT");
    make.add_option("--out", arguments->out, "the file to make; never overwritten")
        ->required()
        ->type_name("FILE");
    make.add_option("--lang", arguments->language, "of the report: en or es; by LANG")
        ->check(CLI::IsMember({"en", "es"}))
        ->type_name("LANGUAGE");
    make.add_flag(
        "--personal", arguments->personal,
        "with what is said about persons, like badge numbers; else only that it is there");
    add_json(make, context);
    make.callback([&context, arguments] { build_bundle(context, *arguments); });

    auto& sheet = *group.add_subcommand("sheet", "The commissioning sheet, to be handed out again");
    examples(sheet,
             {{"sealwarden evidence sheet", "its text and key words"},
              {"sealwarden evidence sheet --pdf sheet.pdf", "also as a page with its code"}});
    const auto pdf = std::make_shared<std::string>();
    sheet.add_option("--pdf", *pdf, "also as a page to print; never overwritten")
        ->type_name("FILE");
    add_json(sheet, context);
    sheet.callback([&context, pdf] { show_sheet(context, *pdf); });
}

}  // namespace sealwarden::cli
