// People's acts at the local door, and the records that come of them.
#include "firmware/core/acts.hpp"

#include <set>

#include "tests/local/door_fixture.hpp"

namespace sealwarden::test {
namespace {

using nlohmann::json;

class LocalDoorActs : public LocalDoor {
  protected:
    json asks(const json& more) {
        json question{{"id", 1}, {"call", "command"}, {"channel", "cli"}};
        question.update(more);
        auto caller = calls();
        return answer(caller, question);
    }
};

TEST_F(LocalDoorActs, AnActReachesTheHouseWithItsArguments) {
    opens();
    const auto said = asks(
        {{"command", "test.begin"},
         {"arguments",
          {{"zone", "yard"}, {"minutes", 30}, {"reason", "contact of d07"}, {"person", "ana-r"}}}});
    EXPECT_EQ(said.at("ok").at("index"), 4711);
    ASSERT_EQ(house_.commands.size(), 1u);
    const auto& act = std::get<Act>(house_.commands[0].what);
    const auto& begin = std::get<BeginTestMode>(act);
    EXPECT_EQ(begin.zone, "yard");
    EXPECT_EQ(begin.minutes, 30);
    EXPECT_EQ(begin.reason, "contact of d07");
    EXPECT_EQ(house_.commands[0].channel, "cli");
}

TEST_F(LocalDoorActs, WhatIsWrongWithTheArgumentsIsSaidAndNothingIsDone) {
    opens();
    const std::vector<std::pair<json, std::string>> wrong{
        {{{"command", "visit.fly"}}, "there is no command `visit.fly`"},
        {{{"command", "test.begin"}}, "`zone` must be given"},
        {{{"command", "person.revoke"}, {"arguments", {{"person", 7}, {"reason", "left"}}}},
         "`person` must be a text"},
        {{{"command", "person.revoke"}, {"arguments", {{"person", ""}, {"reason", "left"}}}},
         "`person` must not be empty"},
        {{{"command", "person.revoke"},
          {"arguments", {{"person", "ana"}, {"reason", "left"}, {"force", true}}}},
         "there is no argument `force` here"},
        {{{"command", "person.revoke"},
          {"arguments", {{"person", std::string(129, 'a')}, {"reason", "left"}}}},
         "`person` has 129 bytes; at most 128 are taken"},
        {{{"command", "person.revoke"}, {"arguments", {{"person", {"ana"}}}}},
         "argument `person` must be a text, true, false or an integer"},
        {{{"command", "person.revoke"}, {"arguments", "ana"}}, "arguments must be an object"},
        {{{"command", "seal.verify"},
          {"arguments",
           {{"seal", "HL1"},
            {"container", "MSCU6639870"},
            {"view", "fine"},
            {"verify", "good"},
            {"tug", "good"},
            {"twist", "good"},
            {"person", "ana"}}}},
         "`view` is `fine`; it must be one of not_done, good, bad"}};
    for (const auto& [question, sentence] : wrong) {
        const auto error = asks(question).at("error");
        EXPECT_EQ(error.at("code"), "usage") << question;
        EXPECT_EQ(error.at("message"), sentence) << question;
    }
    EXPECT_TRUE(house_.commands.empty());
}

TEST_F(LocalDoorActs, EveryActOfTheCoreIsKnownByItsName) {
    std::set<std::string> names;
    for (const auto& act : act_descriptions()) {
        EXPECT_TRUE(names.insert(std::string{act.name}).second) << act.name << " twice";
        EXPECT_FALSE(act.help.empty()) << act.name;
        EXPECT_NE(act.name.find('.'), std::string::npos) << act.name;
        std::set<std::string> arguments;
        for (const auto& argument : act.arguments) {
            EXPECT_TRUE(arguments.insert(argument.name).second) << act.name << argument.name;
            EXPECT_FALSE(argument.help.empty()) << act.name << argument.name;
        }
        const auto none = act_from(act.name, {});
        EXPECT_TRUE(std::holds_alternative<std::string>(none)) << act.name;
    }
    EXPECT_GT(names.size(), 40u);
}

TEST_F(LocalDoorActs, RecordsAreAskedForByTheirKind) {
    opens();
    auto caller = calls();
    answer(caller, {{"id", 1},
                    {"call", "query"},
                    {"records", "person"},
                    {"subject", {{"k", "person"}, {"v", "ana"}}},
                    {"before", 9},
                    {"with_ended", true}});
    ASSERT_EQ(log_.queries.size(), 1u);
    EXPECT_EQ(log_.queries[0].records, "person");
    EXPECT_EQ(log_.queries[0].before, 9u);
    EXPECT_TRUE(log_.queries[0].with_ended);
    const auto wrong =
        answer(caller, {{"id", 2}, {"call", "query"}, {"records", "door-handle"}}).at("error");
    EXPECT_EQ(wrong.at("code"), "usage");
    EXPECT_TRUE(wrong.at("message").get<std::string>().starts_with("records must be one of "));
}

}  // namespace
}  // namespace sealwarden::test
