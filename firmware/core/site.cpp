#include "firmware/core/site.hpp"

#include <algorithm>
#include <cassert>
#include <deque>
#include <iterator>
#include <set>
#include <unordered_map>

#include "firmware/core/alarms.hpp"
#include "firmware/core/cabinet.hpp"
#include "firmware/core/camera.hpp"
#include "firmware/core/device.hpp"
#include "firmware/core/door.hpp"
#include "firmware/core/fact.hpp"
#include "firmware/core/light.hpp"
#include "firmware/core/outputs.hpp"
#include "firmware/core/power.hpp"
#include "firmware/core/procedures.hpp"
#include "firmware/core/reader.hpp"
#include "firmware/core/said.hpp"
#include "firmware/core/seal.hpp"

namespace sealwarden {
namespace {

using Monitor = std::variant<Door, Seal, BadgeReader, Camera, Power, Cabinet, Light, Device>;

// A restart told by several counters of one device within this is one restart.
constexpr std::chrono::seconds same_restart{5};

Subject subject_of(const Monitor& monitor) {
    return std::visit([](const auto& one) { return one.subject(); }, monitor);
}

bool same_options(const Monitor& a, const Monitor& b) {
    return std::visit(
        []<class A, class B>(const A& one, const B& other) {
            if constexpr (std::is_same_v<A, B>) return one.nameless() == other.nameless();
            return false;
        },
        a, b);
}

}  // namespace

// What a reload carries over.
struct SiteSnapshot {
    std::vector<Monitor> monitors;
    Procedures procedures;
    Outputs outputs;
};

struct Site::Parts {
    // Everything about one point that an unchanged reading needs is in its slot.
    struct Slot {
        Reading last;
        bool read = false;
        std::vector<std::size_t> monitors;
        Device* device = nullptr;
    };

    Parts(SiteOptions site_options, SiteMemory memory, Uptime start);

    void apply(const Reading& reading, Events& events);
    void apply(const Act& act, const Command& command, Events& events);
    void change(Slot& slot, const Reading& reading, Events& events);
    void visit(std::size_t index, const Reading& reading, Events& events);
    void grant(BadgeReader& reader);
    void silence(const Device& device, Uptime at, Events& events);
    void tick(Uptime until, Events& events);
    void after_visit(std::size_t index);
    [[nodiscard]] std::optional<Uptime> deadline() const;
    [[nodiscard]] Now moment(Uptime at) const { return {at, wall}; }
    void finish(Events& events, std::size_t from);
    void follow(Event event, Events& events, std::deque<Event>& said);
    void lost_edges(const Reading& reading, const Slot& slot, Events& events) const;
    void touch(const Subject& subject);
    [[nodiscard]] std::int64_t things_on(const Event& offline) const;
    [[nodiscard]] State state(std::size_t index) const;
    [[nodiscard]] std::vector<State> output_states() const;
    void add_alarms(State& state) const;

