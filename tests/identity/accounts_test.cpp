#include "firmware/identity/accounts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "firmware/identity/administration.hpp"
#include "firmware/identity/mqtt_tokens.hpp"
#include "firmware/identity/publish.hpp"
#include "firmware/identity/secrets.hpp"
#include "tests/support/temporary_directory.hpp"

namespace sealwarden::identity {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t now = 1'795'500'000'000, minute = 60'000, day = 24 * 60 * minute;

class AccountsTest : public testing::Test {
  protected:
    Accounts& accounts() {
        if (!accounts_) accounts_.emplace(directory(), Accounts::Access::write);
        return *accounts_;
    }
    Administration rules() { return {accounts(), roles_}; }
    [[nodiscard]] std::filesystem::path directory() const { return directory_.path() / "console"; }
    void add(const std::string& id, const std::string& role) {
        rules().add({.id = id, .name = id + " R.", .role = role}, "hash of " + id, root_, now);
    }
    void signs_in(const std::string& id) {
        Accounts::Change change{accounts()};
        accounts().put(Session{.id = kept(new_secret()),
                               .user = id,
                               .address = "192.0.2.7",
                               .begun_ms = now,
                               .seen_ms = now});
        change.commit();
    }
    // What the log is to be told, as "user.added ana".
    std::vector<std::string> told() {
        std::vector<std::string> all;
        Accounts::Change change{accounts()};
        while (const auto untold = accounts().claim_untold(now, minute)) {
            all.push_back(untold->use.at("act").get<std::string>() + " " +
                          untold->use.value("user", "-"));
            accounts().remove_untold(untold->id);
        }
        change.commit();
        return all;
    }
    template <class Act>
    std::string refusal(Act act) {
        try {
            act();
            return "none";
        } catch (const Refusal& refusal) {
            return refusal.code;
        }
    }

