#include <fstream>

#include "firmware/identity/names.hpp"
#include "tests/console/identity/identity_fixture.hpp"

namespace sealwarden::identity {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class SignInTest : public IdentityTest {};

TEST_F(SignInTest, AUserWithHisPasswordIsWhoHeIsUntilHeSignsOut) {
    has("ana", "security");
    Browser browser;
    const auto answer = signs_in(browser, "ana");
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.body.at("user"), "ana");
    EXPECT_EQ(answer.body.at("name"), "Name of ana");
    EXPECT_EQ(answer.body.at("role"), "security");
    EXPECT_EQ(answer.body.at("language"), "en");
    EXPECT_EQ(answer.body.at("expires_ts"), start + 30 * minute);
    EXPECT_EQ(answer.body.at("rights").size(), options_.roles.find("security")->rights.size());
    EXPECT_EQ(answer.headers.at("set-cookie"),
              "__Host-session=" + browser.cookie + "; Path=/; Secure; HttpOnly; SameSite=Strict");
    EXPECT_EQ(answer.headers.at("cache-control"), "no-store");

    const auto again = asks(browser, "GET", "/api/v1/session");
    EXPECT_EQ(again.body, answer.body);
    EXPECT_EQ(asks(browser, "DELETE", "/api/v1/session").status, 204);
    EXPECT_EQ(asks(browser, "GET", "/api/v1/session").code(), "signed_out") << "a stolen cookie";
    EXPECT_THAT(told(), ElementsAre("signed_in sign_in ana", "signed_out session ana user"));
}

TEST_F(SignInTest, NobodyLearnsWhetherANameTheRightPasswordOrTheAccountIsMissing) {
    has("ana", "security");
    has("bob", "security");
    is_changed("bob", {.enabled = false});
    Browser browser;
    const auto wrong = signs_in(browser, "ana", "another one altogether");
    const auto unknown = signs_in(browser, "My Secret Passphrase", password);
    const auto disabled = signs_in(browser, "bob", password);
    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(wrong.code(), "wrong_credentials");
    EXPECT_EQ(unknown.body, wrong.body);
    EXPECT_EQ(disabled.body, wrong.body);
    EXPECT_THAT(told(), ElementsAre("changed user.disabled bob", "denied sign_in ana password",
                                    "denied sign_in - unknown", "denied sign_in bob disabled"));
    // Nor is it kept anywhere what was typed into the wrong field.
    for (const auto& file : std::filesystem::directory_iterator{options_.directory}) {
        std::ifstream stream{file.path(), std::ios::binary};
        const std::string all{std::istreambuf_iterator<char>{stream}, {}};
        EXPECT_EQ(all.find("My Secret"), all.npos) << file.path();
    }
}

TEST_F(SignInTest, GuessingIsLockedOutHereAndStaysSoAfterARestart) {
    has("ana", "security");
    signed_in("ana", "192.0.2.9");  // where she works
    Browser stranger{.peer = "198.51.100.3"};
    for (int i = 0; i < 6; ++i)
        EXPECT_EQ(signs_in(stranger, "ana", "a wrong one " + std::to_string(i)).status, 401);
    const auto closed = signs_in(stranger, "ana");
    EXPECT_EQ(closed.status, 429);
    EXPECT_EQ(closed.code(), "locked_out");
    EXPECT_EQ(closed.headers.at("retry-after"), "30");
    restarts();
    EXPECT_EQ(signs_in(stranger, "ana").status, 429);
    EXPECT_EQ(signed_in("ana", "192.0.2.9").csrf.empty(), false) << "the real one works on";
    now_ += 30 * second;
    EXPECT_EQ(signs_in(stranger, "ana").status, 200);
    EXPECT_THAT(told(), testing::Contains("locked_out sign_in ana here"));
}

TEST_F(SignInTest, GuessesFromEverywhereLockStrangersOutAndNotTheUserWhereHeWorks) {
    has("ana", "security");
    signed_in("ana", "192.0.2.9");
    int looked_at = 0;
    for (int i = 0; i < 60; ++i) {
        Browser stranger{.peer = "198.51.100." + std::to_string(i + 1)};
        looked_at += signs_in(stranger, "ana", "a wrong one").status == 401 ? 1 : 0;
    }
    EXPECT_EQ(looked_at, 31);
    Browser elsewhere{.peer = "203.0.113.1"};
    EXPECT_EQ(signs_in(elsewhere, "ana").status, 429);
    signed_in("ana", "192.0.2.9");
    Accounts accounts{options_.directory, Accounts::Access::write};
    Administration{accounts, options_.roles}.change("ana", {.unlock = true}, {.by = "uid:0(root)"},
                                                    now_);
    EXPECT_EQ(signs_in(elsewhere, "ana").status, 200);
}

