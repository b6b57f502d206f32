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

// Was it written under a synchronised clock?
bool is_timed(const json& record) {
    if (!record.is_object()) return false;
    const auto time = record.find("t");
    return time != record.end() && time->is_object() && time->value("sync", "") == "ntp";
}

}  // namespace

const config::Hold* hold_over(const eventlog::Entry& entry, const config::Retention& retention) {
    const auto& holds = retention.holds;
    const auto record = json::parse(entry.bytes, nullptr, false);
    const bool read = record.is_object() && record.contains("subj");
    const bool timed = is_timed(record);
    const auto covers = [&](const config::Hold& hold) {
        if (!read) return true;
        if (hold.subject && !is_about(record, *hold.subject)) return false;
        return !timed || ((!hold.since || entry.wall >= *hold.since) &&
                          (!hold.until || entry.wall < *hold.until));
    };
    const auto found = std::ranges::find_if(holds, covers);
    return found == holds.end() ? nullptr : &*found;
}

std::vector<Aged> aged(const std::vector<eventlog::Entry>& entries, WallTime now,
                       const config::Retention& retention) {
    std::vector<Aged> over;
    std::optional<WallTime> not_after;  // this entry is not younger
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
        if (is_timed(json::parse(entry->bytes, nullptr, false))) not_after = entry->wall;
        const auto rule = retention.personal.find(entry->kind);
        if (rule == retention.personal.end() || !not_after) continue;
        if (now - *not_after < rule->second || hold_over(*entry, retention)) continue;
        over.push_back(
            {.entry = entry->index,
             .rule = fmt::format("{} after {} days", entry->kind, rule->second.count())});
    }
    std::ranges::reverse(over);
    return over;
}

std::optional<std::uint64_t> AgedWalk::look(const ClockSample& now, bool doubted) {
    if (now.uptime < due_) return std::nullopt;
    due_ = now.uptime + every;
    const auto before = offset_;
    offset_.reset();
    if (now.sync != "ntp" || doubted) return std::nullopt;
    offset_ = now.wall.time_since_epoch() - now.uptime.time_since_epoch();
    if (!before || std::chrono::abs(*offset_ - *before) > step) return std::nullopt;
    return from_;
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