    SiteOptions options;
    std::vector<Monitor> monitors;  // in the configuration's order; never grows later
    std::vector<std::optional<Uptime>> deadlines;  // of the monitors, never later than the truth
    std::vector<std::optional<State>> told;        // by take_changes()
    std::vector<bool> touched;
    std::unordered_map<PointId, Slot> slots;
    std::map<Subject, std::size_t> index;
    std::map<std::string, Uptime> restarted;
    Alarms alarms;
    Procedures procedures;
    Outputs outputs;
    std::map<Subject, State> told_outputs;  // by take_changes()
    WallOffset wall;
    Events pending;  // found while it was built
    Uptime now;
    std::optional<Uptime> next;
};

Site::Parts::Parts(SiteOptions site_options, SiteMemory memory, Uptime start)
    : options{std::move(site_options)},
      alarms{options},
      outputs{options},
      wall{memory.wall},
      now{start} {
    for (const auto& door : options.doors) monitors.emplace_back(Door{door});
    for (const auto& seal : options.seals) monitors.emplace_back(Seal{seal});
    for (const auto& reader : options.readers) monitors.emplace_back(BadgeReader{reader});
    for (const auto& camera : options.cameras) monitors.emplace_back(Camera{camera});
    for (const auto& power : options.powers) monitors.emplace_back(Power{power});
    for (const auto& cabinet : options.cabinets) monitors.emplace_back(Cabinet{cabinet});
    for (const auto& light : options.lights) monitors.emplace_back(Light{light});
    for (const auto& device : options.devices)
        monitors.emplace_back(Device{device, memory.identities[device.id], start});

    for (std::size_t i = 0; i < monitors.size(); ++i) index[subject_of(monitors[i])] = i;
    std::vector<bool> carried(monitors.size());
    if (memory.running) {
        for (const auto& old : memory.running->monitors) {
            const auto found = index.find(subject_of(old));
            if (found == index.end() || !same_options(old, monitors[found->second])) continue;
            monitors[found->second] = old;
            carried[found->second] = true;
        }
        procedures = memory.running->procedures;
        outputs.go_on(memory.running->outputs);
    }
    const auto records = [&memory](const RecordUse& use) {
        for (const auto& record : memory.records) use(record);
        if (memory.stored) memory.stored(use);
    };
    std::vector<Record> counted;      // doors, by their counters
    auto told_until = Uptime::min();  // so far the log goes
    procedures.restore(
        [&](const RecordUse& use) {
            records([&](const Record& record) {
                told_until = std::max(told_until, record.at);
                if (record.kind == EventKind::door_recounted) counted.push_back(record);
                use(record);
            });
        },
        moment(start), options);
    for (const auto& record : counted) {
        const auto found = index.find(record.subject);
        if (found == index.end() || carried[found->second]) continue;
        if (auto* door = std::get_if<Door>(&monitors[found->second])) {
            const bool lost = flag_of(record.data, "lost");
            door->resume(record, std::min(lost ? record.at : told_until, start));
        }
    }
    deadlines.resize(monitors.size());
    told.resize(monitors.size());
    touched.assign(monitors.size(), true);
    for (std::size_t i = 0; i < monitors.size(); ++i) {
        const auto points = std::visit([](const auto& m) { return m.points(); }, monitors[i]);
        for (const auto& point : points) {
            auto& slot = slots[point];
            if (std::ranges::find(slot.monitors, i) == slot.monitors.end())
                slot.monitors.push_back(i);
        }
    }
    for (const auto& point : outputs.points()) slots[point];
    for (auto& [point, slot] : slots)
        if (const auto found = index.find({"device", std::string{point.device()}});
            found != index.end())
            slot.device = std::get_if<Device>(&monitors[found->second]);

    for (auto& alarm : memory.alarms) {
        const auto source = alarm.source;
        const auto kind = alarm.kind;
        const bool active = alarm.active;
        alarms.restore(std::move(alarm));
        const auto found = index.find(source);
        if (found == index.end()) {
            if (!alarms.can_come_from(source)) alarms.remove_source(source, start, pending);
        } else if (auto* door = std::get_if<Door>(&monitors[found->second]);
                   door && active && !carried[found->second]) {
            door->restore(kind);
        }
    }
    outputs.restore(alarms.all(), start, pending);
    for (auto& reading : memory.last) {
        outputs.apply(reading, pending);
        auto& slot = slots[reading.point];
        slot.last = reading;
        slot.read = true;
        if (slot.device && slot.device->deadline()) slot.device->heard(reading.at);
        for (const auto i : slot.monitors)
            if (!carried[i]) visit(i, reading, pending);
    }
    for (std::size_t i = 0; i < monitors.size(); ++i) after_visit(i);
    finish(pending, 0);
}

void Site::Parts::apply(const Reading& reading, Events& events) {
    auto& slot = slots[reading.point];
    if (slot.device) slot.device->heard(reading.at);
    if (slot.read && slot.last.what == reading.what && !reading.edges_lost) {
        slot.last.at = std::max(slot.last.at, reading.at);
        for (const auto i : slot.monitors)
            if (std::visit([](const auto& m) { return m.wants_looks(); }, monitors[i]))
                visit(i, reading, events);
        return;
    }
    change(slot, reading, events);
}

void Site::Parts::apply(const Act& act, const Command& command, Events& events) {
    const Circumstances circumstances{moment(command.at), options, procedures.people()};
    const Asked asked{circumstances, command, name_of(act)};
    std::visit(
        [&](const auto& one) {
            if constexpr (requires { alarms.apply(one, asked, events); })
                alarms.apply(one, asked, events);
            else if constexpr (requires { outputs.apply(one, asked, events); })
                outputs.apply(one, asked, events);
            else
                procedures.apply(act, command, circumstances.now, options, events);
        },
        act);
}

void Site::Parts::change(Slot& slot, const Reading& reading, Events& events) {
    if (reading.edges_lost) lost_edges(reading, slot, events);
    slot.last = reading;
    slot.read = true;
    for (const auto i : slot.monitors) visit(i, reading, events);
    outputs.apply(reading, events);
}

void Site::Parts::visit(std::size_t i, const Reading& reading, Events& events) {
    std::visit([&](auto& monitor) { monitor.apply(reading, events); }, monitors[i]);
    if (auto* reader = std::get_if<BadgeReader>(&monitors[i])) grant(*reader);
    after_visit(i);
}

void Site::Parts::grant(BadgeReader& reader) {
    for (const auto& presented : reader.take_presented())
        for (auto& monitor : monitors)
            if (auto* door = std::get_if<Door>(&monitor); door && door->reader() == reader.id())
                door->grant(presented);
}

void Site::Parts::after_visit(std::size_t i) {
    touched[i] = true;
    deadlines[i] = std::visit([](const auto& m) { return m.deadline(); }, monitors[i]);
    next.reset();
    for (const auto& deadline : deadlines) next = sooner(next, deadline);
}

// The driver is gone: its points are as if each had failed now.
void Site::Parts::silence(const Device& device, Uptime at, Events& events) {
    std::vector<PointId> points;  // in a fixed order: the log must not depend on addresses
    for (const auto& [point, slot] : slots)
        if (slot.device == &device && slot.last.value()) points.push_back(point);
    std::ranges::sort(points, [](PointId a, PointId b) { return a.name() < b.name(); });
    for (const auto& point : points) {
        auto& slot = slots[point];
        if (!slot.read) continue;
        change(
            slot,
            {.point = point, .at = at, .what = Fault::no_answer, .after = slot.last.at, .raw = {}},
            events);
    }
}

std::optional<Uptime> Site::Parts::deadline() const {
    return sooner(sooner(next, procedures.deadline()),
                  sooner(alarms.deadline(), outputs.deadline()));
}

// Deadlines are served in their order, each at its own time: how late the loop is changes nothing.
// What one of them says is followed up before the next one is served.
void Site::Parts::tick(Uptime until, Events& events) {
    while (const auto first = deadline()) {
        if (*first > until) break;
        const auto at = *first;
        const auto from = events.size();
        now = std::max(now, at);
        if (next == first) {
            const auto found = std::ranges::find(deadlines, std::optional{at});
            assert(found != deadlines.end());
            const auto i = static_cast<std::size_t>(found - deadlines.begin());
            std::visit([&](auto& monitor) { monitor.tick(at, events); }, monitors[i]);
            if (auto* reader = std::get_if<BadgeReader>(&monitors[i])) grant(*reader);
            after_visit(i);
            assert(!deadlines[i] || *deadlines[i] > at);
            if (auto* device = std::get_if<Device>(&monitors[i]); device && device->take_silenced())
                silence(*device, at, events);
        } else if (procedures.deadline() == first) {
            procedures.tick(moment(at), options, events);
            assert(!procedures.deadline() || *procedures.deadline() > at);
        } else if (alarms.deadline() == first) {
            alarms.tick(now, events);
            assert(!alarms.deadline() || *alarms.deadline() > now);
        } else {
            outputs.tick(at, events);
            assert(!outputs.deadline() || *outputs.deadline() > at);
        }
        finish(events, from);
    }
    now = std::max(now, until);
}

void Site::Parts::lost_edges(const Reading& reading, const Slot& slot, Events& events) const {
    auto lost =
        make_event(EventKind::point_lost_edges, {{"device", std::string{reading.point.device()}}},
                   reading.at, reading.after);
    for (const auto i : slot.monitors)
        if (!std::holds_alternative<Device>(monitors[i]))
            lost.subjects.push_back(subject_of(monitors[i]));
    lost.data["point"] = reading.point.name();
    lost.source = reading.point;
    events.push_back(std::move(lost));
}

// Adds what follows from the events from `from` on, each behind its cause and all in the order they
// were said: of two that carry the state of one record, the later one is the newer.
void Site::Parts::finish(Events& events, std::size_t from) {
    if (from == events.size()) return;
    std::deque<Event> said{
        std::make_move_iterator(events.begin() + static_cast<std::ptrdiff_t>(from)),
        std::make_move_iterator(events.end())};
    events.resize(from);
    for (; !said.empty(); said.pop_front()) follow(std::move(said.front()), events, said);
}

// `said` waits behind this event; what follows from it comes after that.
void Site::Parts::follow(Event event, Events& events, std::deque<Event>& said) {
    if (event.kind == EventKind::device_restarted) {
        auto& last = restarted.try_emplace(event.subjects.front().id, Uptime::min()).first->second;
        const bool same = last != Uptime::min() && event.at < last + same_restart;
        last = std::max(last, event.at);
        if (same) return;
    }
    procedures.mark(event);
    if (event.kind == EventKind::device_offline) event.data["things"] = things_on(event);
    if (event.subjects.front().kind == "alarm") touch(event.subjects.at(1));
    Events more;
    alarms.take(event, more);
    procedures.take(event, moment(event.at), options, more);
    outputs.take(event, more);
    events.push_back(std::move(event));
    std::ranges::move(more, std::back_inserter(said));
}

void Site::Parts::touch(const Subject& subject) {
    if (const auto found = index.find(subject); found != index.end()) touched[found->second] = true;
}

// How many things have a point on it.
std::int64_t Site::Parts::things_on(const Event& offline) const {
    std::set<std::size_t> things;
    const auto found = index.find(offline.subjects.front());
    if (found == index.end()) return 0;
    const auto* device = std::get_if<Device>(&monitors[found->second]);
    for (const auto& [point, slot] : slots) {
        if (slot.device != device) continue;
        for (const auto i : slot.monitors)
            if (!std::holds_alternative<Device>(monitors[i])) things.insert(i);
    }
    return static_cast<std::int64_t>(things.size());
}

State Site::Parts::state(std::size_t i) const {
    State state;
    state.subject = subject_of(monitors[i]);
    std::visit([&](const auto& monitor) { monitor.describe(state); }, monitors[i]);
    add_alarms(state);
    return state;
}

std::vector<State> Site::Parts::output_states() const {
    std::vector<State> states;
    outputs.describe(states);
    for (auto& state : states) add_alarms(state);
    return states;
}

void Site::Parts::add_alarms(State& state) const {
    const auto summary = alarms.of(state.subject);
    state.values["alarm"] = summary.worst.has_value();
    state.values["alarm_prio"] =
        summary.worst ? Datum{std::string{to_string(*summary.worst)}} : Datum{};
    state.values["unacked"] = summary.unacknowledged;
}

Site::Site(SiteOptions options, SiteMemory memory, Uptime now)
    : parts_{std::make_unique<Parts>(std::move(options), std::move(memory), now)} {}
Site::~Site() = default;
Site::Site(Site&&) noexcept = default;
Site& Site::operator=(Site&&) noexcept = default;

void Site::set_wall(const WallOffset& wall) {
    parts_->wall = wall;
}

Events Site::tick(Uptime now) {
    auto events = std::exchange(parts_->pending, {});
    parts_->tick(now, events);
    return events;
}

Events Site::apply(const Reading& reading) {
    auto events = tick(reading.at);
    const auto from = events.size();
    parts_->apply(reading, events);
    parts_->finish(events, from);
    return events;
}

Events Site::apply(const Command& command) {
    auto events = tick(command.at);
    if (std::holds_alternative<TrustClock>(command.what)) {
        Event trusted;
        trusted.kind = EventKind::clock_trusted;
        trusted.at = command.at;
        trusted.subjects = {{"gateway", parts_->options.gateway}};
        tell_caller(command, "trust_clock", trusted);
        events.push_back(std::move(trusted));
        return events;
    }
    if (const auto* act = std::get_if<Act>(&command.what)) {
        const auto from = events.size();
        parts_->apply(*act, command, events);
        parts_->finish(events, from);
        return events;
    }
    const auto from = events.size();
    parts_->alarms.acknowledge(command, events);
    parts_->finish(events, from);
    return events;
}

Events Site::apply(Event said) {
    auto events = tick(said.at);
    const auto from = events.size();
    events.push_back(std::move(said));
    parts_->finish(events, from);
    return events;
}

Events Site::rest(Uptime now) {
    auto events = tick(now);
    const auto from = events.size();
    parts_->outputs.rest(now, events);
    parts_->finish(events, from);
    return events;
}

std::vector<Site::Relay> Site::relays() const {
    std::vector<Relay> relays;
    for (const auto& output : parts_->outputs.all()) {
        relays.push_back({.point = output.options().point, .on = output.is_on()});
    }
    return relays;
}

std::optional<Uptime> Site::deadline() const {
    return parts_->pending.empty() ? parts_->deadline() : std::optional{parts_->now};
}

std::vector<State> Site::states() const {
    std::vector<State> states;
    for (std::size_t i = 0; i < parts_->monitors.size(); ++i) states.push_back(parts_->state(i));
    std::ranges::move(parts_->output_states(), std::back_inserter(states));
    std::ranges::move(parts_->procedures.states(parts_->moment(parts_->now), parts_->options),
                      std::back_inserter(states));
    return states;
}

std::vector<Alarm> Site::alarms() const {
    return parts_->alarms.all();
}

std::vector<State> Site::take_changes() {
    std::vector<State> changes;
    for (std::size_t i = 0; i < parts_->monitors.size(); ++i) {
        if (!parts_->touched[i]) continue;
        parts_->touched[i] = false;
        auto state = parts_->state(i);
        if (parts_->told[i] == state) continue;
        parts_->told[i] = state;
        changes.push_back(std::move(state));
    }
    for (auto& state : parts_->output_states()) {
        auto& told = parts_->told_outputs[state.subject];
        if (told == state) continue;
        told = state;
        changes.push_back(std::move(state));
    }
    std::ranges::move(parts_->procedures.take_changes(parts_->moment(parts_->now), parts_->options),
                      std::back_inserter(changes));
    return changes;
}

Events Site::carried(std::size_t& place) const {
    return parts_->procedures.carried(parts_->moment(parts_->now), parts_->options, place);
}

SiteMemory Site::memory() const {
    SiteMemory memory;
    memory.wall = parts_->wall;
    memory.alarms = parts_->alarms.all();
    for (const auto& monitor : parts_->monitors)
        if (const auto* device = std::get_if<Device>(&monitor);
            device && !device->identity().empty())
            memory.identities[device->nameless().id] = device->identity();
    for (const auto& [point, slot] : parts_->slots)
        if (slot.read) memory.last.push_back(slot.last);
    std::ranges::sort(memory.last, [](const Reading& a, const Reading& b) {
        return std::pair{a.at, a.point} < std::pair{b.at, b.point};
    });
    memory.running =
        std::make_shared<const SiteSnapshot>(parts_->monitors, parts_->procedures, parts_->outputs);
    return memory;
}

std::optional<Reading> Site::last(PointId point) const {
    const auto found = parts_->slots.find(point);
    if (found == parts_->slots.end() || !found->second.read) return {};
    return found->second.last;
}

}  // namespace sealwarden
