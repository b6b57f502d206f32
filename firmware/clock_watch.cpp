#include "firmware/clock_watch.hpp"

#include <cstdlib>

namespace sealwarden {

ClockWatch::ClockWatch(ClockSample first, std::string subject_id)
    : last_{std::move(first)}, gateway_{"gateway", std::move(subject_id)} {}

Events ClockWatch::look(const ClockSample& sample) {
    using namespace std::chrono;
    Events events;
    const auto passed = sample.uptime - last_.uptime;
    const auto stepped = (sample.wall - last_.wall) - passed;
    if (abs(stepped) > step_limit) {
        events.push_back(
            {.kind = EventKind::clock_step,
             .at = sample.uptime,
             .after = last_.uptime,
             .subjects = {gateway_},
             .data = {{"by_ms", std::int64_t{duration_cast<milliseconds>(stepped).count()}},
                      {"expected", rfc3339(last_.wall + passed)},
                      {"now", rfc3339(sample.wall)}}});
    }
    if (sample.sync != last_.sync) {
        events.push_back({.kind = EventKind::clock_sync,
                          .at = sample.uptime,
                          .after = last_.uptime,
                          .subjects = {gateway_},
                          .data = {{"sync", sample.sync}, {"before", last_.sync}}});
    }
    last_ = sample;
    return events;
}

}  // namespace sealwarden
