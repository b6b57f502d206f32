#include "firmware/inquiry/stock.hpp"

#include "firmware/inquiry/completeness.hpp"
#include "firmware/inquiry/table.hpp"
#include "firmware/inquiry/times.hpp"
#include "tests/inquiry/inquiry_fixture.hpp"

namespace sealwarden::test {
namespace {

using namespace std::chrono_literals;

boost::asio::awaitable<nlohmann::json> refreshed(inquiry::StockBook* book, inquiry::Ask ask,
                                                 bool ranges) {
    co_await book->refresh(ask);
    co_return book->sheet(ranges);
}

class Stock : public Inquiry {
  protected:
    void receives(std::int64_t size) {
        door.say("lot.received", {{"lot", "lot-17"}},
                 {{"state", "in_stock"},
                  {"size", size},
                  {"first", "HL001"},
                  {"last", "HL100"},
                  {"counted_ts", nullptr},
                  {"issued_then", 0},
                  {"returned_then", 0},
                  {"void_then", 0},
                  {"lost_then", 0},
                  {"stock_then", 0}});
    }
    void seal(const std::string& kind, const std::string& number, const std::string& place,
              int issues, int returns) {
        door.say(kind, {{"seal_number", number}},
                 {{"lot", "lot-17"}, {"stock", place}, {"issues", issues}, {"returns", returns}});
    }
    json lot(bool ranges = true) {
        return finished(refreshed(&book, ask(), ranges)).at("lots").at(0);
    }
    inquiry::StockBook book;
};

// A log that was set aside and begun anew while somebody else's question was half answered.
TEST_F(Stock, QuestionsThatInterleaveLeaveTheNewerLogsStock) {
    receives(100);
    for (int i = 0; i < 5; ++i) seal("custody.issued", "HL00" + std::to_string(i), "out", 1, 0);
    int questions = 0;
    std::uint64_t generation = 1;
    const auto of_generation = [&](std::string call, json arguments) {
        auto answer = door.answer(call, arguments);
        answer["generation"] = generation;
        return answer;
    };
    const inquiry::Ask plain = [&](std::string call, json arguments) {
        return given(of_generation(std::move(call), std::move(arguments)));
    };
    const inquiry::Ask interrupted = [&](std::string call, json arguments) {
        if (++questions == 2) {  // after the greeting
            door.entries.clear();
            generation = 2;
            receives(50);
            EXPECT_EQ(finished(refreshed(&book, plain, true)).at("lots")[0].at("expected"), 50);
        }
        return given(of_generation(std::move(call), std::move(arguments)));
    };
    finished(refreshed(&book, interrupted, true));
    seal("custody.issued", "HL001", "out", 1, 0);
    EXPECT_EQ(finished(refreshed(&book, plain, true)).at("lots")[0].at("expected"), 49);
}

TEST_F(Stock, WhatWasReceivedLessWhatLeftIsExpected) {
    receives(100);
    seal("custody.issued", "HL001", "out", 1, 0);
    seal("custody.issued", "HL002", "out", 2, 1);
    seal("custody.void", "HL003", "void", 0, 0);
    seal("custody.lost", "HL004", "lost", 0, 0);
    const auto told = lot();
    EXPECT_EQ(told.at("received"), 100);
    EXPECT_EQ(told.at("issued"), 3);
    EXPECT_EQ(told.at("returned"), 1);
    EXPECT_EQ(told.at("void"), 1);
    EXPECT_EQ(told.at("lost"), 1);
    EXPECT_EQ(told.at("expected"), 96);
    EXPECT_TRUE(told.at("counted").is_null());
}

TEST_F(Stock, BehindACountItBeginsWithWhatWasThere) {
    receives(100);
    seal("custody.issued", "HL001", "out", 1, 0);
    door.say("lot.counted", {{"lot", "lot-17"}},
             {{"state", "in_stock"},
              {"size", 100},
              {"counted_ts", 1},
              {"stock_then", 99},
              {"issued_then", 1},
              {"returned_then", 0},
              {"void_then", 0},
              {"lost_then", 0},
              {"counted", 98},
              {"difference", -1},
              {"missing_count", 1},
              {"unexplained_count", 0},
              {"unlisted", 0},
              {"balanced", false}});
    seal("custody.issued", "HL002", "out", 1, 0);
    const auto told = lot();
    EXPECT_EQ(told.at("opening"), 99);
    EXPECT_EQ(told.at("received"), 0);
    EXPECT_EQ(told.at("issued"), 1);
    EXPECT_EQ(told.at("expected"), 98);
    EXPECT_EQ(told.at("counted"), 98);
    EXPECT_EQ(told.at("missing"), 1);
    EXPECT_EQ(told.at("balanced"), false);
}

// A second look reads what changed, and knows what did not.
TEST_F(Stock, AskedAgainItIsTheSameAsAnew) {
    receives(100);
    seal("custody.issued", "HL001", "out", 1, 0);
    static_cast<void>(lot());
    seal("custody.returned", "HL001", "in", 1, 1);
    seal("custody.issued", "HL002", "out", 1, 0);
    const auto again = lot();
    book = {};
    EXPECT_EQ(again, lot());
    EXPECT_EQ(again.at("expected"), 99);
}

TEST_F(Stock, SerialsOfUnusedSealsAreToldToThoseWhoMayKnowThem) {
    receives(100);
    EXPECT_EQ(lot(true).at("first"), "HL001");
    EXPECT_FALSE(lot(false).contains("first"));
}

class Completeness : public Inquiry {
  protected:
    json meter(const std::string& what) {
        const Subject d07{.kind = "door", .id = "d07"};
        const auto told = finished(inquiry::completeness(ask(), &site, d07, whole()));
        for (const auto& one : told.at("meters"))
            if (one.at("what") == what) return one;
        ADD_FAILURE() << what;
        return {};
    }
};

TEST_F(Completeness, ASealThatWasNotTuggedIsNamed) {
    boots();
    door.say("custody.verified", {{"seal_number", "HL1"}, {"door", "d07"}},
             {{"view", "good"}, {"verify", "good"}, {"tug", "not_done"}, {"twist", "good"}});
    door.say("custody.verified", {{"seal_number", "HL2"}, {"door", "d07"}},
             {{"view", "good"},
              {"verify", "good"},
              {"tug", "good"},
              {"twist", "bad"},
              {"picture", "aa"}});
    passes(1s);
    const auto told = meter("checks");
    EXPECT_EQ(told.at("of"), 2);
    EXPECT_EQ(told.at("complete"), 1);
    EXPECT_EQ(told.at("lacking")[0].at("id"), "HL1");
    EXPECT_EQ(told.at("lacking")[0].at("why"), "tug");
    EXPECT_EQ(meter("pictures").at("complete"), 1);
}

TEST_F(Completeness, AVisitCountsAsItIsNow) {
    boots();
    const std::vector<Subject> subjects{{"visit", "v-1"}, {"door", "d07"}};
    door.say("visit.arrived", subjects, {{"state", "arrived"}, {"inspected", false}});
    passes(1s);
    EXPECT_EQ(meter("visits").at("lacking")[0].at("why"), "arrived");
    EXPECT_EQ(meter("inspections").at("lacking")[0].at("why"), "not_inspected");
    door.say("visit.departed", subjects, {{"state", "departed"}, {"inspected", true}});
    EXPECT_EQ(meter("visits").at("complete"), 1);
    EXPECT_EQ(meter("inspections").at("complete"), 1);
}

TEST_F(Completeness, TimesThatWereNotWatchedAreLacking) {
    boots();
    passes(10s);
    EXPECT_EQ(meter("coverage").at("complete"), 1);
    loses("io1", "di0");
    passes(10s);
    EXPECT_EQ(meter("coverage").at("lacking")[0].at("id"), "io1.di0");
}

TEST(Table, ACellThatASpreadsheetWouldComputeIsText) {
    EXPECT_EQ(inquiry::cell("=1+1"), "'=1+1");
    EXPECT_EQ(inquiry::cell("+5"), "'+5");
    EXPECT_EQ(inquiry::cell("-5"), "'-5");
    EXPECT_EQ(inquiry::cell("@sum"), "'@sum");
    EXPECT_EQ(inquiry::cell("\tx"), "'\tx");
    EXPECT_EQ(inquiry::cell("HL123"), "HL123");
}

TEST(Table, QuotesCommasAndLinesAreQuotedAsRfc4180Says) {
    EXPECT_EQ(inquiry::cell("a,b"), "\"a,b\"");
    EXPECT_EQ(inquiry::cell("say \"no\""), "\"say \"\"no\"\"\"");
    EXPECT_EQ(inquiry::cell("a\nb"), "\"a\nb\"");
    EXPECT_EQ(inquiry::cell("=\"x\""), "\"'=\"\"x\"\"\"");
}

TEST_F(Inquiry, ARowHasAsManyCellsAsItsHead) {
    inquiry::use_time_zone("America/Mexico_City");
    door.say("door.opened", {{"door", "d07"}, {"visit", "v-1"}});
    const auto row = inquiry::table_row(door.entries[0], nullptr, false, site, Language::spanish);
    EXPECT_EQ(row,
              "0,2026-11-24T06:00:00.000000Z,2026-11-24 00:00:00.000 -06:00,ntp,3,door.opened,"
              "Andén 7: puerta abierta,door:d07 visit:v-1,,{}\r\n");
    const auto head = inquiry::table_head(false);
    EXPECT_EQ(std::ranges::count(head, ','), 9);
    inquiry::use_time_zone("UTC");
}

}  // namespace
}  // namespace sealwarden::test
