#include "tests/sim/dock_people.hpp"

#include <algorithm>
#include <cassert>

namespace sealwarden::sim {

using namespace std::chrono_literals;

namespace {

constexpr Duration opens = 6h, last_arrival = 19h, closes = 21h + 40min;

std::string digits(std::int64_t number, std::size_t count) {
    auto text = std::to_string(number);
    return std::string(count - std::min(count, text.size()), '0') + text;
}

// ISO 6346, written out once more: letters count from 10 and leave out 11, 22 and 33.
int check_digit(const std::string& number) {
    int sum = 0;
    for (std::size_t i = 0; i < number.size(); ++i) {
        int value = number[i] - '0';
        if (number[i] >= 'A') {
            value = 10;
            for (char c = 'A'; c < number[i]; ++c) value += value % 11 == 10 ? 2 : 1;
        }
        sum += value << i;
    }
    return sum % 11;
}

}  // namespace

DockPeople::DockPeople(DockWorld& world) : world_{world} {
    noise();
    for (int day = 1; day < DockWorld::days; ++day)
        for (const auto time : {20min, 60min, 100min, 140min, 180min, 220min})
            nights_.push_back(world.on(day, time));
    plan_visits();
}

std::string DockPeople::own_seal() {
    return "HL" + digits(++own_seals_, 6);
}
std::string DockPeople::foreign_seal() {
    return "ML" + digits(1'100'000 + 37 * ++foreign_seals_, 7);
}
std::string DockPeople::new_container() {
    for (;;) {
        const auto number = "MSCU" + digits(100'000 + 911 * ++containers_, 6);
        const auto check = check_digit(number);
        if (check < 10) return number + digits(check, 1);
    }
}

void DockPeople::plan_visits() {
    for (int day = 0; day < DockWorld::days - 1; ++day)  // closed on Sundays
        for (const auto* door : {"d1", "d2", "d3", "d4", "d5", "d6"}) plan_day(door, day);
    plan_returns();
}

void DockPeople::plan_day(const std::string& door, int day) {
    auto arrive = world_.on(day, opens) + world_.between(0min, 90min);
    while (arrive < world_.on(day, last_arrival)) {
        const auto kind = world_.random(1, 10);
        auto plan = kind <= 5   ? unloading(world_, door, arrive)
                    : kind <= 9 ? loading(world_, door, arrive)
                                : exchange(world_, door, arrive);
        if (plan.depart > world_.on(day, closes)) return;
        plan.container = new_container();
        if (plan.purpose != Purpose::load)
            for (auto left = world_.chance(85) ? 1 : 2; left > 0; --left)
                plan.seals.push_back(foreign_seal());
        plan.documents = plan.seals;
        if (plan.seal) plan.own_seal = own_seal();
        arrive = plan.depart + world_.between(10min, 60min);
        visits_.push_back(std::move(plan));
    }
}

// Some that were loaded here come back on another day, with our own seal on.
void DockPeople::plan_returns() {
    for (auto& back : visits_) {
        if (back.purpose != Purpose::unload || !world_.chance(15)) continue;
        const auto left = std::ranges::find_if(visits_, [&](const VisitPlan& one) {
            return one.purpose == Purpose::load && !one.odd && one.depart + 24h < back.arrive;
        });
        if (left == visits_.end()) return;
        left->odd = back.odd = true;
        back.container = left->container;
        back.seals = back.documents = {left->own_seal};
    }
}

VisitPlan& DockPeople::take(Purpose purpose, const std::set<std::string>& doors,
                            const std::set<std::string>& devices) {
    std::vector<VisitPlan*> fitting;
    for (auto& plan : visits_) {
        auto by = devices;
        by.insert(DockWorld::device_of(plan.door));
        if (!plan.odd && plan.purpose == purpose && (doors.empty() || doors.contains(plan.door)) &&
            world_.watched(by, plan.arrive, plan.depart + 10min))
            fitting.push_back(&plan);
    }
    return pick(fitting);
}

VisitPlan& DockPeople::take_before(Purpose purpose, Uptime then) {
    std::vector<VisitPlan*> fitting;
    for (auto& plan : visits_)
        if (!plan.odd && plan.purpose == purpose && plan.depart < then) fitting.push_back(&plan);
    return pick(fitting);
}

VisitPlan& DockPeople::pick(const std::vector<VisitPlan*>& fitting) {
    assert(!fitting.empty());
    auto& taken = *fitting[static_cast<std::size_t>(world_.random(0, std::ssize(fitting) - 1))];
    taken.odd = true;
    return taken;
}

Uptime DockPeople::take_night(const std::set<std::string>& devices) {
    std::vector<std::size_t> fitting;
    for (std::size_t i = 0; i < nights_.size(); ++i)
        if (world_.watched(devices, nights_[i], nights_[i] + 30min)) fitting.push_back(i);
    assert(!fitting.empty());
    const auto i = fitting[static_cast<std::size_t>(world_.random(0, std::ssize(fitting) - 1))];
    const auto night = nights_[i];
    nights_.erase(nights_.begin() + static_cast<std::ptrdiff_t>(i));
    return night;
}

Uptime DockPeople::take_office() {
    for (;;) {
        const auto at =
            world_.on(static_cast<int>(world_.random(0, 5)), 8h) + world_.between(0min, 10h);
        const bool taken = std::ranges::any_of(
            office_taken_, [&](Uptime other) { return at - other < 5min && other - at < 5min; });
        if (taken || !world_.watched({"io2", "rd1"}, at - 1min, at + 3min)) continue;
        office_taken_.push_back(at);
        return at;
    }
}

void DockPeople::carry_out() {
    plan_oddities();
    register_people();
    keep_stock();
    announce_visits();
    for (const auto& plan : visits_) sim::carry_out(world_, plan);
    office();
    visitors();
    rounds();
    technician();
}

}  // namespace sealwarden::sim
