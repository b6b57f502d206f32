#include "firmware/console/live.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>

#include "tests/console/console_fixture.hpp"

namespace sealwarden::console {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class StillClock final : public Clock {
  public:
    [[nodiscard]] Uptime uptime() const override { return {}; }
    [[nodiscard]] ClockSample sample() const override { return {}; }
};

// A browser that takes what it is told, or stops taking it.
class Browser final : public Sink {
  public:
    explicit Browser(asio::io_context& loop) : stuck{loop} {
        stuck.expires_at(asio::steady_timer::time_point::max());
    }
    asio::awaitable<void> write(std::string piece) override {
        auto shared = std::make_shared<const std::string>(std::move(piece));
        co_await share(std::move(shared));
    }
    asio::awaitable<void> share(std::shared_ptr<const std::string> piece) override {
        if (!takes) {
            boost::system::error_code freed;
            co_await stuck.async_wait(asio::redirect_error(asio::use_awaitable, freed));
        }
        heard += *piece;
        messages.push_back(std::move(piece));
    }
    std::string heard_since() { return std::exchange(heard, {}); }

    bool takes = true;
    asio::steady_timer stuck;
    std::string heard;
    std::vector<std::shared_ptr<const std::string>> messages;
    bool ended = false, cut_off = false;
    Response response;
};

json entry(std::uint64_t index) {
    return {{"i", index}, {"kind", "door.opened"}, {"subj", json::array()}, {"v", 1}};
}
json state(const std::string& door, bool open) {
    return {{"subject", {{"k", "door"}, {"v", door}}}, {"open", open}, {"good", true}};
}
json alarm(const std::string& id, const std::string& how) {
    return {{"id", id}, {"state", how}, {"set_aside", "none"}};
}

class LiveTest : public testing::Test {
  protected:
    LiveTest() {
        people_.users = {{"ana", person("ana", {"live", "search"})},
                         {"wall", person("wall", {"live"})}};
        live_.opened({{"site", "dc7"}, {"size", 100}, {"generation", 1}});
        live_.states(json::array({state("d07", false)}), json::array(), true);
        turn();
    }
    void turn() {
        loop_.restart();
        // A timer of no time is due at the next look.
        while (loop_.poll() > 0) continue;
    }
    Browser& watches(const std::string& user, const std::string& last_id = "") {
        auto& browser = browsers_.emplace_back(loop_);
        Call call;
        call.request.method = "GET";
        call.request.headers = {{"x-test-user", user}};
        if (!last_id.empty()) call.request.headers["last-event-id"] = last_id;
        call.who = people_.users.at(user);
        browser.response = waited(loop_, route_.handler(call));
        EXPECT_EQ(browser.response.listener, call.who.user) << "whose stream may give way";
        asio::co_spawn(loop_, browser.response.stream(browser), [&](std::exception_ptr error) {
            (error ? browser.cut_off : browser.ended) = true;
        });
        turn();
        return browser;
    }

