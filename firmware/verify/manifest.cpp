#include "firmware/verify/manifest.hpp"

namespace sealwarden::verify {
namespace {

constexpr JsonLimits manifest_limits{.bytes = 64 << 20, .depth = 4, .file_names = true};

SubjectName subject_in(const JsonValue& value) {
    value.only({"k", "v"});
    return {.kind = value.text_at("k"), .id = value.text_at("v")};
}

Moment moment_in(const JsonValue& value, std::string_view name) {
    const auto moment = record_moment(value.text_at(name));
    if (!moment) throw Malformed{"\"" + std::string{name} + "\" is no moment"};
    return *moment;
}

std::set<std::uint64_t> indexes_in(const JsonValue& value, std::string_view name) {
    std::set<std::uint64_t> indexes;
    for (const auto item : value.list_at(name)) {
        const auto index = static_cast<std::uint64_t>(item.integer());
        const bool rises = indexes.empty() || *indexes.rbegin() < index;
        if (item.kind() != JsonKind::integer || item.integer() < 0 || !rises) {
            throw Malformed{"\"" + std::string{name} + "\" is no list of rising indexes"};
        }
        indexes.insert(indexes.end(), index);
    }
    return indexes;
}

std::vector<SubjectName> subjects_in(const JsonValue& value) {
    std::vector<SubjectName> subjects;
    std::set<SubjectName> seen;
    for (const auto item : value.list_at("subjects")) {
        subjects.push_back(subject_in(item));
        if (!seen.insert(subjects.back()).second) throw Malformed{"a subject twice"};
    }
    return subjects;
}

std::map<std::string, Hash> files_in(const JsonValue& value) {
    std::map<std::string, Hash> files;
    for (const auto file : value.object_at("files")) {
        const auto hash = file.kind() == JsonKind::text ? hash_of_hex(file.text()) : std::nullopt;
        if (!hash) throw Malformed{"a file without a hash"};
        files.emplace(file.name(), *hash);
    }
    return files;
}

}  // namespace

std::optional<std::uint64_t> generation_of(std::string_view origin, std::string_view base) {
    if (!origin.starts_with(base) || !origin.substr(base.size()).starts_with("/g")) {
        return std::nullopt;
    }
    const auto generation = number(origin.substr(base.size() + 2));
    return generation && *generation > 0 ? generation : std::nullopt;
}

Manifest parse_manifest(std::string_view bytes, std::string_view base) {
    Json json;
    json.parse(bytes, manifest_limits);
    const auto root = json.root();
    if (root.integer_at("v") != 1) throw Malformed{"another version than 1"};
    root.only({"context", "erased", "export", "files", "head", "lang", "origin", "query", "records",
               "subjects", "tool", "v", "window", "withheld"});
    Manifest manifest{.origin = root.text_at("origin"),
                      .head = root.count_at("head"),
                      .export_entry = root.count_at("export"),
                      .subjects = subjects_in(root),
                      .context = indexes_in(root, "context"),
                      .records = root.count_at("records"),
                      .erased = indexes_in(root, "erased"),
                      .withheld = indexes_in(root, "withheld"),
                      .files = files_in(root)};
    const auto generation = generation_of(manifest.origin, base);
    if (!generation) throw Malformed{"another origin than the sheet's"};
    manifest.generation = *generation;
    const auto query = root.object_at("query");
    query.only({"since", "subject", "until"});
    manifest.query = {.subject = subject_in(query.object_at("subject")),
                      .since = moment_in(query, "since"),
                      .until = moment_in(query, "until")};
    const auto window = root.object_at("window");
    window.only({"first_epoch", "from", "last_epoch", "to"});
    manifest.window = {.first_epoch = window.count_at("first_epoch"),
                       .last_epoch = window.count_at("last_epoch"),
                       .from = window.count_at("from"),
                       .to = window.count_at("to")};
    return manifest;
}

}  // namespace sealwarden::verify
