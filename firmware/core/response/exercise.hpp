// A zone that is tested, or in which people are trained: what it says then is no alarm.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "firmware/core/fields.hpp"

namespace sealwarden {

//          begin test            begin drill
//   test <------------- none ----------------> drill
//        -------------> ^  ^ <----------------
//     end test, time over   end drill, time over
enum class Exercise { none, test, drill };
[[nodiscard]] std::string_view to_string(Exercise exercise);
[[nodiscard]] std::span<const Exercise> values(Exercise);

enum class ExerciseInput { begin_test, end_test, begin_drill, end_drill, time };
// Empty: not from here.
[[nodiscard]] std::optional<Exercise> next(Exercise exercise, ExerciseInput input);

struct ZoneExercise {
    Exercise exercise = Exercise::none;
    std::optional<Uptime> since, until;
    std::string begun_by;
    std::string reason;  // a text of people
    template <class Self, class Fields>
    static void fields(Self& self, Fields& f) {
        f("exercise", self.exercise);
        f("since_ts", self.since);
        f("until_ts", self.until);
        f("begun_by", self.begun_by);
        f.personal("reason", self.reason);
    }
    friend bool operator==(const ZoneExercise&, const ZoneExercise&) = default;
};

}  // namespace sealwarden
