#include "firmware/core/access/people.hpp"

#include <gtest/gtest.h>

#include "firmware/core/csv.hpp"
#include "tests/core/procedures_fixture.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

constexpr std::int64_t day_ms = 86'400'000;
// 2026-11-24 00:00 in Mexico City (UTC-6).
constexpr std::int64_t tuesday = 1'795'528'800'000 - 8 * 3'600'000;

class PeopleTest : public ProceduresTest {
  protected:
    void SetUp() override {
        ZoneOptions yard;
        yard.id = "yard";
        builds({.zones = {yard}});
    }
    // As another set of rules sees them, rebuilt from what was said.
    [[nodiscard]] People people() const {
        People people;
        const SiteOptions site;
        for (const auto& record : records()) people.restore(record, {{now_, wall}, site, people});
        return people;
    }
    [[nodiscard]] std::string objection(const std::string& person, const std::string& right,
                                        bool trained = false) const {
        return people().objection(person, right, {now_, wall}, trained);
    }
    void import(const std::string& csv) { does("person.import", {{"csv", csv}}); }
};

TEST_F(PeopleTest, TheFirstPersonIsRegisteredByAnybodyAtTheDoor) {
    EXPECT_TRUE(people().empty());
    can("person.add", {{"person", "ana"},
                       {"name", "Ana R."},
                       {"badge", "4711"},
                       {"facility", "42"},
                       {"rights", "seal,access"},
                       {"zones", "yard"},
                       {"until", "2026-11-24"},
                       {"trained_until", "2026-11-30"}});
    const auto told = the(person_registered);
    EXPECT_EQ(told.subjects, (std::vector<Subject>{{"person", "ana"}}));
    EXPECT_EQ(told.personal, (std::map<std::string, std::string>{
                                 {"name", "Ana R."}, {"badge", "4711"}, {"facility", "42"}}));
    EXPECT_EQ(text(told, "rights"), "seal,access");
    EXPECT_EQ(text(told, "by"), "uid:1000(ana)");
    EXPECT_EQ(datum(told, "valid_from_ts"), Datum{});
    EXPECT_EQ(datum(told, "valid_until_ts"), Datum{tuesday + day_ms}) << "to the end of the day";
    EXPECT_EQ(datum(told, "trained_until_ts"), Datum{tuesday + 7 * day_ms});
}

TEST_F(PeopleTest, NoPersonalTextGoesIntoTheEntry) {
    can("person.add", {{"person", "ana"}, {"name", "Ana R."}, {"badge", "4711"}});
    for (const auto& [key, value] : the(person_registered).data)
        if (const auto* words = std::get_if<std::string>(&value)) {
            EXPECT_EQ(words->find("Ana R."), std::string::npos) << key;
            EXPECT_EQ(words->find("4711"), std::string::npos) << key;
        }
}

TEST_F(PeopleTest, TheNewestRegistrationIsTheWholeOfIt) {
    can("person.add", {{"person", "ana"}, {"name", "Ana"}, {"rights", "seal"}});
    can("person.add", {{"person", "ana"}, {"name", "Ana R."}});
    EXPECT_EQ(said_kinds(), std::vector{person_changed});
    EXPECT_NE(objection("ana", "seal"), "");
    EXPECT_EQ(objection("ana", ""), "");
}

TEST_F(PeopleTest, WhatIsWrongIsRefusedWithASentence) {
    const std::vector<std::pair<Arguments, std::string>> wrong{
        {{{"person", "Ana R."}},
         "the id of a person must be of a to z, 0 to 9 and -, at most 40 characters"},
        {{{"facility", "42"}}, "`ana` has a facility code and no badge"},
        {{{"rights", "drive"}},
         "there is no right `drive`; there are seal, inspect, stock, supervise, access, alarms, "
         "cases, test and documents"},
        {{{"zones", "moon"}}, "there is no zone `moon` in the configuration"},
        {{{"until", "2026-02-29"}}, "`until` is `2026-02-29`; it must be a day as 2026-11-24"},
        {{{"from", "26-1-1"}}, "`from` is `26-1-1`; it must be a day as 2026-11-24"},
        {{{"from", "2026-11-25"}, {"until", "2026-11-24"}}, "`until` lies before `from`"},
    };
    for (auto [arguments, sentence] : wrong) {
        arguments.try_emplace("person", "ana");
        arguments["name"] = "Ana";
        cannot("bad_argument", "person.add", arguments);
        EXPECT_EQ(message(), sentence);
        EXPECT_EQ(said_kinds(), std::vector{command_refused}) << sentence;
    }
    EXPECT_TRUE(people().empty());
}

