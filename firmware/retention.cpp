#include "firmware/retention.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sealwarden {
namespace {

using nlohmann::json;

bool is_about(const json& record, const Subject& subject) {
    const auto& subjects = record.at("subj");
    return std::ranges::any_of(subjects, [&](const json& one) {
        return one.at("k") == subject.kind && one.at("v") == subject.id;
    });
}

}  // namespace

const config::Hold* hold_over(const eventlog::Entry& entry, const config::Retention& retention) {
    const auto& holds = retention.holds;
    const auto record = json::parse(entry.bytes, nullptr, false);
    const auto covers = [&](const config::Hold& hold) {
        if (!record.is_object() || !record.contains("subj")) return true;
        return (!hold.since || entry.wall >= *hold.since) &&
               (!hold.until || entry.wall < *hold.until) &&
               (!hold.subject || is_about(record, *hold.subject));
    };
    const auto found = std::ranges::find_if(holds, covers);
    return found == holds.end() ? nullptr : &*found;
}

std::optional<std::string> rule_over(const eventlog::Entry& entry, WallTime now,
                                     const config::Retention& retention) {
    const auto rule = retention.personal.find(entry.kind);
    if (rule == retention.personal.end()) return std::nullopt;
    if (now - entry.wall < rule->second || hold_over(entry, retention)) return std::nullopt;
    return fmt::format("{} after {} days", entry.kind, rule->second.count());
}

Event erasure(std::uint64_t ref, const std::string& rule, const std::string& by,
              const std::string& gateway, Uptime at) {
    Event event;
    event.kind = EventKind::payload_erased;
    event.at = at;
    event.subjects = {{"gateway", gateway}};
    event.data = {{"ref", static_cast<std::int64_t>(ref)}, {"rule", rule}};
    event.data["by"] = by.empty() ? "retention" : by;
    return event;
}

}  // namespace sealwarden
