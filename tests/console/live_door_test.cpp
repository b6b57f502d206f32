// What Live hears through a door that speaks as the test says, over a real unix socket on one loop.
#include "firmware/console/live_door.hpp"

#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "tests/console/console_fixture.hpp"
#include "tests/support/temporary_directory.hpp"

namespace sealwarden::console {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using nlohmann::json;
using Protocol = asio::local::stream_protocol;

class NoClock final : public Clock {
  public:
    [[nodiscard]] Uptime uptime() const override { return {}; }
    [[nodiscard]] ClockSample sample() const override { return {}; }
};

class LiveDoorTest : public testing::Test {
  protected:
    [[nodiscard]] std::string path() const { return (directory_.path() / "door.sock").string(); }
    void opens() {
        acceptor_.emplace(loop_, Protocol::endpoint{path()});
        asio::co_spawn(loop_, accept(this), asio::detached);
    }
    static asio::awaitable<void> accept(LiveDoorTest* self) {
        for (;;) {
            auto socket = co_await self->acceptor_->async_accept(asio::use_awaitable);
            ++self->connections_;
            self->caller_ = std::make_shared<Protocol::socket>(std::move(socket));
            asio::co_spawn(self->loop_, serve(self, self->caller_), asio::detached);
        }
    }
    static asio::awaitable<void> serve(LiveDoorTest* self,
                                       std::shared_ptr<Protocol::socket> caller) {
        std::string unread;
        for (;;) {
            const auto length = co_await asio::async_read_until(
                *caller, asio::dynamic_buffer(unread), '\n', asio::use_awaitable);
            const auto question = json::parse(unread.substr(0, length));
            unread.erase(0, length);
            auto answer = self->answer(question);
            if (answer.is_null()) continue;
            answer["id"] = question.at("id");
            const auto line = answer.dump() + '\n';
            co_await asio::async_write(*caller, asio::buffer(line), asio::use_awaitable);
        }
    }
    json answer(const json& question) {
        const auto call = question.at("call").get<std::string>();
        ids_[call] = question.at("id");
        if (hangs_) return {};
        if (call == "hello") {
            return {{"ok", {{"site", site_}, {"gateway", "gw1"}, {"size", 7}, {"generation", 1}}}};
        }
        if (call == "watch") {
            return {{"states", {{{"subject", {{"k", "door"}, {"v", "d07"}}}, {"open", true}}}},
                    {"alarms", json::array()}};
        }
        if (call == "points") {
            return {{"ok",
                     {{"points",
                       {{{"point", "io1.di0"}, {"value", true}},
                        {{"point", "io1.di1"}, {"fault", "no_answer"}}}}}}};
        }
        if (call == "status") return {{"ok", {{"config_hash", hash_}}}};
        EXPECT_EQ(question.at("from"), 7);  // a feed answers when there is something
        return {};
    }
    void tells(const std::string& stream, json line) {
        line["id"] = ids_.at(stream);
        const auto text = line.dump() + '\n';
        asio::write(*caller_, asio::buffer(text));
    }
    // Turns the loop until it holds; a failure when it does not for long.
    void until(const std::function<bool()>& holds) {
        const auto end = std::chrono::steady_clock::now() + 10s;
        loop_.restart();
        while (!holds() && std::chrono::steady_clock::now() < end) loop_.run_one_for(10ms);
        EXPECT_TRUE(holds());
    }

    test::TemporaryDirectory directory_;
    asio::io_context loop_;
    NoClock clock_;
    std::optional<Protocol::acceptor> acceptor_;
    std::shared_ptr<Protocol::socket> caller_;
    std::map<std::string, json> ids_;
    std::string site_ = "dc7", hash_ = "first";
    bool hangs_ = false;
    int connections_ = 0, new_configurations_ = 0;
    Live live_{loop_, clock_};
    std::optional<LiveDoor> door_;
    void listens() {
        door_.emplace(loop_,
                      LiveDoorOptions{.socket = path(),
                                      .site = "dc7",
                                      .gateway = "gw1",
                                      .patience = 100ms,
                                      .pings = 10ms,
                                      .points = 1h,
                                      .pause = 1ms,
                                      .longest_pause = 2ms},
                      live_, [this] { ++new_configurations_; });
    }
};

TEST_F(LiveDoorTest, StatesAndPointsAreKnownAtOnce) {
    opens();
    listens();
    until([&] { return live_.all_points() == 2; });
    EXPECT_TRUE(live_.reached());
    EXPECT_EQ(live_.watched_points(), 1u);
    EXPECT_EQ(live_.known_states().at("door:d07").at("open"), true);
    EXPECT_FALSE(live_.hello().contains("you"));
}

TEST_F(LiveDoorTest, EntriesAndChangesAreHeardAsTheyAreTold) {
    opens();
    listens();
    until([&] { return live_.reached() && ids_.contains("feed"); });
    tells("feed", {{"entries", {{{"i", 7}, {"kind", "door.closed"}, {"subj", json::array()}}}},
                   {"next", 8}});
    tells("watch", {{"states", {{{"subject", {{"k", "door"}, {"v", "d07"}}}, {"open", false}}}},
                    {"alarms", json::array()}});
    until([&] { return live_.known_states().at("door:d07").at("open") == false; });
    EXPECT_EQ(live_.hello().at("size"), 8);
}

TEST_F(LiveDoorTest, AGatewayThatIsNotThereIsFoundLater) {
    listens();
    until([&] { return !live_.reached(); });
    opens();
    until([&] { return live_.reached(); });
}

TEST_F(LiveDoorTest, AGatewayThatClosesIsLostAtOnceAndFoundAgain) {
    opens();
    listens();
    until([&] { return live_.reached(); });
    caller_->close();
    until([&] { return !live_.reached(); });
    until([&] { return live_.reached(); });
    EXPECT_EQ(connections_, 2);
}

TEST_F(LiveDoorTest, AGatewayThatHangsIsLost) {
    opens();
    listens();
    until([&] { return live_.reached(); });
    hangs_ = true;
    until([&] { return !live_.reached(); });
}

TEST_F(LiveDoorTest, AnotherSitesGatewayIsNotShown) {
    site_ = "dc8";
    opens();
    listens();
    until([&] { return connections_ >= 3; });  // it tries again, and is told the same
    EXPECT_FALSE(live_.reached());
    EXPECT_TRUE(live_.known_states().empty());
}

TEST_F(LiveDoorTest, AnotherConfigurationIsToldOnce) {
    opens();
    listens();
    until([&] { return ids_.contains("status") && ids_.contains("feed"); });
    ids_.erase("status");
    tells("feed", {{"entries", {{{"i", 7}, {"kind", "config.changed"}, {"subj", json::array()}}}},
                   {"next", 8}});
    until([&] { return ids_.contains("status"); });
    EXPECT_EQ(new_configurations_, 0);  // the hash is the same
    hash_ = "second";
    tells("feed", {{"entries", {{{"i", 8}, {"kind", "config.changed"}, {"subj", json::array()}}}},
                   {"next", 9}});
    until([&] { return new_configurations_ == 1; });
}

TEST_F(LiveDoorTest, ALogThatBeginsAnewIsGreetedAnew) {
    opens();
    listens();
    until([&] { return live_.reached() && ids_.contains("feed"); });
    tells("feed", {{"error", {{"code", "new_log"}, {"message", "the log begins anew"}}}});
    until([&] { return connections_ == 2 && live_.reached(); });
}

}  // namespace
}  // namespace sealwarden::console
