// Nothing acknowledged is ever lost: by a kill, by a disk that fails, at any point of a commit.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include "firmware/eventlog/directory.hpp"
#include "firmware/sqlite/sqlite.hpp"
#include "tests/eventlog/log_fixture.hpp"

extern char** environ;  // NOLINT

namespace sealwarden::eventlog {
namespace {

class Child {
  public:
    explicit Child(std::vector<std::string> command) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error{"no pipe"};
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        std::vector<char*> arguments;
        for (auto& argument : command) arguments.push_back(argument.data());
        arguments.push_back(nullptr);
        const int failed =
            ::posix_spawnp(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        ::close(ends[1]);
        out_ = ends[0];
        if (failed != 0) throw std::runtime_error{command[0] + " cannot be started"};
    }
    ~Child() {
        if (!ended_) end(SIGKILL);
        ::close(out_);
    }
    // The next line of its output, empty at its end or after a minute.
    std::string line() {
        for (;;) {
            if (const auto end = read_.find('\n'); end != std::string::npos) {
                auto line = read_.substr(0, end);
                read_.erase(0, end + 1);
                return line;
            }
            pollfd waiting{.fd = out_, .events = POLLIN, .revents = 0};
            char bytes[4096];
            const auto length =
                ::poll(&waiting, 1, 60'000) == 1 ? ::read(out_, bytes, sizeof bytes) : 0;
            if (length <= 0) return {};
            read_.append(bytes, static_cast<std::size_t>(length));
        }
    }
    [[nodiscard]] bool says_something_within(std::chrono::milliseconds time) const {
        pollfd waiting{.fd = out_, .events = POLLIN, .revents = 0};
        return !read_.empty() || ::poll(&waiting, 1, static_cast<int>(time.count())) != 0;
    }
    void end(int signal) {
        ::kill(pid_, signal);
        (void)status();
    }
    int status() {  // waits for its end
        int status = 0;
        ::waitpid(pid_, &status, 0);
        ended_ = true;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

  private:
    pid_t pid_ = 0;
    int out_ = -1;
    bool ended_ = false;
    std::string read_;
};

struct Told {
    std::map<std::uint64_t, std::string> acknowledged;  // index -> leaf hash, hex
    std::vector<std::string> health;
    void take(const std::string& line) {
        std::istringstream words{line};
        std::string what;
        words >> what;
        if (what == "entry") {
            std::uint64_t index = 0;
            std::string leaf;
            words >> index >> leaf;
            if (leaf.size() != 64) return;  // killed while it wrote the line
            EXPECT_TRUE(acknowledged.emplace(index, leaf).second) << index << " told twice";
        } else if (what == "health") {
            words >> what;
            health.push_back(what);
        }
    }
};

class DurabilityTest : public testing::Test {
  protected:
    [[nodiscard]] std::vector<std::string> writer(int batches, int in_flight) const {
        return {std::string{SEALWARDEN_BINARY_DIR} + "/tests/eventlog/eventlog_log_writer",
                directory.path().string(), std::to_string(batches), std::to_string(in_flight)};
    }
    // One batch at a time: as many commits as batches.
    [[nodiscard]] std::vector<std::string> under_strace(const std::string& inject,
                                                        int batches) const {
        std::vector<std::string> command{"strace",          "-f", "-qq", "-o", "/dev/null", "-e",
                                         "inject=" + inject};
        for (auto& word : writer(batches, 1)) command.push_back(std::move(word));
        return command;
    }
    // Everything acknowledged is there, batches are whole, nothing was set aside.
    void expect_kept(const Told& told) const {
        EXPECT_FALSE(newest_set_aside(directory.path()));
        FakeClock clock;
        Heard heard;
        {
            const auto log = open_log({.directory = directory.path(),
                                       .boot_id = "b",
                                       .queue_limit = 1,
                                       .ballast_bytes = 1 << 20,
                                       .gateway = {}},
                                      clock, heard);
            EXPECT_EQ(log->generation(), 1u);
            EXPECT_EQ(log->size() % 3, 0u) << "a batch in part";
        }
        sqlite::Connection connection{database_file(directory.path()), sqlite::Access::read};
        auto leaf = connection.prepare("SELECT lower(hex(leaf)) FROM entry WHERE i = ?");
        for (const auto& [index, hash] : told.acknowledged) {
            ASSERT_TRUE(leaf.bind(1, static_cast<std::int64_t>(index)).step())
                << "entry " << index << " is lost";
            EXPECT_EQ(leaf.text(0), hash);
            leaf.reset();
        }
    }
    void expect_verified() const {
        Child check{{"/usr/bin/python3",
                     std::string{SEALWARDEN_SOURCE_DIR} + "/tests/eventlog/verify_log.py",
                     directory.path().string()}};
        std::string said;
        for (auto line = check.line(); !line.empty(); line = check.line()) said += line + '\n';
        EXPECT_EQ(check.status(), 0) << said;
    }
    TempDirectory directory;
};

TEST_F(DurabilityTest, EveryAcknowledgedEntryOutlivesTwoHundredKills) {
    std::mt19937 random{4711};
    Told told;
    for (int cycle = 0; cycle < 200; ++cycle) {
        Child child{writer(1'000'000, 16)};
        for (auto lines = random() % 150; lines > 0; --lines) told.take(child.line());
        child.end(SIGKILL);
        for (auto line = child.line(); !line.empty(); line = child.line()) told.take(line);
    }
    EXPECT_GT(told.acknowledged.size(), 5000u);
    expect_kept(told);
    expect_verified();
}

TEST_F(DurabilityTest, AKillAtAnyPointOfACommitLosesNothingAcknowledged) {
    for (const auto* call : {"fdatasync", "pwrite64"}) {
        Told told;
        std::filesystem::remove_all(directory.path());
        for (int n = 1; n <= 60; ++n) {
            Child child{under_strace(fmt::format("{}:signal=KILL:when={}", call, n), 40)};
            for (auto line = child.line(); !line.empty(); line = child.line()) told.take(line);
            (void)child.status();
            if (testing::Test::HasFailure()) FAIL() << call << ' ' << n;
        }
        EXPECT_GT(told.acknowledged.size(), 50u) << call;
        expect_kept(told);
        expect_verified();
    }
}

// SQLite's word after a failed fsync is "unknown": the rows may be there after a crash, and the
// next fsync may call success what the kernel has forgotten. So the log is opened again, emptied
// into the database and looked at.
TEST_F(DurabilityTest, AFailedFsyncIsToldAndEveryEntryIsWrittenOnce) {
    // Those before belong to making the log: an error there is the end of that start.
    for (int n = 10; n <= 22; ++n) {
        std::filesystem::remove_all(directory.path());
        Told told;
        Child child{under_strace(fmt::format("fdatasync:error=EIO:when={}", n), 60)};
        for (auto line = child.line(); !line.empty(); line = child.line()) told.take(line);
        EXPECT_EQ(child.status(), 0) << n;
        EXPECT_EQ(told.health, (std::vector<std::string>{"failing", "good"})) << n;
        ASSERT_EQ(told.acknowledged.size(), 180u) << n;
        EXPECT_EQ(told.acknowledged.rbegin()->first, 179u) << n;
        expect_kept(told);
    }
    expect_verified();
}

TEST_F(DurabilityTest, ADiskThatStaysBrokenAcknowledgesNothingUntilItIsWellAgain) {
    Told told;
    Child child{under_strace("fdatasync:error=EIO:when=9+", 100)};
    while (told.health.empty()) {
        const auto line = child.line();
        ASSERT_NE(line, "");
        told.take(line);
    }
    EXPECT_EQ(told.health, std::vector<std::string>{"failing"});
    EXPECT_LT(told.acknowledged.size(), 300u);
    EXPECT_FALSE(child.says_something_within(std::chrono::seconds{1}));

    child.end(SIGKILL);  // ends strace and its faults; the writer lives on
    for (auto line = child.line(); !line.empty(); line = child.line()) told.take(line);
    EXPECT_EQ(told.health, (std::vector<std::string>{"failing", "good"}));
    EXPECT_EQ(told.acknowledged.size(), 300u);
    expect_kept(told);
    expect_verified();
}

TEST_F(DurabilityTest, AnotherProcessIsRefusedWithASentence) {
    Child first{writer(1'000'000, 16)};
    ASSERT_NE(first.line(), "");
    Child second{writer(1, 1)};
    EXPECT_EQ(second.status(), 1);
    first.end(SIGKILL);
}

}  // namespace
}  // namespace sealwarden::eventlog
