// A log that is damaged while everything runs: the real gateway, its log thread and its local door,
// and a real SQLite file that somebody writes over.
#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <fstream>
#include <future>
#include <thread>

#include "firmware/gateway.hpp"
#include "firmware/local/client.hpp"
#include "firmware/sqlite/sqlite.hpp"
#include "tests/support/temporary_directory.hpp"

namespace sealwarden {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

class NewLogTest : public testing::Test {
  protected:
    static constexpr int old_alarms = 600;

    NewLogTest() {
        config_.site.site = "dc7";
        config_.site.gateway = "gw1";
        config_.site.doors.push_back({.id = "d07", .name = {}, .contact = {.point = "io1.di0"}});
        config_.log_directory = directory_.path();
        config_.socket = directory_.path() / "door.sock";
    }
    ~NewLogTest() override { stops(); }

    // Door 7 has been held open again and again: so long a story that the pages of the index over
    // kinds with alarm.acknowledged are not among those a start reads.
    void has_a_long_log_with_one_alarm_alive() {
        std::promise<void> written;
        auto log = std::make_unique<eventlog::LogThread>(
            eventlog::LogOptions{.directory = directory_.path(), .boot_id = "b"}, clock_,
            [&](const eventlog::Committed&) { written.set_value(); },
            [](eventlog::Health, const std::string&) {});
        Events events;
        for (int i = 0; i < old_alarms; ++i) {
            events.push_back(held(EventKind::alarm_acknowledged, AlarmState::ack_active));
            Event closed;
            closed.kind = EventKind::seal_unknown;
            closed.at = clock_.uptime();
            closed.subjects = {{"seal", "s07"}};
            events.push_back(std::move(closed));
        }
        events.push_back(held(EventKind::alarm_raised, AlarmState::unack_active));
        ASSERT_TRUE(log->append(std::move(events)));
        written.get_future().wait();
        log.reset();
        // All of it goes from the write-ahead log into the database, where it can be damaged.
        sqlite::Connection connection{directory_.path() / "log.db", sqlite::Access::write};
        connection.checkpoint(true);
    }
    Event held(EventKind kind, AlarmState state) {
        const Alarm alarm{.id = "door-held-d07",
                          .kind = "door-held",
                          .source = {"door", "d07"},
                          .state = state,
                          .active = true,
                          .count = 1,
                          .raised_at = clock_.uptime()};
        Event event;
        event.kind = kind;
        event.at = clock_.uptime();
        event.subjects = {{"alarm", alarm.id}, {"door", "d07"}};
        event.data = alarm_data(alarm, event.at);
        return event;
    }
    void starts() {
        loop_.restart();
        gateway_ = std::make_unique<Gateway>(loop_, config_, clock_, nullptr);
        thread_ = std::jthread{[this] { loop_.run(); }};
    }
    void stops() {
        if (!thread_.joinable()) return;
        std::promise<void> gone;
        boost::asio::post(loop_, [&] {
            gateway_.reset();
            gone.set_value();
        });
        gone.get_future().wait();
        loop_.stop();
        thread_.join();
    }
    // Everything behind the first page: as a controller that wrote to the wrong place.
    void somebody_writes_over_the_database() const {
        std::fstream file{directory_.path() / "log.db",
                          std::ios::in | std::ios::out | std::ios::binary};
        const auto size = std::filesystem::file_size(directory_.path() / "log.db");
        file.seekp(4096);
        file << std::string(size - 4096, 'x');
    }
    static json next_line(local::Client& client) {
        const auto line = client.next(30s);
        return line ? *line : json{{"nothing", "came"}};
    }
    // The feed's entries until it has so many.
    static std::vector<json> entries_of(local::Client& client, std::size_t count) {
        std::vector<json> entries;
        while (entries.size() < count) {
            const auto line = next_line(client);
            if (!line.contains("entries")) {
                ADD_FAILURE() << line;
                break;
            }
            for (const auto& entry : line.at("entries")) entries.push_back(entry);
        }
        return entries;
    }

