#include "firmware/console/discretion.hpp"
#include "firmware/inquiry/times.hpp"
#include "tests/console/api/api_fixture.hpp"

namespace sealwarden::test {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

class Entries : public ApiFixture {
  protected:
    Entries() {
        for (int i = 0; i < 5; ++i) {
            door().say(i % 2 == 0 ? "door.opened" : "door.closed", {{"door", "d07"}});
            door().passes(60s);
        }
    }
    static std::vector<int> indexes(const json& page) {
        std::vector<int> list;
        for (const auto& entry : page.at("entries")) list.push_back(entry.at("i"));
        return list;
    }
};

TEST_F(Entries, ArePagedByTheirIndex) {
    const auto first = asks("GET /api/v1/entries?limit=2").json();
    EXPECT_EQ(indexes(first), (std::vector{0, 1}));
    EXPECT_TRUE(first.at("more").get<bool>());
    const auto next = asks("GET /api/v1/entries?limit=2&from=" + first.at("next").dump()).json();
    EXPECT_EQ(indexes(next), (std::vector{2, 3}));
    const auto newest = asks("GET /api/v1/entries?limit=2&order=newest").json();
    EXPECT_EQ(indexes(newest), (std::vector{4, 3}));
}

TEST_F(Entries, AreFilteredByKindSubjectAndTime) {
    EXPECT_EQ(indexes(asks("GET /api/v1/entries?kinds=door.closed").json()), (std::vector{1, 3}));
    EXPECT_TRUE(indexes(asks("GET /api/v1/entries?subject=door:d99").json()).empty());
    EXPECT_EQ(indexes(asks("GET /api/v1/entries?since=2026-11-24T06:02:00Z").json()),
              (std::vector{2, 3, 4}));
    EXPECT_EQ(indexes(asks("GET /api/v1/entries?until=1795500120000").json()), (std::vector{0, 1}));
}

TEST_F(Entries, NobodyHasWatchedYetWhatIsStillToCome) {
    for (const std::string route : {"coverage", "handover", "alarms/figures"}) {
        const auto ahead =
            asks("GET /api/v1/" + route + "?since=2098-01-01T00:00:00Z&until=2099-01-01T00:00:00Z");
        EXPECT_EQ(ahead.status, 400) << route << ahead.text;
    }
}

TEST_F(Entries, AWrongFilterIsNamed) {
    for (const auto& [query, named] :
         std::vector<std::pair<std::string, std::string>>{{"limit=0", "limit"},
                                                          {"limit=1001", "limit"},
                                                          {"from=-1", "from"},
                                                          {"since=yesterday", "since"},
                                                          {"subject=d07", "subject"},
                                                          {"kinds=door.opend", "`door.opend`"},
                                                          {"order=up", "order"},
                                                          {"personal=maybe", "personal"},
                                                          {"filter=x", "`filter`"}}) {
        const auto refused = asks("GET /api/v1/entries?" + query);
        EXPECT_EQ(refused.status, 400) << query;
        EXPECT_NE(refused.text.find(named), std::string::npos) << refused.text;
    }
    EXPECT_TRUE(reached("query").is_null());
}

TEST_F(Entries, WhatTheClientHasAlreadyIsNotSentAgain) {
    const auto first = asks("GET /api/v1/entries");
    const auto tag = first.headers.at("etag");
    EXPECT_EQ(first.headers.at("cache-control"), "no-store");
    const auto again = asks("GET /api/v1/entries", {}, {}, {{"if-none-match", tag}});
    EXPECT_EQ(again.status, 304);
    EXPECT_TRUE(again.text.empty());
    door().say("door.opened", {{"door", "d07"}});
    EXPECT_EQ(asks("GET /api/v1/entries", {}, {}, {{"if-none-match", tag}}).status, 200);
}

// Another user sees other things of the same log.
TEST_F(Entries, ATagIsOfWhoAsked) {
    const auto mine = asks("GET /api/v1/entries").headers.at("etag");
    auto other = who({"search"});
    other.user = "luis";
    EXPECT_EQ(asks("GET /api/v1/entries", {}, other, {{"if-none-match", mine}}).status, 200);
}

TEST_F(Entries, WhyARestrictedActWasRefusedIsRestrictedToo) {
    door().say("command.refused", {{"gateway", "g1"}}, {{"command", "seal.issue"}});
    door().say("command.refused", {{"gateway", "g1"}}, {{"command", "driver.out"}});
    door().say("command.refused", {{"gateway", "g1"}}, {{"command", "visit.depart"}});
    const auto* refused = "GET /api/v1/entries?kinds=command.refused";
    EXPECT_EQ(asks(refused).json().at("entries").size(), 3U);
    EXPECT_EQ(asks_as({"search"}, refused).json().at("entries").size(), 1U);
    EXPECT_EQ(asks_as({"search", "drivers"}, refused).json().at("entries").size(), 2U);
}

TEST_F(Entries, OneIsToldByItsIndex) {
    const auto told = asks("GET /api/v1/entries/3").json();
    EXPECT_EQ(told.at("entry").at("i"), 3);
    EXPECT_EQ(asks("GET /api/v1/entries/99").status, 404);
    EXPECT_EQ(asks("GET /api/v1/entries/x").status, 400);
}

TEST_F(Entries, WhatIsKeptAboutPersonsTakesTheRightAndIsEnteredInTheLog) {
    door().personal["2"] = {{"badge", "4711"}};
    EXPECT_FALSE(asks("GET /api/v1/entries").json().contains("personal"));
    EXPECT_EQ(asks_as({"search"}, "GET /api/v1/entries?personal=1").status, 403);
    EXPECT_TRUE(reached("used").is_null());
    const auto told = asks("GET /api/v1/entries?personal=1").json();
    EXPECT_EQ(told.at("personal").at("2").at("badge"), "4711");
    EXPECT_EQ(reached("used").at("what"), "viewed");
    EXPECT_EQ(reached("used").at("user"), "ana");
    EXPECT_EQ(reached("used").at("route"), "/api/v1/entries");
}

// Not told to the log, not given.
TEST_F(Entries, WhatCannotBeEnteredIsNotGiven) {
    door().told.erase("used");
    const auto refused = asks("GET /api/v1/entries?personal=1");
    EXPECT_NE(refused.status, 200);
    EXPECT_EQ(refused.text.find("entries"), std::string::npos);
    EXPECT_NE(asks("GET /api/v1/export").status, 200);
}

TEST_F(Entries, AnExportIsATableWithAHeadThatSpreadsheetsDoNotCompute) {
    door().say("command.refused", {{"gateway", "gw1"}}, {{"message", "=cmd()"}});
    const auto file = asks("GET /api/v1/export");
    EXPECT_EQ(file.headers.at("content-type"), "text/csv; charset=utf-8; header=present");
    EXPECT_NE(file.headers.at("content-disposition").find(".csv\""), std::string::npos);
    EXPECT_TRUE(file.text.starts_with("index,time_utc,"));
    EXPECT_EQ(std::ranges::count(file.text, '\n'), 7);
    EXPECT_EQ(reached("used").at("what"), "exported");
}

TEST_F(Entries, LinesOfAnExportAreTheBytesThatWereHashed) {
    const auto file = asks("GET /api/v1/export?format=ndjson&kinds=door.closed");
    EXPECT_EQ(file.headers.at("content-type"), "application/x-ndjson");
    EXPECT_EQ(file.text, door().entries[1].dump() + "\n" + door().entries[3].dump() + "\n");
}

TEST_F(Entries, AnExportIsOfTheLogAsItStandsNow) {
    asks("GET /api/v1/export");
    EXPECT_EQ(reached("query").at("before"), 5);
}

TEST_F(Entries, TheDriversLogIsHiddenFromThoseWhoMayNotSeeIt) {
    door().say("driver.in", {{"driver", "drv-1"}, {"visit", "v-1"}});
    EXPECT_EQ(asks("GET /api/v1/entries?kinds=driver.in").json().at("entries").size(), 1U);
    EXPECT_TRUE(
        asks_as({"search"}, "GET /api/v1/entries?kinds=driver.in").json().at("entries").empty());
    EXPECT_EQ(asks_as({"search"}, "GET /api/v1/entries/5").status, 404);
    EXPECT_EQ(asks_as({"search"}, "GET /api/v1/entries?subject=driver:drv-1").status, 403);
    EXPECT_EQ(asks_as({"search"}, "GET /api/v1/records/driver").status, 403);
    EXPECT_EQ(
        asks_as({"search", "export"}, "GET /api/v1/export?format=ndjson&kinds=driver.in").text, "");
    EXPECT_EQ(asks_as({"search"}, "GET /api/v1/timeline?subject=driver:drv-1").status, 403);
    EXPECT_TRUE(asks_as({"search"}, "GET /api/v1/search?q=drv-1").json().at("hits").empty());
    EXPECT_EQ(asks_as({"search"}, "GET /api/v1/handover").json().at("drivers").size(), 0U);
}

class LongQuestions : public ApiFixture {};

TEST_F(LongQuestions, EndAfterAMinuteWithWhatToAskInstead) {
    for (int i = 0; i < 1100; ++i) door().say("door.opened", {{"door", "d07"}});
    const std::array questions{"GET /api/v1/timeline?subject=door:d07", "GET /api/v1/coverage",
                               "GET /api/v1/handover"};
    for (const auto* question : questions) {
        pace_ = std::chrono::milliseconds{100};
        EXPECT_EQ(asks(question).status, 200) << question;
        pace_ = std::chrono::seconds{61};
        const auto late = asks(question);
        EXPECT_EQ(late.status, 503) << question;
        EXPECT_EQ(late.code, "too_slow") << question;
        EXPECT_NE(late.text.find("shorter time"), std::string::npos) << late.text;
    }
}

class RecordsOfThings : public ApiFixture {};

TEST_F(RecordsOfThings, AreTheNewestStateOfEach) {
    door().ends = {"visit.departed"};
    door().say("visit.arrived", {{"visit", "v-1"}}, {{"state", "arrived"}});
    door().say("visit.arrived", {{"visit", "v-2"}}, {{"state", "arrived"}});
    door().say("visit.departed", {{"visit", "v-1"}}, {{"state", "departed"}});
    EXPECT_EQ(asks("GET /api/v1/records/visit").json().at("records").size(), 1U);
    EXPECT_EQ(asks("GET /api/v1/records/visit?ended=1").json().at("records").size(), 2U);
    const auto one = asks("GET /api/v1/records/visit/v-1").json();
    EXPECT_EQ(one.at("record").at("data").at("state"), "departed");
    EXPECT_EQ(one.at("entries").size(), 2U);
    EXPECT_EQ(asks("GET /api/v1/records/visit/v-9").status, 404);
    EXPECT_EQ(asks("GET /api/v1/records/doors").status, 404);
}

TEST_F(RecordsOfThings, SerialsOfUnusedSealsAreHidden) {
    door().say("lot.received", {{"lot", "lot-17"}}, {{"first", "HL1"}, {"last", "HL9"}});
    door().say("custody.issued", {{"seal_number", "HL5"}, {"lot", "lot-17"}},
               {{"state", "issued"}});
    door().say("custody.affixed", {{"seal_number", "HL6"}, {"lot", "lot-17"}},
               {{"state", "affixed"}});
    const auto lot = asks_as({"search", "custody"}, "GET /api/v1/records/lot").json();
    EXPECT_FALSE(lot.at("records")[0].at("data").contains("first"));
    EXPECT_EQ(asks("GET /api/v1/records/lot").json().at("records")[0].at("data").at("first"),
              "HL1");
    EXPECT_EQ(asks_as({"search"}, "GET /api/v1/records/lot").status, 403);
    const auto* of_lots = "GET /api/v1/entries?kinds=lot.received";
    EXPECT_EQ(asks(of_lots).json().at("entries").size(), 1U);
    EXPECT_TRUE(asks_as({"search", "custody"}, of_lots).json().at("entries").empty());
    const auto seals = asks_as({"search"}, "GET /api/v1/records/seal_number").json();
    ASSERT_EQ(seals.at("records").size(), 1U) << seals;
    EXPECT_EQ(seals.at("records")[0].at("subj")[0].at("v"), "HL6");
    EXPECT_EQ(asks_as({"search", "custody"}, "GET /api/v1/stock?ranges=1").status, 403);
}

TEST_F(RecordsOfThings, WhoLooksAtDriversVisitorsAndLotsIsInTheLogOnceInAWhile) {
    door().say("driver.in", {{"driver", "drv-1"}}, {{"state", "in"}});
    const auto looks = [this](const std::string& at) {
        const auto before = door().asked.size();
        asks("GET /api/v1/" + at);
        return std::count_if(door().asked.begin() + static_cast<std::ptrdiff_t>(before),
                             door().asked.end(),
                             [](const auto& one) { return one.first == "used"; });
    };
    EXPECT_EQ(looks("records/driver"), 1);
    EXPECT_EQ(reached("used").at("what"), "viewed");
    EXPECT_EQ(reached("used").at("subject"), "driver");
    EXPECT_EQ(looks("records/driver"), 0) << "a screen that asks anew is no new look";
    EXPECT_EQ(looks("records/driver/drv-1"), 1) << "another view";
    EXPECT_EQ(looks("timeline?subject=driver:drv-1"), 1);
    EXPECT_EQ(looks("entries?subject=driver:drv-1"), 1);
    EXPECT_EQ(looks("records/visitor"), 1);
    EXPECT_EQ(looks("records/lot"), 1);
    EXPECT_EQ(looks("records/visit"), 0) << "everybody's business";
    door().passes(5min);
    EXPECT_EQ(looks("records/driver"), 1);
}

TEST_F(RecordsOfThings, APersonsNameTakesTheRightToSeeIt) {
    const auto index = door().say("person.registered", {{"person", "p-1"}}, {{"state", "valid"}});
    door().personal[std::to_string(index)] = {{"name", "Ana"}};
    EXPECT_EQ(asks_as({"search"}, "GET /api/v1/records/person").json().at("records").size(), 1U);
    EXPECT_EQ(asks_as({"search"}, "GET /api/v1/records/person?personal=1").status, 403);
    const auto told = asks("GET /api/v1/records/person?personal=1").json();
    EXPECT_EQ(told.at("personal").at("0").at("name"), "Ana");
    EXPECT_EQ(reached("used").at("subject"), "person");
}

class Answers : public ApiFixture {};

TEST_F(Answers, TheSiteIsToldAsItIsConfigured) {
    const auto told = asks("GET /api/v1/site").json();
    EXPECT_EQ(told.at("site"), "dc7");
    EXPECT_EQ(told.at("doors")[0].at("name").at("es"), "Andén 7");
    EXPECT_EQ(told.at("doors")[0].at("kind"), "dock");
    EXPECT_EQ(told.at("devices")[0].at("points")[0].at("subjects")[0].at("v"), "d07");
}

TEST_F(Answers, AnAlarmComesWithItsEntriesForThoseWhoMaySearch) {
    door().told["state"] = json::parse(R"({"states":[],"alarms":[{"id":"door-forced-d07",
        "kind":"door-forced","source":{"k":"door","v":"d07"},"state":"unack_active"}]})");
    door().say("alarm.raised", {{"alarm", "door-forced-d07"}, {"door", "d07"}});
    const auto told = asks("GET /api/v1/alarms/door-forced-d07").json();
    EXPECT_EQ(told.at("entries").size(), 1U);
    EXPECT_FALSE(told.at("sentence").get<std::string>().empty());
    EXPECT_TRUE(
        asks_as({"live"}, "GET /api/v1/alarms/door-forced-d07").json().at("entries").empty());
    EXPECT_EQ(asks("GET /api/v1/alarms/no-such").status, 404);
}

