#include "firmware/fronts.hpp"

#include <gtest/gtest.h>

namespace sealwarden {
namespace {
using namespace std::chrono_literals;

TEST(RestartDelay, DoublesUpToAHalfMinuteWhileAFrontKeepsDying) {
    RestartDelay delay;
    EXPECT_EQ(delay.ended_after(1s), 250ms);
    EXPECT_EQ(delay.ended_after(1s), 500ms);
    for (int i = 0; i < 20; ++i) static_cast<void>(delay.ended_after(1s));
    EXPECT_EQ(delay.ended_after(1s), RestartDelay::last);
}

TEST(RestartDelay, AGoodRunForgivesWhatWasBefore) {
    RestartDelay delay;
    for (int i = 0; i < 10; ++i) static_cast<void>(delay.ended_after(1s));
    EXPECT_EQ(delay.ended_after(RestartDelay::good_run), RestartDelay::first);
}

}  // namespace
}  // namespace sealwarden
