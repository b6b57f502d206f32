#include "firmware/core/alarm.hpp"

#include <array>
#include <cassert>

namespace sealwarden {
namespace {

constexpr std::array priorities{Priority::high, Priority::medium, Priority::low};
constexpr std::array states{AlarmState::normal, AlarmState::unack_active, AlarmState::ack_active,
                            AlarmState::rtn_unack};
constexpr std::array ways_aside{SetAside::none, SetAside::shelved, SetAside::suppressed,
                                SetAside::out_of_service};

using std::chrono::duration_cast;
using std::chrono::milliseconds;

template <class T>
const T* find(const RecordData& data, std::string_view key) {
    const auto* datum = data.find(key);
    return datum == nullptr ? nullptr : std::get_if<T>(datum);
}

template <class T>
T value_of(const RecordData& data, std::string_view key, const T& otherwise = {}) {
    const auto* told = find<T>(data, key);
    return told == nullptr ? otherwise : *told;
}

AlarmState followed(AlarmState state, AlarmInput input) {
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

// In silence: it holds or it does not.
AlarmState in_silence(AlarmState state) {
    const bool holds = state == AlarmState::unack_active || state == AlarmState::ack_active;
    return holds ? AlarmState::ack_active : AlarmState::normal;
}

AlarmState announced(AlarmState state) {
    return in_silence(state) == AlarmState::ack_active ? AlarmState::unack_active
                                                       : AlarmState::normal;
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

std::string_view to_string(SetAside how) {
    switch (how) {
        case SetAside::none: return "none";
        case SetAside::shelved: return "shelved";
        case SetAside::suppressed: return "suppressed";
        case SetAside::out_of_service: return "out_of_service";
    }
    assert(!"every way has a name");
    return "?";
}

std::optional<SetAside> set_aside(std::string_view text) {
    for (const auto one : ways_aside)
        if (to_string(one) == text) return one;
    return {};
}

AlarmStanding next(AlarmStanding standing, AlarmInput input) {
    const auto [state, aside] = standing;
    const auto set = [&](SetAside how) { return AlarmStanding{in_silence(state), how}; };
    const AlarmStanding back{announced(state), SetAside::none};
    switch (input) {
        case AlarmInput::raise:
            if (aside != SetAside::none) return {AlarmState::ack_active, aside};
            return {followed(state, input), aside};
        case AlarmInput::clear:
            if (aside == SetAside::suppressed) return {AlarmState::normal, SetAside::none};
            if (aside != SetAside::none) return {AlarmState::normal, aside};
            return {followed(state, input), aside};
        case AlarmInput::acknowledge:
            return aside == SetAside::none ? AlarmStanding{followed(state, input), aside}
                                           : standing;
        case AlarmInput::shelve:
            return aside == SetAside::out_of_service ? standing : set(SetAside::shelved);
        case AlarmInput::suppress:
            return aside == SetAside::none ? set(SetAside::suppressed) : standing;
        case AlarmInput::disable: return set(SetAside::out_of_service);
        case AlarmInput::unshelve: return aside == SetAside::shelved ? back : standing;
        case AlarmInput::unsuppress: return aside == SetAside::suppressed ? back : standing;
        case AlarmInput::enable: return aside == SetAside::out_of_service ? back : standing;
    }
    assert(!"every input has its transitions");
    return standing;
}

AlarmState next(AlarmState state, AlarmInput input) {
    return next(AlarmStanding{state, SetAside::none}, input).state;
}

std::map<std::string, Datum> alarm_data(const Alarm& alarm, Uptime event_at) {
    const auto ago = [&](Uptime then) {
        return std::int64_t{duration_cast<milliseconds>(event_at - then).count()};
    };
    const auto ago_or_null = [&](std::optional<Uptime> then) {
        return then ? Datum{ago(*then)} : Datum{};
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
        {"cleared_ago_ms", ago_or_null(alarm.cleared_at)},
        {"acknowledged_by", alarm.acknowledged_by},
        {"set_aside", std::string{to_string(alarm.set_aside)}},
        {"set_aside_by", alarm.set_aside_by},
        {"authority", alarm.authority},
        {"until_in_ms", alarm.until ? Datum{-ago(*alarm.until)} : Datum{}},
        {"silenced", alarm.silenced},
        {"needs_second", alarm.needs_second()},
        {"announced_ago_ms", ago(alarm.announced_at.value_or(alarm.raised_at))},
        {"reminded_ago_ms", ago_or_null(alarm.reminded_at)},
        {"step", std::int64_t{alarm.step}},
        {"things", std::int64_t{alarm.things}},
    };
}

std::optional<Alarm> alarm_from(std::string_view kind, const RecordData& data, Uptime event_at,
                                const std::map<std::string, std::string>& personal) {
    if (!kind.starts_with("alarm.")) return {};
    const auto* alarm_kind = find<std::string>(data, "kind");
    const auto* prio = find<std::string>(data, "priority");
    const auto* state = find<std::string>(data, "state");
    const auto* active = find<bool>(data, "active");
    const auto* count = find<std::int64_t>(data, "count");
    const auto* source_kind = find<std::string>(data, "source_kind");
    const auto* source_id = find<std::string>(data, "source_id");
    const auto* raised = find<std::int64_t>(data, "raised_ago_ms");
    const auto* by = find<std::string>(data, "acknowledged_by");
    if (!alarm_kind || !prio || !state || !active || !count || !source_kind || !source_id ||
        !raised || !by)
        return {};
    const auto priority_said = priority(*prio);
    const auto state_said = alarm_state(*state);
    if (!priority_said || !state_said) return {};
    const auto ago = [&](const std::string& key) -> std::optional<Uptime> {
        const auto* told = find<std::int64_t>(data, key);
        if (told == nullptr) return {};
        return event_at - milliseconds{*told};
    };
    Alarm alarm;
    alarm.id = *alarm_kind + "-" + *source_id;
    alarm.kind = *alarm_kind;
    alarm.source = {*source_kind, *source_id};
    alarm.priority = *priority_said;
    alarm.state = *state_said;
    alarm.active = *active;
    alarm.count = static_cast<std::uint32_t>(*count);
    alarm.raised_at = event_at - milliseconds{*raised};
    alarm.cleared_at = ago("cleared_ago_ms");
    alarm.acknowledged_by = *by;
    alarm.set_aside =
        set_aside(value_of<std::string>(data, "set_aside", "none")).value_or(SetAside::none);
    alarm.set_aside_by = value_of<std::string>(data, "set_aside_by");
    alarm.authority = value_of<std::string>(data, "authority");
    if (const auto* until = find<std::int64_t>(data, "until_in_ms"))
        alarm.until = event_at + milliseconds{*until};
    alarm.silenced = value_of<bool>(data, "silenced");
    if (const auto announced = ago("announced_ago_ms"); announced != alarm.raised_at)
        alarm.announced_at = announced;
    alarm.reminded_at = ago("reminded_ago_ms");
    alarm.step = static_cast<std::uint32_t>(value_of<std::int64_t>(data, "step"));
    alarm.things = static_cast<std::uint32_t>(value_of<std::int64_t>(data, "things"));
    if (const auto reason = personal.find("reason"); reason != personal.end())
        alarm.reason = reason->second;
    return alarm;
}

}  // namespace sealwarden
