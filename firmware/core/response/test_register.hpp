// When each thing was last walk-tested; zones under test or drill (CTPAT 9.8, 12).
//
// Every door, seal reader, badge reader, camera, cabinet, lamp and power source is to be tested
// every so often (`every` of [test]), counted from its last passed test. What was never tested
// counts from when the gateway began to keep this register, which it says itself (test.planned,
// about {"test", "register"}) an hour behind its first start; what is configured later is due an
// hour behind the start that brought it at the earliest.
//
// An event about a thing of a zone (zone.hpp) under test or drill is marked with `test` or `drill`
// true. Alarms and cases act on that.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "firmware/core/response/exercise.hpp"
#include "firmware/core/response/test_acts.hpp"
#include "firmware/core/response/walk_test.hpp"
#include "firmware/core/rules.hpp"

namespace sealwarden {

class TestRegister {
  public:
    void restore(const Record& record, const Circumstances& circumstances);
    // Behind the last restore(), and whenever the configuration is another one.
    void start(const Circumstances& circumstances);
    void apply(const RecordTest& act, const Asked& asked, Events& events);
    void apply(const BeginTestMode& act, const Asked& asked, Events& events);
    void apply(const EndTestMode& act, const Asked& asked, Events& events);
    void apply(const BeginDrill& act, const Asked& asked, Events& events);
    void apply(const EndDrill& act, const Asked& asked, Events& events);
    void take(const Event&, const Circumstances&, Events&) {}
    void tick(const Circumstances& circumstances, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const { return next_; }
    void carry(const Circumstances& circumstances, Events& events) const;
    [[nodiscard]] static std::span<const RecordKind> record_kinds();

    void mark(Event& event) const;

  private:
    // What the register itself is known by.
    struct Plan {
        std::optional<Uptime> since;
        std::int64_t things = 0;
        template <class Self, class Fields>
        static void fields(Self& self, Fields& f) {
            f("since_ts", self.since);
            f("things", self.things);
        }
    };

    void begin(const std::string& zone, ExerciseInput input, std::int64_t minutes,
               const std::string& reason, const std::string& person, const Asked& asked,
               Events& events);
    void end(const std::string& zone, ExerciseInput input, const std::string& person,
             const std::string& result, const Asked& asked, Events& events);
    void end_by_time(const std::string& zone, const Circumstances& circumstances, Uptime at,
                     Events& events);
    [[nodiscard]] Uptime first_due(const std::string& id, std::chrono::hours every) const;
    [[nodiscard]] std::optional<Uptime> due(const std::string& id) const;
    void find_marks(const SiteOptions& options);
    void find_deadline();

    Plan plan_;
    bool planned_ = false;  // and told
    Uptime started_;
    std::map<std::string, WalkTest> tests_;  // by "door-d07"; also of what is gone
    std::set<std::string> configured_;
    std::map<std::string, ZoneExercise> zones_;  // those under test or drill
    std::map<Subject, std::set<Exercise>> marks_;
    std::optional<Uptime> next_;
};

}  // namespace sealwarden
