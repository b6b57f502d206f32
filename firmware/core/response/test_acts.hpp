// Walk-tests, test mode and drills (CTPAT 9.8, 12).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware/core/act.hpp"

namespace sealwarden {

enum class TestResult { passed, failed };
[[nodiscard]] std::string_view to_string(TestResult result);
[[nodiscard]] std::span<const TestResult> values(TestResult);

struct RecordTest {
    static constexpr ActInfo info{
        "test.record",
        "A walk-test of a door, seal reader, badge reader, camera, cabinet, lamp or power source"};
    std::string kind;
    std::string subject;
    TestResult result{};
    bool positioned = false;
    std::string note;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("kind", self.kind, "door, seal, reader, camera, cabinet, light or power");
        a("subject", self.subject, "its id");
        a("result", self.result, "passed or failed");
        a.optional("positioned", self.positioned, "it points where it should (CTPAT 9.8)");
        a.optional_prose("note", self.note, "remarks");
        a("person", self.person, "who does it, a registered person");
    }
};
struct BeginTestMode {
    static constexpr ActInfo info{"test.begin",
                                  "A zone is tested: everything in it is marked as a test"};
    std::string zone;
    std::int64_t minutes = 0;
    std::string reason;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("zone", self.zone, "id of the zone");
        a("minutes", self.minutes, "for how long at most");
        a.prose("reason", self.reason, "why");
        a("person", self.person, "who does it, a registered person");
    }
};
struct EndTestMode {
    static constexpr ActInfo info{"test.end", "The test is over"};
    std::string zone;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("zone", self.zone, "id of the zone");
        a("person", self.person, "who does it, a registered person");
    }
};
struct BeginDrill {
    static constexpr ActInfo info{"drill.begin",
                                  "People are trained: everything in a zone is marked as a drill"};
    std::string zone;
    std::int64_t minutes = 0;
    std::string reason;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("zone", self.zone, "id of the zone");
        a("minutes", self.minutes, "for how long at most");
        a.prose("reason", self.reason, "what is trained");
        a("person", self.person, "who does it, a registered person");
    }
};
struct EndDrill {
    static constexpr ActInfo info{"drill.end", "The drill is over"};
    std::string zone;
    std::string result;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("zone", self.zone, "id of the zone");
        a.optional_prose("result", self.result, "what was learnt");
        a("person", self.person, "who does it, a registered person");
    }
};

using TestActs = std::variant<RecordTest, BeginTestMode, EndTestMode, BeginDrill, EndDrill>;

}  // namespace sealwarden