    test::TemporaryDirectory directory_;
    SystemClock clock_;
    config::Config config_;
    boost::asio::io_context loop_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{
        loop_.get_executor()};
    std::unique_ptr<Gateway> gateway_;
    std::jthread thread_;
};

TEST_F(NewLogTest, FeedsAreToldAndFollowTheNewLogAndTheAlarmsAreInIt) {
    has_a_long_log_with_one_alarm_alive();
    starts();
    local::Client client{config_.socket};
    const auto before = client.call("hello");
    EXPECT_EQ(before.at("generation"), 1);
    const auto feed = client.start("feed", {{"from", 2 * old_alarms}});
    EXPECT_EQ(entries_of(client, 3).back().at("kind"), "config.changed");

    somebody_writes_over_the_database();
    const auto done = client.call(
        "command", {{"command", "acknowledge"}, {"alarm", "door-held-d07"}, {"channel", "cli"}});
    const auto end = next_line(client);
    EXPECT_EQ(end.at("id"), feed);
    ASSERT_TRUE(end.contains("error")) << end;
    EXPECT_EQ(end.at("error").at("code"), "new_log");

    EXPECT_EQ(client.call("hello").at("generation"), 2);
    client.start("feed", {{"from", 0}});
    const auto entries = entries_of(client, 5);
    ASSERT_EQ(entries.size(), 5u);
    EXPECT_EQ(entries[0].at("kind"), "log.recovered");
    EXPECT_EQ(entries[1].at("kind"), "alarm.carried");
    EXPECT_EQ(entries[1].at("data").at("state"), "unack_active");
    EXPECT_EQ(entries[2].at("kind"), "alarm.acknowledged");
    EXPECT_EQ(entries[2].at("i"), done.at("index"));
    EXPECT_EQ(entries[3].at("kind"), "config.changed");
    EXPECT_EQ(entries[3].at("data").at("reason"), "new_log");
    EXPECT_EQ(entries[4].at("kind"), "log.carried");
    EXPECT_EQ(client.call("query").at("generation"), 2);
    EXPECT_EQ(client.call("hello").at("size"), 5);
    const auto alarms = client.call("state").at("alarms");
    ASSERT_EQ(alarms.size(), 1u);
    EXPECT_EQ(alarms[0].at("state"), "ack_active");
}

TEST_F(NewLogTest, AStartThatSetTheLogAsideKeepsTheAlarmsAndSaysWhatItDoesNotKnow) {
    has_a_long_log_with_one_alarm_alive();
    {
        std::fstream file{directory_.path() / "log.db",
                          std::ios::in | std::ios::out | std::ios::binary};
        std::string database{std::istreambuf_iterator<char>{file}, {}};
        const auto at = database.rfind("seal.unknown\",\"subj\"");
        ASSERT_NE(at, std::string::npos);
        file.clear();
        file.seekp(static_cast<std::streamoff>(at));
        file << "seal.intacts";
    }
    starts();
    local::Client client{config_.socket};
    EXPECT_EQ(client.call("hello").at("generation"), 2);
    client.start("feed", {{"from", 0}});
    const auto entries = entries_of(client, 4);
    ASSERT_GE(entries.size(), 4u) << "and log.carried, where it was heard with them";
    EXPECT_EQ(entries[0].at("kind"), "log.recovered");
    EXPECT_EQ(entries[1].at("kind"), "alarm.carried");
    EXPECT_EQ(entries[2].at("kind"), "boot");
    EXPECT_EQ(entries[2].at("data").at("ended"), "unknown");
    EXPECT_EQ(entries[2].at("data").at("alarms_restored"), 1);
    EXPECT_EQ(client.call("state").at("alarms").size(), 1u);
}

}  // namespace
}  // namespace sealwarden
