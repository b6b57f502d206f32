// What a bus carries, against numbers computed by hand.
#include <gmock/gmock.h>

#include "tests/config/files.hpp"

namespace sealwarden::config {
namespace {

using namespace std::chrono_literals;

class LoadTest : public testing::Test {
  protected:
    BusLoad load_of(const std::string& bus, const std::string& more = "") {
        const Loaded loaded = load(files_.sources(
            "[site]\nid = \"dc7\"\ngateway = \"gw1\"\n[[bus]]\nid = \"a\"\n" + bus + more));
        EXPECT_TRUE(loaded.config) << texts(loaded);
        return loaded.config ? loads(*loaded.config).at(0) : BusLoad{};
    }
    static std::string devices(int count, int period) {
        std::string out;
        for (int i = 1; i <= count; ++i) {
            const std::string n = std::to_string(i);
            out += "[[bus.device]]\nid = \"io" + n + "\"\nunit = " + n +
                   "\nprofile = \"bare\"\nperiod_ms = " + std::to_string(period) + "\n";
        }
        return out;
    }
    Files files_;
};

constexpr auto line = "transport = \"rtu\"\npath = \"/dev/ttyS1\"\n";
constexpr auto door = "[[door]]\nid = \"d1\"\ncontact = \"io1.di0\"\n";

// 10 bits a character: 8 + 7 characters at 19,200 baud are 7.813 ms, twice the silence of 3.5
// characters (of 11 bits, as the line keeps it) 4.012 ms, and 1 ms until the device answers.
TEST_F(LoadTest, SixteenUnitsAt19200WithoutParityTakeTwelvePointEightMillisecondsEach) {
    const auto load = load_of(std::string(line) + "parity = \"none\"\n" + devices(16, 1000));
    EXPECT_NEAR(load.load, 16 * 12.825 / 1000, 1e-5);
}

// 11 bits: 15 characters are 8.595 ms.
TEST_F(LoadTest, ParityMakesEveryCharacterElevenBits) {
    EXPECT_NEAR(load_of(std::string(line) + devices(16, 1000)).load, 16 * 13.607 / 1000, 1e-5);
}

// 8 + 7 characters of 10 bits at 115,200 baud are 1.303 ms, silence is twice 1.75 ms.
TEST_F(LoadTest, AboveNineteenTwoTheSilenceIsFixed) {
    const auto load =
        load_of(std::string(line) + "baud = 115200\nparity = \"none\"\n" + devices(1, 100));
    EXPECT_NEAR(load.load, (1.303 + 3.5 + 1) / 100, 1e-5);
}

TEST_F(LoadTest, TcpIsTwoMillisecondsARead) {
    EXPECT_DOUBLE_EQ(load_of("transport = \"tcp\"\nhost = \"192.0.2.1\"\n" + devices(1, 100)).load,
                     0.02);
}

// Fifteen live units, and every 8 s a probe of the silent one: silence and 8 characters, 500 ms of
// time-out, and 6 characters' time in which its answer might still come. 6.4 %, above its 5 %.
TEST_F(LoadTest, ASilentDeviceCostsItsProbes) {
    const auto load = load_of(std::string(line) + "parity = \"none\"\n" + devices(16, 1000));
    EXPECT_NEAR(load.load_one_dead, 15 * 12.825 / 1000 + 509.298 / 8000, 1e-5);
}

// The whole period, a probe of the other unit (509.298 ms), a round of both: one input of io1 is
// one byte of data (12.304 ms), all sixteen of io2 are two (12.825 ms).
TEST_F(LoadTest, TheWorstDetectionIncludesASilentNeighbour) {
    const auto load = load_of(std::string(line) + "parity = \"none\"\n" + devices(2, 200), door);
    EXPECT_EQ(load.worst_detection, 735ms);  // 200 + 509.298 + 25.129
}

TEST_F(LoadTest, AloneOnItsBusADoorWaitsForItsPeriodAndItsRead) {
    const auto load =
        load_of("transport = \"tcp\"\nhost = \"192.0.2.1\"\n" + devices(1, 100), door);
    EXPECT_EQ(load.worst_detection, 102ms);
}

TEST_F(LoadTest, ABusWithoutDoorsAndSealsPromisesNothing) {
    EXPECT_EQ(load_of(std::string(line) + devices(2, 200)).worst_detection, 0ms);
}

}  // namespace
}  // namespace sealwarden::config
