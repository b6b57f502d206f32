// Sounders and beacons: relays that are on while an alarm wants them.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "firmware/core/alarm.hpp"
#include "firmware/core/options.hpp"
#include "firmware/core/output_acts.hpp"
#include "firmware/core/state.hpp"

namespace sealwarden {

// An alarm wants an output while it waits for its acknowledgement and is not silenced, and
//  - its priority is one of the output's, or
//  - its escalation has come to a step with one of the output's groups.
// It gives a new reason as it is raised, repeated, reminded of or escalated.
//
//             a new reason                      limit over
//    off ------------------------------> on ------------------> spent
//     ^                                 | ^                      | |
//     +------ nothing wants it ---------+ +---- a new reason ----+ |
//     +------------------------------------------------------------+  nothing wants it
//
// Switched on in off and on; spent is off. A test switches it on for its time whatever the state.
enum class OutputState { off, on, spent };
[[nodiscard]] std::string_view to_string(OutputState state);
enum class OutputInput { reason, none_left, limit_over };
[[nodiscard]] OutputState next(OutputState state, OutputInput input);

// One relay. What it should be is told by output.on and output.off; when what is read differs from
// that for longer than `follows_within`, it does not follow (output.failed).
class Output {
  public:
    explicit Output(OutputOptions options) : options_{std::move(options)} {}

    [[nodiscard]] const OutputOptions& options() const { return options_; }
    [[nodiscard]] Subject subject() const { return {"output", options_.id}; }
    [[nodiscard]] bool is_on() const { return on_; }
    void take_options(OutputOptions options) { options_ = std::move(options); }

    // `wants`: the alarm does now. `anew`: the event gives a reason.
    void alarm_changed(const Alarm& alarm, bool wants, bool anew, std::string_view cause, Uptime at,
                       Events& events);
    void test(std::chrono::seconds time, const std::string& person, const Asked& asked,
              Events& events);
    void seen(const Reading& reading, Events& events);
    void tick(Uptime now, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const;
    // The gateway ends: off.
    void rest(Uptime now, Events& events);
    void was_failing() { failed_ = true; }
    void describe(State& state) const;

  private:
    void follow(Uptime at, std::string_view cause, std::vector<Subject> because, Events& events);
    void weigh(Uptime at, Events& events);

    OutputOptions options_;
    OutputState state_ = OutputState::off;
    std::set<std::string> wanting_;   // ids of alarms
    std::optional<Uptime> limit_at_;  // in on
    std::optional<Uptime> tested_until_;
    bool on_ = false;
    Uptime since_{};
    std::optional<bool> seen_;
    std::optional<Uptime> differs_since_;
    bool failed_ = false;
};

class Outputs {
  public:
    Outputs() = default;
    explicit Outputs(const SiteOptions& options);

    // Of an earlier run, or of the site before a reload: those with the same options but for their
    // names go on.
    void go_on(const Outputs& before);
    // Alarms that still wait want their outputs.
    void restore(const std::vector<Alarm>& alarms, Uptime now, Events& events);

    void take(const Event& event, Events& events);
    void apply(const TestOutput& act, const Asked& asked, Events& events);
    void apply(const Reading& reading, Events& events);
    void tick(Uptime now, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const;
    void rest(Uptime now, Events& events);

    [[nodiscard]] const std::vector<Output>& all() const { return outputs_; }
    void describe(std::vector<State>& states) const;
    [[nodiscard]] std::vector<PointId> points() const;

  private:
    [[nodiscard]] std::string_view why_wanted(const Alarm& alarm, const Output& output) const;

    std::vector<Output> outputs_;
    std::set<std::string> carried_;                             // ids that go on
    std::map<std::string, std::vector<EscalationStep>> steps_;  // by priority, soonest first
};

}  // namespace sealwarden
