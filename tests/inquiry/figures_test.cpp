#include "firmware/inquiry/figures.hpp"

#include "firmware/inquiry/times.hpp"
#include "tests/inquiry/inquiry_fixture.hpp"

namespace sealwarden::test {
namespace {

using namespace std::chrono_literals;

boost::asio::awaitable<nlohmann::json> told_of(inquiry::Ask ask, inquiry::Window window) {
    const auto figures = co_await inquiry::alarm_figures(ask, window);
    co_return inquiry::to_json(figures);
}

class Figures : public Inquiry {
  protected:
    void raises(const std::string& alarm) {
        door.say("alarm.raised", {{"alarm", alarm}},
                 {{"kind", "door-held"},
                  {"priority", "medium"},
                  {"state", "unack_active"},
                  {"raised_ago_ms", 0}});
    }
    json told(inquiry::Window window) { return finished(told_of(ask(), window)); }
};

TEST_F(Figures, RatesAreOfTheTimeThatTheLogCovers) {
    boots();
    for (int alarm = 0; alarm < 6; ++alarm) raises("door-held-d0" + std::to_string(alarm));
    passes(1h);
    const auto figures = told({.since = begin - 24h * 30, .until = door.now});
    EXPECT_EQ(figures.at("total"), 6);
    EXPECT_EQ(figures.at("since_ts"), inquiry::epoch_ms(begin));
    EXPECT_EQ(figures.at("periods"), 6);
    EXPECT_DOUBLE_EQ(figures.at("per_hour").get<double>(), 6.0);
}

TEST_F(Figures, AWindowWithinTheLogStaysAsItWasAsked) {
    boots();
    passes(1h);
    const auto since = door.now;
    raises("door-held-d07");
    passes(30min);
    const auto figures = told({.since = since, .until = door.now});
    EXPECT_EQ(figures.at("since_ts"), inquiry::epoch_ms(since));
    EXPECT_DOUBLE_EQ(figures.at("per_hour").get<double>(), 2.0);
}

}  // namespace
}  // namespace sealwarden::test