TEST_F(PeopleTest, EachObjectionNamesItsReason) {
    const std::vector<std::pair<std::string, Arguments>> all{
        {"late", {{"until", "2026-11-23"}}},
        {"early", {{"from", "2026-11-25"}}},
        {"today", {{"from", "2026-11-24"}, {"until", "2026-11-24"}}},
        {"sealer", {{"rights", "seal"}, {"trained_until", "2026-11-24"}}},
        {"rusty", {{"rights", "seal"}, {"trained_until", "2026-11-23"}}},
        {"green", {{"rights", "seal"}}},
        {"gone", {{"rights", "seal"}, {"trained_until", "2027-01-01"}}},
    };
    for (auto [person, arguments] : all) {
        arguments["person"] = person;
        arguments["name"] = "N.";
        can("person.add", arguments);
    }
    can("person.revoke", {{"person", "gone"}, {"reason", "left"}});

    EXPECT_EQ(objection("nobody", ""),
              "`nobody` is not registered; `sealwarden person add` registers people");
    EXPECT_EQ(objection("late", ""),
              "`late` was valid until 2026-11-23; `sealwarden person add` gives another date");
    EXPECT_EQ(objection("early", ""), "`early` is valid from 2026-11-25 on, and not yet");
    EXPECT_EQ(objection("today", ""), "");
    EXPECT_EQ(objection("today", "seal"),
              "`today` lacks the right `seal`; `sealwarden person add` gives rights");
    EXPECT_EQ(objection("gone", "seal", true),
              "`gone` was revoked; `sealwarden person add` registers anew");
    EXPECT_EQ(objection("sealer", "seal", true), "");
    EXPECT_EQ(objection("rusty", "seal"), "") << "training is asked for where it is needed only";
    EXPECT_EQ(objection("rusty", "seal", true),
              "`rusty` was trained until 2026-11-23; a refresher is due (CTPAT 12.1)");
    EXPECT_EQ(objection("green", "seal", true),
              "`green` has no training on record; `sealwarden person add` takes `trained_until` "
              "(CTPAT 12.1)");
    passes(16h);  // beyond midnight
    EXPECT_NE(objection("today", ""), "");
    EXPECT_NE(objection("sealer", "seal", true), "");
    EXPECT_EQ(objection("early", ""), "");
}

// Every state of a person x everything that is asked about one: what is said, and the state then.
TEST_F(PeopleTest, EachStateMeetsEachAct) {
    enum Known { nobody, valid, revoked };
    struct Row {
        Known before;
        const char* act;
        EventKind said;
        Known after;
    };
    const Row table[]{
        {nobody, "person.add", person_registered, valid},
        {nobody, "person.import", person_registered, valid},
        {nobody, "person.revoke", command_refused, nobody},
        {valid, "person.add", person_changed, valid},
        {valid, "person.import", person_changed, valid},
        {valid, "person.revoke", person_revoked, revoked},
        {revoked, "person.add", person_changed, valid},
        {revoked, "person.import", person_changed, valid},
        {revoked, "person.revoke", command_refused, revoked},
    };
    for (const auto& row : table)
        for (const bool restarted : {false, true}) {
            history_.clear();
            SetUp();
            const Arguments add{{"person", "ana"}, {"name", "Ana"}};
            const Arguments revoke{{"person", "ana"}, {"reason", "left"}};
            if (row.before != nobody) can("person.add", add);
            if (row.before == revoked) can("person.revoke", revoke);
            if (restarted) restarts();
            const std::string act = row.act;
            does(act, act == "person.add"      ? add
                      : act == "person.revoke" ? revoke
                                               : Arguments{{"csv", "person,name\nana,Ana\n"}});
            EXPECT_EQ(said_kinds(), std::vector{row.said}) << row.before << " " << act;
            const auto now_known = people();
            const auto* ana = now_known.find("ana");
            const auto after = ana == nullptr                       ? nobody
                               : ana->state == PersonState::revoked ? revoked
                                                                    : valid;
            EXPECT_EQ(after, row.after) << row.before << " " << act;
        }
}

