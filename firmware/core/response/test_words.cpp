#include <array>
#include <cassert>

#include "firmware/core/response/exercise.hpp"
#include "firmware/core/response/test_acts.hpp"
#include "firmware/core/response/walk_test.hpp"

namespace sealwarden {
namespace {
constexpr std::array results{TestResult::passed, TestResult::failed};
constexpr std::array states{WalkTestState::untested, WalkTestState::passed, WalkTestState::failed,
                            WalkTestState::overdue};
constexpr std::array exercises{Exercise::none, Exercise::test, Exercise::drill};
}  // namespace

std::string_view to_string(TestResult result) {
    switch (result) {
        case TestResult::passed: return "passed";
        case TestResult::failed: return "failed";
    }
    assert(!"every result has a name");
    return "?";
}
std::span<const TestResult> values(TestResult) {
    return results;
}

std::string_view to_string(WalkTestState state) {
    switch (state) {
        case WalkTestState::untested: return "untested";
        case WalkTestState::passed: return "passed";
        case WalkTestState::failed: return "failed";
        case WalkTestState::overdue: return "overdue";
    }
    assert(!"every state has a name");
    return "?";
}
std::span<const WalkTestState> values(WalkTestState) {
    return states;
}

WalkTestState next(WalkTestState state, WalkTestInput input) {
    switch (input) {
        case WalkTestInput::pass: return WalkTestState::passed;
        case WalkTestInput::fail:
            return state == WalkTestState::overdue ? state : WalkTestState::failed;
        case WalkTestInput::time: return WalkTestState::overdue;
    }
    assert(!"every input has its transitions");
    return state;
}

std::string_view to_string(Exercise exercise) {
    switch (exercise) {
        case Exercise::none: return "none";
        case Exercise::test: return "test";
        case Exercise::drill: return "drill";
    }
    assert(!"every exercise has a name");
    return "?";
}
std::span<const Exercise> values(Exercise) {
    return exercises;
}

std::optional<Exercise> next(Exercise exercise, ExerciseInput input) {
    using enum ExerciseInput;
    const auto out = [](bool possible) {
        return possible ? std::optional{Exercise::none} : std::nullopt;
    };
    switch (exercise) {
        case Exercise::none:
            if (input == begin_test) return Exercise::test;
            if (input == begin_drill) return Exercise::drill;
            return {};
        case Exercise::test: return out(input == end_test || input == time);
        case Exercise::drill: return out(input == end_drill || input == time);
    }
    assert(!"every exercise has its transitions");
    return {};
}

}  // namespace sealwarden
