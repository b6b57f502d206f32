#include "firmware/inquiry/search.hpp"

#include "firmware/inquiry/names.hpp"
#include "firmware/inquiry/times.hpp"
#include "tests/inquiry/inquiry_fixture.hpp"

namespace sealwarden::test {
namespace {

using namespace std::chrono_literals;

boost::asio::awaitable<nlohmann::json> sought(inquiry::Ask ask, const SiteOptions* site,
                                              bool personal, inquiry::SearchQuestion question) {
    inquiry::PeopleBook people;
    if (personal) co_await people.refresh(ask);
    const auto* book = personal ? &people : nullptr;
    auto found = co_await inquiry::search(ask, site, book, std::move(question));
    co_return found;
}

boost::asio::awaitable<std::size_t> known_to(inquiry::PeopleBook* people, inquiry::Ask ask) {
    co_await people->refresh(ask);
    co_return people->people().size();
}

class Search : public Inquiry {
  protected:
    Search() { inquiry::use_time_zone("UTC"); }
    json answer(const std::string& text, bool personal = false) {
        inquiry::SearchQuestion question{.text = text, .now = door.now};
        question.may_see = may_see;
        question.may_find = may_find;
        return finished(sought(ask(), &site, personal, std::move(question)));
    }
    // "container:MSCU6639870" of each hit.
    std::vector<std::string> hits(const std::string& text, bool personal = false) {
        std::vector<std::string> list;
        const auto found = answer(text, personal);
        for (const auto& hit : found.at("hits"))
            list.push_back(hit.at("kind").get<std::string>() + ":" +
                           hit.at("id").get<std::string>());
        return list;
    }
    inquiry::MaySee may_see = [](const json&) { return true; };
    std::function<bool(std::string_view)> may_find = [](std::string_view) { return true; };
};
using Found = std::vector<std::string>;

TEST_F(Search, ANumberIsFoundByAnyPartOfItAndHoweverItIsWritten) {
    door.say("custody.affixed", {{"seal_number", "HL123456"}, {"container", "MSCU6639870"}},
             {{"state", "affixed"}});
    for (const auto* typed : {"HL123456", "hl 123-456", "3456", "HL-123 456"})
        EXPECT_EQ(hits(typed), (Found{"seal_number:HL123456"})) << typed;
    const auto found = answer("HL123456");
    EXPECT_EQ(found.at("hits")[0].at("state"), "affixed");
    EXPECT_EQ(found.at("hits")[0].at("index"), 0);
}

TEST_F(Search, AContainerComesWithItsVisits) {
    door.say("visit.arrived", {{"visit", "v-1"}, {"container", "MSCU6639870"}, {"door", "d07"}});
    EXPECT_EQ(hits("MSCU6639870"), (Found{"container:MSCU6639870", "visit:v-1"}));
}

TEST_F(Search, ADoorIsFoundByItsNameInEitherLanguageWithoutAccents) {
    for (const auto* typed : {"dock 7", "anden 7", "ANDÉN 7", "d07"})
        EXPECT_EQ(hits(typed), (Found{"door:d07"})) << typed;
}

// A number that was read as another one must not be found as if it were that one.
TEST_F(Search, LookAlikesAreNeverTakenForEachOtherSilently) {
    door.say("custody.affixed", {{"seal_number", "HL80O456"}});
    EXPECT_EQ(hits("HL80O456"), (Found{"seal_number:HL80O456"}));
    const auto found = answer("HLB00456");
    ASSERT_EQ(found.at("hits").size(), 1U) << found;
    EXPECT_EQ(found.at("hits")[0].at("alike"), true);
    door.say("custody.affixed", {{"seal_number", "HLB00456"}});
    EXPECT_EQ(hits("HLB00456"), (Found{"seal_number:HLB00456"}));
}

TEST_F(Search, AContainerNumberWhoseCheckDigitDoesNotFitIsSaid) {
    EXPECT_TRUE(answer("MSCU6639870").at("notes").empty());
    const auto notes = answer("MSCU6639871").at("notes");
    ASSERT_EQ(notes.size(), 1U);
    EXPECT_EQ(notes[0].at("code"), "check_digit");
}

TEST_F(Search, PeopleAreFoundByNameOnlyByThoseWhoMaySeeIt) {
    const auto index = door.say("person.registered", {{"person", "p-17"}}, {{"state", "valid"}});
    door.personal[std::to_string(index)] = {{"name", "Ana Peña"}, {"badge", "4711"}};
    EXPECT_EQ(hits("pena", true), (Found{"person:p-17"}));
    EXPECT_EQ(hits("4711", true), (Found{"person:p-17"}));
    EXPECT_EQ(answer("pena", true).at("hits")[0].at("title"), "Ana Peña");
    EXPECT_TRUE(hits("pena").empty());
    EXPECT_EQ(hits("p-17"), (Found{"person:p-17"}));
}

TEST_F(Search, WhatWasErasedIsNotFoundAnyMore) {
    const auto index = door.say("person.registered", {{"person", "p-17"}});
    door.personal[std::to_string(index)] = {{"name", "Ana"}};
    inquiry::PeopleBook people;
    EXPECT_EQ(finished(known_to(&people, ask())), 1U);
    door.personal.clear();
    door.say("payload.erased", {{"gateway", "gw1"}}, {{"ref", index}});
    EXPECT_EQ(finished(known_to(&people, ask())), 0U);
}

// A log that was set aside and begun anew while somebody else's question was half answered.
TEST_F(Search, QuestionsThatInterleaveFindNobodyOfALogSetAside) {
    const auto registered = [&](const char* person) {
        const auto index = door.say("person.registered", {{"person", person}});
        door.personal[std::to_string(index)] = {{"name", person}};
    };
    for (const auto* person : {"ana", "luis", "sofia"}) registered(person);
    std::uint64_t generation = 1;
    const auto of_generation = [&](const std::string& call, const json& arguments) {
        auto answer = door.answer(call, arguments);
        answer["generation"] = generation;
        return answer;
    };
    const inquiry::Ask plain = [&](std::string call, json arguments) {
        return given(of_generation(call, arguments));
    };
    inquiry::PeopleBook people;
    int questions = 0;
    const inquiry::Ask interrupted = [&](std::string call, json arguments) {
        auto answer = of_generation(call, arguments);
        if (++questions == 2) {  // of the persons, behind the greeting
            door.entries.clear();
            door.personal.clear();
            generation = 2;
            registered("rosa");
            EXPECT_EQ(finished(known_to(&people, plain)), 1U);
        }
        return given(std::move(answer));
    };
    EXPECT_EQ(finished(known_to(&people, interrupted)), 1U);
    EXPECT_TRUE(people.people().contains({"person", "rosa"}));
}

TEST_F(Search, ATimeAmongTheWordsShowsWhatHappenedThen) {
    door.say("door.opened", {{"door", "d07"}});
    passes(3h);
    door.say("door.closed", {{"door", "d07"}});
    const auto found = answer("d07 2026-11-24T06:00:00Z 2026-11-24T07:00:00Z");
    ASSERT_EQ(found.at("hits").size(), 2U) << found;
    EXPECT_EQ(found.at("hits")[1].at("kind"), "entry");
    EXPECT_EQ(found.at("hits")[1].at("title"), "Dock 7 opened");
}

TEST_F(Search, TimesAreKnownInBothLanguagesAndIdsAreNoTimes) {
    const auto now = *wall_time("2026-11-24T12:00:00Z");
    const auto ayer = inquiry::search_words("d07 ayer", now);
    EXPECT_EQ(ayer.words, (std::vector<std::string>{"d07"}));
    ASSERT_TRUE(ayer.window);
    EXPECT_EQ(rfc3339(ayer.window->since), "2026-11-23T00:00:00.000000Z");
    EXPECT_EQ(rfc3339(ayer.window->until), "2026-11-24T00:00:00.000000Z");
    const auto night = inquiry::search_words("22:00 02:00", now);
    ASSERT_TRUE(night.window);
    EXPECT_EQ(rfc3339(night.window->since), "2026-11-23T22:00:00.000000Z");
    EXPECT_EQ(rfc3339(night.window->until), "2026-11-24T02:00:00.000000Z");
    EXPECT_FALSE(inquiry::search_words("v-20261124-080512 3 12", now).window);
}

TEST_F(Search, TwoTimesMayHaveADashBetweenThem) {
    const auto now = *wall_time("2026-11-24T12:00:00Z");
    for (const auto* typed : {"dock 7 22:00-02:00", "dock 7 22:00–02:00", "dock 7 22:00 - 02:00",
                              "dock 7 22:00 — 02:00"}) {
        const auto night = inquiry::search_words(typed, now);
        EXPECT_EQ(night.words, (std::vector<std::string>{"dock", "7"})) << typed;
        ASSERT_TRUE(night.window) << typed;
        EXPECT_EQ(rfc3339(night.window->since), "2026-11-23T22:00:00.000000Z") << typed;
        EXPECT_EQ(rfc3339(night.window->until), "2026-11-24T02:00:00.000000Z") << typed;
    }
    EXPECT_EQ(inquiry::search_words("v-20261124 HL-12", now).words,
              (std::vector<std::string>{"v-20261124", "HL-12"}));
}

TEST_F(Search, WordsThatNameNothingTogetherAreSaidToBeLookedForOneByOne) {
    EXPECT_TRUE(answer("dock 7").at("notes").empty());
    const auto found = answer("dock nobody");
    const auto& notes = found.at("notes");
    ASSERT_EQ(notes.size(), 1U) << found;
    EXPECT_EQ(notes[0].at("code"), "each_word");
}

TEST_F(Search, WhatTheReaderMayNotFindIsNotFound) {
    door.say("driver.in", {{"driver", "drv-1"}});
    EXPECT_EQ(hits("drv-1"), (Found{"driver:drv-1"}));
    may_find = [](std::string_view kind) { return kind != "driver"; };
    EXPECT_TRUE(hits("drv-1").empty());
    may_find = [](std::string_view) { return true; };
    may_see = [](const json&) { return false; };
    EXPECT_TRUE(hits("drv-1").empty());
}

TEST(Folded, AccentsAndCaseAreLeftOutAndLookAlikesStayDifferent) {
    EXPECT_EQ(inquiry::folded("Andén ÑANDÚ"), "anden nandu");
    EXPECT_EQ(inquiry::folded("Ande\xCC\x81n"), "anden");
    EXPECT_NE(inquiry::folded("O0"), inquiry::folded("00"));
    EXPECT_EQ(inquiry::folded("\xC3"), "\xC3");
}

}  // namespace
}  // namespace sealwarden::test