TEST_F(PeopleTest, ARevokedPersonStaysRevokedOverARestartUntilRegisteredAnew) {
    can("person.add", {{"person", "bob"}, {"name", "Bob"}, {"badge", "7"}});
    cannot("unknown_person", "person.revoke", {{"person", "eve"}, {"reason", "left"}});
    can("person.revoke", {{"person", "bob"}, {"reason", "left"}});
    EXPECT_EQ(text(the(person_revoked), "reason"), "left");
    restarts();
    cannot("already_revoked", "person.revoke", {{"person", "bob"}, {"reason", "left"}});
    EXPECT_EQ(people().by_badge("7", "")->state, PersonState::revoked);
    can("person.add", {{"person", "bob"}, {"name", "Bob"}, {"badge", "7"}});
    EXPECT_EQ(said_kinds(), std::vector{person_changed});
    EXPECT_EQ(objection("bob", ""), "");
}

TEST_F(PeopleTest, FacilityCodesKeepCardsApart) {
    const auto registers = [&](const char* person, const char* facility) {
        does("person.add",
             {{"person", person}, {"name", "N."}, {"badge", "4711"}, {"facility", facility}});
        return refusal();
    };
    EXPECT_EQ(registers("ana", "42"), "");
    EXPECT_EQ(registers("bob", "43"), "");
    EXPECT_EQ(registers("eve", "42"), "badge_taken");
    EXPECT_EQ(message(), "the badge is registered to `ana` already; take it from there first");
    EXPECT_EQ(registers("eve", ""), "badge_taken") << "without a code it is everybody's";
    EXPECT_EQ(people().by_badge("4711", "42")->id, "ana");
    EXPECT_EQ(people().by_badge("4711", "43")->id, "bob");
    EXPECT_EQ(people().by_badge("4711", "44"), nullptr);
    EXPECT_EQ(people().by_badge("4711", ""), nullptr);
    EXPECT_EQ(people().by_badge("", ""), nullptr);
}

TEST_F(PeopleTest, ABadgeThatWasRevokedCanBeGivenToSomebodyElse) {
    can("person.add", {{"person", "bob"}, {"name", "Bob"}, {"badge", "7"}});
    can("person.revoke", {{"person", "bob"}, {"reason", "left"}});
    can("person.add", {{"person", "ana"}, {"name", "Ana"}, {"badge", "7"}});
    EXPECT_EQ(people().by_badge("7", "99")->id, "ana");
    cannot("badge_taken", "person.add", {{"person", "bob"}, {"name", "Bob"}, {"badge", "7"}});
}

TEST_F(PeopleTest, AFileRegistersAllOfItsPeople) {
    import(
        "\xEF\xBB\xBFname,person,badge,facility,rights,zones,until\r\n"
        "\"R., Ana \"\"la jefa\"\"\",ana,4711,42,seal stock;inspect,*,2026-12-31\r\n"
        "\r\n"
        "Bob,bob,,,,yard,\r\n"
        ",,,,,,\r\n");
    EXPECT_EQ(said_kinds(), (std::vector{person_registered, person_registered}));
    EXPECT_EQ(people().find("ana")->name, "R., Ana \"la jefa\"");
    EXPECT_EQ(people().find("ana")->rights, (std::vector<std::string>{"seal", "stock", "inspect"}));
    EXPECT_EQ(people().find("bob")->zones, std::vector<std::string>{"yard"});
    EXPECT_EQ(text(said.front(), "command"), "person.import");
}

TEST_F(PeopleTest, AFileTakenTwiceTellsOnlyWhatChanged) {
    import("person,name\nana,Ana\nbob,Bob\n");
    import("person,name\nana,Ana R.\nbob,Bob\neve,Eve\n");
    EXPECT_EQ(said_kinds(), (std::vector{person_changed, person_registered}));
    import("person,name\nana,Ana R.\nbob,Bob\n");
    EXPECT_EQ(said_kinds(), std::vector{person_changed}) << "a command has an answer";
}

TEST_F(PeopleTest, OfAFaultyFileNothingIsTaken) {
    import("person,name,badge,zones\nana,Ana,1,yard\nbob,Bob,1,moon\nana,Ana,,\n\neve,,5,\n");
    EXPECT_EQ(refusal(), "bad_file");
    EXPECT_EQ(message(),
              "line 3: there is no zone `moon` in the configuration; line 4: `ana` is in line 2 "
              "already; line 6: `eve` has no name");
    EXPECT_EQ(said_kinds(), std::vector{command_refused});
    EXPECT_TRUE(people().empty());
}

