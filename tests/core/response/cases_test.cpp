#include "firmware/core/response/cases.hpp"

#include <set>

#include "tests/core/procedures_fixture.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

TEST(CaseStateTest, EveryStateHasItsAnswerToEveryInput) {
    using enum CaseInput;
    for (const auto input : {assign, note, notify, link, expire})
        EXPECT_EQ(next(CaseState::open, input), CaseState::open) << static_cast<int>(input);
    EXPECT_EQ(next(CaseState::open, close), CaseState::closed);
    for (const auto input : {assign, note, notify, link, expire, close})
        EXPECT_EQ(next(CaseState::closed, input), std::nullopt) << static_cast<int>(input);
}

class CasesTest : public ProceduresTest {
  protected:
    void a_site() {
        SiteOptions options;
        DoorOptions door;
        door.id = "d07";
        door.contact.point = "io.di0";
        options.doors = {door};
        builds(options);
        can("person.add", {{"person", "ana"}, {"name", "Ana R."}, {"rights", "cases"}});
        can("person.add", {{"person", "luis"}, {"name", "Luis M."}});
        forget();
    }
    void says(EventKind kind, std::vector<Subject> subjects,
              std::map<std::string, Datum> data = {}) {
        const auto before = events_.size();
        Event event;
        event.kind = kind;
        event.at = now_;
        event.subjects = std::move(subjects);
        event.data = std::move(data);
        keep(site_->apply(event));
        said.assign(events_.begin() + static_cast<std::ptrdiff_t>(before), events_.end());
    }
    void tampers(const std::string& seal = "HL123456") {
        says(custody_tampered, {{"seal_number", seal},
                                {"container", "MSCU6639870"},
                                {"visit", "v-1"},
                                {"door", "d07"}});
    }
    void deviates(const std::string& what, const std::string& visit = "v-1") {
        says(visit_deviation, {{"visit", visit}, {"container", "MSCU6639870"}, {"door", "d07"}},
             {{"what", what}});
    }
    // What was said of cases last: "opened", "linked" …
    [[nodiscard]] std::vector<std::string> told() const {
        std::vector<std::string> all;
        for (const auto& event : said)
            if (event.subjects.front().kind == "case")
                all.push_back(std::string{to_string(event.kind)}.substr(5));
        return all;
    }
    [[nodiscard]] Event last(EventKind kind) const {
        for (auto event = events_.rbegin(); event != events_.rend(); ++event)
            if (event->kind == kind) return *event;
        ADD_FAILURE() << "nobody said " << to_string(kind);
        return {};
    }
    [[nodiscard]] std::string the_case() const { return last(case_opened).subjects.front().id; }
    [[nodiscard]] Arguments of_case(Arguments more = {}) const {
        more.emplace("case_id", the_case());
        more.emplace("person", "luis");
        return more;
    }
    [[nodiscard]] Arguments closing(const char* person = "ana") const {
        return {{"case_id", the_case()}, {"result", "a clerk's error"}, {"person", person}};
    }
    [[nodiscard]] Arguments closing_nobody_told() const {
        auto arguments = closing();
        arguments["nobody_to_notify"] = true;
        return arguments;
    }
    void opens_by_hand(Arguments more = {}) {
        more.emplace("cause", "pallets are missing");
        more.emplace("person", "luis");
        can("case.open", more);
    }
    using Told = std::vector<std::string>;
};

TEST_F(CasesTest, AnActNobodyKnowsIsToldSo) {
    const auto act = act_from("visit.fly", {});
    EXPECT_EQ(std::get<std::string>(act), "there is no command `visit.fly`");
}

