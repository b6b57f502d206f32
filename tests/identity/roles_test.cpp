#include "firmware/identity/roles.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "firmware/core/acts.hpp"
#include "firmware/identity/rights.hpp"

namespace sealwarden::identity {
namespace {

using testing::HasSubstr;

TEST(RolesTest, TheShippedOnesAreTheFiveOfTheProductAndTheirRightsAreStated) {
    const auto roles = Roles::shipped();
    struct Row {
        const char* role;
        Rights rights;
    };
    const Row table[]{
        {"supervisor", {"live", "respond", "shelve", "dock", "search"}},
        {"security",
         {"live", "respond", "shelve", "dock", "custody", "stock.unused", "access", "drivers",
          "people", "search", "evidence", "export", "personal", "devices"}},
        {"auditor", {"live", "search", "evidence", "export"}},
        {"admin", {"live", "search", "devices", "settings", "users", "metrics"}},
        {"wall", {"live"}},
    };
    EXPECT_EQ(roles.all().size(), std::size(table));
    for (const auto& [id, rights] : table) {
        ASSERT_NE(roles.find(id), nullptr) << id;
        EXPECT_EQ(roles.find(id)->rights, rights) << id;
    }
    EXPECT_EQ(roles.find("root"), nullptr);
    EXPECT_EQ(roles.find("supervisor")->name(Language::spanish), "Supervisor de andén");
}

TEST(RolesTest, WhoeverKeepsTheAccountsSeesNothingOfPersonsAndAnswersNoAlarm) {
    const auto roles = Roles::shipped();
    const auto& rights = roles.find("admin")->rights;
    for (const auto* right : {"personal", "drivers", "access", "people", "stock.unused", "custody",
                              "respond", "shelve", "dock", "export", "evidence"}) {
        EXPECT_FALSE(rights.contains(right)) << right;
    }
}

TEST(RightsTest, EveryRightIsSomebodys) {
    const auto roles = Roles::shipped();
    for (const auto right : all_rights()) {
        EXPECT_TRUE(is_right(right));
        bool has = false;
        for (const auto& [id, role] : roles.all()) has |= role.rights.contains(right);
        EXPECT_TRUE(has) << right;
    }
    EXPECT_FALSE(is_right("everything"));
    EXPECT_FALSE(is_right(""));
}

TEST(RightsTest, EveryActTakesARightAndWhatIsNoActTakesNone) {
    for (const auto& act : act_descriptions()) {
        EXPECT_TRUE(is_right(right_of_act(act.name))) << act.name;
    }
    EXPECT_EQ(right_of_act("acknowledge"), "respond");
    EXPECT_EQ(right_of_act("alarm.silence"), "respond");
    EXPECT_EQ(right_of_act("alarm.shelve"), "shelve");
    EXPECT_EQ(right_of_act("seal.verify"), "dock");
    EXPECT_EQ(right_of_act("seal.issue"), "custody");
    EXPECT_EQ(right_of_act("driver.in"), "drivers");
    for (const auto* none : {"", "erase", "trust_clock", "visit", "visit.", "acknowledge.x"}) {
        EXPECT_EQ(right_of_act(none), "") << none;
    }
}

std::string complaint_about(const std::string& toml) {
    try {
        (void)Roles::from(toml, "roles.toml");
        return "none";
    } catch (const BadRoles& bad) {
        return bad.what();
    }
}

TEST(RolesTest, ASitesOwnRolesTakeThePlaceOfTheShippedOnes) {
    const auto roles = Roles::from(
        "[role.guard]\nname = { en = \"Guard\", es = \"Guardia\" }\nrights = [\"live\", "
        "\"users\"]\nidle_min = 5\n"
        "longest_h = 8\n",
        "roles.toml");
    ASSERT_NE(roles.find("guard"), nullptr);
    EXPECT_EQ(roles.find("guard")->idle, std::chrono::minutes{5});
    EXPECT_EQ(roles.find("guard")->longest, std::chrono::hours{8});
    EXPECT_EQ(roles.find("supervisor"), nullptr);
}

TEST(RolesTest, WhatIsWrongIsSaidWithItsPlace) {
    const std::string good =
        "[role.guard]\nname = { en = \"Guard\", es = \"Guardia\" }\nrights = [\"live\", "
        "\"users\"]\n";
    EXPECT_EQ(complaint_about(good), "none");
    EXPECT_THAT(complaint_about("role ="), HasSubstr("roles.toml:1:"));
    EXPECT_THAT(complaint_about(""), HasSubstr("there must be a role"));
    EXPECT_THAT(complaint_about("[roles.guard]\n"), HasSubstr("roles.toml:1:"));
    EXPECT_THAT(
        complaint_about(good + "[role.x]\nrights = [\"everything\"]\n"),
        HasSubstr("roles.toml:5:11: /role/x/rights/0: there is no such right: \"everything\""));
    EXPECT_THAT(complaint_about(good + "idle_min = 0\n"), HasSubstr("from 1 to 44640"));
    EXPECT_THAT(complaint_about(good + "longest_h = 745\n"), HasSubstr("from 1 to 744"));
    EXPECT_THAT(complaint_about(good + "longest = 1\n"), HasSubstr("there is no such key"));
    EXPECT_THAT(complaint_about(good + "[role.Guard]\n"), HasSubstr("a role's id is"));
    EXPECT_THAT(complaint_about("[role.guard]\nname = \"Guard\"\nrights = [\"live\"]\n"),
                HasSubstr("name must be given"));
    EXPECT_THAT(
        complaint_about("[role.guard]\nname = { en = \"G\", es = \"G\" }\nrights = [\"live\"]\n"),
        HasSubstr("one role must have the right `users`"));
}

}  // namespace
}  // namespace sealwarden::identity
