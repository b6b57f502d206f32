#include "firmware/mqtt/discretion.hpp"

#include <algorithm>
#include <iterator>

#include "firmware/tlog/hash.hpp"

namespace sealwarden::mqtt_front {

namespace {

// Told as they are.
constexpr std::string_view open_keys[] = {
    "active",     "alarm_prio",  "battery_percent", "channel",    "charge",   "charge_percent",
    "clock",      "count",       "counter_from",    "counter_to", "error_ms", "fault",
    "from_index", "lost",        "new_hash",        "old_hash",   "open_ms",  "point",
    "prio",       "source_kind", "step_ms",         "still_lost", "sync",     "to_index",
    "unacked",    "uptime_ms",   "version",         "why"};

// Told when they are a figure.
constexpr std::string_view figure_keys[] = {"bytes",
                                            "clock_offset_ms",
                                            "counted",
                                            "deviation_count",
                                            "deviations",
                                            "difference",
                                            "drawn",
                                            "due_ts",
                                            "gap_s",
                                            "minutes",
                                            "missing_count",
                                            "overdue_ts",
                                            "population",
                                            "step",
                                            "taken_ts",
                                            "things",
                                            "unexplained_count",
                                            "until_ts",
                                            "working_days",
                                            "rows",
                                            "seconds",
                                            "entry",
                                            "tries"};

// Told when they are words of ours. What somebody typed has spaces, and numbers of containers and
// seals are written in capitals.
constexpr std::string_view word_keys[] = {
    "alarm",        "camera_state", "command",  "complete",  "detail",
    "deviations",   "direction",    "from",     "group",     "hardware_checked",
    "hold",         "inspected",    "kind",     "last_kind", "list",
    "list_version", "mode",         "priority", "purpose",   "recording",
    "result",       "set_aside",    "state",    "stock",     "tug",
    "twist",        "verified",     "verify",   "view",      "was",
    "what",         "cause",        "act",      "role",      "way"};

// Elsewhere a person says why, and may do so in one word; the same of results.
constexpr std::string_view reasons_of_ours[] = {
    "access.denied",      "access.not_taken", "alarm.cleared",     "boot",
    "command.refused",    "config.changed",   "console.denied",    "console.locked_out",
    "console.signed_out", "coverage.lost",    "coverage.regained", "cross.finding",
    "device.offline",     "log.recovered",    "shutdown",          "visit.deviation"};
constexpr std::string_view results_of_ours[] = {"camera_check.done", "test.recorded"};

// Ids of the configuration and numbers of ours.
constexpr std::string_view open_subjects[] = {
    "cabinet", "camera", "camera_check", "case", "device",  "dock", "door",   "gateway",
    "light",   "power",  "reader",       "seal", "witness", "zone", "output", "webhook"};

bool among(const auto& list, std::string_view one) {
    return std::ranges::find(list, one) != std::end(list);
}

// Or several, with commas.
bool is_word(std::string_view text) {
    if (text.empty() || text.size() > 256 || text[0] < 'a' || text[0] > 'z') return false;
    return std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               c == '.' || c == ',';
    });
}

bool are_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Up to the next hyphen, which goes with it.
std::string_view cut(std::string_view& text) {
    const auto end = std::min(text.find('-'), text.size());
    const auto part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
}

// v-DATE-TIME-DOOR, or with milliseconds before the door.
bool is_visit_of_ours(std::string_view id, const std::set<std::string>& doors) {
    if (cut(id) != "v" || !are_digits(cut(id)) || !are_digits(cut(id))) return false;
    if (doors.contains(std::string{id})) return true;
    return are_digits(cut(id)) && doors.contains(std::string{id});
}

}  // namespace

bool is_open(std::string_view event_kind, std::string_view key, const nlohmann::json& value) {
    if (value.is_boolean() || value.is_null()) return true;
    if (among(open_keys, key)) return true;
    if (key == "reason") return among(reasons_of_ours, event_kind);
    if (value.is_number()) return among(figure_keys, key);
    if (!among(word_keys, key)) return false;
    if (key == "result" && !among(results_of_ours, event_kind)) return false;
    return value.is_string() && is_word(value.get_ref<const std::string&>());
}

bool is_open_subject(std::string_view kind, std::string_view id,
                     const std::set<std::string>& doors) {
    return kind == "visit" ? is_visit_of_ours(id, doors) : among(open_subjects, kind);
}

std::string alias(std::string_view kind, std::string_view id, std::string_view secret) {
    std::string said{secret};
    said += '\n';
    said += kind;
    said += '\n';
    said += id;
    const auto hash = tlog::sha256(said);
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < 6; ++i) {
        text += digits[hash[i] >> 4];
        text += digits[hash[i] & 15];
    }
    return text;
}

}  // namespace sealwarden::mqtt_front
