#include "firmware/core/acts.hpp"

#include "tests/console/api/api_fixture.hpp"

namespace sealwarden::test {
namespace {

using nlohmann::json;
using Acts = ApiFixture;

TEST_F(Acts, AreToldWithTheirRightAndWhetherTheCallerHasIt) {
    const auto told = asks_as({"dock"}, "GET /api/v1/acts").json().at("acts");
    EXPECT_EQ(told.size(), act_descriptions().size() + 1);
    for (const auto& act : told) {
        if (act.at("command") == "visit.arrive") {
            EXPECT_EQ(act.at("right"), "dock");
            EXPECT_EQ(act.at("allowed"), true);
            EXPECT_TRUE(act.at("arguments").at("properties").contains("door"));
        }
        if (act.at("command") == "acknowledge") {
            EXPECT_EQ(act.at("allowed"), false);
        }
    }
}

TEST_F(Acts, AnAcknowledgementGoesToTheDoorInTheNameOfWhoIsSignedIn) {
    const auto done = asks("POST /api/v1/acts/acknowledge",
                           R"({"alarm":"door-forced-d07","reason":"seen","note":"on my way"})");
    EXPECT_EQ(done.json(), json::parse(R"({"index":4711})"));
    EXPECT_EQ(reached("command"),
              json::parse(R"({"command":"acknowledge","alarm":"door-forced-d07","reason":"seen",
                              "note":"on my way","channel":"console","by":"ana"})"));
}

TEST_F(Acts, ThePersonIsWhoIsSignedIn) {
    asks("POST /api/v1/acts/visit.depart", R"({"visit":"d07"})");
    EXPECT_EQ(reached("command").at("arguments").at("person"), "ana-r");
    EXPECT_EQ(reached("command").at("by"), "ana");
    EXPECT_EQ(reached("command").at("channel"), "console");
}

TEST_F(Acts, NobodyActsInAnothersNameButWhoKeepsTheRegister) {
    const auto* body = R"({"visit":"d07","person":"luis-m"})";
    const auto refused = asks_as({"dock"}, "POST /api/v1/acts/visit.depart", body);
    EXPECT_EQ(refused.status, 403);
    EXPECT_TRUE(reached("command").is_null());
    EXPECT_EQ(asks_as({"dock", "people"}, "POST /api/v1/acts/visit.depart", body).status, 200);
    EXPECT_EQ(reached("command").at("arguments").at("person"), "luis-m");
}

TEST_F(Acts, TakeTheRightOfTheAct) {
    const auto refused = asks_as({"live"}, "POST /api/v1/acts/acknowledge", R"({"alarm":"a"})");
    EXPECT_EQ(refused.status, 403);
    EXPECT_NE(refused.text.find("`respond`"), std::string::npos) << refused.text;
    EXPECT_TRUE(reached("command").is_null());
}

TEST_F(Acts, WhatNobodyMaySayHereIsRefused) {
    EXPECT_EQ(asks("POST /api/v1/acts/drill.begin", "{}").status, 403);
    EXPECT_EQ(asks("POST /api/v1/acts/no.such", "{}").status, 404);
    EXPECT_TRUE(reached("command").is_null());
}

TEST_F(Acts, AWrongArgumentIsNamed) {
    const std::vector<std::pair<std::string, std::string>> wrong{
        {"[]", "one JSON object"},
        {"{", "one JSON object"},
        {R"({"visit":"d07","no_such":"x"})", "takes no `no_such`"},
        {R"({})", "`visit` must be given"},
        {R"({"visit":7})", "`visit` must be a text"},
        {R"({"visit":"d07","empty":"yes"})", "`empty` must be true or false"},
        {R"({"visit":")" + std::string(200, 'x') + R"("})", "at most 128 bytes"}};
    for (const auto& [body, sentence] : wrong) {
        const auto refused = asks("POST /api/v1/acts/visit.depart", body);
        EXPECT_EQ(refused.status, 400) << body;
        EXPECT_EQ(refused.code, "usage");
        EXPECT_NE(refused.text.find(sentence), std::string::npos) << refused.text;
    }
    EXPECT_NE(asks("POST /api/v1/acts/acknowledge", "{}").text.find("`alarm`"), std::string::npos);
    EXPECT_TRUE(reached("command").is_null());
}

TEST_F(Acts, AFieldThatWasLeftEmptyIsNotGiven) {
    asks("POST /api/v1/acts/visit.depart", R"({"visit":"d07","seal":"","empty":null})");
    EXPECT_FALSE(reached("command").at("arguments").contains("seal"));
    EXPECT_FALSE(reached("command").at("arguments").contains("empty"));
}

// Every argument of every act, of the right kind, passes; a wrong kind does not.
TEST_F(Acts, WhatAnActSaysOfItselfIsWhatIsTaken) {
    for (const auto& act : act_descriptions()) {
        if (around_.right_of_act(act.name).empty()) continue;
        json good = json::object();
        for (const auto& argument : act.arguments) {
            switch (argument.kind) {
                case Argument::Kind::flag: good[argument.name] = true; break;
                case Argument::Kind::integer: good[argument.name] = 1; break;
                case Argument::Kind::word: good[argument.name] = argument.words.front(); break;
                case Argument::Kind::text:
                case Argument::Kind::prose:
                case Argument::Kind::file:
                case Argument::Kind::list: good[argument.name] = "x"; break;
            }
        }
        const auto route = "POST /api/v1/acts/" + std::string{act.name};
        EXPECT_EQ(asks(route, good.dump()).status, 200) << act.name;
        for (const auto& argument : act.arguments) {
            auto bad = good;
            bad[argument.name] = json::array();
            const auto refused = asks(route, bad.dump());
            EXPECT_EQ(refused.status, 400) << act.name << ' ' << argument.name;
            EXPECT_NE(refused.text.find('`' + argument.name + '`'), std::string::npos);
        }
    }
}

}  // namespace
}  // namespace sealwarden::test
