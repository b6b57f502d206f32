#include "tests/sim/driver.hpp"

#include <algorithm>

namespace sealwarden::sim {

void Agenda::at(Uptime when, std::function<void()> what) {
    items_.push({std::max(when, now_), planned_++, std::move(what)});
}

bool Agenda::step(Uptime end) {
    if (items_.empty() || items_.top().when >= end) return false;
    auto what = items_.top().what;
    now_ = items_.top().when;
    items_.pop();
    what();
    return true;
}

Driver::Driver(Agenda& agenda, std::string device, std::vector<Request> requests,
               std::function<void(const Reading&)> out)
    : agenda_{agenda}, online_{device + ".online"}, out_{std::move(out)} {
    for (auto& request : requests) {
        Polled polled{request.period, request.phase, request.edges, {}, {}, {}, {}};
        for (auto& [id, look] : request.points)
            polled.points.push_back({id, std::move(look), {}, {}});
        requests_.push_back(std::move(polled));
    }
}

Uptime Driver::grid(const Polled& request, Uptime not_before) {
    const auto since = not_before.time_since_epoch() - request.phase;
    const auto n = (since + request.period - Duration{1}) / request.period;
    return Uptime{request.phase + n * request.period};
}

void Driver::plan(std::size_t i, Uptime not_before) {
    auto& request = requests_[i];
    const auto when = grid(request, not_before);
    if (request.planned && *request.planned <= when) return;
    request.planned = when;
    agenda_.at(when, [this, i, when] {
        if (requests_[i].planned != when) return;
        requests_[i].planned.reset();
        poll(i);
    });
}

void Driver::truth_changed() {
    for (std::size_t i = 0; i < requests_.size(); ++i) {
        if (requests_[i].edges) {
            poll(i);
            requests_[i].edge = agenda_.now();
        } else {
            plan(i, agenda_.now());
        }
    }
}

void Driver::dies() {
    alive_ = false;
    for (std::size_t i = 0; i < requests_.size(); ++i) plan(i, agenda_.now());
}

void Driver::lives() {
    alive_ = true;
    for (std::size_t i = 0; i < requests_.size(); ++i) plan(i, agenda_.now());
}

void Driver::starts() {
    running_ = true;
    told_online_.reset();
    for (std::size_t i = 0; i < requests_.size(); ++i) {
        for (auto& point : requests_[i].points) point.told.reset(), point.good.reset();
        requests_[i].refresh.reset();
        requests_[i].edge.reset();
        plan(i, agenda_.now());
    }
}

void Driver::tell(Point& point, std::variant<Value, Fault> what, Uptime at, Uptime last_look) {
    const bool was_good = point.told && std::holds_alternative<Value>(*point.told);
    Reading reading{.point = point.id, .at = at, .what = what, .after = {}, .raw = {}};
    reading.after = was_good ? std::optional{last_look} : point.good;
    if (was_good && std::holds_alternative<Fault>(what)) point.good = last_look;
    point.told = std::move(what);
    out_(reading);
}

void Driver::poll(std::size_t i) {
    if (!running_) return;
    auto& request = requests_[i];
    const auto now = agenda_.now();
    auto last_look = grid(request, now) - request.period;
    if (request.edge && *request.edge > last_look) last_look = *request.edge;
    const bool refresh = request.refresh && *request.refresh <= now;
    if (refresh) request.refresh.reset();
    bool changed = false;
    for (auto& point : request.points) {
        auto what = alive_ ? point.look() : std::variant<Value, Fault>{Fault::no_answer};
        const bool news = point.told != what;
        changed |= news;
        if (news || refresh) tell(point, std::move(what), now, last_look);
    }
    if (told_online_ != alive_) {
        told_online_ = alive_;
        out_({.point = online_, .at = now, .what = Value{alive_}, .after = {}, .raw = {}});
    }
    if (changed || !refresh) {
        request.refresh = now + std::chrono::milliseconds{900};
        plan(i, *request.refresh);
    }
}

}  // namespace sealwarden::sim