TEST_F(CasesTest, ATamperedSealOpensOneThatHoldsTheContainer) {
    a_site();
    tampers();
    EXPECT_EQ(told(), (Told{"opened", "linked"})) << "and its alarm belongs to it";
    const auto opened = last(case_opened);
    const auto id = the_case();
    EXPECT_EQ(id, "c-20261124-140140-000");
    EXPECT_EQ(opened.subjects, (std::vector<Subject>{{"case", id},
                                                     {"container", "MSCU6639870"},
                                                     {"visit", "v-1"},
                                                     {"seal_number", "HL123456"},
                                                     {"door", "d07"}}));
    EXPECT_EQ(datum(opened, "hold"), Datum{true});
    EXPECT_EQ(text(opened, "container"), "MSCU6639870");
    EXPECT_EQ(text(opened, "visit"), "v-1");
    EXPECT_EQ(text(opened, "cause"), "custody.tampered");
    EXPECT_EQ(text(opened, "state"), "open");
    const auto linked = last(case_linked);
    EXPECT_EQ(text(linked, "link_id"), "custody-tampered-HL123456");
    EXPECT_EQ(text(linked, "alarm"), "custody-tampered-HL123456");
    EXPECT_EQ(datum(linked, "links"), Datum{std::int64_t{1}});
}

// The copy of a seal is on another container than the one of which a case tells already.
TEST_F(CasesTest, WhatHoldsAContainerIsNotHiddenInACaseAboutAnother) {
    a_site();
    tampers();
    const auto first = the_case();
    const auto copy_is_found = [&] {
        says(custody_duplicate,
             {{"seal_number", "HL123456"}, {"container", "CSQU3054383"}, {"visit", "v-2"}},
             {{"container", "CSQU3054383"}});
    };
    copy_is_found();
    const auto second = last(case_opened);
    EXPECT_NE(second.subjects.front().id, first);
    EXPECT_EQ(text(second, "container"), "CSQU3054383");
    EXPECT_EQ(datum(second, "hold"), Datum{true});
    copy_is_found();
    EXPECT_EQ(events(case_opened).size(), 2U) << "the same seal on the same container";
    tampers();
    EXPECT_EQ(events(case_opened).size(), 2U);
    restarts();
    copy_is_found();
    tampers();
    EXPECT_EQ(events(case_opened).size(), 2U) << "also behind a restart";
    can("case.notify", {{"case_id", first}, {"party", "CBP"}, {"person", "luis"}});
    can("case.close", {{"case_id", first}, {"result", "ended"}, {"person", "ana"}});
    says(custody_held, {{"seal_number", "HL123456"}});
    EXPECT_EQ(told(), Told{"linked"}) << "the other one goes on";
}

// The seal stays where it is in doubt, and so its record names the other container.
TEST_F(CasesTest, TheContainerIsHeldOnWhichACopyOfASealInDoubtIsFound) {
    a_site();
    tampers();
    says(custody_duplicate,
         {{"seal_number", "HL123456"}, {"container", "MSCU6639870"}, {"container", "CSQU3054383"}},
         {{"container", "MSCU6639870"}, {"found_on", "CSQU3054383"}});
    EXPECT_EQ(told().front(), "opened");
    EXPECT_EQ(text(last(case_opened), "container"), "CSQU3054383");
    EXPECT_EQ(datum(last(case_opened), "hold"), Datum{true});
}

// Anybody may open a case and link to it what has not happened yet.
TEST_F(CasesTest, ACaseThatSomebodyGaveAYearIsDueSoonOnceSomethingHappens) {
    a_site();
    opens_by_hand({{"due_hours", std::int64_t{8000}}});
    can("case.link", of_case({{"kind", "seal_number"}, {"subject", "HL123456"}}));
    EXPECT_EQ(datum(last(case_linked), "due_ts"), Datum{wall_ms(now_ + 8000h)});
    passes(1h);
    tampers();
    EXPECT_EQ(datum(last(case_linked), "due_ts"), Datum{wall_ms(now_ + 24h)});
    forget();
    passes(24h);
    EXPECT_EQ(events(case_overdue).size(), 1U);
}

