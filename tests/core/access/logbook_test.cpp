#include "firmware/core/access/logbook.hpp"

#include <gtest/gtest.h>

#include "tests/core/access/access_fixture.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

class LogbookTest : public AccessTest {
  protected:
    void SetUp() override {
        auto options = site();
        options.access.shift_ends = {14 * 60, 22 * 60};  // it is 08:01:41 and a bit
        opens_the_day(options);
    }
    std::string visitor_comes(Arguments more = {}) {
        more.merge(Arguments{{"name", "V. Isitor"},
                             {"company", "Acme"},
                             {"id_checked", true},
                             {"contact", "bob"},
                             {"badge", "T-12"},
                             {"person", "ana"}});
        can("visitor.in", more);
        return said.front().subjects.front().id;
    }
    std::string driver_comes() {
        can("driver.in", {{"name", "D. River"},
                          {"employer", "Haulage"},
                          {"truck", "T-1"},
                          {"trailer", "XY-123"},
                          {"id_checked", true},
                          {"person", "ana"}});
        return said.front().subjects.front().id;
    }
    // What the rules of visits tell of a visit with this driver.
    void visit(EventKind kind, const std::string& driver, const std::string& seal) {
        auto told = make_event(kind, {{"visit", "v-1"}, {"container", "c"}, {"door", "d07"}}, now_);
        told.data["driver"] = driver;
        told.data["seal_out"] = seal;
        keep(site_->apply(told));
    }
};

TEST_F(LogbookTest, AVisitorHasTheSixFields) {
    const auto visitor = visitor_comes();
    EXPECT_EQ(visitor, "vis-20261124-080141-1");
    const auto in = the(visitor_in);
    EXPECT_EQ(in.personal, (std::map<std::string, std::string>{
                               {"name", "V. Isitor"}, {"company", "Acme"}, {"badge", "T-12"}}));
    EXPECT_EQ(in.subjects, (std::vector<Subject>{{"visitor", visitor}, {"person", "bob"}}));
    const Now now{now_, wall};
    passes(2h);
    can("visitor.out", {{"visitor", visitor}, {"person", "ana"}});
    const auto out = the(visitor_out);
    EXPECT_EQ(out.personal, in.personal);
    EXPECT_EQ(out.data.at("id_checked"), Datum{true});
    EXPECT_EQ(out.data.at("contact"), Datum{"bob"});
    EXPECT_EQ(out.data.at("in_ts"), Datum{now.wall_ms()});
    EXPECT_EQ(out.data.at("out_ts"), Datum{now.wall_ms() + 7'200'000});
    EXPECT_EQ(out.data.at("out_by"), Datum{"ana"});
    cannot("unknown_visitor", "visitor.out", {{"visitor", visitor}, {"person", "ana"}});
}

TEST_F(LogbookTest, AnIdentificationThatWasNotLookedAtIsToldAndNotRefused) {
    visitor_comes({{"id_checked", false}});
    EXPECT_EQ(the(visitor_in).data.at("id_checked"), Datum{false});
}

TEST_F(LogbookTest, EachEntryHasAnIdOfItsOwn) {
    EXPECT_EQ(visitor_comes(), "vis-20261124-080141-1");
    EXPECT_EQ(visitor_comes(), "vis-20261124-080141-2");
    EXPECT_EQ(driver_comes(), "drv-20261124-080141-1");
    restarts();
    EXPECT_EQ(visitor_comes(), "vis-20261124-080141-3");
}

