#include "tests/sim/judge.hpp"

#include <algorithm>
#include <functional>

namespace sealwarden::sim {

using namespace std::chrono_literals;

namespace {

// Bounces may hide the first edge from a poll by so much.
constexpr Duration bounce = 60ms;
// So near to a blind stretch the poller may or may not have looked in time.
constexpr Duration margin = 3s;

std::string when(Uptime at) {
    return std::to_string(at.time_since_epoch().count()) + " us";
}

bool near(const std::vector<Stretch>& stretches, Uptime from, Uptime to) {
    return std::ranges::any_of(stretches, [&](const Stretch& blind) {
        return blind.from - margin < to && from < blind.to + margin;
    });
}

// What the record says of one door's openings: n of them in (after, at].
struct Told {
    Uptime after, at;
    std::int64_t n = 1;
    bool forced = false;
};

std::vector<Told> openings_told(const Events& events, const std::string& door) {
    std::vector<Told> told;
    for (const auto& event : events) {
        if (event.subjects.front() != Subject{"door", door}) continue;
        const auto after = event.after.value_or(Uptime::min() + 1h);
        if (event.kind == EventKind::door_opened_between_polls) {
            told.push_back({after, event.at, std::get<std::int64_t>(event.data.at("count"))});
        } else if (event.kind == EventKind::door_opened) {
            const auto was = event.data.find("was");
            if (was == event.data.end() || was->second == Datum{std::string{"closed"}})
                told.push_back({after, event.at});
        } else if (event.kind == EventKind::door_forced && !told.empty()) {
            told.back().forced = true;
        }
    }
    return told;
}

// Pairs openings with tellings, each at most once (augmenting paths).
class Pairing {
  public:
    Pairing(const std::vector<Opening>& openings, const std::vector<Told>& told)
        : openings_{openings} {
        for (const auto& one : told)
            for (std::int64_t i = 0; i < one.n; ++i) slots_.push_back(one);
        std::ranges::sort(slots_, {}, &Told::at);
        taken_.resize(slots_.size());
    }
    bool pair(std::size_t opening) {
        std::vector<bool> tried(slots_.size());
        return pair(opening, tried);
    }
    [[nodiscard]] const Told* of(std::size_t opening) const {
        const auto found = std::ranges::find(taken_, std::optional{opening});
        return found == taken_.end() ? nullptr
                                     : &slots_[static_cast<std::size_t>(found - taken_.begin())];
    }
    [[nodiscard]] std::vector<Told> left() const {
        std::vector<Told> left;
        for (std::size_t i = 0; i < slots_.size(); ++i)
            if (!taken_[i]) left.push_back(slots_[i]);
        return left;
    }

  private:
    bool pair(std::size_t opening, std::vector<bool>& tried) {
        const auto at = openings_[opening].from;
        auto slot = std::ranges::lower_bound(slots_, at, {}, &Told::at);
        for (; slot != slots_.end() && slot->at < at + 200h; ++slot) {
            const auto i = static_cast<std::size_t>(slot - slots_.begin());
            if (slot->after - bounce >= at || tried[i]) continue;
            tried[i] = true;
            if (!taken_[i] || pair(*taken_[i], tried)) {
                taken_[i] = opening;
                return true;
            }
        }
        return false;
    }