TEST_F(SignInTest, ManyTriesAtOnceAreCountedLikeOneAfterTheOther) {
    has("ana", "security");
    options_.most_hashing = 100;
    restarts();
    int looked_at = 0, locked = 0, done = 0;
    for (int i = 0; i < 40; ++i) {
        console::Request request{.method = "POST", .path = "/api/v1/session"};
        request.peer = "198.51.100.3";
        request.headers["content-type"] = "application/json";
        request.body = R"({"user":"ana","password":"a wrong one"})";
        boost::asio::co_spawn(*loop_, router_->answer(std::move(request)),
                              [&](const std::exception_ptr&, const console::Response& response) {
                                  looked_at += response.status == 401 ? 1 : 0;
                                  locked += response.status == 429 ? 1 : 0;
                                  ++done;
                              });
    }
    while (done < 40) loop_->run_one();
    EXPECT_EQ(looked_at, 6);
    EXPECT_EQ(locked, 34);
}

TEST_F(SignInTest, WhenTooManySignInAtOnceTheNextIsToldToComeAgain) {
    has("ana", "security");
    options_.most_hashing = 0;
    restarts();
    Browser browser;
    const auto busy = signs_in(browser, "ana");
    EXPECT_EQ(busy.status, 503);
    EXPECT_EQ(busy.code(), "too_slow");
    EXPECT_EQ(busy.headers.at("retry-after"), "3");
}

TEST_F(SignInTest, AFormElsewhereCannotSignAnybodyIn) {
    has("ana", "security");
    Browser browser{.type = "text/plain"};
    EXPECT_EQ(signs_in(browser, "ana").status, 415);
    browser.type = "application/json; charset=utf-8";
    EXPECT_EQ(signs_in(browser, "ana").status, 200);
}

TEST_F(SignInTest, TheBodyHasWhatIsAskedForAndNothingElse) {
    has("ana", "security");
    for (const auto& body :
         {json::array(), json(7), json{{"user", "ana"}}, json{{"user", 7}, {"password", password}},
          json{{"user", "ana"}, {"password", password}, {"role", "admin"}},
          json{{"user", std::string(2000, 'a')}, {"password", password}}}) {
        EXPECT_EQ(asks({}, "POST", "/api/v1/session", body).code(), "usage") << body;
    }
}

TEST_F(SignInTest, ASignInBeginsANewSessionAndEndsTheOneThatWasPresented) {
    has("ana", "security");
    auto browser = signed_in("ana");
    const auto before = browser;
    EXPECT_EQ(signs_in(browser, "ana").status, 200);
    EXPECT_NE(browser.cookie, before.cookie);
    EXPECT_EQ(asks(before, "GET", "/api/v1/session").status, 401);
    EXPECT_EQ(asks(browser, "GET", "/api/v1/session").status, 200);
    Browser planted{.cookie = std::string(43, 'A')};
    EXPECT_EQ(signs_in(planted, "ana").status, 200);
    EXPECT_NE(planted.cookie, std::string(43, 'A')) << "no id that somebody else chose";
}

TEST_F(SignInTest, AUserHasSixteenSessionsAndTheOldestGoes) {
    has("ana", "security");
    std::vector<Browser> browsers;
    for (int i = 0; i < 17; ++i) {
        browsers.push_back(signed_in("ana"));
        now_ += second;
    }
    EXPECT_EQ(asks(browsers[0], "GET", "/api/v1/session").status, 401);
    EXPECT_EQ(asks(browsers[1], "GET", "/api/v1/session").status, 200);
    EXPECT_EQ(asks(browsers[16], "GET", "/api/v1/session").status, 200);
}

TEST_F(SignInTest, AnIdleSessionEndsAndOneThatIsUsedLastsTwelveHours) {
    has("ana", "security");
    const auto idle = signed_in("ana"), used = signed_in("ana");
    for (int i = 0; i < 25; ++i) {
        now_ += 28 * minute;
        EXPECT_EQ(asks(used, "GET", "/api/v1/session").status, 200) << i;
        if (i == 0) EXPECT_EQ(asks(idle, "GET", "/api/v1/session").status, 200);
        if (i == 2) EXPECT_EQ(asks(idle, "GET", "/api/v1/session").status, 401);
    }
    now_ = start + 12 * hour;
    EXPECT_EQ(asks(used, "GET", "/api/v1/session").status, 401);
    EXPECT_THAT(told(), testing::IsSupersetOf(
                            {"signed_out session ana idle", "signed_out session ana too_old"}));
}

TEST_F(SignInTest, APageThatOnlyListensDoesNotKeepItsSession) {
    has("ana", "security");
    const auto browser = signed_in("ana");
    console::Request request{.method = "GET", .path = "/api/v1/live"};
    request.headers["cookie"] = "__Host-session=" + browser.cookie;
    for (int i = 0; i < 29; ++i) {
        now_ += minute;
        EXPECT_EQ(awaited(identity_->still(request)).user, "ana");
    }
    now_ += minute;
    EXPECT_EQ(awaited(identity_->still(request)).way, console::Who::Way::nobody);
}

TEST_F(SignInTest, AWallScreenStaysForThirtyDaysAlsoOverARestart) {
    has("wall-1", "wall");
    const auto browser = signed_in("wall-1");
    now_ += 20 * day;
    restarts();
    EXPECT_EQ(asks(browser, "GET", "/api/v1/session").status, 200);
    now_ = start + 30 * day;
    EXPECT_EQ(asks(browser, "GET", "/api/v1/session").status, 401);
}