TEST_F(CasesTest, OneCauseOpensOneCase) {
    a_site();
    tampers();
    const auto id = the_case();
    says(custody_held, {{"seal_number", "HL123456"}});
    EXPECT_EQ(told(), Told{"linked"}) << "the same seal";
    deviates("seal_differs");
    EXPECT_EQ(told(), (Told{"linked", "linked"})) << "the same visit, and its alarm";
    tampers("HL999999");
    EXPECT_EQ(told().front(), "linked") << "another seal of the same visit";
    says(custody_mismatch, {{"seal_number", "HL999999"}});
    EXPECT_EQ(told().front(), "linked") << "which is known by now";
    EXPECT_EQ(last(case_linked).subjects.front().id, id);
    says(custody_duplicate, {{"seal_number", "HL000001"}});
    EXPECT_EQ(told().front(), "opened");
    EXPECT_NE(the_case(), id);
    EXPECT_EQ(events(case_opened).size(), 2U);
}

TEST_F(CasesTest, ARestartKnowsWhatBelongsToWhat) {
    a_site();
    tampers();
    tampers("HL999999");
    restarts();
    said.clear();
    says(custody_held, {{"seal_number", "HL999999"}});
    EXPECT_EQ(told(), Told{"linked"});
    reloads();
    says(custody_held, {{"seal_number", "HL123456"}});
    EXPECT_EQ(told(), Told{"linked"});
}

TEST_F(CasesTest, AHighAlarmOpensOneAndALowerOneDoesNot) {
    a_site();
    says(door_held, {{"door", "d07"}});
    EXPECT_EQ(told(), Told{});
    says(door_forced, {{"door", "d07"}});
    EXPECT_EQ(told(), Told{"opened"});
    const auto opened = last(case_opened);
    EXPECT_EQ(text(opened, "alarm"), "door-forced-d07");
    EXPECT_EQ(text(opened, "what"), "door-forced");
    EXPECT_EQ(datum(opened, "hold"), Datum{false});
    EXPECT_EQ(opened.subjects.back(), (Subject{"alarm", "door-forced-d07"}));
    says(log_held_back, {{"gateway", "gw1"}});
    EXPECT_EQ(told(), Told{"opened"});
    EXPECT_EQ(text(last(case_opened), "source_kind"), "gateway");
}

TEST_F(CasesTest, DeviationsAboutSealsAndOpeningsOpenCases) {
    const std::pair<const char*, bool> rows[] = {
        {"seal_differs", true},           {"seal_cut_without_authority", true},
        {"opened_before_verified", true}, {"opened_without_cut", true},
        {"left_unsealed", true},          {"sealed_without_close", false},
        {"late_sealing", false},          {"not_inspected", false},
        {"inspection_failed", false},     {"left_open", false},
        {"opened_without_visit", false}};
    for (const auto& [what, opens] : rows) {
        a_site();
        deviates(what);
        EXPECT_EQ(!told().empty(), opens) << what;
        if (!opens) continue;
        EXPECT_EQ(datum(last(case_opened), "hold"), Datum{std::string{what} != "left_unsealed"})
            << what;
    }
}

TEST_F(CasesTest, WhatIsATestADrillOrMaintenanceOpensNone) {
    a_site();
    for (const auto* mark : {"test", "drill", "maintenance"}) {
        says(custody_tampered, {{"seal_number", "HL123456"}}, {{mark, true}});
        EXPECT_EQ(told(), Told{}) << mark;
        says(door_forced, {{"door", "d07"}}, {{mark, true}});
        EXPECT_EQ(told(), Told{}) << mark;
    }
}

TEST_F(CasesTest, AFailedWalkTestOpensOne) {
    a_site();
    says(test_recorded, {{"test", "door-d07"}, {"door", "d07"}},
         {{"result", std::string{"passed"}}});
    EXPECT_EQ(told(), Told{});
    says(test_recorded, {{"test", "door-d07"}, {"door", "d07"}},
         {{"result", std::string{"failed"}}});
    EXPECT_EQ(told(), Told{"opened"});
    EXPECT_EQ(text(last(case_opened), "test"), "door-d07");
    says(test_recorded, {{"test", "door-d07"}, {"door", "d07"}},
         {{"result", std::string{"failed"}}});
    EXPECT_EQ(told(), Told{"linked"});
}

