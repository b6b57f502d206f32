#include "firmware/config/instructions.hpp"

#include "firmware/config/references.hpp"
#include "firmware/core/alarms.hpp"

namespace sealwarden::config {

std::map<std::string, Name> read_instructions(const Section& root, Findings& findings) {
    std::map<std::string, Name> instructions;
    const auto alarm = root.section("alarm");
    const auto told = alarm ? alarm->section("instructions") : std::nullopt;
    if (!told) return instructions;
    std::vector<std::string> kinds;
    for (const auto kind : alarm_kinds()) kinds.emplace_back(kind);
    for (const auto& kind : told->keys()) {
        check_known(told->at(kind), "alarm", kind, kinds, findings);
        if (const auto both = told->section(kind))
            instructions[kind] = {.en = both->text("en"), .es = both->text("es")};
    }
    return instructions;
}

}  // namespace sealwarden::config