TEST_F(SignInTest, WhatIsChangedOnTheMachineCountsAtOnce) {
    has("ana", "security");
    has("eva", "security");
    const auto ana = signed_in("ana"), eva = signed_in("eva");
    is_changed("ana", {.enabled = false});
    EXPECT_EQ(asks(ana, "GET", "/api/v1/session").status, 401);
    is_changed("eva", {.role = "auditor"});
    EXPECT_EQ(asks(eva, "GET", "/api/v1/session").status, 401)
        << "rights of before end with the role";
    const auto anew = signed_in("eva");
    EXPECT_EQ(asks(anew, "GET", "/api/v1/session").body.at("role"), "auditor");
}

TEST_F(SignInTest, AnUnsafeRequestNeedsItsSessionsToken) {
    has("ana", "security");
    auto browser = signed_in("ana");
    const auto other = signed_in("ana");
    const auto good = browser.csrf;
    for (const auto& token : {std::string{}, other.csrf, good.substr(1), good + "x"}) {
        browser.csrf = token;
        EXPECT_EQ(asks(browser, "PATCH", "/api/v1/session", {{"language", "es"}}).code(), "csrf");
    }
    browser.csrf = good;
    const auto spanish = asks(browser, "PATCH", "/api/v1/session", {{"language", "es"}});
    EXPECT_EQ(spanish.status, 200) << spanish.body;
    EXPECT_EQ(spanish.body.at("language"), "es");
    EXPECT_THAT(told(), ElementsAre("signed_in sign_in ana", "signed_in sign_in ana",
                                    "denied route ana csrf", "changed user.described ana"))
        << "of those within a minute the first";
}

TEST_F(SignInTest, ANewPasswordEndsAllSessionsButThatBrowserGoesOn) {
    has("ana", "security");
    auto browser = signed_in("ana");
    const auto elsewhere = signed_in("ana");
    const auto change = [&](const char* old, const char* next) {
        return asks(browser, "PUT", "/api/v1/session/password", {{"old", old}, {"new", next}});
    };
    EXPECT_EQ(change(password, "short").code(), "weak_password");
    EXPECT_EQ(change(password, "password2026!").code(), "weak_password");
    EXPECT_EQ(change("not this one", "azul doce faroles rotos").code(), "wrong_credentials");
    const auto done = change(password, "azul doce faroles rotos");
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_EQ(asks(browser, "GET", "/api/v1/session").status, 401) << "its old id";
    take(browser, done);
    EXPECT_EQ(asks(browser, "GET", "/api/v1/session").status, 200);
    EXPECT_EQ(asks(elsewhere, "GET", "/api/v1/session").status, 401);
    Browser fresh;
    EXPECT_EQ(signs_in(fresh, "ana").status, 401);
    EXPECT_EQ(signs_in(fresh, "ana", "azul doce faroles rotos").status, 200);
}

TEST_F(SignInTest, AHashOfAnotherCostIsMadeAgainWhenItsPasswordIsThere) {
    has("ana", "security");
    options_.cost.passes = 2;
    restarts();
    signed_in("ana");
    Accounts accounts{options_.directory, Accounts::Access::read};
    EXPECT_FALSE(has_other_cost(accounts.password_hash("ana"), options_.cost));
    signed_in("ana");
}

TEST_F(SignInTest, WhoIsKnownSignsInWhileTheGatewayIsAwayAndTheLogHasItLater) {
    has("ana", "security");
    gateway_.away = true;
    identity_->start();
    started_ = true;
    const auto browser = signed_in("ana");
    EXPECT_EQ(asks(browser, "DELETE", "/api/v1/session").status, 204);
    EXPECT_THAT(gateway_.uses, IsEmpty());
    restarts();
    started_ = false;
    gateway_.away = false;
    now_ += hour;
    EXPECT_THAT(told(), ElementsAre("signed_in sign_in ana", "signed_out session ana user"));
}

TEST_F(SignInTest, WhatWasToldLaterSaysWhenItWas) {
    has("ana", "security");
    signed_in("ana");
    now_ += hour;
    identity_->start();
    started_ = true;
    Accounts accounts{options_.directory, Accounts::Access::read};
    while (gateway_.uses.empty()) loop_->run_one();
    EXPECT_EQ(gateway_.uses[0].at("at_ts"), start);
    EXPECT_EQ(gateway_.uses[0].at("address"), "192.0.2.7");
    EXPECT_EQ(gateway_.uses[0].at("role"), "security");
    EXPECT_FALSE(gateway_.uses[0].dump().find("Name of") != std::string::npos) << "ids, no names";
}

TEST_F(SignInTest, WhenTheLogHasNotBeenToldForTooLongNobodySignsIn) {
    has("ana", "security");
    options_.most_untold = 1;
    restarts();
    const auto first = signed_in("ana");
    Browser second_one;
    const auto refused = signs_in(second_one, "ana");
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.code(), "unreachable");
    EXPECT_EQ(asks(first, "DELETE", "/api/v1/session").status, 204) << "who leaves has left";
}

}  // namespace
}  // namespace sealwarden::identity