TEST_F(LogbookTest, WhoMayNotIsRefused) {
    const Arguments visitor{{"name", "V."}, {"contact", "bob"}};
    auto by = [](Arguments arguments, const char* person) {
        arguments["person"] = person;
        return arguments;
    };
    cannot("unknown_person", "visitor.in", by(visitor, "nobody"));
    cannot("not_allowed", "visitor.in", by(visitor, "bob"));
    EXPECT_EQ(message(), "`bob` lacks the right `access`; `sealwarden person add` gives rights");
    cannot("not_allowed", "visitor.in", by(visitor, "gone"));
    cannot("unknown_contact", "visitor.in", by({{"name", "V."}, {"contact", "whoever"}}, "ana"));
    EXPECT_EQ(message(),
              "the contact `whoever` is not registered; `sealwarden person add` registers people");
    cannot("not_allowed", "visitor.out", by({{"visitor", "x"}}, "bob"));
    cannot("not_allowed", "driver.in", by({{"name", "D."}, {"employer", "H."}}, "bob"));
    cannot("not_allowed", "driver.out", by({{"driver", "x"}}, "bob"));
    cannot("unknown_driver", "driver.out", by({{"driver", "x"}}, "ana"));
    EXPECT_EQ(message(),
              "there is no open entry `x` in the log of drivers; `sealwarden driver in` gives the "
              "id of one");
    EXPECT_EQ(said_kinds(), std::vector{command_refused});
}

TEST_F(LogbookTest, ADriverHasTheEightFieldsWithTheSealOfTheVisit) {
    const auto driver = driver_comes();
    EXPECT_EQ(the(driver_in).personal.size(), 4U) << "name, employer, truck, trailer";
    visit(visit_arrived, driver, "");
    visit(visit_sealed, driver, "HL777000");
    visit(visit_sealed, driver, "HL777001");
    EXPECT_EQ(events(driver_sealed).size(), 2U);
    visit(visit_departed, driver, "HL777001");
    EXPECT_EQ(events(driver_sealed).size(), 2U) << "it is known";
    restarts();
    passes(5min);
    can("driver.out", {{"driver", driver}, {"person", "ana"}});
    const auto out = the(driver_out);
    EXPECT_EQ(text(out, "seal"), "HL777001");
    EXPECT_EQ(out.subjects, (std::vector<Subject>{{"driver", driver}, {"visit", "v-1"}}));
    EXPECT_EQ(out.personal, the(driver_in).personal);
    EXPECT_NE(out.data.at("in_ts"), Datum{});
    EXPECT_NE(out.data.at("out_ts"), Datum{});
    EXPECT_FALSE(out.data.contains("lacking"));
}

TEST_F(LogbookTest, ADriverWhoLeavesWithoutAllEightFieldsIsToldOf) {
    can("driver.in",
        {{"name", "Juan"}, {"employer", "Fletes"}, {"truck", "T-1"}, {"person", "ana"}});
    can("driver.out", {{"driver", the(driver_in).subjects.front().id}, {"person", "ana"}});
    EXPECT_EQ(text(the(driver_out), "lacking"), "trailer,seal");
}

TEST_F(LogbookTest, TheSealThatIsToldAtDepartureStands) {
    const auto driver = driver_comes();
    visit(visit_departed, driver, "HL777001");
    can("driver.out", {{"driver", driver}, {"seal", "HL777009"}, {"person", "ana"}});
    EXPECT_EQ(text(the(driver_out), "seal"), "HL777009");
}

TEST_F(LogbookTest, TheVisitOfAnotherDriverSaysNothing) {
    driver_comes();
    visit(visit_departed, "", "HL777001");
    visit(visit_departed, "drv-of-yesterday", "HL777001");
    EXPECT_TRUE(events(driver_sealed).empty());
}

TEST_F(LogbookTest, WhatIsOpenIsToldOnceAtTheEndOfEachShift) {
    const auto visitor = visitor_comes();
    const auto driver = driver_comes();
    passes(5h);
    EXPECT_TRUE(events(visitor_overdue).empty());
    const auto late = visitor_comes();
    forget();
    passes(1h);  // beyond 14:00
    EXPECT_EQ(kinds(), (std::vector{visitor_overdue, visitor_overdue, driver_overdue}));
    EXPECT_EQ(the(driver_overdue).at - Uptime{}, 6h);
    EXPECT_EQ(alarms()[0], "raised visitor-overdue-" + visitor);
    EXPECT_EQ(site_->alarms()[0].priority, Priority::low);
    EXPECT_EQ(the(driver_overdue).personal.at("name"), "D. River");
    forget();
    passes(7h);
    EXPECT_EQ(kinds(), std::vector<EventKind>{});
    can("visitor.out", {{"visitor", visitor}, {"person", "ana"}});
    can("driver.out", {{"driver", driver}, {"person", "ana"}});
    forget();
    passes(2h);  // beyond 22:00
    ASSERT_EQ(kinds(), std::vector{visitor_overdue});
    EXPECT_EQ(the(visitor_overdue).subjects.front().id, late);
}

