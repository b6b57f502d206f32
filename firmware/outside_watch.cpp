#include "firmware/outside_watch.hpp"

#include <algorithm>

namespace sealwarden {
namespace {

std::chrono::seconds cadence_of(const OutsideWatch::State& state) {
    return std::max(state.cadence, OutsideWatch::shortest_cadence);
}

}  // namespace

OutsideWatch::OutsideWatch(std::string gateway, const std::vector<Alarm>& alarms)
    : gateway_{"gateway", std::move(gateway)},
      kept_in_{std::ranges::any_of(alarms, [](const Alarm& alarm) {
          return alarm.kind == "heads-kept-in" && alarm.active;
      })} {}

Events OutsideWatch::look(const State& state, Uptime now) {
    if (state.generation != generation_ || !state.watched) {
        unseen_.clear();
        owed_.reset();
    }
    generation_ = state.generation;
    if (!state.watched || state.size == 0) return {};
    mark(state, now);
    const bool overdue = !unseen_.empty() && now - unseen_.front().since > cadence_of(state);
    if (overdue && !kept_in_) {
        kept_in_ = true;
        owed_ = unseen_.front().size;
        return {event(EventKind::log_kept_in, state, now)};
    }
    // After a start it is not known which head was overdue: it is among those that are there.
    if (kept_in_ && !owed_) owed_ = state.size;
    if (kept_in_ && !overdue && state.seen_size >= *owed_) {
        kept_in_ = false;
        owed_.reset();
        return {event(EventKind::log_seen, state, now)};
    }
    return {};
}

void OutsideWatch::mark(const State& state, Uptime now) {
    while (!unseen_.empty() && unseen_.front().size <= state.seen_size) unseen_.pop_front();
    const auto known = unseen_.empty() ? state.seen_size : unseen_.back().size;
    if (state.size <= known || unseen_.size() >= marks) return;
    const auto apart = std::chrono::microseconds{cadence_of(state)} / static_cast<int>(marks / 2);
    if (unseen_.empty() || now - unseen_.back().since >= apart) {
        unseen_.push_back({.size = state.size, .since = now});
    }
}

Event OutsideWatch::event(EventKind kind, const State& state, Uptime now) const {
    Event event;
    event.kind = kind;
    event.at = now;
    event.subjects = {gateway_};
    event.data = {{"seen_size", static_cast<std::int64_t>(state.seen_size)},
                  {"size", static_cast<std::int64_t>(state.size)}};
    return event;
}

}  // namespace sealwarden
