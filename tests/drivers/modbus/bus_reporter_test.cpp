#include "drivers/modbus/bus_reporter.hpp"

#include <gtest/gtest.h>

#include "tests/support/modbus_site.hpp"

namespace sealwarden::modbus {
namespace {

using namespace std::chrono_literals;

class BusReporterTest : public testing::Test {
  protected:
    std::optional<BusReport> collect(std::string_view link_error = {}) {
        return reporter.collect(now, readings, poller, link_error);
    }
    void reads(PointId point, Value value) {
        readings.push_back(
            {.point = point, .at = now, .what = std::move(value), .after = {}, .raw = {}});
    }

    BusOptions options =
        test::bus("east", {test::device("io1", 1, test::row_profile(Table::coil, 2), 100ms)});
    Uptime now{100s};
    Poller poller{options, now};
    BusReporter reporter{options};
    std::vector<Reading> readings;
};

TEST_F(BusReporterTest, SpeaksOfItsDevicesOnceASecond) {
    const auto first = collect();
    ASSERT_TRUE(first);
    EXPECT_EQ(first->bus, "east");
    ASSERT_EQ(first->devices.size(), 1U);
    EXPECT_EQ(first->devices[0].device, "io1");
    EXPECT_EQ(reporter.due(), now + 1s);

    now += 999ms;
    EXPECT_FALSE(collect());
    now += 1ms;
    EXPECT_TRUE(collect());
}

TEST_F(BusReporterTest, ReadingsGoOutAtOnceAndOnlyOnce) {
    (void)collect();
    reads("io1.p0", true);
    const auto report = collect();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->readings.size(), 1U);
    EXPECT_TRUE(report->devices.empty());
    EXPECT_TRUE(readings.empty());
    EXPECT_FALSE(collect());
}

TEST_F(BusReporterTest, ADeviceThatGoesOnOrOffLineIsReportedAtOnce) {
    (void)collect();
    reads("io1.online", true);
    EXPECT_EQ(collect()->devices.size(), 1U);
    reads("io1.online", true);
    EXPECT_TRUE(collect()->devices.empty()) << "it was on line before";
    reads("io1.online", false);
    EXPECT_EQ(collect()->devices.size(), 1U);
}

TEST_F(BusReporterTest, ABrokenLinkIsEveryDevicesLastError) {
    const auto report = collect("the port /dev/ttyUSB0 is gone");
    ASSERT_TRUE(report);
    EXPECT_EQ(report->devices.at(0).last_error, "the port /dev/ttyUSB0 is gone");
}

}  // namespace
}  // namespace sealwarden::modbus
