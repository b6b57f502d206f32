#include "firmware/console/pages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <vector>

#include "firmware/console/first_picture.hpp"
#include "firmware/inquiry/times.hpp"
#include "tests/console/console_fixture.hpp"
#include "tests/support/temporary_directory.hpp"

namespace sealwarden::console {
namespace {

namespace asio = boost::asio;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t noon_ms = 1'764'590'400'000;  // 2025-12-01T12:00:00Z

class NoonClock final : public Clock {
  public:
    [[nodiscard]] Uptime uptime() const override { return {}; }
    [[nodiscard]] ClockSample sample() const override {
        ClockSample sample;
        sample.wall = WallTime{std::chrono::milliseconds{noon_ms}};
        return sample;
    }
};

json alarm(std::string id, std::string kind, std::string priority, std::string state,
           std::int64_t seconds_ago = 60) {
    return {{"id", std::move(id)},
            {"kind", std::move(kind)},
            {"source", {{"k", "door"}, {"v", "d07"}}},
            {"prio", std::move(priority)},
            {"state", state},
            {"active", state != "rtn_unack"},
            {"set_aside", "none"},
            {"raised_ts", noon_ms - 1000 * seconds_ago}};
}

class PagesTest : public testing::Test {
  protected:
    PagesTest() {
        inquiry::use_time_zone("UTC");
        std::ofstream{directory_.path() / "index.html"}
            << R"(<head><style>#first{top:0}</style></head><div id="app"></div>)";
        site_.site = "dc7";
        site_.doors.push_back({.id = "d07", .name = {"Dock <7>", "Andén 7"}});
        people_.users["ana"] = person("ana", {"live", "respond"});
        people_.users["eva"] = person("eva", {"live"});
        people_.users["rex"] = person("rex", {"search"});
        people_.users["key"] = person("key", {"live", "respond"}, Who::Way::token);
        live_.opened({{"size", 1}});
    }
    void stand(const std::vector<json>& alarms) {
        live_.states(json::array(), alarms, true);
        live_.points(41, 42);
    }
    Response get(std::string path, const std::string& user) {
        const Files files{directory_.path()};
        Pages pages{files, people_, live_, clock_, site_};
        Request request;
        request.method = "GET";
        request.path = std::move(path);
        if (!user.empty()) {
            request.headers["cookie"] = "session";
            request.headers["x-test-user"] = user;
        }
        return *waited(loop_, pages.answer(std::move(request)));
    }
    std::string page(std::string path, const std::string& user = "ana") {
        const auto response = get(std::move(path), user);
        return response.shared ? *response.shared : response.body;
    }