    const std::vector<Opening>& openings_;
    std::vector<Told> slots_;
    std::vector<std::optional<std::size_t>> taken_;
};

std::vector<Stretch> blind_of(const World& world, const std::string& device) {
    auto blind = world.down;
    if (const auto found = world.blind.find(device); found != world.blind.end())
        std::ranges::copy(found->second, std::back_inserter(blind));
    return blind;
}

void judge_door(const World& world, const DoorTruth& door, std::vector<std::string>& findings) {
    auto blind = blind_of(world, door.device);
    std::ranges::copy(door.blind, std::back_inserter(blind));
    const auto reader_blind = blind_of(world, "rd1");
    const auto told = openings_told(world.events, door.id);
    Pairing pairing{door.openings, told};
    std::vector<bool> watched(door.openings.size());
    for (std::size_t i = 0; i < door.openings.size(); ++i) {
        const auto& opening = door.openings[i];
        watched[i] = !near(blind, opening.from, opening.from + 1s);
        if (watched[i] && !pairing.pair(i))
            findings.push_back(door.id + " opened at " + when(opening.from) +
                               " and nobody was told");
    }
    for (std::size_t i = 0; i < door.openings.size(); ++i)
        if (!watched[i]) (void)pairing.pair(i);
    for (const auto& one : pairing.left())
        findings.push_back(door.id + " did not open in (" + when(one.after) + ", " + when(one.at) +
                           "]");
    if (!door.controlled) return;
    for (std::size_t i = 0; i < door.openings.size(); ++i) {
        const auto& opening = door.openings[i];
        const auto* said = pairing.of(i);
        const bool by_counter = opening.to - opening.from < 1s;
        if (!watched[i] || !said || by_counter) continue;
        if (near(reader_blind, opening.from - 6s, opening.from)) continue;
        if (said->forced == opening.granted)
            findings.push_back(door.id + " at " + when(opening.from) + " was " +
                               (opening.granted ? "granted" : "forced") + ", told otherwise");
    }
}

// point -> the stretches in which the record says it was not watched.
std::map<std::string, std::vector<Stretch>> gaps_told(const World& world) {
    std::map<std::string, std::vector<Stretch>> gaps;
    std::map<std::string, Uptime> open;
    std::vector<Stretch> starts{{world.start, world.start, {}}};
    std::ranges::copy(world.down, std::back_inserter(starts));
    auto next = starts.begin();
    const auto begin = [&] {
        // A start knows nothing yet: all is a gap from the moment the run before it ended.
        for (const auto& device : world.options.devices)
            for (const auto& point : device.points) {
                const auto [known, added] = open.try_emplace(point.name(), next->from);
                known->second = std::min(known->second, next->from);
            }
        ++next;
    };
    begin();
    for (const auto& event : world.events) {
        if (event.kind != EventKind::coverage_lost && event.kind != EventKind::coverage_regained)
            continue;
        while (next != starts.end() && event.at >= next->to) begin();
        const auto list = std::get<std::string>(event.data.at("list")) + ",";
        for (std::size_t from = 0; from < list.size();) {
            const auto comma = list.find(',', from);
            const auto point = event.subjects.front().id + "." + list.substr(from, comma - from);
            from = comma + 1;
            const auto known = open.find(point);
            if (event.kind == EventKind::coverage_lost) {
                if (known == open.end()) open[point] = event.after.value_or(event.at);
            } else if (known != open.end()) {
                gaps[point].push_back({known->second, event.at, {}});
                open.erase(known);
            }
        }
    }
    for (const auto& [point, from] : open) gaps[point].push_back({from, world.end + 1h, {}});
    return gaps;
}

bool within(const std::vector<Stretch>& stretches, Uptime at) {
    return std::ranges::any_of(stretches,
                               [&](const Stretch& one) { return one.from <= at && at <= one.to; });
}

void judge_coverage(const World& world, std::vector<std::string>& findings) {
    const auto gaps = gaps_told(world);
    // Long enough for a poll to fall into it for certain.
    const auto seen = [](const Stretch& blind) { return blind.to - blind.from > 2100ms; };
    const auto expect_blind = [&](const std::string& point, const Stretch& blind) {
        if (!seen(blind)) return;
        for (const auto at : {blind.from, blind.from + (blind.to - blind.from) / 2, blind.to - 1us})
            if (!within(gaps.at(point), at))
                findings.push_back(point + " was not watched at " + when(at) + " (" + blind.why +
                                   "), and no gap says so");
    };
    for (const auto& device : world.options.devices)
        for (const auto& point : device.points)
            for (const auto& blind : blind_of(world, device.id)) expect_blind(point.name(), blind);
    for (const auto& door : world.doors) {
        const auto point = door.device + (door.id == "d5" ? ".loop" : ".di" + door.id.substr(1));
        auto blind = blind_of(world, door.device);
        std::ranges::copy(door.blind, std::back_inserter(blind));
        if (door.id == "d2")
            for (const auto& trouble : door.blind) expect_blind(point, trouble);
        for (const auto& opening : door.openings)
            if (!near(blind, opening.from, opening.from) && within(gaps.at(point), opening.from) &&
                opening.from > world.start + margin)
                findings.push_back(point + " was watched at " + when(opening.from) +
                                   ", and a gap says it was not");
    }
}

void judge_alarms(const World& world, std::vector<std::string>& findings) {
    std::map<std::string, AlarmState> states;
    for (const auto& event : world.events) {
        const auto alarm = alarm_from(to_string(event.kind), event.data, event.at);
        if (!alarm) continue;
        const auto before = states[alarm->id];
        const auto input = event.kind == EventKind::alarm_cleared        ? AlarmInput::clear
                           : event.kind == EventKind::alarm_acknowledged ? AlarmInput::acknowledge
                                                                         : AlarmInput::raise;
        if (next(before, input) != alarm->state)
            findings.push_back(alarm->id + " went from " + std::string{to_string(before)} + " to " +
                               std::string{to_string(alarm->state)} + " at " + when(event.at));
        if (event.subjects.front() != Subject{"alarm", alarm->id})
            findings.push_back(alarm->id + " is not the event's subject");
        states[alarm->id] = alarm->state;
    }
    auto told = memory_of(world.events).alarms;
    auto has = world.site->alarms();
    std::ranges::sort(told, {}, &Alarm::id);
    std::ranges::sort(has, {}, &Alarm::id);
    // The record keeps milliseconds.
    for (auto* alarms : {&told, &has})
        for (auto& alarm : *alarms) alarm.raised_at = {}, alarm.cleared_at.reset();
    if (told != has) findings.push_back("the events tell of other alarms than the site has");
    const auto active = [&](const std::string& id) {
        return std::ranges::any_of(has, [&](const Alarm& a) { return a.id == id && a.active; });
    };
    for (const auto& state : world.site->states()) {
        if (state.subject.kind != "door") continue;
        for (const auto* key : {"held", "forced"})
            if (state.values.at(key) !=
                Datum{active(std::string{"door-"} + key + "-" + state.subject.id)})
                findings.push_back(state.subject.id + ": " + key + " is not what its alarm says");
    }
}

}  // namespace

std::vector<std::string> judge(const World& world) {
    auto findings = world.complaints;
    for (const auto& door : world.doors) judge_door(world, door, findings);
    judge_coverage(world, findings);
    judge_alarms(world, findings);
    return findings;
}

}  // namespace sealwarden::sim
