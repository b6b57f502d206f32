#include "firmware/local/door_watch.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace sealwarden::local {
namespace {

using namespace std::chrono_literals;

std::size_t warnings_of(const std::function<void()>& work) {
    testing::internal::CaptureStderr();
    work();
    const auto said = testing::internal::GetCapturedStderr();
    std::size_t count = 0;
    for (auto at = said.find("gateway does not answer"); at != std::string::npos;
         at = said.find("gateway does not answer", at + 1))
        ++count;
    return count;
}

TEST(DoorWatch, ADoorThatGoesIsWarnedOfOnceAndTriedAgainAfterAMoment) {
    DoorWatch watch{Uptime{1s}};
    EXPECT_EQ(watch.due(), Uptime{1s}) << "at once";
    EXPECT_EQ(warnings_of([&] {
                  watch.lost(false, "nobody listens", Uptime{1s});
                  watch.lost(false, "nobody listens", Uptime{2s});
              }),
              1U);
    EXPECT_EQ(watch.due(), Uptime{2s} + DoorWatch::retry);
    watch.found();
    EXPECT_EQ(warnings_of([&] { watch.lost(true, "it went", Uptime{9s}); }), 1U);
}

TEST(DoorWatch, AFrontStartsAnewForAnotherConfigurationThanItsOwn) {
    DoorWatch watch{Uptime{}};
    EXPECT_FALSE(watch.has_another_config("a1"));
    EXPECT_FALSE(watch.has_another_config("a1"));
    EXPECT_TRUE(watch.has_another_config("b2"));
}

}  // namespace
}  // namespace sealwarden::local