TEST_F(CasesTest, IsOpenedByHand) {
    a_site();
    opens_by_hand({{"container", "mscu 663987-0"},
                   {"owner", "ana"},
                   {"due_hours", std::int64_t{2}},
                   {"hold", true}});
    const auto opened = last(case_opened);
    EXPECT_EQ(text(opened, "cause"), "by_hand");
    EXPECT_EQ(text(opened, "container"), "MSCU6639870");
    EXPECT_EQ(text(opened, "owner"), "ana");
    EXPECT_EQ(text(opened, "opened_by"), "luis");
    EXPECT_EQ(opened.personal.at("told"), "pallets are missing");
    EXPECT_FALSE(opened.data.contains("told"));
    EXPECT_EQ(opened.subjects.back(), (Subject{"person", "luis"}));
    EXPECT_EQ(datum(opened, "due_ts"), Datum{wall_ms(now_) + std::int64_t{2 * 3600 * 1000}});
}

TEST_F(CasesTest, WhatCannotBeDoneIsRefused) {
    a_site();
    const auto open = [](Arguments more) {
        more.emplace("cause", "why");
        more.emplace("person", "luis");
        return more;
    };
    cannot("unknown_person", "case.open", {{"cause", "why"}, {"person", "eve"}});
    cannot("unknown_person", "case.open", open({{"owner", "eve"}}));
    cannot("bad_time", "case.open", open({{"due_hours", std::int64_t{0}}}));
    cannot("nothing_to_hold", "case.open", open({{"hold", true}}));
    EXPECT_TRUE(events(case_opened).empty());
    opens_by_hand();
    cannot("unknown_case", "case.note", {{"case_id", "c-1"}, {"note", "n"}, {"person", "luis"}});
    cannot("unknown_person", "case.note",
           {{"case_id", the_case()}, {"note", "n"}, {"person", "eve"}});
    cannot("unknown_person", "case.assign", of_case({{"owner", "eve"}}));
    cannot("bad_time", "case.assign", of_case({{"owner", "ana"}, {"due_hours", std::int64_t{-1}}}));
    cannot("bad_party", "case.notify", of_case({{"party", "CBP, police"}}));
    cannot("bad_link", "case.link", of_case({{"kind", "badge"}, {"subject", "1"}}));
    cannot("bad_link", "case.link", of_case({{"kind", "entry"}, {"subject", "the last"}}));
    cannot("not_allowed", "case.close", closing("luis"));
    can("case.close", closing());
    for (const auto* act : {"case.note", "case.assign", "case.notify", "case.link", "case.close"}) {
        Arguments arguments = of_case();
        if (act == std::string{"case.note"}) arguments.emplace("note", "n");
        if (act == std::string{"case.assign"}) arguments.emplace("owner", "ana");
        if (act == std::string{"case.notify"}) arguments.emplace("party", "CBP");
        if (act == std::string{"case.link"})
            arguments.merge(Arguments{{"kind", "door"}, {"subject", "d07"}});
        if (act == std::string{"case.close"}) arguments = closing();
        cannot("unknown_case", act, arguments);
    }
}

TEST_F(CasesTest, IsFollowedUntilItsResult) {
    a_site();
    tampers();
    const auto id = the_case();
    can("case.assign", of_case({{"owner", "ana"}}));
    EXPECT_EQ(text(last(case_assigned), "owner"), "ana");
    can("case.note", of_case({{"note", "the bolt is sawn through"}}));
    EXPECT_EQ(last(case_noted).personal.at("note"), "the bolt is sawn through");
    EXPECT_EQ(datum(last(case_noted), "notes"), Datum{std::int64_t{1}});
    cannot("nobody_notified", "case.close", closing());
    EXPECT_NE(message().find("7.23"), std::string::npos);
    can("case.notify", of_case({{"party", "CBP"}, {"means", "telephone, 555-1234"}}));
    can("case.notify", of_case({{"party", "shipper"}}));
    can("case.notify", of_case({{"party", "CBP"}}));
    EXPECT_EQ(text(last(case_notified), "notified"), "CBP,shipper");
    EXPECT_EQ(text(last(case_notified), "party"), "CBP");
    can("case.link", of_case({{"kind", "entry"}, {"subject", "4711"}}));
    EXPECT_EQ(text(last(case_linked), "link_id"), "4711");
    restarts();
    can("case.close", closing());
    const auto closed = last(case_closed);
    EXPECT_EQ(text(closed, "state"), "closed");
    EXPECT_EQ(text(closed, "closed_by"), "ana");
    EXPECT_EQ(text(closed, "owner"), "ana");
    EXPECT_EQ(text(closed, "notified"), "CBP,shipper");
    EXPECT_EQ(text(closed, "container"), "MSCU6639870");
    EXPECT_EQ(datum(closed, "hold"), Datum{true}) << "what ends the hold";
    EXPECT_EQ(datum(closed, "closed_ts"), Datum{wall_ms(now_)});
    EXPECT_EQ(closed.personal.at("result"), "a clerk's error");
    tampers();
    EXPECT_EQ(told().front(), "opened") << "what comes later is another case";
    EXPECT_NE(the_case(), id);
}

