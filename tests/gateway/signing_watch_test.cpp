#include "firmware/signing_watch.hpp"

#include <gtest/gtest.h>

namespace sealwarden {
namespace {
using namespace std::chrono_literals;
using State = eventlog::SigningState::State;

std::vector<EventKind> kinds(const Events& events) {
    std::vector<EventKind> kinds;
    for (const auto& event : events) kinds.push_back(event.kind);
    return kinds;
}

TEST(SigningWatch, AChangeIsToldOnceWithItsReason) {
    SigningWatch watch{"gw1", {}};
    EXPECT_TRUE(watch.look({.state = State::signing}, Uptime{1s}).empty());
    const eventlog::SigningState held{.state = State::held_back, .why = "5 of 10 entries"};
    const auto said = watch.look(held, Uptime{2s});
    ASSERT_EQ(kinds(said), (std::vector{EventKind::log_held_back}));
    EXPECT_EQ(said[0].data.at("why"), Datum{std::string{"5 of 10 entries"}});
    EXPECT_EQ(said[0].subjects, (std::vector<Subject>{{"gateway", "gw1"}}));
    EXPECT_EQ(said[0].at, Uptime{2s});
    EXPECT_TRUE(watch.look(held, Uptime{3s}).empty());
    EXPECT_EQ(kinds(watch.look({.state = State::signing, .epoch = 4}, Uptime{4s})),
              (std::vector{EventKind::log_signed}));
}

TEST(SigningWatch, WaitingForAWordFromOutsideDecidesNothing) {
    SigningWatch watch{"gw1", {{.id = "log-unsigned-gw1", .kind = "log-unsigned", .active = true}}};
    EXPECT_TRUE(watch.look({.state = State::waiting}, Uptime{1s}).empty());
    EXPECT_TRUE(watch.look({.state = State::held_back}, Uptime{2s}).empty())
        << "the alarm of the last start still stands";
    EXPECT_EQ(kinds(watch.look({.state = State::signing}, Uptime{3s})),
              (std::vector{EventKind::log_signed}));
}

TEST(SigningWatch, AnAlarmOfTheLastStartThatIsOverIsCleared) {
    SigningWatch watch{"gw1",
                       {{.id = "log-unsigned-gw1", .kind = "log-unsigned", .active = true},
                        {.id = "clock-doubted-gw1", .kind = "clock-doubted", .active = true}}};
    EXPECT_EQ(kinds(watch.look({.state = State::signing}, Uptime{1s})),
              (std::vector{EventKind::log_signed, EventKind::clock_believed}));
}

TEST(SigningWatch, AClockThatIsNotBelievedIsToldWhileItCounts) {
    SigningWatch watch{"gw1", {}};
    EXPECT_EQ(kinds(watch.look({.state = State::signing, .clock_held_back = true}, Uptime{1s})),
              (std::vector{EventKind::clock_doubted}));
    EXPECT_TRUE(watch.look({.state = State::signing, .clock_held_back = true}, Uptime{2s}).empty());
    EXPECT_EQ(kinds(watch.look({.state = State::signing}, Uptime{3s})),
              (std::vector{EventKind::clock_believed}));
    EXPECT_TRUE(watch.look({.state = State::not_commissioned}, Uptime{4s}).empty());
}

}  // namespace
}  // namespace sealwarden