    test::TemporaryDirectory directory_;
    asio::io_context loop_{1};
    NoonClock clock_;
    SiteOptions site_;
    FakeAuthenticator people_;
    Live live_{loop_, clock_};
};

TEST_F(PagesTest, WhatStandsIsInThePageBeforeTheApp) {
    stand({alarm("a", "door-forced", "high", "unack_active")});
    const auto html = page("/alarms");
    EXPECT_THAT(html, HasSubstr("11:59:00"));
    EXPECT_THAT(html, HasSubstr("41/42"));
    EXPECT_LT(html.find("<main id=\"first\""), html.find("<div id=\"app\">"));
    EXPECT_EQ(get("/alarms", "ana").headers.at("cache-control"), "no-store");
}

TEST_F(PagesTest, OnlyForWhoMaySeeItAndWhereTheAppShowsIt) {
    stand({alarm("a", "door-forced", "high", "unack_active")});
    const auto has = [&](const char* path, const char* user) {
        return page(path, user).find("id=\"first\"") != std::string::npos;
    };
    EXPECT_TRUE(has("/", "ana"));
    EXPECT_TRUE(has("/wall", "eva"));
    EXPECT_FALSE(has("/", "eva")) << "she begins elsewhere";
    EXPECT_FALSE(has("/doors", "ana"));
    EXPECT_FALSE(has("/alarms", "rex")) << "has no right to the live state";
    EXPECT_FALSE(has("/alarms", "nobody"));
    EXPECT_FALSE(has("/alarms", ""));
    EXPECT_FALSE(has("/alarms", "key")) << "a program shows no page";
}

TEST_F(PagesTest, NothingIsShownOfAGatewayThatIsNotReached) {
    EXPECT_THAT(page("/alarms"), Not(HasSubstr("first\" lang")));
    stand({alarm("a", "door-forced", "high", "unack_active")});
    live_.lost();
    EXPECT_THAT(page("/alarms"), Not(HasSubstr("first\" lang")));
}

TEST_F(PagesTest, WhatCannotBeShownTakesThePageFromNobody) {
    auto odd = alarm("a", "door-forced", "high", "unack_active");
    odd.erase("source");
    stand({odd});
    EXPECT_THAT(page("/alarms"), HasSubstr("<div id=\"app\">"));
}

TEST_F(PagesTest, NamesAreTextAndNoMarkup) {
    stand({alarm("a", "door-forced", "high", "unack_active")});
    EXPECT_THAT(page("/alarms"), HasSubstr("Dock &lt;7&gt;"));
    EXPECT_THAT(page("/alarms"), Not(HasSubstr("Dock <7>")));
}

TEST_F(PagesTest, TheMostUrgentThatWaitsComesFirstAndWhatIsSetAsideIsLeftOut) {
    auto aside = alarm("s", "camera-fault", "high", "unack_active");
    aside["set_aside"] = "shelved";
    stand({alarm("l", "door-held", "low", "unack_active"),
           alarm("k", "door-forced", "high", "ack_active"),
           alarm("h", "door-forced", "high", "unack_active"), aside});
    const auto html = page("/alarms");
    const auto waits = html.find("<b class=\"high\">1</b>"),
               low = html.find("<b class=\"low\">3</b>"),
               acked = html.find("<b class=\"high acked\">1</b>");
    EXPECT_LT(waits, low);
    EXPECT_LT(low, acked);
    EXPECT_NE(acked, std::string::npos);
    EXPECT_THAT(html, HasSubstr("<h1>Alarms <span>3</span>"));
}

TEST_F(PagesTest, AVisitIsNamedByItsDoorAndTheTimeItBegan) {
    auto one = alarm("a", "visit-late-sealing", "high", "unack_active");
    one["source"] = {{"k", "visit"}, {"v", "v-20251201-110500-000-d07"}};
    stand({one});
    EXPECT_THAT(page("/alarms"), HasSubstr("<strong>Visit Dock &lt;7&gt; 11:05:00: "));
    EXPECT_THAT(page("/alarms"), Not(HasSubstr("v-2025")));
}

TEST_F(PagesTest, WhenSomethingBeganIsSaidOnlyWhereItIsKnown) {
    auto one = alarm("a", "door-forced", "high", "unack_active");
    one["raised_ts"] = nullptr;
    stand({one});
    EXPECT_THAT(page("/alarms"), HasSubstr("<time>–</time>"));
}

TEST_F(PagesTest, NoAlarmIsSaidInWordsAndOverTwentyAreCounted) {
    stand({});
    EXPECT_THAT(page("/alarms"), HasSubstr("No alarm waits for anybody"));
    std::vector<json> many;
    for (int i = 0; i < 25; ++i)
        many.push_back(alarm("a" + std::to_string(i), "door-forced", "high", "unack_active"));
    stand(many);
    EXPECT_THAT(page("/alarms"), HasSubstr("<li><span>+ 5</span></li>"));
}

TEST_F(PagesTest, InTheReadersLanguage) {
    people_.users["ana"].language = Language::spanish;
    stand({alarm("a", "door-forced", "high", "unack_active")});
    EXPECT_THAT(page("/alarms"), HasSubstr("lang=\"es-MX\""));
    EXPECT_THAT(page("/alarms"), HasSubstr("Andén 7"));
}

TEST_F(PagesTest, ThePolicyNamesTheStylesOfThePageAndNoOthers) {
    // printf '#first{top:0}' | openssl dgst -sha256 -binary | base64
    const std::string hash = "'sha256-h+oJZ8OBOfrXyFOZnAmpn3RsefVeJr96RueTfAjT3jU='";
    stand({});
    for (const auto* user : {"ana", ""}) {
        EXPECT_THAT(get("/alarms", user).headers.at("content-security-policy"),
                    HasSubstr("style-src 'self' " + hash + ";"));
    }
}

}  // namespace
}  // namespace sealwarden::console