TEST_F(PeopleTest, ABadgeOfTwoInAFileOrOfSomebodyOutsideIsAComplaint) {
    import("person,name,badge,facility\nana,Ana,1,42\nbob,Bob,1,\neve,Eve,1,43\n");
    EXPECT_EQ(message(),
              "line 3: the badge is that of line 2; line 4: the badge is that of line 3");
    import("person,name,badge\nana,Ana,1\nbob,Bob,2\n");
    import("person,name,badge\neve,Eve,1\n");
    EXPECT_EQ(message(),
              "line 2: the badge is registered to `ana` already; take it from there first");
    import("person,name,badge\nana,Ana,2\nbob,Bob,1\n");
    EXPECT_EQ(refusal(), "") << "two change their badges";
    EXPECT_EQ(people().by_badge("1", "")->id, "bob");
    EXPECT_EQ(people().by_badge("2", "")->id, "ana");
}

TEST_F(PeopleTest, ALongListOfComplaintsIsCutAndCounted) {
    std::string csv = "person,name\n";
    for (int i = 0; i < 400; ++i) csv += "P" + std::to_string(i) + ",N\n";
    import(csv);
    EXPECT_LE(message().size(), 512U);
    EXPECT_TRUE(message().starts_with("line 2: the id of a person must be"));
    EXPECT_TRUE(message().ends_with("; and 395 more")) << message();
}

TEST_F(PeopleTest, TenThousandBadgesComeInSeveralFiles) {
    for (int file = 0; file < 20; ++file) {
        std::string csv = "person,name,badge,facility\n";
        for (int i = 0; i < 500; ++i) {
            const auto n = std::to_string(file * 500 + i);
            csv.append("p-")
                .append(n)
                .append(",Person ")
                .append(n)
                .append(",")
                .append(n)
                .append("1,42\n");
        }
        ASSERT_LT(csv.size(), std::size_t{48} << 10);
        import(csv);
        ASSERT_EQ(refusal(), "") << message();
    }
    restarts();
    EXPECT_EQ(people().by_badge("99991", "42")->id, "p-9999");
}

class CsvTest : public testing::Test {
  protected:
    CsvTable read(std::string_view text) {
        constexpr std::array<std::string_view, 2> known{"a", "b"};
        constexpr std::array<std::string_view, 1> required{"a"};
        complaints = {};
        return read_csv(text, known, required, complaints);
    }
    [[nodiscard]] std::string wrong(std::string_view text) {
        read(text);
        return complaints.message();
    }
    Complaints complaints;
};

TEST_F(CsvTest, ComplaintsNameTheLineOfTheRow) {
    EXPECT_EQ(wrong(""), "line 1: the file is empty");
    EXPECT_EQ(wrong("a;b\n1;2\n"),
              "line 1: the columns have semicolons in between; they must have commas");
    EXPECT_EQ(wrong("b,c\n"),
              "line 1: there is no column `c` here; line 1: the header has no column `a`");
    EXPECT_EQ(wrong("a,a\n1,2\n"), "line 1: the column `a` is there twice");
    EXPECT_EQ(wrong("a,b\n"), "line 1: there is nothing below the header");
    EXPECT_EQ(wrong("a,b\n1\n1,2,3\n"),
              "line 2: it has 1 cells; the header has 2; line 3: it has 3 cells; the header has 2");
    EXPECT_EQ(wrong("a,b\n\"1\n2\n\n3\",4\n5\n"), "line 6: it has 1 cells; the header has 2");
    EXPECT_EQ(wrong("a,b\n1,\"2\n3"), "line 2: a quote is opened and never closed");
    EXPECT_EQ(wrong("a,b\n1,\"2\"x\n3\n"),
              "line 2: there is text behind a closing quote; line 3: it has 1 cells; the header "
              "has 2");
    EXPECT_EQ(wrong("a,b\n1,2\"x\"\n"), "line 2: there is a quote inside of a cell");
}

TEST_F(CsvTest, QuotesHoldCommasQuotesAndLines) {
    const auto table = read(" b , a\r\n\"1,\"\"2\"\"\r\n3\", x y \r\n,\"\"\n7,8");
    ASSERT_EQ(complaints.message(), "");
    ASSERT_EQ(table.rows.size(), 2U);
    EXPECT_EQ(table.cell(table.rows[0], "b"), "1,\"2\"\r\n3");
    EXPECT_EQ(table.cell(table.rows[0], "a"), "x y");
    EXPECT_EQ(table.cell(table.rows[1], "a"), "8");
    EXPECT_EQ(table.rows[1].line, 5U);
}

}  // namespace
}  // namespace sealwarden