    asio::io_context loop_;
    StillClock clock_;
    FakeAuthenticator people_;
    FakeGateway gateway_;
    std::list<Browser> browsers_;
    LiveLimits limits_{.listeners = 4,
                       .unread = 2000,
                       .kept_entries = 5,
                       .most_missed = 20,
                       .gathering = 0ms,
                       .beat = 1h,
                       .recheck = 3600s};
    Live live_{loop_, clock_, limits_};
    Route route_ = live_.route(people_, gateway_);
};

TEST_F(LiveTest, WhoComesIsToldEverythingFirst) {
    auto& ana = watches("ana");
    EXPECT_EQ(ana.response.headers.at("content-type"), "text/event-stream");
    EXPECT_THAT(ana.heard, HasSubstr("event: hello\ndata: "));
    EXPECT_THAT(ana.heard, HasSubstr(R"("full":true)"));
    EXPECT_THAT(ana.heard, HasSubstr(R"("open":false)"));
    EXPECT_THAT(ana.heard, HasSubstr(R"("gateway":true)"));
}

TEST_F(LiveTest, AChangeIsWrittenOnceAndSharedByAll) {
    auto& one = watches("ana");
    auto& other = watches("ana");
    live_.states(json::array({state("d07", true)}), json::array(), false);
    turn();
    EXPECT_THAT(one.heard, HasSubstr(R"("open":true)"));
    EXPECT_EQ(one.messages.back().get(), other.messages.back().get());
}

TEST_F(LiveTest, OnlyWhoMaySearchIsToldOfEntries) {
    auto& ana = watches("ana");
    auto& wall = watches("wall");
    live_.states(json::array({state("d07", true)}), json::array(), false);
    live_.entries(json::array({entry(100)}));
    turn();
    EXPECT_THAT(ana.heard, HasSubstr("event: entry\nid: 100\ndata: {"));
    EXPECT_THAT(wall.heard, HasSubstr(R"("open":true)"));
    EXPECT_THAT(wall.heard, Not(HasSubstr("event: entry")));
}

TEST_F(LiveTest, WhatTakesARightBesidesIsSentToThoseWhoHaveItAndToNobodyElse) {
    people_.users["luis"] = person("luis", {"live", "search", "access", "custody"});
    auto& ana = watches("ana");
    auto& luis = watches("luis");
    auto badge = entry(100);
    badge["kind"] = "badge.presented";
    auto driver = entry(101);
    driver["kind"] = "driver.in";
    auto lot = entry(102);
    lot["kind"] = "lot.received";
    lot["subj"] = json::array({{{"k", "lot"}, {"v", "lot-17"}}});
    lot["data"] = {{"first", "HL1"}};
    live_.entries(json::array({badge, driver, lot, entry(103)}));
    turn();
    EXPECT_THAT(ana.heard, Not(HasSubstr("badge.presented")));
    EXPECT_THAT(ana.heard, HasSubstr("id: 103\n"));
    EXPECT_THAT(luis.heard, HasSubstr("badge.presented"));
    EXPECT_THAT(luis.heard, Not(HasSubstr("driver.in"))) << "the drivers' log";
    EXPECT_THAT(luis.heard, Not(HasSubstr("HL1"))) << "a serial that nobody has used yet";
    EXPECT_THAT(watches("luis", "99").heard, HasSubstr("badge.presented")) << "and who comes back";
    EXPECT_THAT(watches("ana", "99").heard, Not(HasSubstr("badge.presented")));
}

TEST_F(LiveTest, ALostGatewayIsToldAtOnceAndWhenItIsBack) {
    auto& ana = watches("ana");
    ana.heard_since();
    live_.lost();
    turn();
    EXPECT_THAT(ana.heard_since(), HasSubstr(R"("gateway":false)"));
    live_.opened({{"site", "dc7"}, {"size", 100}, {"generation", 1}});
    live_.states(json::array({state("d08", true)}), json::array(), true);
    turn();
    const auto heard = ana.heard_since();
    EXPECT_THAT(heard, HasSubstr("event: hello"));
    EXPECT_THAT(heard, HasSubstr(R"("d08")"));
    EXPECT_THAT(heard, HasSubstr(R"("gateway":true)"));
    EXPECT_THAT(watches("ana").heard, Not(HasSubstr(R"("d07")")));  // it is there no more
}

TEST_F(LiveTest, WhoComesWhileTheGatewayIsLostIsNotShownItsLastState) {
    live_.lost();
    const auto& heard = watches("ana").heard;
    EXPECT_THAT(heard, Not(HasSubstr("event: state")));
    EXPECT_THAT(heard, HasSubstr(R"("gateway":false)"));
}

TEST_F(LiveTest, WhoComesBackGoesOnWhereHeWas) {
    live_.entries(json::array({entry(100), entry(101), entry(102)}));
    auto& ana = watches("ana", "100");
    EXPECT_THAT(ana.heard, HasSubstr(R"("resumed":101)"));
    EXPECT_THAT(ana.heard, HasSubstr("id: 101\n"));
    EXPECT_THAT(ana.heard, HasSubstr("id: 102\n"));
    EXPECT_THAT(ana.heard, Not(HasSubstr("id: 100\n")));
    EXPECT_TRUE(gateway_.questions.empty());
}

TEST_F(LiveTest, WhoComesBackIsNotCutOffForHowMuchHeMissed) {
    auto long_one = entry(100);
    long_one["data"] = {{"note", std::string(9000, 'x')}};
    live_.entries(json::array({long_one}));
    turn();
    auto& ana = watches("ana", "99");
    EXPECT_FALSE(ana.cut_off);
    EXPECT_THAT(ana.heard, HasSubstr("id: 100\n"));
}

TEST_F(LiveTest, WhatIsNoLongerKeptComesFromTheLog) {
    json all = json::array();
    for (std::uint64_t i = 100; i < 110; ++i) all.push_back(entry(i));
    live_.entries(all);  // 105 to 109 are kept
    gateway_.answer = [](const std::string&, const json& question) {
        const auto from = question.at("from").get<std::uint64_t>();
        const bool more = from < 103;
        return json{{"entries", json::array({entry(from), entry(from + 1)})},
                    {"more", more},
                    {"next", from + 2}};
    };
    auto& ana = watches("ana", "100");
    std::vector<std::size_t> at;
    for (int i = 101; i < 110; ++i) {
        at.push_back(ana.heard.find("id: " + std::to_string(i) + "\n"));
        ASSERT_NE(at.back(), std::string::npos) << i;
    }
    EXPECT_EQ(gateway_.questions.size(), 2u);
}

TEST_F(LiveTest, WhoMissedTooMuchGoesOnFromNow) {
    json all = json::array();
    for (std::uint64_t i = 100; i < 130; ++i) all.push_back(entry(i));
    live_.entries(all);
    auto& ana = watches("ana", "100");
    EXPECT_THAT(ana.heard, HasSubstr(R"("resumed":null)"));
    EXPECT_THAT(ana.heard, Not(HasSubstr("event: entry")));
    EXPECT_THAT(watches("ana", "4711").heard, HasSubstr(R"("resumed":null)"));  // another log's
    EXPECT_THAT(watches("ana", "-1").heard, HasSubstr(R"("resumed":null)"));
}

TEST_F(LiveTest, WhoDoesNotTakeWhatHeIsToldIsCutOffAndCostsTheOthersNothing) {
    auto& ana = watches("ana");
    auto& stuck = watches("ana");
    stuck.takes = false;
    for (std::uint64_t i = 100; i < 200; ++i) {
        live_.entries(json::array({entry(i)}));
        turn();
    }
    EXPECT_THAT(ana.heard, HasSubstr("id: 199\n"));
    EXPECT_FALSE(ana.cut_off);
    stuck.stuck.cancel();
    turn();
    EXPECT_TRUE(stuck.cut_off);
    EXPECT_EQ(live_.listeners(), 1u);
}

TEST_F(LiveTest, MoreThanItsListenersAreToldToComeAgain) {
    for (int i = 0; i < 4; ++i) watches("ana");
    try {
        watches("ana");
        FAIL() << "it was taken";
    } catch (const Problem& problem) {
        EXPECT_EQ(problem.status, 503u);
        EXPECT_TRUE(problem.headers.contains("retry-after"));
    }
}

TEST_F(LiveTest, AnAlarmThatIsOverIsToldAndForgotten) {
    live_.states(json::array(), json::array({alarm("door-forced-d07", "unacknowledged")}), false);
    EXPECT_EQ(live_.known_alarms().size(), 1u);
    auto& ana = watches("ana");
    live_.states(json::array(), json::array({alarm("door-forced-d07", "normal")}), false);
    turn();
    EXPECT_THAT(ana.heard, HasSubstr(R"("state":"normal")"));
    EXPECT_TRUE(live_.known_alarms().empty());
}

TEST_F(LiveTest, OneUserDoesNotTakeThePlacesOfTheOthers) {
    limits_.of_one_user = 1;
    Live strict{loop_, clock_, limits_};
    strict.opened({{"site", "dc7"}, {"size", 0}, {"generation", 1}});
    strict.states(json::array(), json::array(), true);
    route_ = strict.route(people_, gateway_);
    watches("ana");
    Call again;
    again.who = people_.users.at("ana");
    EXPECT_THROW(waited(loop_, route_.handler(std::move(again))), Problem);
    people_.users["luis"] = person("luis", {"live"});
    watches("luis");
    EXPECT_EQ(strict.listeners(), 2u);
}

TEST_F(LiveTest, ASessionThatEndedIsToldNothingMore) {
    limits_.recheck = 0s;
    Live strict{loop_, clock_, limits_};
    strict.opened({{"site", "dc7"}, {"size", 0}, {"generation", 1}});
    strict.states(json::array(), json::array(), true);
    route_ = strict.route(people_, gateway_);
    people_.users["leaver"] = person("leaver", {"live"});
    Call call;
    call.request.headers = {{"x-test-user", "leaver"}};
    call.who = people_.users["leaver"];
    people_.users.erase("leaver");
    auto& browser = browsers_.emplace_back(loop_);
    browser.response = waited(loop_, route_.handler(std::move(call)));
    asio::co_spawn(loop_, browser.response.stream(browser),
                   [&](std::exception_ptr) { browser.ended = true; });
    turn();
    EXPECT_TRUE(browser.ended);
    EXPECT_EQ(strict.listeners(), 0u);
}

}  // namespace
}  // namespace sealwarden::console