// Each state of an entry x whatever may come: what is said, and whether it is still open.
TEST_F(LogbookTest, EachStateMeetsEachInput) {
    enum Entry { none, open, told };
    struct Row {
        Entry before;
        const char* input;
        std::vector<EventKind> said;
        bool open_then;
    };
    for (const std::string log : {"visitor", "driver"}) {
        const auto overdue = log == "visitor" ? visitor_overdue : driver_overdue;
        const auto out = log == "visitor" ? visitor_out : driver_out;
        const Row table[]{
            {none, "out", {command_refused}, false},
            {none, "shift ends", {}, false},
            {none, "restart", {}, false},
            {open, "out", {out}, false},
            {open, "shift ends", {overdue}, true},
            {open, "restart", {}, true},
            {told, "out", {out}, false},
            {told, "shift ends", {overdue}, true},
            {told, "restart", {}, true},
        };
        for (const auto& row : table) {
            now_ = Uptime{100s};
            history_.clear();
            SetUp();
            const auto id = row.before == none ? std::string{"vis-0"}
                            : log == "visitor" ? visitor_comes()
                                               : driver_comes();
            if (row.before == told) passes(6h);
            forget();
            const std::string input = row.input;
            const auto leaves = [&] { does(log + ".out", {{log, id}, {"person", "ana"}}); };
            if (input == "out") leaves();
            if (input == "shift ends") passes(8h);
            if (input == "restart") restarts(), passes(1min);
            EXPECT_EQ(kinds(), row.said) << log << " " << row.before << " " << input;
            leaves();
            EXPECT_EQ(refusal().empty(), row.open_then) << log << " " << row.before << " " << input;
        }
    }
}

TEST_F(LogbookTest, AShiftThatEndedWhileTheGatewayWasDownIsToldAfterTheStart) {
    const auto visitor = visitor_comes();
    now_ += 8h;
    restarts();
    forget();
    passes(1s);
    EXPECT_EQ(kinds(), std::vector{visitor_overdue});
    restarts();
    forget();
    passes(1h);
    EXPECT_EQ(kinds(), std::vector<EventKind>{}) << "once a shift";
    can("visitor.out", {{"visitor", visitor}, {"person", "ana"}});
}

TEST_F(LogbookTest, AShiftEndsByTheClockOfTheSiteWhateverItDid) {
    visitor_comes();
    forget();
    auto ahead = wall;
    ahead.at_zero_ms += 5 * 3'600'000;  // it is 13:01 now
    site_->set_wall(ahead);
    keep(site_->apply(make_event(clock_step, {{"gateway", "gw1"}}, now_)));
    passes(58min);
    EXPECT_EQ(events(visitor_overdue).size(), 0U);
    passes(1min);
    EXPECT_EQ(events(visitor_overdue).size(), 1U);
}

TEST_F(LogbookTest, NoShiftEndsOnAHoliday) {
    auto options = options_;
    options.access.holidays = {20'781, 20'782};  // Tuesday, which it is, and Wednesday
    opens_the_day(options);
    visitor_comes();
    passes(2 * 24h + 5h);  // Thursday, 13:01
    EXPECT_TRUE(events(visitor_overdue).empty());
    passes(1h);
    EXPECT_EQ(events(visitor_overdue).size(), 1U);
}

TEST_F(LogbookTest, WithoutShiftsNothingIsOverdue) {
    opens_the_day();
    visitor_comes();
    forget();
    passes(100h);
    EXPECT_EQ(kinds(), std::vector<EventKind>{});
}

}  // namespace
}  // namespace sealwarden
