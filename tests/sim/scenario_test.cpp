#include "firmware/sim/scenario.hpp"

#include <gmock/gmock.h>

#include "firmware/sim/simulation.hpp"
#include "tests/config/files.hpp"

namespace sealwarden::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto site = R"(
[site]
id = "dc7"
gateway = "gw1"
)";

class ScenarioTest : public testing::Test {
  protected:
    ScenarioResult load(const std::string& text) {
        return load_scenario(files_.write("scenario.toml", text), config_);
    }
    std::string complaint(const std::string& text) {
        std::string all;
        for (const auto& finding : load(text).findings) all += to_string(finding) + '\n';
        return all;
    }
    // Plays until `enough` deeds were told, and gives them in their order.
    std::vector<Deed> played(const std::string& text, std::size_t enough, Ask ask) {
        auto loaded = load(text);
        EXPECT_TRUE(loaded.scenario) << complaint(text);
        if (!loaded.scenario) return {};
        boost::asio::io_context loop{1};
        const SystemClock clock;
        std::vector<Deed> deeds;
        const auto hear = [&](const Deed& deed) {
            deeds.push_back(deed);
            if (deeds.size() == enough) loop.stop();
        };
        Simulation simulation{loop, config_, clock, hear, std::move(ask)};
        simulation.play(std::move(*loaded.scenario), 1);
        loop.run();
        return deeds;
    }

  private:
    config::Files files_;
    config::Config config_ = config::load(files_.sources(site)).config.value();
};

constexpr auto arrival = R"(
[[step]]
at_ms = 0
say = "arrives"
once = true
act = "visit.arrive"
arguments = { door = "d07", container = "MSCU6639870", person = "ana-r" }
)";

TEST_F(ScenarioTest, PeopleActWithTheArgumentsOfTheLocalDoor) {
    const auto scenario = load(arrival).scenario.value();
    ASSERT_EQ(scenario.steps.size(), 1U);
    EXPECT_TRUE(scenario.steps[0].once);
    const auto& act = std::get<Act>(scenario.steps[0].what);
    EXPECT_EQ(act.name, "visit.arrive");
    EXPECT_EQ(act.arguments.at("door"), "d07");
}

TEST_F(ScenarioTest, AnActThatIsNotKnownIsNamedWithTheLikeliest) {
    EXPECT_THAT(complaint("[[step]]\nat_ms = 0\nact = \"visit.arive\"\n"),
                HasSubstr("did you mean `visit.arrive`?"));
}

TEST_F(ScenarioTest, ActsArgumentsAreCheckedBeforeAnythingIsPlayed) {
    EXPECT_THAT(complaint("[[step]]\nat_ms = 0\nact = \"visit.arrive\"\n"
                          "arguments = { container = \"MSCU6639870\", person = \"ana-r\" }\n"),
                HasSubstr("`door`"));
}

TEST_F(ScenarioTest, AnActDoesNotEndByItself) {
    EXPECT_THAT(complaint(std::string{arrival} + "for_ms = 5\n"),
                HasSubstr("an `act` of people has no `for_ms`"));
}

TEST_F(ScenarioTest, WhatPeopleDoWaitsUntilTheGatewayAnswersAndKeepsItsOrder) {
    int asked = 0;
    std::vector<std::string> order;
    const auto deeds = played(std::string{arrival} + R"(
[[step]]
at_ms = 1
act = "visit.depart"
arguments = { visit = "d07", person = "ana-r" }
)",
                              2, [&](const Act& act) -> std::optional<Answer> {
                                  if (++asked < 3) return std::nullopt;
                                  order.push_back(act.name);
                                  if (act.name == "visit.depart")
                                      return Answer{.index = std::nullopt, .refusal = "held"};
                                  return Answer{.index = 17, .refusal = {}};
                              });
    ASSERT_EQ(deeds.size(), 2U);
    EXPECT_THAT(order, ElementsAre("visit.arrive", "visit.depart"));
    EXPECT_EQ(deeds[0].say, "arrives");
    EXPECT_EQ(deeds[0].answer.value().index, 17U);
    EXPECT_EQ(deeds[1].answer.value().refusal, "held");
}

TEST_F(ScenarioTest, WhatHappensOnceIsNotPlayedAgain) {
    std::vector<std::string> acts;
    (void)played("repeat_after_ms = 1\n" + std::string{arrival} + R"(
[[step]]
at_ms = 0
act = "visit.depart"
arguments = { visit = "d07", person = "ana-r" }
)",
                 4, [&](const Act& act) {
                     acts.push_back(act.name);
                     return std::optional{Answer{.index = 1, .refusal = {}}};
                 });
    EXPECT_THAT(acts, ElementsAre("visit.arrive", "visit.depart", "visit.depart", "visit.depart"));
}

}  // namespace
}  // namespace sealwarden::sim
