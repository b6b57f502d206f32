// The wire alone: four states, complementary contacts, and every level to every other.
#include "firmware/core/contact.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace sealwarden {
namespace {

using namespace std::chrono_literals;

class ContactTest : public testing::Test {
  protected:
    void wired(ContactOptions options) { contact_.emplace(std::move(options)); }
    void reads(PointId point, std::variant<Value, Fault> what) {
        std::vector<ContactNews> news;
        contact_->tick(now_, news);
        contact_->apply(
            {.point = point, .at = now_, .what = std::move(what), .after = now_ - 10ms, .raw = {}},
            news);
        keep(news);
    }
    void measures(std::int64_t millivolts) {
        reads("ai.loop", Value{millivolts});
        passes(1s);
    }
    void passes(UptimeClock::duration time) {
        now_ += time;
        std::vector<ContactNews> news;
        contact_->tick(now_, news);
        keep(news);
    }
    [[nodiscard]] Level level() const { return contact_->level().level; }
    [[nodiscard]] Why why() const { return contact_->level().why; }

    std::optional<Contact> contact_;
    std::vector<ContactChange> changes_;
    Uptime now_{100s};

  private:
    void keep(const std::vector<ContactNews>& news) {
        for (const auto& one : news)
            if (const auto* change = std::get_if<ContactChange>(&one)) changes_.push_back(*change);
    }
};

ContactOptions loop() {
    ContactOptions options;
    options.point = "ai.loop";
    options.loop = ContactOptions::Loop{.shorted = {0, 1900},
                                        .inactive = {3000, 5000},
                                        .active = {7000, 9500},
                                        .cut = {11000, 13000},
                                        .hysteresis = 100};
    return options;
}

TEST_F(ContactTest, ASupervisedLoopHasFourStatesAndTroubleBetween) {
    wired(loop());
    measures(3830);
    EXPECT_EQ(level(), Level::inactive);
    measures(8260);
    EXPECT_EQ(level(), Level::active);
    measures(0);
    EXPECT_EQ(why(), Why::shorted);
    measures(12000);
    EXPECT_EQ(why(), Why::cut);
    measures(6000);
    EXPECT_EQ(why(), Why::in_between);
    EXPECT_EQ(level(), Level::unknown);
}

TEST_F(ContactTest, AValueAtTheEdgeOfItsBandDoesNotFlicker) {
    wired(loop());
    measures(4990);
    measures(5090);
    EXPECT_EQ(level(), Level::inactive);
    measures(5110);
    EXPECT_EQ(why(), Why::in_between);
    measures(5010);
    EXPECT_EQ(why(), Why::in_between) << "it must come all the way back";
    measures(5000);
    EXPECT_EQ(level(), Level::inactive);
}

TEST_F(ContactTest, ALoopPassedThroughWhileTheDoorMovesIsNoTrouble) {
    wired(loop());
    measures(3830);
    changes_.clear();
    reads("ai.loop", Value{std::int64_t{6000}});
    passes(20ms);
    measures(8260);
    ASSERT_EQ(changes_.size(), 1U);
    EXPECT_EQ(changes_[0].to.level, Level::active);
}

TEST_F(ContactTest, ComplementaryContactsThatAgreeAreAFault) {
    ContactOptions options;
    options.point = "io.open";
    options.complement = "io.closed";
    wired(options);
    reads("io.open", Value{false});
    passes(1s);
    EXPECT_EQ(why(), Why::never_read);
    reads("io.closed", Value{true});
    passes(1s);
    EXPECT_EQ(level(), Level::inactive);
    reads("io.closed", Value{false});
    EXPECT_EQ(level(), Level::inactive) << "they may be on their way";
    passes(1s);
    EXPECT_EQ(why(), Why::disagree);
    reads("io.open", Value{true});
    passes(1s);
    EXPECT_EQ(level(), Level::active);
    reads("io.closed", Fault::no_answer);
    EXPECT_EQ(why(), Why::fault);
}

TEST_F(ContactTest, AnInvertedContactMeansTheOpposite) {
    ContactOptions options;
    options.point = "io.di0";
    options.inverted = true;
    wired(options);
    reads("io.di0", Value{true});
    passes(1s);
    EXPECT_EQ(level(), Level::inactive);
}

TEST_F(ContactTest, AValueOfTheWrongTypeIsAFaultAndNeverALevel) {
    ContactOptions options;
    options.point = "io.di0";
    wired(options);
    reads("io.di0", Value{std::int64_t{0}});
    EXPECT_EQ(why(), Why::fault);
    reads("io.di0", Value{std::string{"open"}});
    EXPECT_EQ(why(), Why::fault);
}

// Every level to every other, with and without time to settle.
TEST_F(ContactTest, EveryLevelGoesToEveryOther) {
    enum class Look { inactive, active, fault };
    const auto look = [&](Look what) {
        switch (what) {
            case Look::inactive: reads("io.di0", Value{false}); return;
            case Look::active: reads("io.di0", Value{true}); return;
            case Look::fault: reads("io.di0", Fault::no_answer); return;
        }
    };
    const auto level_of = [](Look what) {
        switch (what) {
            case Look::inactive: return Level::inactive;
            case Look::active: return Level::active;
            case Look::fault: return Level::unknown;
        }
        return Level::unknown;
    };
    for (const auto from : {Look::inactive, Look::active, Look::fault})
        for (const auto to : {Look::inactive, Look::active, Look::fault}) {
            ContactOptions options;
            options.point = "io.di0";
            wired(options);
            look(from);
            passes(1s);
            changes_.clear();
            const auto edge = now_;
            look(to);
            const auto expected_now = to == Look::fault ? Level::unknown : level_of(from);
            EXPECT_EQ(level(), expected_now);
            passes(49ms);
            EXPECT_EQ(level(), expected_now);
            passes(1ms);
            EXPECT_EQ(level(), level_of(to));
            ASSERT_EQ(changes_.size(), from == to ? 0U : 1U);
            if (from == to) continue;
            EXPECT_EQ(changes_[0].at, edge);
            EXPECT_EQ(changes_[0].was, level_of(from));
        }
}

}  // namespace
}  // namespace sealwarden
