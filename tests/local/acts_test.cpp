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

TEST_F(LocalDoorActs, AFileThatIsLongerThanALineComesInPartsAndItsHashGoesWithTheCommand) {
    opens();
    auto caller = calls();
    const std::string half(40'000, 'x');
    EXPECT_EQ(answer(caller, {{"id", 1}, {"call", "file"}, {"part", half}, {"begin", true}})
                  .at("ok")
                  .at("bytes"),
              40'000);
    EXPECT_EQ(answer(caller, {{"id", 2}, {"call", "file"}, {"part", half}}).at("ok").at("bytes"),
              80'000);
    const auto said = answer(caller, {{"id", 3},
                                      {"call", "command"},
                                      {"command", "visit.import"},
                                      {"file", "csv"},
                                      {"arguments", {{"source", "expected.csv"}}},
                                      {"channel", "cli"}});
    EXPECT_EQ(said.at("ok").at("index"), 4711);
    const auto& command = house_.commands.at(0);
    const auto& import = std::get<ImportExpected>(std::get<Act>(command.what));
    EXPECT_EQ(import.csv, half + half);
    EXPECT_EQ(import.source, "expected.csv");
    // sha256sum of 80,000 times x
    EXPECT_EQ(command.file_hash,
              "822f79a0bbfabd95372eece22f5239fb7337a91828c65db451b58c7bfd458188");
}

TEST_F(LocalDoorActs, AFileHasLinesAndTabsAndComesAsItIs) {
    opens();
    auto caller = calls();
    const std::string text = "person,name\r\nana-r,\t\"Ana\"\n";
    answer(caller, {{"id", 1}, {"call", "file"}, {"part", text}, {"begin", true}});
    answer(caller, {{"id", 2},
                    {"call", "command"},
                    {"command", "person.import"},
                    {"file", "csv"},
                    {"channel", "drop"}});
    EXPECT_EQ(std::get<ImportPeople>(std::get<Act>(house_.commands.at(0).what)).csv, text);
    for (const json& part : {json{}, json{7}}) {
        EXPECT_EQ(
            answer(caller, {{"id", 3}, {"call", "file"}, {"part", part}}).at("error").at("code"),
            "usage");
    }
}

TEST_F(LocalDoorActs, AFileIsForOneCommandAndBegunAnewWhenSomebodySaysSo) {
    opens();
    auto caller = calls();
    answer(caller, {{"id", 1}, {"call", "file"}, {"part", "old"}});
    answer(caller, {{"id", 2}, {"call", "file"}, {"part", "new"}, {"begin", true}});
    const json command{{"id", 3},
                       {"call", "command"},
                       {"command", "person.import"},
                       {"file", "csv"},
                       {"channel", "cli"}};
    answer(caller, command);
    EXPECT_EQ(std::get<ImportPeople>(std::get<Act>(house_.commands.at(0).what)).csv, "new");
    EXPECT_EQ(answer(caller, command).at("error").at("message"), "`csv` must not be empty");
}

TEST_F(LocalDoorActs, FilesHaveALimitEachAndTogether) {
    options_.max_file = 100;
    options_.max_files = 150;
    opens();
    auto one = calls(), two = calls();
    const std::string part(90, 'x');
    const json question{{"id", 1}, {"call", "file"}, {"part", part}};
    EXPECT_TRUE(answer(one, question).contains("ok"));
    EXPECT_EQ(answer(two, question).at("error").at("code"), "refused");
    EXPECT_EQ(answer(one, question).at("error").at("message"),
              "the file is longer than 100 bytes; bring it as several");
    EXPECT_TRUE(answer(two, question).contains("ok")) << "what was refused holds no room";
}

TEST_F(LocalDoorActs, WhatBecameOfAMessageReachesTheHouse) {
    opens();
    auto caller = calls();
    answer(caller, {{"id", 1},
                    {"call", "noticed"},
                    {"what", "failed"},
                    {"webhook", "on-call"},
                    {"alarm", "door-forced-d07"},
                    {"entry", 17},
                    {"tries", 3},
                    {"why", "it answered with HTTP status 422"}});
    ASSERT_EQ(house_.notices.size(), 1u);
    EXPECT_EQ(house_.notices[0].what, local::Notice::What::failed);
    EXPECT_EQ(house_.notices[0].entry, 17u);
    EXPECT_EQ(house_.notices[0].tries, 3u);
    const auto wrong = answer(caller, {{"id", 2}, {"call", "noticed"}, {"what", "sent"}});
    EXPECT_EQ(wrong.at("error").at("code"), "usage");
}

}  // namespace
}  // namespace sealwarden::test