    test::TemporaryDirectory directory_;
    std::optional<Accounts> accounts_;
    const Roles roles_ = Roles::shipped();
    const Doer root_{.user = {}, .by = "uid:0(root)", .role = {}, .way = "cli", .address = {}};
};

TEST_F(AccountsTest, AUserComesBackAsHeWasPutAlsoAfterARestart) {
    const User ana{.id = "ana",
                   .name = "Ana Rivas",
                   .role = "security",
                   .person = "ana-r",
                   .language = Language::spanish,
                   .trained_on = "2026-03-01",
                   .made_ms = now};
    rules().add(ana, "a hash", root_, now);
    accounts_.reset();
    EXPECT_EQ(accounts().user("ana"), ana);
    EXPECT_EQ(accounts().password_hash("ana"), "a hash");
    EXPECT_EQ(accounts().user("bob"), std::nullopt);
    EXPECT_EQ(accounts().password_hash("bob"), "");
    EXPECT_EQ(accounts().users(), std::vector{ana});
}

TEST_F(AccountsTest, AReaderSeesWhatAnotherProcessWroteAndWritesNothing) {
    accounts();
    Accounts reader{directory(), Accounts::Access::read};
    EXPECT_FALSE(reader.user("ana"));
    add("ana", "admin");
    EXPECT_TRUE(reader.user("ana"));
    EXPECT_THROW(reader.put_signed_in("ana", now), sqlite::Failure);
}

TEST_F(AccountsTest, TheFilesAreOnlyForTheirOwner) {
    add("ana", "admin");
    struct stat status{};
    ASSERT_EQ(::stat(directory().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0700U);
    for (const auto& file : std::filesystem::directory_iterator{directory()}) {
        ASSERT_EQ(::stat(file.path().c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 077, 0U) << file.path();
    }
}

std::string why_unusable(const std::filesystem::path& directory) {
    try {
        Accounts accounts{directory, Accounts::Access::write};
        return "usable";
    } catch (const Unusable& unusable) {
        return unusable.what();
    }
}

TEST_F(AccountsTest, FilesThatOthersMayReadOrReplaceAreNotUsed) {
    add("ana", "admin");
    accounts_.reset();
    ASSERT_EQ(::chmod(Accounts::file_in(directory()).c_str(), 0640), 0);
    EXPECT_THAT(why_unusable(directory()), HasSubstr("may be read by others: chmod 600"));
    ASSERT_EQ(::chmod(Accounts::file_in(directory()).c_str(), 0600), 0);
    ASSERT_EQ(::chmod(directory().c_str(), 0770), 0);
    EXPECT_THAT(why_unusable(directory()), HasSubstr("may be written by others"));
    ASSERT_EQ(::chmod(directory().c_str(), 0700), 0);
    EXPECT_EQ(why_unusable(directory()), "usable");
}

TEST_F(AccountsTest, ADamagedFileIsSaidAndLeftAsItIs) {
    for (int i = 0; i < 40; ++i) add("user-" + std::to_string(i), "admin");
    accounts_.reset();
    const auto file = Accounts::file_in(directory());
    {
        sqlite::Connection all{file, Accounts::Access::write};
        all.checkpoint(true);
    }
    {
        std::fstream stream{file, std::ios::in | std::ios::out | std::ios::binary};
        stream.seekp(4096 + 100);
        stream << std::string(3000, 'x');
    }
    const auto size = std::filesystem::file_size(file);
    EXPECT_THAT(why_unusable(directory()), HasSubstr("put a copy back, or move it away"));
    EXPECT_EQ(std::filesystem::file_size(file), size);
    std::ofstream{file}
        << "this is no database, and never was one; not for a long while, at any rate";
    EXPECT_THAT(why_unusable(directory()), HasSubstr("users.sqlite"));
}

TEST_F(AccountsTest, AFileOfANewerVersionOrOfSomethingElseIsNotTouched) {
    accounts();
    accounts_.reset();
    {
        sqlite::Connection file{Accounts::file_in(directory()), Accounts::Access::write};
        file.run("PRAGMA user_version=2");
    }
    EXPECT_THAT(why_unusable(directory()), HasSubstr("a newer version"));
    {
        sqlite::Connection file{Accounts::file_in(directory()), Accounts::Access::write};
        file.run("PRAGMA user_version=1");
        file.run("PRAGMA application_id=7");
    }
    EXPECT_THAT(why_unusable(directory()), HasSubstr("is not a file of accounts"));
}

TEST_F(AccountsTest, WhatIsNotCommittedDidNotHappenAndIsNotTold) {
    add("ana", "admin");
    told();
    {
        Accounts::Change change{accounts()};
        accounts().remove_user("ana");
        accounts().put_untold({{"act", "user.removed"}});
    }
    EXPECT_TRUE(accounts().user("ana"));
    EXPECT_THAT(told(), IsEmpty());
}

TEST_F(AccountsTest, EveryChangeIsToldOnceAndWhatChangesNothingIsNot) {
    add("ana", "admin");
    add("bob", "wall");
    rules().change("bob", {.role = "auditor"}, root_, now);
    rules().change("bob", {.role = "auditor"}, root_, now);
    rules().change("bob", {.person = "bob-r", .trained_on = "2026-01-02", .enabled = false}, root_,
                   now);
    rules().change("bob", {.enabled = true}, root_, now);
    rules().change("bob", {.language = Language::spanish}, root_, now);
    rules().change("bob", {.password_hash = "another"}, root_, now);
    rules().change("bob", {.unlock = true}, root_, now);
    rules().remove("bob", root_, now);
    EXPECT_THAT(told(), ElementsAre("user.added ana", "user.added bob", "user.role bob",
                                    "user.disabled bob", "user.person bob", "user.trained bob",
                                    "user.enabled bob", "user.described bob", "user.password bob",
                                    "user.unlocked bob", "user.removed bob"));
}

TEST_F(AccountsTest, SessionsEndWithTheirPasswordTheirRoleAndTheirUser) {
    add("ana", "admin");
    add("bob", "security");
    const auto sessions = [this] { return accounts().sessions_of("bob").size(); };
    signs_in("ana");
    signs_in("bob");
    rules().change("bob", {.name = "Bob", .person = "bob-r"}, root_, now);
    EXPECT_EQ(sessions(), 1U);
    rules().change("bob", {.role = "auditor"}, root_, now);
    EXPECT_EQ(sessions(), 0U);
    signs_in("bob");
    rules().change("bob", {.password_hash = "another"}, root_, now);
    EXPECT_EQ(sessions(), 0U);
    signs_in("bob");
    rules().change("bob", {.enabled = false}, root_, now);
    EXPECT_EQ(sessions(), 0U);
    signs_in("bob");
    rules().remove("bob", root_, now);
    EXPECT_EQ(sessions(), 0U);
    EXPECT_EQ(accounts().sessions_of("ana").size(), 1U);
}

TEST_F(AccountsTest, TheLastOneWhoManagesUsersStaysOne) {
    add("ana", "admin");
    add("bob", "security");
    EXPECT_EQ(refusal([&] { rules().remove("ana", root_, now); }), "refused");
    EXPECT_EQ(refusal([&] { rules().change("ana", {.role = "wall"}, root_, now); }), "refused");
    EXPECT_EQ(refusal([&] { rules().change("ana", {.enabled = false}, root_, now); }), "refused");
    add("eva", "admin");
    rules().change("ana", {.enabled = false}, root_, now);
    EXPECT_EQ(refusal([&] { rules().remove("eva", root_, now); }), "refused") << "ana is disabled";
    rules().remove("bob", root_, now);
}

TEST_F(AccountsTest, WhatCannotBeIsRefusedWithItsReason) {
    add("ana", "admin");
    const auto adding = [this](User user) {
        return refusal([&] { rules().add(user, "hash", root_, now); });
    };
    EXPECT_EQ(adding({.id = "ana", .name = "Ana", .role = "admin"}), "refused");
    EXPECT_EQ(adding({.id = "Bob", .name = "Bob", .role = "admin"}), "usage");
    EXPECT_EQ(adding({.id = "", .name = "Bob", .role = "admin"}), "usage");
    EXPECT_EQ(adding({.id = "bob", .name = "", .role = "admin"}), "usage");
    EXPECT_EQ(adding({.id = "bob", .name = "Bob\n", .role = "admin"}), "usage");
    EXPECT_EQ(adding({.id = "bob", .name = "Bob\u202Enimda", .role = "admin"}), "usage");
    EXPECT_EQ(adding({.id = "bob", .name = "Bob", .role = "god"}), "usage");
    EXPECT_EQ(adding({.id = "bob", .name = "Bob", .role = "wall", .trained_on = "2026-02-30"}),
              "usage");
    EXPECT_EQ(refusal([&] { rules().change("bob", {.name = "B"}, root_, now); }), "not_found");
    EXPECT_EQ(refusal([&] { rules().change("bob", {.password_hash = "x"}, root_, now); }),
              "not_found");
    EXPECT_EQ(refusal([&] { rules().remove("bob", root_, now); }), "not_found");
    EXPECT_EQ(refusal([&] { rules().change("bob", {.unlock = true}, root_, now); }), "not_found");
    EXPECT_EQ(refusal([&] { rules().remove_token("none", root_, now); }), "not_found");
}

TEST_F(AccountsTest, ATokenHasAtMostItsUsersRightsAndGoesWithHim) {
    add("ana", "admin");
    add("bob", "supervisor");
    const auto [token, text] = rules().add_token(
        {.user = "bob", .name = "turnstile", .rights = {"dock", "live"}}, root_, now);
    EXPECT_EQ(token.expires_ms, now + 90 * day);
    const auto given = token_from(text);
    ASSERT_TRUE(given);
    const auto back = accounts().token(given->id);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->rights, (Rights{"dock", "live"}));
    EXPECT_EQ(back->secret, kept(given->secret));
    const auto adding = [&](Administration::NewToken wanted) {
        return refusal([&] { rules().add_token(wanted, root_, now); });
    };
    EXPECT_EQ(adding({.user = "bob", .name = "turnstile", .rights = {"live"}}), "refused")
        << "that name is taken";
    EXPECT_EQ(adding({.user = "bob", .name = "x", .rights = {"users"}}), "not_allowed");
    EXPECT_EQ(adding({.user = "bob", .name = "x", .rights = {"everything"}}), "usage");
    EXPECT_EQ(adding({.user = "bob", .name = "x", .rights = {}}), "usage");
    EXPECT_EQ(adding({.user = "bob", .name = "x", .rights = {"live"}, .days = 367}), "usage");
    EXPECT_EQ(adding({.user = "bob", .name = "A b", .rights = {"live"}}), "usage");
    EXPECT_EQ(adding({.user = "eva", .name = "x", .rights = {"live"}}), "not_found");
    EXPECT_EQ(rights_of(*back, *roles_.find("auditor")), Rights{"live"}) << "a lesser role";
    rules().remove("bob", root_, now);
    EXPECT_FALSE(accounts().token(given->id));
}

TEST_F(AccountsTest, TheMqttFrontIsToldOfItsOwnTokensAndOnlyWhileTheyCount) {
    add("ana", "admin");
    add("bob", "supervisor");
    rules().change("bob", {.person = "bob-r"}, root_, now);
    const auto file = mqtt_tokens_file(directory_.path() / "mqtt");
    const auto text =
        rules()
            .add_token({.user = "bob", .name = "yard", .rights = {"dock"}, .use = TokenUse::mqtt},
                       root_, now)
            .second;
    const auto other =
        rules().add_token({.user = "bob", .name = "api", .rights = {"dock"}}, root_, now).second;
    const auto verdict = [&](const std::string& token) {
        publish_mqtt_tokens(accounts(), roles_, file);
        return judged_by(file, token, "visit.arrive", now);
    };
    const TokenVerdict bob = MqttCaller{.by = "bob/yard", .person = "bob-r"};
    EXPECT_EQ(verdict(text), bob);
    EXPECT_EQ(verdict(other), TokenVerdict{TokenDenial{}}) << "that one is not for MQTT";
    rules().change("bob", {.enabled = false}, root_, now);
    EXPECT_EQ(verdict(text), TokenVerdict{TokenDenial{}});
    rules().change("bob", {.enabled = true}, root_, now);
    EXPECT_EQ(verdict(text), bob);
    rules().change("bob", {.role = "auditor"}, root_, now);
    EXPECT_EQ(verdict(text), TokenVerdict{(TokenDenial{TokenFault::no_right, "bob", "yard"})});
    rules().change("bob", {.role = "supervisor"}, root_, now);
    rules().remove_token(token_from(text)->id, root_, now);
    EXPECT_EQ(verdict(text), TokenVerdict{TokenDenial{}});
}

TEST_F(AccountsTest, TheSetUpCodeMakesTheFirstUserWhoManagesUsersAndNoSecond) {
    EXPECT_TRUE(rules().needs_set_up());
    const auto code = rules().new_set_up_code(root_, now);
    const User ana{.id = "ana", .name = "Ana", .role = "admin"};
    const auto with = [&](const std::string& typed, std::int64_t at) {
        return refusal([&] { rules().set_up(typed, ana, "hash", root_, at); });
    };
    EXPECT_EQ(with(new_code(), now), "not_allowed");
    EXPECT_EQ(with("", now), "not_allowed");
    EXPECT_EQ(with(code, now + 30 * minute), "not_allowed") << "too late";
    EXPECT_EQ(with(code, now - minute), "not_allowed") << "the clock was set back";
    EXPECT_FALSE(accounts().user("ana"));
    EXPECT_EQ(with(code, now + 30 * minute - 1), "none");
    EXPECT_EQ(accounts().password_hash("ana"), "hash");
    EXPECT_FALSE(rules().needs_set_up());
    EXPECT_EQ(with(code, now), "refused");
    EXPECT_EQ(refusal([&] { rules().new_set_up_code(root_, now); }), "refused");
    EXPECT_THAT(told(), ElementsAre("set_up.code -", "set_up.done ana"));
}

TEST_F(AccountsTest, HoweverOftenAStrangerTriesTheSetUpCodeFits) {
    const auto code = rules().new_set_up_code(root_, now);
    const User ana{.id = "ana", .name = "Ana", .role = "admin"};
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(refusal([&] { rules().set_up(new_code(), ana, "hash", root_, now); }),
                  "not_allowed");
    }
    EXPECT_EQ(refusal([&] { rules().set_up(code, ana, "hash", root_, now); }), "none");
}

TEST_F(AccountsTest, APasswordFromSomebodyElseRevokesTheTokensAndOnesOwnDoesNot) {
    add("ana", "admin");
    add("bob", "security");
    const auto tokens = [this] { return accounts().tokens().size(); };
    const Doer bob{.user = "bob", .by = "bob"};
    rules().add_token({.user = "bob", .name = "api", .rights = {"live"}}, bob, now);
    rules().add_token({.user = "ana", .name = "api", .rights = {"live"}}, root_, now);
    rules().change("bob", {.password_hash = "his own"}, bob, now);
    EXPECT_EQ(tokens(), 2U);
    told();
    rules().change("bob", {.password_hash = "given"}, {.user = "ana", .by = "ana"}, now);
    EXPECT_EQ(tokens(), 1U);
    EXPECT_EQ(accounts().tokens().front().user, "ana");
    EXPECT_THAT(told(), ElementsAre("user.password bob", "token.revoked bob"));
}

TEST_F(AccountsTest, NobodyGivesHimselfARoleOrAPersonButTheMachineAndOthersDo) {
    add("ana", "admin");
    add("eva", "admin");
    const Doer ana{.user = "ana", .by = "ana"};
    const auto changing = [&](const UserChange& wanted, const Doer& doer) {
        return refusal([&] { rules().change("ana", wanted, doer, now); });
    };
    EXPECT_EQ(changing({.role = "security"}, ana), "not_allowed");
    EXPECT_EQ(changing({.person = "luis-m"}, ana), "not_allowed");
    EXPECT_EQ(changing({.name = "Ana R.", .role = "admin"}, ana), "none") << "it is his already";
    EXPECT_EQ(changing({.role = "security"}, {.user = "eva", .by = "eva"}), "none");
    EXPECT_EQ(changing({.role = "admin"}, root_), "none");
}

TEST_F(AccountsTest, AChangeIsDoneAsAWholeOrNotAtAll) {
    add("ana", "admin");
    add("bob", "security");
    told();
    EXPECT_EQ(refusal([&] {
                  rules().change("bob", {.role = "god", .password_hash = "new", .unlock = true},
                                 root_, now);
              }),
              "usage");
    EXPECT_EQ(refusal([&] {
                  rules().change("ana", {.enabled = false, .password_hash = "new"}, root_, now);
              }),
              "refused");
    EXPECT_NE(accounts().password_hash("bob"), "new");
    EXPECT_NE(accounts().password_hash("ana"), "new");
    EXPECT_THAT(told(), IsEmpty());
}

TEST_F(AccountsTest, FailuresOutliveARestartAndAreForgottenOnDemand) {
    add("ana", "admin");
    const LockOut::State state{.pair = {.count = 6, .last = now, .until = now + minute},
                               .address = {.count = 6, .last = now},
                               .user = {.count = 6, .last = now},
                               .known = true};
    {
        Accounts::Change change{accounts()};
        accounts().put_failures("ana", "192.0.2.7", state);
        change.commit();
    }
    accounts_.reset();
    const auto back = accounts().failures("ana", "192.0.2.7");
    EXPECT_EQ(back.pair, state.pair);
    EXPECT_EQ(back.address, state.address);
    EXPECT_EQ(back.user, state.user);
    EXPECT_TRUE(back.known);
    EXPECT_FALSE(accounts().failures("ana", "192.0.2.8").known);
    EXPECT_EQ(accounts().failures("bob", "192.0.2.7").address, state.address) << "the same address";
    EXPECT_TRUE(accounts().has_failures("ana", now));
    EXPECT_FALSE(accounts().has_failures("ana", now + minute));
    rules().change("ana", {.unlock = true}, root_, now);
    EXPECT_EQ(accounts().failures("ana", "192.0.2.7").pair, Failures{});
    EXPECT_EQ(accounts().failures("ana", "192.0.2.7").address, state.address);
}

TEST_F(AccountsTest, WhatIsBeingToldIsNotToldByTwo) {
    add("ana", "admin");
    add("bob", "wall");
    Accounts::Change change{accounts()};
    const auto first = accounts().claim_untold(now, minute);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->use.at("user"), "ana");
    EXPECT_FALSE(accounts().claim_untold(now + minute - 1, minute))
        << "and none behind it: in order";
    EXPECT_EQ(accounts().claim_untold(now + minute, minute)->id, first->id) << "its teller is gone";
    EXPECT_TRUE(accounts().claim_untold(now - day, minute)) << "a clock that was set back";
    accounts().remove_untold(first->id);
    EXPECT_EQ(accounts().untold_count(), 1);
    change.commit();
}

TEST(UseTest, ANameIsNoPartOfWhatTheLogIsTold) {
    const Doer ana{
        .user = "ana", .by = "ana", .role = "admin", .way = "session", .address = "192.0.2.7"};
    auto use = use_of("changed", "user.added", "bob", ana, now);
    EXPECT_EQ(use.at("by"), "ana");
    EXPECT_EQ(use.at("user"), "bob");
    EXPECT_FALSE(use_of("signed_in", "sign_in", "ana", ana, now).contains("by"));
    EXPECT_FALSE(told_at(use, now + 1).contains("at_ts")) << "the entry has its time";
    EXPECT_EQ(told_at(use, now + minute).at("at_ts"), now);
    EXPECT_NE(use.at("ref"), use_of("changed", "user.added", "bob", ana, now).at("ref"));
}

}  // namespace
}  // namespace sealwarden::identity
