// A commissioned gateway whose clock is ahead of what its epochs believe: the real gateway, its
// keys and its local door.
#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <thread>

#include "firmware/evidence/commission.hpp"
#include "firmware/gateway.hpp"
#include "firmware/local/client.hpp"
#include "firmware/tlog/hash.hpp"
#include "tests/support/temporary_directory.hpp"

namespace sealwarden {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

class GatewaySigningTest : public testing::Test {
  protected:
    GatewaySigningTest() {
        config_.site.site = "dc7";
        config_.site.gateway = "gw1";
        config_.log_directory = directory_.path();
        config_.socket = directory_.path() / "door.sock";
        config_.evidence = {.origin = "sealwarden/dc7/gw1", .keys = files_.directory};
    }
    ~GatewaySigningTest() override {
        if (!thread_.joinable()) return;
        std::promise<void> gone;
        boost::asio::post(loop_, [&] {
            gateway_.reset();
            gone.set_value();
        });
        gone.get_future().wait();
        loop_.stop();
    }
    void was_commissioned(std::chrono::hours ago) {
        evidence::commission(
            files_, {.origin = "sealwarden/dc7/gw1",
                     .now = std::chrono::floor<std::chrono::seconds>(clock_.sample().wall) - ago,
                     .epoch = 24h,
                     .keys = 300,
                     .log = {.generation = 1, .size = 0, .root = tlog::sha256({})}});
    }
    void starts() {
        gateway_ = std::make_unique<Gateway>(loop_, config_, clock_, nullptr);
        thread_ = std::jthread{[this] { loop_.run(); }};
    }
    // Watches until the alarm is told in this state.
    static bool comes(local::Client& client, const std::string& alarm, bool active) {
        for (int lines = 0; lines < 50; ++lines) {
            const auto line = client.next(30s);
            if (!line) return false;
            for (const auto& one : line->value("alarms", json::array())) {
                if (one.at("id") == alarm && one.at("active") == active) return true;
            }
        }
        return false;
    }

    test::TemporaryDirectory directory_;
    evidence::KeyFiles files_{directory_.path() / "keys"};
    SystemClock clock_;
    config::Config config_;
    boost::asio::io_context loop_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{
        loop_.get_executor()};
    std::unique_ptr<Gateway> gateway_;
    std::jthread thread_;
};

TEST_F(GatewaySigningTest, AClockFarAheadIsAnAlarmUntilAnOperatorVouchesForIt) {
    was_commissioned(200 * 24h);
    starts();
    local::Client watcher{config_.socket}, client{config_.socket};
    watcher.start("watch");
    ASSERT_TRUE(comes(watcher, "clock-doubted-gw1", true));
    EXPECT_EQ(client.call("status").at("signing").at("epoch"), 0);

    const auto done = client.call("command", {{"command", "trust_clock"}, {"channel", "cli"}});
    ASSERT_TRUE(comes(watcher, "clock-doubted-gw1", false));
    EXPECT_EQ(client.call("status").at("signing").at("epoch"), 200);
    const auto entry =
        client.call("query", {{"from", done.at("index")}, {"limit", 1}}).at("entries").at(0);
    EXPECT_EQ(entry.at("kind"), "clock.trusted");
    EXPECT_NE(entry.at("data").at("by"), "");
    EXPECT_THROW(client.call("command", {{"command", "trust_clock"}, {"channel", "cli"}}),
                 local::Refused)
        << "once it is believed there is nothing to vouch for";
}

TEST_F(GatewaySigningTest, KeysThatCannotBeUsedAreAnAlarm) {
    was_commissioned(0h);
    std::filesystem::remove(files_.state());
    starts();
    local::Client watcher{config_.socket};
    watcher.start("watch");
    EXPECT_TRUE(comes(watcher, "log-unsigned-gw1", true));
}

TEST_F(GatewaySigningTest, AHeadOfSomebodyElseIsNoAlarm) {
    was_commissioned(0h);
    starts();
    local::Client client{config_.socket};
    const auto seen = [&](const json& note) {
        return client.call("seen", {{"note", note}, {"where", "a test"}}).at("verdict");
    };
    EXPECT_EQ(seen("sealwarden/dc7/gw1/g1\n9\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n"
                   "\u2014 sealwarden/dc7/gw1/g1 AAAAAAAA\n"),
              "not_ours");
    EXPECT_EQ(seen(nullptr), "agrees");
    EXPECT_EQ(seen(client.call("checkpoint").at("note")), "agrees");
    EXPECT_EQ(client.call("status").at("signing").at("state"), "signing");
}

}  // namespace
}  // namespace sealwarden
