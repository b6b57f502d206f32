// What was decided goes to the log; what was committed may be shown. Lives on the loop.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "firmware/core/site.hpp"
#include "firmware/eventlog/log.hpp"

namespace sealwarden {

class Recorder {
  public:
    // Takes events for the log, or says no when its queue is full (eventlog::LogThread::append).
    using Append = std::function<std::optional<std::uint64_t>(Events)>;
    // Called when the batch is on disk, with the index of its first entry.
    using Done = std::function<void(std::uint64_t index)>;

    // Events with what they change for those who watch.
    struct Batch {
        Events events;
        std::vector<State> changes;
        std::optional<std::vector<Alarm>> alarms;  // all that are not normal, when they changed
        Done done;
    };

    // `alarms` are those that the log tells of already.
    Recorder(Append append, std::vector<Alarm> alarms)
        : append_{std::move(append)}, alarms_{std::move(alarms)} {}

    // Gives the batch to the log. When the log is full the batch is kept, and nothing more may be
    // decided before retry() says true: what is not on disk did not happen. Changes without an
    // event (a data age) wait for what is under way; with nothing under way they are returned, to
    // be shown.
    std::vector<State> record(Batch batch);
    [[nodiscard]] bool held() const { return held_.has_value(); }
    bool retry();

    // The log has committed: updates what may be shown and returns the changes for the watchers.
    std::vector<State> committed(const eventlog::Committed& committed);

    [[nodiscard]] std::vector<State> states()
        const;  // as of the last commit, in the order first seen
    [[nodiscard]] const std::vector<Alarm>& alarms() const {
        return alarms_;
    }  // as of the last commit
    [[nodiscard]] std::size_t in_flight() const { return in_flight_.size(); }

  private:
    struct InFlight {
        std::uint64_t ticket = 0;
        std::size_t events = 0;
        Batch rest;  // without its events
    };
    bool hand_over(Batch& batch);
    void show(Batch& batch, std::uint64_t index, std::vector<State>& changes);

    Append append_;
    std::optional<Batch> held_;
    std::deque<InFlight> in_flight_;
    std::vector<State> states_;
    std::map<Subject, std::size_t> place_;
    std::vector<Alarm> alarms_;
};

}  // namespace sealwarden
