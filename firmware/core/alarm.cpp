#include "firmware/core/alarm.hpp"

#include <array>
#include <cassert>

namespace sealwarden {
namespace {

constexpr std::array priorities{Priority::high, Priority::medium, Priority::low};
constexpr std::array states{AlarmState::normal, AlarmState::unack_active, AlarmState::ack_active,
                            AlarmState::rtn_unack};

using std::chrono::duration_cast;
using std::chrono::milliseconds;

template <class T>
const T* find(const std::map<std::string, Datum>& data, const std::string& key) {
    const auto found = data.find(key);
    return found == data.end() ? nullptr : std::get_if<T>(&found->second);
}

}  // namespace

std::string_view to_string(Priority priority) {
    switch (priority) {
        case Priority::high: return "high";
        case Priority::medium: return "medium";
        case Priority::low: return "low";
    }
    assert(!"every priority has a name");
    return "?";
}

std::optional<Priority> priority(std::string_view text) {
    for (const auto one : priorities)
        if (to_string(one) == text) return one;
    return {};
}

std::string_view to_string(AlarmState state) {
    switch (state) {
        case AlarmState::normal: return "normal";
        case AlarmState::unack_active: return "unack_active";
        case AlarmState::ack_active: return "ack_active";
        case AlarmState::rtn_unack: return "rtn_unack";
    }
    assert(!"every state has a name");
    return "?";
}

std::optional<AlarmState> alarm_state(std::string_view text) {
    for (const auto one : states)
        if (to_string(one) == text) return one;
    return {};
}

AlarmState next(AlarmState state, AlarmInput input) {
    using enum AlarmState;
    using enum AlarmInput;
    switch (state) {
        case normal: return input == raise ? unack_active : normal;
        case unack_active:
            if (input == acknowledge) return ack_active;
            return input == clear ? rtn_unack : unack_active;
        case ack_active: return input == clear ? normal : ack_active;
        case rtn_unack:
            if (input == acknowledge) return normal;
            return input == raise ? unack_active : rtn_unack;
    }
    assert(!"every state has its transitions");
    return state;
}

std::map<std::string, Datum> alarm_data(const Alarm& alarm, Uptime event_at) {
    const auto ago = [&](Uptime then) {
        return std::int64_t{duration_cast<milliseconds>(event_at - then).count()};
    };
    return {
        {"kind", alarm.kind},
        {"priority", std::string{to_string(alarm.priority)}},
        {"state", std::string{to_string(alarm.state)}},
        {"active", alarm.active},
        {"count", std::int64_t{alarm.count}},
        {"source_kind", alarm.source.kind},
        {"source_id", alarm.source.id},
        {"raised_ago_ms", ago(alarm.raised_at)},
        {"cleared_ago_ms", alarm.cleared_at ? Datum{ago(*alarm.cleared_at)} : Datum{}},
        {"acknowledged_by", alarm.acknowledged_by},
    };
}

std::optional<Alarm> alarm_from(std::string_view kind, const std::map<std::string, Datum>& data,
                                Uptime event_at) {
    if (!kind.starts_with("alarm.")) return {};
    const auto* alarm_kind = find<std::string>(data, "kind");
    const auto* prio = find<std::string>(data, "priority");
    const auto* state = find<std::string>(data, "state");
    const auto* active = find<bool>(data, "active");
    const auto* count = find<std::int64_t>(data, "count");
    const auto* source_kind = find<std::string>(data, "source_kind");
    const auto* source_id = find<std::string>(data, "source_id");
    const auto* raised = find<std::int64_t>(data, "raised_ago_ms");
    const auto* cleared = find<std::int64_t>(data, "cleared_ago_ms");
    const auto* by = find<std::string>(data, "acknowledged_by");
    if (!alarm_kind || !prio || !state || !active || !count || !source_kind || !source_id ||
        !raised || !by)
        return {};
    const auto priority_said = priority(*prio);
    const auto state_said = alarm_state(*state);
    if (!priority_said || !state_said) return {};
    Alarm alarm;
    alarm.id = *alarm_kind + "-" + *source_id;
    alarm.kind = *alarm_kind;
    alarm.source = {*source_kind, *source_id};
    alarm.priority = *priority_said;
    alarm.state = *state_said;
    alarm.active = *active;
    alarm.count = static_cast<std::uint32_t>(*count);
    alarm.raised_at = event_at - milliseconds{*raised};
    if (cleared) alarm.cleared_at = event_at - milliseconds{*cleared};
    alarm.acknowledged_by = *by;
    return alarm;
}

}  // namespace sealwarden
