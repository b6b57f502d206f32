// A commissioned gateway whose clock is ahead of what its epochs believe: the real gateway, its
// keys and its local door.
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <optional>
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

// The system's clock, and the time that the test lets pass.
class PassingClock final : public Clock {
  public:
    [[nodiscard]] Uptime uptime() const override { return system_.uptime() + passed(); }
    [[nodiscard]] ClockSample sample() const override {
        auto sample = system_.sample();
        sample.uptime += passed();
        sample.wall += passed();
        return sample;
    }
    void passes(std::chrono::seconds time) { seconds_ += time.count(); }

  private:
    [[nodiscard]] std::chrono::seconds passed() const { return std::chrono::seconds{seconds_}; }
    SystemClock system_;
    std::atomic<std::int64_t> seconds_{0};
};

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
    // The start is on disk, and signed unless something is in the way.
    void has_begun() {
        local::Client client{config_.socket};
        client.start("feed", {{"from", 0}});
        ASSERT_TRUE(client.next(30s));
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
    PassingClock clock_;
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
    has_begun();
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

TEST_F(GatewaySigningTest, AWitnessThatContradictsIsAnAlarmAndTheLogIsSignedOn) {
    was_commissioned(0h);
    config_.evidence.witnesses = {{.url = "http://192.0.2.20", .key = {.name = "office"}}};
    config_.site.witnesses = {"office"};
    starts();
    has_begun();
    local::Client watcher{config_.socket}, client{config_.socket};
    watcher.start("watch");
    const auto says = [&](const char* where, const char* why, bool holds) {
        return client.call("contradicted", {{"where", where}, {"why", why}, {"holds", holds}});
    };
    EXPECT_THROW(says("office", "", false), local::Refused) << "nothing was said against it";
    EXPECT_THROW(says("yard", "it is larger", true), local::Refused) << "who is that?";
    const auto done = says("office", "it is larger", true);
    EXPECT_TRUE(comes(watcher, "witness-contradicts-office", true));
    const auto entry =
        client.call("query", {{"from", done.at("index")}, {"limit", 1}}).at("entries").at(0);
    EXPECT_EQ(entry.at("kind"), "anchor.contradicted");
    EXPECT_EQ(entry.at("data").at("why"), "it is larger");
    EXPECT_THROW(says("office", "it is larger still", true), local::Refused) << "recorded once";
    EXPECT_EQ(client.call("status").at("signing").at("state"), "signing")
        << "a witness proves no size";
    says("office", "", false);
    EXPECT_TRUE(comes(watcher, "witness-contradicts-office", false));
}

// The roads on which heads leave are the fronts'; here the test is the front.
class Attack46 : public GatewaySigningTest {
  protected:
    Attack46() {
        was_commissioned(0h);
        config_.mqtt = config::Mqtt{.urls = {"mqtt://192.0.2.1"}};
        starts();
        has_begun();
        watcher_.emplace(config_.socket);
        client_.emplace(config_.socket);
        watcher_->start("watch");
        EXPECT_EQ(seen(nullptr), "agrees") << "the broker holds nothing yet";
    }
    std::string seen(const json& note) {
        return client_->call("seen", {{"note", note}, {"where", "broker"}}).at("verdict");
    }
    std::string head() { return client_->call("checkpoint").at("note"); }
    void log_grows() {
        client_->call("export", {{"subject", {{"k", "door"}, {"v", "d07"}}},
                                 {"since", "2026-11-24T00:00:00Z"},
                                 {"until", "2026-11-24T01:00:00Z"},
                                 {"lang", "en"},
                                 {"for", "customs"},
                                 {"why", "a test"}});
    }
    // In steps, between which the gateway looks at least once.
    bool alarm_comes_within(std::chrono::seconds time, bool active) {
        for (; time > 0s; time -= 50s) {
            clock_.passes(50s);
            const auto line = watcher_->next(1200ms);
            if (!line) continue;
            for (const auto& alarm : line->value("alarms", json::array())) {
                if (alarm.at("id") == "heads-kept-in-gw1" && alarm.at("active") == active) {
                    return true;
                }
            }
        }
        return false;
    }

    std::optional<local::Client> watcher_, client_;
};

TEST_F(Attack46, AGatewayWhoseBrokerIsNeverReachedSaysThatItsHeadsAreKeptIn) {
    EXPECT_FALSE(alarm_comes_within(200s, true)) << "the broker may still be starting";
    ASSERT_TRUE(alarm_comes_within(200s, true));
    EXPECT_TRUE(client_->call("status").at("outside").is_null());
    const auto told = client_->call("query", {{"kinds", {"log.kept_in"}}}).at("entries");
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].at("data").at("seen_size"), 0);
    EXPECT_EQ(seen(head()), "agrees");
    EXPECT_TRUE(alarm_comes_within(50s, false));
    EXPECT_GT(client_->call("status").at("outside").at("size"), 0);
}

TEST_F(Attack46, ABrokerThatAcknowledgesAndLaterDoesNotIsNoticed) {
    ASSERT_EQ(seen(head()), "agrees");
    EXPECT_FALSE(alarm_comes_within(400s, true)) << "nothing is written, nothing is kept in";
    log_grows();
    EXPECT_TRUE(alarm_comes_within(150s, true));
}

TEST_F(Attack46, AHeadOfSomebodyElseHasNotLeftThisGateway) {
    EXPECT_EQ(seen("not a note"), "not_ours");
    EXPECT_TRUE(alarm_comes_within(450s, true));
}

}  // namespace
}  // namespace sealwarden
