// Runs on a small file system of its own, which ctest mounts: SEALWARDEN_SMALL_DISK names it.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "tests/eventlog/log_fixture.hpp"

namespace sealwarden::eventlog {
namespace {

class FullDiskTest : public testing::Test {
  protected:
    void SetUp() override {
        const char* disk = std::getenv("SEALWARDEN_SMALL_DISK");
        ASSERT_NE(disk, nullptr) << "ctest runs this test, with a disk of 64 MiB";
        directory = std::make_unique<TempDirectory>(disk);
        filler = std::filesystem::path{disk} / "filler";
    }
    void TearDown() override {
        std::error_code ignored;
        std::filesystem::remove(filler, ignored);
    }
    // Others take all the space but `rest`.
    void fill(std::uint64_t rest) const {
        struct statvfs space{};
        ASSERT_EQ(::statvfs(directory->path().c_str(), &space), 0);
        const auto size = space.f_bavail * space.f_frsize - rest;
        const int file = ::open(filler.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        ASSERT_EQ(::posix_fallocate(file, 0, static_cast<off_t>(size)), 0);
        ::close(file);
    }
    [[nodiscard]] Events alarm() const {
        auto event = door_event(EventKind::alarm_raised, "d07", clock.uptime());
        event.subjects.push_back({"alarm", "door-forced-d07"});
        event.data = {{"kind", "door-forced"},
                      {"priority", "high"},
                      {"state", "unack_active"},
                      {"active", true},
                      {"count", std::int64_t{1}}};
        return {event};
    }
    std::unique_ptr<TempDirectory> directory;
    std::filesystem::path filler;
    FakeClock clock;
    Heard heard;
};

TEST_F(FullDiskTest, TenThousandAlarmsFitAfterTheDiskIsFullAndTheReserveComesBack) {
    auto log = open_log({.directory = directory->path(),
                         .boot_id = "b",
                         .queue_limit = 1000,
                         .ballast_bytes = 16 << 20,
                         .gateway = {}},
                        clock, heard);
    ASSERT_TRUE(heard.healths().empty());
    fill(1 << 20);
    const auto say_one = [&] { return heard.wait_for_ticket(log->append(alarm()).value_or(0)); };
    while (heard.healths().empty()) ASSERT_TRUE(say_one());
    EXPECT_EQ(heard.healths(), std::vector{Health::full});
    for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(say_one()) << i;
    EXPECT_EQ(heard.healths(), std::vector{Health::full});

    std::filesystem::remove(filler);
    ASSERT_TRUE(heard.wait_for_health(Health::good));
    const auto entries = heard.entries().size();
    log.reset();
    log = open_log({.directory = directory->path(),
                    .boot_id = "b",
                    .queue_limit = 1000,
                    .ballast_bytes = 16 << 20,
                    .gateway = {}},
                   clock, heard);
    EXPECT_EQ(log->size(), entries);
    EXPECT_EQ(log->generation(), 1u);
}

TEST_F(FullDiskTest, WhenTheReserveIsUsedTooNothingIsAcknowledgedAndNothingIsLost) {
    auto log = open_log({.directory = directory->path(),
                         .boot_id = "b",
                         .queue_limit = 500,
                         .ballast_bytes = 1 << 20,
                         .gateway = {}},
                        clock, heard);
    fill(1 << 20);
    std::uint64_t last = 0;
    std::size_t taken = 0;
    while (heard.healths().empty() || heard.healths().back() != Health::failing) {
        if (const auto ticket = log->append(alarm())) {
            last = *ticket;
            ++taken;
        } else {
            // The queue is full because the disk is slow, or because it is full for good.
            ASSERT_TRUE(heard.wait_for_ticket_or(last - 499, Health::failing));
        }
    }
    while (const auto ticket = log->append(alarm())) {
        last = *ticket;
        ++taken;
    }
    EXPECT_LE(log->queued(), 500u);
    std::filesystem::remove(filler);
    ASSERT_TRUE(heard.wait_for_health(Health::good));
    ASSERT_TRUE(heard.wait_for_ticket(last));
    EXPECT_EQ(heard.entries().size(), taken);
}

TEST_F(FullDiskTest, AStartOnAFullDiskGuardsWithoutAReserveAndSaysSo) {
    fill(4 << 20);
    const auto log = open_log({.directory = directory->path(),
                               .boot_id = "b",
                               .queue_limit = 500,
                               .ballast_bytes = 16 << 20,
                               .gateway = {}},
                              clock, heard);
    EXPECT_EQ(heard.healths(), std::vector{Health::full});
    EXPECT_TRUE(heard.wait_for_ticket(log->append(alarm()).value_or(0)));
}

}  // namespace
}  // namespace sealwarden::eventlog