TEST_F(Answers, SettingsSayWhereEachValueIsFrom) {
    const auto told = asks("GET /api/v1/settings");
    EXPECT_EQ(told.json().at("config").at("site").at("id"), "dc7");
    EXPECT_TRUE(told.json().at("origins").contains("/site/id"));
    EXPECT_EQ(
        asks("GET /api/v1/settings", {}, {}, {{"if-none-match", told.headers.at("etag")}}).status,
        304);
}

TEST_F(Answers, ARawReadIsCheckedBeforeItReachesTheDoor) {
    const auto done = asks("POST /api/v1/devices/io1/read",
                           R"({"table":"holding_register","address":4,"count":2})");
    EXPECT_EQ(done.json().at("registers"), json::parse("[1,2]"));
    EXPECT_EQ(reached("read").at("device"), "io1");
    for (const auto* body : {R"({"table":"coils","address":4,"count":2})",
                             R"({"table":"coil","address":-4,"count":2})",
                             R"({"table":"coil","address":4})", R"({"table":"coil","write":1})"})
        EXPECT_EQ(asks("POST /api/v1/devices/io1/read", body).status, 400) << body;
}

TEST_F(Answers, WithoutAGatewayThereIsNoAnswerAndReadinessSaysSo) {
    EXPECT_EQ(asks("GET /readyz").text, "ready\n");
    door().gone = true;
    EXPECT_EQ(asks("GET /api/v1/status").status, 503);
    const auto ready = asks("GET /readyz");
    EXPECT_EQ(ready.status, 503);
    EXPECT_EQ(ready.text, "not ready\n");  // no detail for who is not signed in
    EXPECT_EQ(asks("GET /healthz").json().at("checks")[0].at("ok"), false);
}

TEST_F(Entries, ATimelineOfWhatNeverWasIsNotOneOfQuiet) {
    EXPECT_EQ(asks("GET /api/v1/timeline?subject=door:nope").status, 404);
    EXPECT_EQ(asks("GET /api/v1/timeline?subject=container:MSCU6639870").status, 404);
    door().say("visit.arrived", {{"visit", "v-1"}, {"container", "MSCU6639870"}});
    EXPECT_EQ(asks("GET /api/v1/timeline?subject=container:MSCU6639870").status, 200);
}

TEST_F(Entries, NothingIsSaidOfWhatIsStillToCome) {
    const auto now = inquiry::epoch_ms(door().now);
    for (const auto* route : {"coverage?", "timeline?subject=door:d07&", "handover?"}) {
        const auto told = asks("GET /api/v1/" + std::string{route} +
                               "since=2026-11-24T05:00:00Z&until=2026-11-25T00:00:00Z");
        ASSERT_EQ(told.status, 200) << route << told.text;
        EXPECT_EQ(told.json().at("until_ts"), now) << route << told.text;
    }
}

}  // namespace
}  // namespace sealwarden::test