TEST_F(CasesTest, NoneClosesBeforeItsSealIsDecided) {
    a_site();
    Arguments arguments;
    for (const auto* state : {"mismatch", "tampered", "hold"}) {
        says(custody_tampered, {{"seal_number", "HL123456"}, {"container", "MSCU6639870"}},
             {{"state", state}});
        arguments = closing_nobody_told();
        cannot("seal_in_doubt", "case.close", arguments);
        EXPECT_NE(message().find("HL123456"), std::string::npos);
        EXPECT_NE(message().find("sealwarden seal"), std::string::npos) << "what to do";
    }
    restarts();
    cannot("seal_in_doubt", "case.close", arguments);
    says(custody_released, {{"seal_number", "HL123456"}}, {{"state", "closed"}});
    can("case.close", arguments);
}

TEST_F(CasesTest, ACaseWaitsForASealThatIsLinkedToItToo) {
    a_site();
    opens_by_hand({{"container", "MSCU6639870"}});
    const auto id = the_case();
    can("case.link", of_case({{"kind", "seal_number"}, {"subject", "HL 9"}}));
    says(custody_mismatch, {{"seal_number", "HL9"}, {"container", "MSCU6639870"}},
         {{"state", "mismatch"}});
    EXPECT_EQ(told().front(), "linked");
    const Arguments closing{{"case_id", id},
                            {"result", "a clerk's error"},
                            {"nobody_to_notify", true},
                            {"person", "ana"}};
    cannot("seal_in_doubt", "case.close", closing);
    says(custody_cleared, {{"seal_number", "HL9"}}, {{"state", "verified"}});
    can("case.close", closing);
}

// Custody says it of the seal, and the visit of itself.
TEST_F(CasesTest, OneAnomalyAtAVisitIsOneCase) {
    a_site();
    says(custody_mismatch, {{"seal_number", "HL9"}, {"container", "MSCU6639870"}});
    says(visit_deviation, {{"visit", "v-1"}, {"container", "MSCU6639870"}, {"door", "d07"}},
         {{"what", "seal_differs"}, {"seal", "HL9"}});
    EXPECT_EQ(events(case_opened).size(), 1U);
    EXPECT_EQ(text(last(case_opened), "seal"), "HL9");
    EXPECT_EQ(text(last(case_linked), "visit"), "v-1");
    says(visit_deviation, {{"visit", "v-2"}, {"container", "MSCU6639870"}, {"door", "d07"}},
         {{"what", "seal_differs"}, {"seal", "HL7"}});
    EXPECT_EQ(events(case_opened).size(), 2U) << "another seal";
}

TEST_F(CasesTest, ANumberOnTwoContainersHoldsBoth) {
    a_site();
    says(custody_duplicate,
         {{"seal_number", "HL9"},
          {"container", "CSQU3054383"},
          {"container", "MSCU6639870"},
          {"door", "d07"}},
         {{"found_on", "CSQU3054383"},
          {"before_container", "MSCU6639870"},
          {"before", "affixed"},
          {"state", "verified"}});
    const auto opened = events(case_opened);
    ASSERT_EQ(opened.size(), 2U);
    EXPECT_EQ(text(opened[0], "container"), "CSQU3054383");
    EXPECT_EQ(text(opened[0], "door"), "d07");
    EXPECT_EQ(text(opened[1], "container"), "MSCU6639870");
    EXPECT_EQ(text(opened[1], "door"), "") << "the other one stands there";
    for (const auto& one : opened) EXPECT_EQ(datum(one, "hold"), Datum{true});
}

