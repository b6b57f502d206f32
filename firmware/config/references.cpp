#include "firmware/config/references.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "drivers/toml/schema.hpp"

namespace sealwarden::config {
namespace {

std::vector<std::string> ids_of(const Section& root, const std::string& kind) {
    std::vector<std::string> ids;
    for (const auto& section : root.sections(kind)) ids.push_back(section.text("id"));
    return ids;
}

}  // namespace

Name name_of(const Section& section) {
    if (const auto both = section.section("name")) return {both->text("en"), both->text("es")};
    const std::string one = section.maybe_text("name").value_or(section.text("id"));
    return {one, one};
}

void check_known(const Pointer& at, const std::string& kind, const std::string& id,
                 const std::vector<std::string>& known, Findings& findings) {
    if (std::ranges::find(known, id) != known.end()) return;
    const auto meant = did_you_mean(id, known);
    findings.error(at,
                   fmt::format("there is no {} `{}`{}", kind, id,
                               meant.empty() ? "" : fmt::format("; did you mean `{}`?", meant)));
}

std::optional<std::string> refers(const Section& root, const Section& section, std::string_view key,
                                  const std::string& kind, Findings& findings) {
    auto id = section.maybe_text(key);
    if (id) check_known(section.at(key), kind, *id, ids_of(root, kind), findings);
    return id;
}

std::vector<std::string> all_refer(const Section& root, const Section& section,
                                   std::string_view key, const std::string& kind,
                                   Findings& findings) {
    const auto known = ids_of(root, kind);
    auto ids = section.texts(key);
    for (const auto& id : ids) check_known(section.at(key), kind, id, known, findings);
    return ids;
}

}  // namespace sealwarden::config
