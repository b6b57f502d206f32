#include "firmware/recorder.hpp"

#include <algorithm>
#include <cassert>
#include <iterator>

namespace sealwarden {

std::vector<State> Recorder::record(Batch batch) {
    assert(!held_);
    std::vector<State> at_once;
    if (!batch.events.empty()) {
        if (!hand_over(batch)) held_ = std::move(batch);
    } else if (in_flight_.empty()) {
        show(batch, 0, at_once);
    } else {
        auto& waiting = in_flight_.back().rest.changes;
        std::move(batch.changes.begin(), batch.changes.end(), std::back_inserter(waiting));
    }
    return at_once;
}

bool Recorder::retry() {
    if (held_ && hand_over(*held_)) held_.reset();
    return !held_;
}

bool Recorder::hand_over(Batch& batch) {
    const auto count = batch.events.size();
    const auto ticket = append_(batch.events);
    if (!ticket) return false;
    in_flight_.push_back({.ticket = *ticket, .events = count, .rest = std::move(batch)});
    in_flight_.back().rest.events.clear();
    return true;
}

std::vector<State> Recorder::committed(const eventlog::Committed& committed) {
    std::vector<State> changes;
    std::size_t ours = 0;
    for (std::size_t i = 0; i < committed.tickets.size(); ++i) ours += in_flight_.at(i).events;
    // What the log itself had to say (a recovery) stands before what it was given.
    assert(ours <= committed.entries.size());
    std::size_t at = committed.entries.size() - ours;
    for (const auto ticket : committed.tickets) {
        auto& first = in_flight_.front();
        assert(first.ticket == ticket);
        const auto index = at < committed.entries.size() ? committed.entries[at].index : 0;
        at += first.events;
        auto batch = std::move(first.rest);
        in_flight_.pop_front();
        show(batch, index, changes);
    }
    return changes;
}

void Recorder::show(Batch& batch, std::uint64_t index, std::vector<State>& changes) {
    for (auto& state : batch.changes) {
        const auto [place, fresh] = place_.try_emplace(state.subject, states_.size());
        if (fresh)
            states_.push_back(state);
        else
            states_[place->second] = state;
        changes.push_back(std::move(state));
    }
    if (batch.alarms) alarms_ = std::move(*batch.alarms);
    if (batch.done) batch.done(index);
}

std::vector<State> Recorder::states() const {
    return states_;
}

}  // namespace sealwarden
