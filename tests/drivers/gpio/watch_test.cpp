#include "drivers/gpio/watch.hpp"

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <map>

namespace sealwarden::gpio {
namespace {
using namespace std::chrono_literals;

// What the test holds of a chip; the chip itself belongs to the watch.
struct Board {
    int wake = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    std::vector<bool> levels{false, false};
    bool stuck = false;
    std::vector<Edge> queued;
    bool plugged = true;
    int opened = 0;
    ~Board() { ::close(wake); }

    void edge(bool active, Uptime at) {
        levels[0] = active;
        queued.push_back({.line = 0, .active = active, .at = at});
        const std::uint64_t one = 1;
        ASSERT_EQ(::write(wake, &one, sizeof one), static_cast<ssize_t>(sizeof one));
    }
};

class FakeChip final : public Chip {
  public:
    explicit FakeChip(Board& board) : board_{board} {}
    std::vector<int> descriptors() const override { return {board_.wake}; }
    bool drain(std::vector<Edge>& edges) override {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto read = ::read(board_.wake, &count, sizeof count);
        edges.insert(edges.end(), board_.queued.begin(), board_.queued.end());
        board_.queued.clear();
        return true;
    }
    std::optional<std::vector<bool>> levels() override {
        if (!board_.plugged) return std::nullopt;
        return board_.levels;
    }
    bool set(std::size_t line, bool active) override {
        board_.levels.at(line) = active && !board_.stuck;
        return true;
    }

  private:
    Board& board_;
};

class WatchTest : public testing::Test {
  protected:
    // Runs the loop until the condition holds; fails after a deadline instead of hanging.
    template <class Condition>
    void until(Condition holds) {
        const auto deadline = std::chrono::steady_clock::now() + 10s;
        while (!holds() && std::chrono::steady_clock::now() < deadline) loop.run_one_for(100ms);
        ASSERT_TRUE(holds());
    }
    Watch watch() {
        return Watch{
            loop,
            {.id = "cab",
             .chip = "fake",
             .lines = {{.id = "lid", .offset = 0}, {.id = "siren", .offset = 1, .output = true}},
             .look_every = 5ms},
            [this](BusReport report) {
                for (const auto& reading : report.readings)
                    last.insert_or_assign(reading.point, reading);
                for (const auto& device : report.devices) device_report = device;
                ++reports;
            },
            [this] { return now; },
            [this](const ChipOptions&, OpenError& error) -> std::unique_ptr<Chip> {
                ++board.opened;
                if (board.plugged) return std::make_unique<FakeChip>(board);
                error.message = "not plugged";
                return nullptr;
            }};
    }

    boost::asio::io_context loop;
    Board board;
    Uptime now{1s};
    std::map<PointId, Reading> last;
    DeviceReport device_report;
    int reports = 0;
};

TEST_F(WatchTest, AnEdgeArrivesWithoutWaitingForTheNextLook) {
    const auto watching = watch();
    until([&] { return last.contains("cab.lid"); });
    board.edge(true, Uptime{1500ms});
    now = Uptime{2s};
    until([&] { return *last.at("cab.lid").value() == Value{true}; });
    EXPECT_TRUE(device_report.online);
}

TEST_F(WatchTest, EdgesAreCountedByLineWithHowLateTheyWereHad) {
    const auto watching = watch();
    until([&] { return last.contains("cab.lid"); });
    ASSERT_EQ(watching.edges().size(), 2U);
    EXPECT_EQ(watching.edges()[1].line, "cab.siren");
    EXPECT_EQ(watching.edges()[0].latency.count(), 0U);
    now = Uptime{2s};
    board.edge(true, now - 400us);
    board.edge(false, now - 300us);
    until([&] { return watching.edges()[0].latency.count() == 2; });
    EXPECT_EQ(watching.edges()[0].latency.sum, 700us);
    EXPECT_EQ(watching.edges()[0].times_lost, 0U);
    now = Uptime{3s};
    board.edge(false, now - 3ms);
    board.levels[0] = true;  // the edge that says so never came
    until([&] { return watching.edges()[0].latency.count() == 3; });
    EXPECT_EQ(watching.edges()[0].times_lost, 1U);
    EXPECT_EQ(watching.edges()[1].latency.count(), 0U);
}

TEST_F(WatchTest, AnUnpluggedChipIsNoticedByTheLookAndFoundAgain) {
    const auto watching = watch();
    until([&] { return last.contains("cab.lid"); });
    board.plugged = false;  // wakes nobody, as on Linux 6.1
    until([&] { return last.at("cab.lid").fault() != nullptr; });
    EXPECT_EQ(*last.at("cab.lid").fault(), Fault::port_gone);
    EXPECT_FALSE(device_report.online);
    board.plugged = true;
    until([&] { return last.at("cab.lid").value() != nullptr; });
    EXPECT_EQ(*last.at("cab.online").value(), Value{true});
    EXPECT_GE(board.opened, 2);
}

TEST_F(WatchTest, AChipThatIsMissingAtTheStartIsSaidWithItsReasonAndTriedAgain) {
    board.plugged = false;
    const auto watching = watch();
    until([&] { return last.contains("cab.online"); });
    EXPECT_EQ(*last.at("cab.online").value(), Value{false});
    EXPECT_EQ(device_report.last_error, "not plugged");
    board.plugged = true;
    until([&] { return last.at("cab.lid").value() != nullptr; });
}

TEST_F(WatchTest, AnOutputIsSwitchedAndItsLevelToldAtOnce) {
    auto watching = watch();
    until([&] { return last.contains("cab.siren"); });
    EXPECT_EQ(*last.at("cab.siren").value(), Value{false});
    EXPECT_TRUE(watching.set("siren", true));
    until([&] { return *last.at("cab.siren").value() == Value{true}; });
}

TEST_F(WatchTest, AnOutputThatDoesNotFollowReadsAsItIs) {
    auto watching = watch();
    until([&] { return last.contains("cab.siren"); });
    board.stuck = true;
    const auto before = reports;
    EXPECT_TRUE(watching.set("siren", true));
    until([&] { return reports > before + 2; });
    EXPECT_EQ(*last.at("cab.siren").value(), Value{false});
}

TEST_F(WatchTest, AnInputCannotBeSwitchedNorALineOfAChipThatIsAway) {
    auto watching = watch();
    EXPECT_FALSE(watching.set("siren", true)) << "it is not open yet";
    until([&] { return last.contains("cab.lid"); });
    EXPECT_FALSE(watching.set("lid", true));
    EXPECT_FALSE(watching.set("horn", true));
    EXPECT_FALSE(board.levels.at(0));
}

}  // namespace
}  // namespace sealwarden::gpio
