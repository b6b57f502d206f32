#include <unistd.h>

#include "firmware/identity/mqtt_tokens.hpp"
#include "tests/console/identity/identity_fixture.hpp"

namespace sealwarden::identity {
namespace {

using nlohmann::json;
using testing::ElementsAre;

class IdentityRoutesTest : public IdentityTest {
  protected:
    json token_of(const Browser& browser, json wanted) {
        wanted["password"] = password;
        const auto made = asks(browser, "POST", "/api/v1/tokens", wanted);
        EXPECT_EQ(made.status, 201) << made.body;
        return made.body;
    }
};

// Every route x every role, a token, the group on the socket, and nobody.
TEST_F(IdentityRoutesTest, EachRouteIsOpenToThoseWithItsRightAndToNobodyElse) {
    std::map<std::string, Browser> all{{"nobody", {}}};
    for (const auto& [id, role] : options_.roles.all()) {
        has("of-" + id, id);
        all[id] = signed_in("of-" + id);
    }
    Browser program;
    program.bearer =
        token_of(all["admin"], {{"name", "program"}, {"rights", {"users", "live"}}}).at("token");
    all["token"] = program;
    all["group"] = {.peer = "uid:1234(luis)", .uid = 1234};
    all["machine"] = {.peer = "uid:0(root)", .uid = 0};
    std::size_t cells = 0;
    for (const auto& route : identity_routes(*identity_)) {
        for (const auto& [who, browser] : all) {
            auto path = route.pattern;
            if (const auto at = path.find('{'); at != path.npos) path.resize(at), path += "nosuch";
            // Bodies that nothing can follow from.
            const bool ends_it = route.method == "DELETE" && path == "/api/v1/session";
            if (ends_it && who != "nobody") continue;
            const auto status =
                asks(browser, route.method, path, route.method == "GET" ? json{} : json::array())
                    .status;
            const bool is_signed_in = who != "nobody";
            const bool has_right =
                route.right != "users" || who == "admin" || who == "token" || who == "machine";
            const unsigned expected = route.right == "public" ? 0
                                      : !is_signed_in         ? 401
                                      : has_right             ? 0
                                                              : 403;
            if (expected != 0) {
                EXPECT_EQ(status, expected) << route.method << ' ' << path << ' ' << who;
            } else if (who != "token" && who != "group" && who != "machine") {
                EXPECT_TRUE(status != 401 && status != 403)
                    << route.method << ' ' << path << ' ' << who << ' ' << status;
            }
            ++cells;
        }
    }
    EXPECT_GT(cells, 120U);
}

TEST_F(IdentityRoutesTest, UsersAreMadeChangedAndRemovedAndTheLogIsToldByWhom) {
    has("ana", "admin");
    const auto ana = signed_in("ana");
    const json luis{{"user", "luis"},
                    {"name", "Luis M."},
                    {"role", "supervisor"},
                    {"password", password},
                    {"person", "luis-m"},
                    {"language", "es"},
                    {"trained_on", "2026-11-02"}};
    const auto made = asks(ana, "POST", "/api/v1/users", luis);
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.headers.at("location"), "/api/v1/users/luis");
    EXPECT_EQ(made.body, (json{{"user", "luis"},
                               {"name", "Luis M."},
                               {"role", "supervisor"},
                               {"person", "luis-m"},
                               {"language", "es"},
                               {"enabled", true},
                               {"trained_on", "2026-11-02"},
                               {"made_ts", start},
                               {"signed_in_ts", nullptr},
                               {"locked_out", false},
                               {"sessions", 0}}));
    EXPECT_EQ(asks(ana, "POST", "/api/v1/users", luis).code(), "refused");
    EXPECT_EQ(asks(ana, "GET", "/api/v1/users").body.at("users").size(), 2U);
    EXPECT_EQ(asks(ana, "GET", "/api/v1/users/nosuch").status, 404);
    signed_in("luis");
    EXPECT_EQ(asks(ana, "GET", "/api/v1/users/luis").body.at("sessions"), 1);
    EXPECT_EQ(asks(ana, "PATCH", "/api/v1/users/luis", {{"role", "auditor"}}).body.at("sessions"),
              0);
    EXPECT_EQ(asks(ana, "PATCH", "/api/v1/users/luis", {{"role", "god"}}).code(), "usage");
    EXPECT_EQ(asks(ana, "PATCH", "/api/v1/users/luis", {{"signed_in_ts", 7}}).code(), "usage");
    EXPECT_EQ(asks(ana, "PATCH", "/api/v1/users/luis", {{"password", "short"}}).code(),
              "weak_password");
    EXPECT_EQ(asks(ana, "PATCH", "/api/v1/users/luis", {{"enabled", false}}).body.at("enabled"),
              false);
    EXPECT_EQ(asks(ana, "PATCH", "/api/v1/users/ana", {{"enabled", false}}).code(), "refused");
    EXPECT_EQ(asks(ana, "DELETE", "/api/v1/users/luis").status, 204);
    EXPECT_EQ(asks(ana, "DELETE", "/api/v1/users/luis").status, 404);
    told();
    signed_in("ana");
    EXPECT_EQ(asks(ana, "POST", "/api/v1/users", luis).status, 201);
    started_ = true;
    Accounts accounts{options_.directory, Accounts::Access::read};
    while (accounts.untold_count() > 0) loop_->run_one();
    EXPECT_EQ(gateway_.uses.back().at("act"), "user.added");
    EXPECT_EQ(gateway_.uses.back().at("user"), "luis");
    EXPECT_EQ(gateway_.uses.back().at("by"), "ana");
    EXPECT_EQ(gateway_.uses.back().at("way"), "session");
    for (const auto& use : gateway_.uses) EXPECT_EQ(use.dump().find("Luis M."), std::string::npos);
}

TEST_F(IdentityRoutesTest, ALockedOutUserIsSeenAndUnlocked) {
    has("ana", "admin");
    has("luis", "supervisor");
    const auto ana = signed_in("ana");
    Browser elsewhere{.peer = "192.0.2.8"};
    for (int i = 0; i < 6; ++i) signs_in(elsewhere, "luis", "a wrong one");
    EXPECT_EQ(asks(ana, "GET", "/api/v1/users/luis").body.at("locked_out"), true);
    EXPECT_EQ(asks(ana, "PATCH", "/api/v1/users/luis", {{"locked_out", true}}).code(), "usage");
    EXPECT_EQ(
        asks(ana, "PATCH", "/api/v1/users/luis", {{"locked_out", false}}).body.at("locked_out"),
        false);
    EXPECT_EQ(signs_in(elsewhere, "luis").status, 200);
}

TEST_F(IdentityRoutesTest, ATokenHasItsScopeAndMakesNothingThatOutlivesIt) {
    has("ana", "admin");
    const auto ana = signed_in("ana");
    const auto made =
        token_of(ana, {{"name", "dashboard"}, {"rights", {"live", "users"}}, {"days", 7}});
    EXPECT_EQ(made.at("expires_ts"), start + 7 * day);
    Browser program{.bearer = made.at("token")};
    const auto session = asks(program, "GET", "/api/v1/session").body;
    EXPECT_EQ(session.at("user"), "ana/dashboard");
    EXPECT_EQ(session.at("rights"), (json{"live", "users"}));
    EXPECT_EQ(session.at("csrf"), "");
    EXPECT_EQ(asks(program, "GET", "/api/v1/users").status, 200);
    EXPECT_EQ(asks(program, "POST", "/api/v1/users", json::object()).status, 403);
    EXPECT_EQ(asks(program, "PATCH", "/api/v1/users/ana", {{"role", "security"}}).status, 403);
    EXPECT_EQ(asks(program, "POST", "/api/v1/tokens", {{"name", "x"}, {"rights", {"live"}}}).status,
              403);
    EXPECT_EQ(asks(program, "PUT", "/api/v1/session/password",
                   {{"old", password}, {"new", "azul doce faroles"}})
                  .status,
              403);
    const auto listed = asks(ana, "GET", "/api/v1/tokens").body.at("tokens");
    ASSERT_EQ(listed.size(), 1U);
    EXPECT_EQ(listed[0].at("name"), "dashboard");
    EXPECT_FALSE(listed[0].contains("token"));
    token_of(ana, {{"name", "other"}, {"rights", {"live"}}});
    const auto own = asks(program, "GET", "/api/v1/tokens").body.at("tokens");
    ASSERT_EQ(own.size(), 1U) << "a program is told of its own token alone";
    EXPECT_EQ(own[0].at("name"), "dashboard");
    now_ += 7 * day;
    EXPECT_EQ(asks(program, "GET", "/api/v1/session").status, 401) << "its time is over";
}

TEST_F(IdentityRoutesTest, ATokenGoesWhenItIsRevokedAndShrinksWithItsUser) {
    has("ana", "admin");
    has("luis", "security");
    const auto luis = signed_in("luis");
    const auto made = token_of(luis, {{"name", "yard"}, {"rights", {"live", "drivers"}}});
    Browser program{.bearer = made.at("token")};
    EXPECT_EQ(asks(program, "GET", "/api/v1/session").body.at("rights"), (json{"drivers", "live"}));
    is_changed("luis", {.role = "auditor"});
    EXPECT_EQ(asks(program, "GET", "/api/v1/session").body.at("rights"),
              json{"live"}.get<std::vector<std::string>>());
    is_changed("luis", {.enabled = false});
    EXPECT_EQ(asks(program, "GET", "/api/v1/session").status, 401);
    is_changed("luis", {.enabled = true});
    const auto ana = signed_in("ana");
    const std::string path = "/api/v1/tokens/" + made.at("id").get<std::string>();
    has("eva", "security");
    EXPECT_EQ(asks(signed_in("eva"), "DELETE", path).status, 404) << "not hers, and nothing to her";
    EXPECT_EQ(asks(ana, "DELETE", path).status, 204);
    EXPECT_EQ(asks(program, "GET", "/api/v1/session").status, 401);
}

TEST_F(IdentityRoutesTest, ATokenForMqttOpensNothingHereAndIsPublishedThere) {
    has("luis", "supervisor");
    const auto luis = signed_in("luis");
    const auto made = token_of(luis, {{"name", "yard"}, {"rights", {"dock"}}, {"use", "mqtt"}});
    const std::string text = made.at("token");
    Browser program{.bearer = text};
    EXPECT_EQ(asks(program, "GET", "/api/v1/session").status, 401);
    EXPECT_EQ(judged_by(options_.mqtt_tokens, text, "visit.arrive", now_),
              (TokenVerdict{MqttCaller{.by = "luis/yard", .person = {}}}));
    asks(luis, "DELETE", "/api/v1/tokens/" + made.at("id").get<std::string>());
    EXPECT_EQ(judged_by(options_.mqtt_tokens, text, "visit.arrive", now_),
              TokenVerdict{TokenDenial{}});
}

TEST_F(IdentityRoutesTest, WrongTokensAreToldOnceAMinuteWithTheirCount) {
    for (int i = 0; i < 5; ++i) {
        Browser program{.bearer = text_of(new_token())};
        EXPECT_EQ(asks(program, "GET", "/api/v1/session").status, 401);
    }
    now_ += minute;
    asks({.bearer = "no token"}, "GET", "/api/v1/session");
    EXPECT_EQ(told().size(), 2U);
}

TEST_F(IdentityRoutesTest, OnTheSocketRootMayEverythingAndTheGroupWhatTheDoorLetsItDo) {
    const auto rights = [&](unsigned uid) {
        return asks({.peer = "uid:" + std::to_string(uid), .uid = uid}, "GET", "/api/v1/session")
            .body.at("rights")
            .get<Rights>();
    };
    EXPECT_EQ(rights(0).size(), 17U);
    EXPECT_EQ(rights(::geteuid()).size(), 17U);
    const auto group = rights(::geteuid() + 1234);
    EXPECT_EQ(group.size(), 14U);
    for (const auto* right : {"personal", "users", "settings"}) EXPECT_FALSE(group.contains(right));
    EXPECT_EQ(asks({.peer = "192.0.2.7"}, "GET", "/api/v1/session").status, 401)
        << "over the network";
}

TEST_F(IdentityRoutesTest, TheFirstUserComesByTheCodeFromTheMachineAndNoSecond) {
    EXPECT_EQ(asks({}, "GET", "/api/v1/setup").body, (json{{"needed", true}}));
    std::string code;
    {
        Accounts accounts{options_.directory, Accounts::Access::write};
        code =
            Administration{accounts, options_.roles}.new_set_up_code({.by = "uid:0(root)"}, now_);
    }
    json ana{{"code", "00000-00000-00000-00000"},
             {"user", "ana"},
             {"name", "Ana Rivas"},
             {"password", password}};
    Browser browser;
    EXPECT_EQ(asks(browser, "POST", "/api/v1/setup", ana).code(), "not_allowed");
    ana["code"] = code;
    ana["password"] = "rivasrivas12";
    EXPECT_EQ(asks(browser, "POST", "/api/v1/setup", ana).code(), "weak_password");
    ana["password"] = password;
    const auto done = asks(browser, "POST", "/api/v1/setup", ana);
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_EQ(done.body.at("role"), "admin");
    take(browser, done);
    EXPECT_EQ(asks(browser, "GET", "/api/v1/users").status, 200);
    EXPECT_EQ(asks({}, "GET", "/api/v1/setup").body, (json{{"needed", false}}));
    ana["user"] = "eva";
    EXPECT_EQ(asks({}, "POST", "/api/v1/setup", ana).code(), "refused");
    EXPECT_THAT(told(), ElementsAre("changed set_up.code -", "denied set_up - code",
                                    "changed set_up.done ana admin", "signed_in sign_in ana"));
}

TEST_F(IdentityRoutesTest, AStrangersTriesAtTheCodeKeepNobodyFromSettingUp) {
    std::string code;
    {
        Accounts accounts{options_.directory, Accounts::Access::write};
        code =
            Administration{accounts, options_.roles}.new_set_up_code({.by = "uid:0(root)"}, now_);
    }
    json ana{{"code", "00000-00000-00000-00000"},
             {"user", "ana"},
             {"name", "Ana Rivas"},
             {"password", password}};
    for (int i = 0; i < 100; ++i) EXPECT_EQ(asks({}, "POST", "/api/v1/setup", ana).status, 403);
    ana["code"] = code;
    EXPECT_EQ(asks({}, "POST", "/api/v1/setup", ana).status, 200) << "from the same address too";
    EXPECT_THAT(told(), ElementsAre("changed set_up.code -", "denied set_up - code",
                                    "changed set_up.done ana admin", "signed_in sign_in ana"));
}

TEST_F(IdentityRoutesTest, ATokenTakesThePasswordAgainAndGuessesAreCounted) {
    has("ana", "admin");
    const auto ana = signed_in("ana");
    json wanted{{"name", "dashboard"}, {"rights", {"live"}}};
    EXPECT_EQ(asks(ana, "POST", "/api/v1/tokens", wanted).code(), "usage") << "without a password";
    wanted["password"] = "not this one";
    for (int i = 0; i < 6; ++i)
        EXPECT_EQ(asks(ana, "POST", "/api/v1/tokens", wanted).code(), "wrong_credentials");
    EXPECT_EQ(asks(ana, "POST", "/api/v1/tokens", wanted).status, 429);
    now_ += minute;
    EXPECT_EQ(token_of(ana, {{"name", "dashboard"}, {"rights", {"live"}}}).at("user"), "ana");
}

TEST_F(IdentityRoutesTest, AnAdministratorDoesNotGiveHimselfAnotherRole) {
    has("ana", "admin");
    has("eva", "admin");
    const auto ana = signed_in("ana");
    EXPECT_EQ(asks(ana, "PATCH", "/api/v1/users/ana", {{"role", "security"}}).code(),
              "not_allowed");
    EXPECT_EQ(asks(ana, "PATCH", "/api/v1/users/ana", {{"person", "luis-m"}}).code(),
              "not_allowed");
    EXPECT_EQ(asks(signed_in("eva"), "PATCH", "/api/v1/users/ana", {{"role", "security"}}).status,
              200);
}

TEST_F(IdentityRoutesTest, RolesAreToldAsTheFileHasThem) {
    has("ana", "admin");
    const auto roles = asks(signed_in("ana"), "GET", "/api/v1/roles").body.at("roles");
    ASSERT_EQ(roles.size(), 5U);
    EXPECT_EQ(roles[4].at("role"), "wall");
    EXPECT_EQ(roles[4].at("name").at("es"), "Pantalla mural");
    EXPECT_EQ(roles[4].at("rights"), json::parse(R"(["live"])"));
    EXPECT_EQ(roles[4].at("longest_h"), 720);
}

}  // namespace
}  // namespace sealwarden::identity
