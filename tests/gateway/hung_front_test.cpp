// A front as a process: this program again, with another filter.
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "firmware/fronts.hpp"
#include "firmware/pulse.hpp"
#include "tests/support/temporary_directory.hpp"

namespace sealwarden {
namespace {
using namespace std::chrono_literals;

FrontOptions front(const std::string& test, std::chrono::milliseconds patience) {
    return {.name = test,
            .arguments = {"--gtest_also_run_disabled_tests", "--gtest_filter=" + test},
            .patience = patience};
}

// What the started processes do; no test of its own.
TEST(DISABLED_Process, Hangs) {
    for (;;) ::pause();
}

// Lives longer than its supervisor's patience, and says that it came to its end.
TEST(DISABLED_Process, BeatsToItsEnd) {
    Pulse pulse;
    Uptime turn{};
    for (int turns = 0; turns < 20; ++turns) {
        pulse.beat(turn += 1s);
        ::poll(nullptr, 0, 100);
    }
    std::ofstream{std::getenv("SEALWARDEN_TEST_END")} << "end";
}

class FrontProcessTest : public testing::Test {
  protected:
    // Runs the loop until the front was started again, or for ten seconds.
    std::uint64_t restarts(FrontOptions options) {
        Fronts fronts{loop_, {std::move(options)}};
        const auto end = std::chrono::steady_clock::now() + 10s;
        while (fronts.report()[0].restarts == 0 && std::chrono::steady_clock::now() < end)
            loop_.run_one_for(1s);
        return fronts.report()[0].restarts;
    }
    boost::asio::io_context loop_;
};

TEST_F(FrontProcessTest, OneThatHangsIsKilledAndStartedAgain) {
    EXPECT_EQ(restarts(front("DISABLED_Process.Hangs", 200ms)), 1U);
}

TEST_F(FrontProcessTest, OneThatBeatsIsLeftAlone) {
    const test::TemporaryDirectory directory;
    const auto end = directory.path() / "end";
    ::setenv("SEALWARDEN_TEST_END", end.c_str(), 1);
    EXPECT_EQ(restarts(front("DISABLED_Process.BeatsToItsEnd", 1500ms)), 1U);
    EXPECT_TRUE(std::filesystem::exists(end));
}

}  // namespace
}  // namespace sealwarden