TEST_F(CasesTest, AContainerThatItsSealHadLeftIsNotHeldForACopyOfIt) {
    a_site();
    says(custody_duplicate, {{"seal_number", "HL9"}, {"container", "CSQU3054383"}},
         {{"found_on", "CSQU3054383"}, {"before_container", "MSCU6639870"}, {"before", "removed"}});
    EXPECT_EQ(events(case_opened).size(), 1U);
}

TEST_F(CasesTest, AHoldMayBeClosedWithNobodyToTell) {
    a_site();
    tampers();
    can("case.close", closing_nobody_told());
    EXPECT_EQ(datum(last(case_closed), "nobody_to_notify"), Datum{true});
}

TEST_F(CasesTest, IsOverDueOnceAndAnAlarmUntilItIsSeenTo) {
    a_site();
    opens_by_hand({{"due_hours", std::int64_t{3}}});
    const auto opened_at = now_;
    passes(2h);
    restarts();
    passes(59min);
    EXPECT_TRUE(events(case_overdue).empty());
    passes(1min);
    EXPECT_EQ(the(case_overdue).at, opened_at + 3h);
    EXPECT_EQ(alarms().back(), "raised case-overdue-" + the_case());
    passes(48h);
    restarts();
    passes(48h);
    EXPECT_EQ(events(case_overdue).size(), 1U);
    EXPECT_EQ(site_->alarms().size(), 1U) << "a restart does not take it away";
    can("case.assign", of_case({{"owner", "ana"}}));
    EXPECT_TRUE(site_->alarms().front().active) << "another owner is no other date";
    can("case.assign", of_case({{"owner", "ana"}, {"due_hours", std::int64_t{1}}}));
    EXPECT_FALSE(site_->alarms().front().active);
    passes(1h);
    EXPECT_EQ(events(case_overdue).size(), 2U);
}

TEST_F(CasesTest, WhatCameDueWhileItWasOffIsToldAtTheStart) {
    a_site();
    opens_by_hand({{"due_hours", std::int64_t{3}}});
    now_ += 5h;
    restarts();
    passes(1s);
    EXPECT_GE(the(case_overdue).at, now_ - 1s);
}

TEST_F(CasesTest, IdsAreNeverUsedTwice) {
    a_site();
    std::set<std::string> ids;
    const auto opens = [&] {
        opens_by_hand();
        EXPECT_TRUE(ids.insert(the_case()).second);
    };
    opens();
    can("case.close", closing());
    opens();
    opens();
    EXPECT_EQ(ids, (std::set<std::string>{"c-20261124-140140-000", "c-20261124-140140-001",
                                          "c-20261124-140140-002"}));
    restarts();
    opens();
    site_->set_wall({wall.at_zero_ms - 3'600'000, wall.zone});
    opens();
}

TEST_F(CasesTest, ManyLinksAreCountedAndTheFirstAreKept) {
    a_site();
    tampers();
    for (int i = 0; i < 40; ++i) tampers("HL" + std::to_string(200000 + i));
    EXPECT_EQ(events(case_opened).size(), 1U) << "all of one visit";
    const auto linked = last(case_linked);
    EXPECT_EQ(datum(linked, "links"), Datum{std::int64_t{81}});
    EXPECT_EQ(split(text(linked, "also")).size(), 12U);
    std::size_t bytes = 0;
    for (const auto& [key, value] : linked.data)
        bytes +=
            key.size() + 24 +
            (std::holds_alternative<std::string>(value) ? std::get<std::string>(value).size() : 0);
    EXPECT_LT(bytes, 3500U);
}

}  // namespace
}  // namespace sealwarden
