// When one thing was last walk-tested, and until when it has to be again (CTPAT 9.8).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "firmware/core/fields.hpp"

namespace sealwarden {

//   untested, passed, failed -- pass --> passed      overdue -- pass ----> passed
//   untested, passed, failed -- fail --> failed      overdue -- fail ----> overdue
//   untested, passed, failed -- time --> overdue     overdue -- time ----> overdue
//
// Only a passed test gives it another date: a failed one is a case.
enum class WalkTestState { untested, passed, failed, overdue };
[[nodiscard]] std::string_view to_string(WalkTestState state);
[[nodiscard]] std::span<const WalkTestState> values(WalkTestState);

enum class WalkTestInput { pass, fail, time };
[[nodiscard]] WalkTestState next(WalkTestState state, WalkTestInput input);

struct WalkTest {
    std::string kind, thing;  // "door", "d07"; its subject is {"test", "door-d07"}
    WalkTestState state = WalkTestState::untested;
    std::string result;  // of the last test: passed, failed; empty: never tested
    std::string tester;
    bool positioned = false;  // it points where it should
    std::optional<Uptime> tested_at, passed_at, due_at;
    std::string note;  // of the last test

    template <class Self, class Fields>
    static void fields(Self& self, Fields& f) {
        f("kind", self.kind);
        f("thing", self.thing);
        f("state", self.state);
        f("result", self.result);
        f("tester", self.tester);
        f("positioned", self.positioned);
        f("tested_ts", self.tested_at);
        f("passed_ts", self.passed_at);
        f("due_ts", self.due_at);
        f.personal("note", self.note);
    }
    friend bool operator==(const WalkTest&, const WalkTest&) = default;
};

}  // namespace sealwarden
