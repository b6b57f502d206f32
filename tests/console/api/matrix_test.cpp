// Who may ask what: every route for every role. The table is the specification; roles.toml and the
// routes are held against it.
#include <algorithm>

#include "firmware/console/router.hpp"
#include "firmware/core/acts.hpp"
#include "firmware/identity/rights.hpp"
#include "firmware/identity/roles.hpp"
#include "tests/console/api/every_route.hpp"

namespace sealwarden::test {
namespace {

struct Row {
    const char* question;
    //                  y: answered, n: signed in and refused (403), -: signed out (401)
    const char* roles;  // supervisor, security, auditor, admin, wall, nobody
};

// clang-format off
constexpr Row table[] = {
    //                                        supervisor security auditor admin wall nobody
    {"GET /api/v1/site",                      "y          y        y       y     y    -"},
    {"GET /api/v1/status",                    "y          y        y       y     y    -"},
    {"GET /api/v1/state",                     "y          y        y       y     y    -"},
    {"GET /api/v1/points",                    "y          y        y       y     y    -"},
    {"GET /api/v1/checkpoint",                "y          y        y       y     y    -"},
    {"GET /api/v1/alarms",                    "y          y        y       y     y    -"},
    {"GET /api/v1/alarms/door-forced-d07",    "y          y        y       y     y    -"},
    {"GET /api/v1/cameras",                   "y          y        y       y     y    -"},
    {"GET /healthz",                          "y          y        y       y     y    -"},
    {"GET /api/v1/acts",                      "y          y        y       y     y    -"},

    {"GET /api/v1/alarms/figures",            "y          y        y       y     n    -"},
    {"GET /api/v1/entries",                   "y          y        y       y     n    -"},
    {"GET /api/v1/entries/0",                 "y          y        y       y     n    -"},
    {"GET /api/v1/search?q=d07",              "y          y        y       y     n    -"},
    {"GET /api/v1/timeline?subject=door:d07", "y          y        y       y     n    -"},
    {"GET /api/v1/coverage",                  "y          y        y       y     n    -"},
    {"GET /api/v1/handover",                  "y          y        y       y     n    -"},
    {"GET /api/v1/records/visit",             "y          y        y       y     n    -"},
    {"GET /api/v1/records/visit/v-1",         "y          y        y       y     n    -"},
    {"GET /api/v1/records/person",            "y          y        y       y     n    -"},
    {"GET /api/v1/cameras/c07/pictures",      "y          y        y       y     n    -"},
    {"GET /api/v1/pictures/aa",               "y          y        y       y     n    -"},

    // Seals, visitors and drivers are kept by security, and are nobody else's business.
    {"GET /api/v1/records/lot",               "n          y        n       n     n    -"},
    {"GET /api/v1/records/visitor",           "n          y        n       n     n    -"},
    {"GET /api/v1/records/driver",            "n          y        n       n     n    -"},
    {"GET /api/v1/timeline?subject=driver:x", "n          y        n       n     n    -"},
    {"GET /api/v1/entries?subject=visitor:x", "n          y        n       n     n    -"},
    {"GET /api/v1/stock",                     "n          y        n       n     n    -"},
    {"GET /api/v1/stock?ranges=1",            "n          y        n       n     n    -"},
    {"GET /api/v1/entries?personal=1",        "n          y        n       n     n    -"},
    {"GET /api/v1/entries/0?personal=1",      "n          y        n       n     n    -"},
    {"GET /api/v1/records/person?personal=1", "n          y        n       n     n    -"},
    {"GET /api/v1/search?q=ana&personal=1",   "n          y        n       n     n    -"},

    {"GET /api/v1/export",                    "n          y        y       n     n    -"},
    {"GET /api/v1/export?personal=1",         "n          y        n       n     n    -"},
    {"POST /api/v1/evidence/preview",         "n          y        y       n     n    -"},
    {"POST /api/v1/evidence",                 "n          y        y       n     n    -"},
    {"GET /api/v1/evidence",                  "n          y        y       n     n    -"},
    {"GET /api/v1/evidence/b000001",          "n          y        y       n     n    -"},
    {"GET /api/v1/evidence/b000001/file",     "n          y        y       n     n    -"},

    {"GET /api/v1/buses",                     "n          y        n       y     n    -"},
    {"POST /api/v1/devices/io1/read",         "n          y        n       y     n    -"},
    {"GET /api/v1/settings",                  "n          n        n       y     n    -"},
    {"GET /metrics",                          "n          n        n       y     n    -"},
    {"GET /api/v1/cameras/check",             "y          y        n       n     n    -"},

    {"POST /api/v1/acts/acknowledge",         "y          y        n       n     n    -"},
    {"POST /api/v1/acts/alarm.silence",       "y          y        n       n     n    -"},
    {"POST /api/v1/acts/alarm.shelve",        "y          y        n       n     n    -"},
    {"POST /api/v1/acts/case.close",          "y          y        n       n     n    -"},
    {"POST /api/v1/acts/visit.arrive",        "y          y        n       n     n    -"},
    {"POST /api/v1/acts/seal.verify",         "y          y        n       n     n    -"},
    {"POST /api/v1/acts/seal.issue",          "n          y        n       n     n    -"},
    {"POST /api/v1/acts/seal.release",        "n          y        n       n     n    -"},
    {"POST /api/v1/acts/lot.receive",         "n          y        n       n     n    -"},
    {"POST /api/v1/acts/person.add",          "n          y        n       n     n    -"},
    {"POST /api/v1/acts/visitor.in",          "n          y        n       n     n    -"},
    {"POST /api/v1/acts/driver.in",           "n          y        n       n     n    -"},
    {"POST /api/v1/acts/maintenance.begin",   "n          y        n       n     n    -"},
    {"POST /api/v1/acts/test.begin",          "n          y        n       y     n    -"},

    {"GET /api/v1/live",                      "y          y        y       y     y    -"},

    // Accounts are kept by those who see nothing of persons.
    {"GET /api/v1/users",                     "n          n        n       y     n    -"},
    {"POST /api/v1/users",                    "n          n        n       y     n    -"},
    {"GET /api/v1/users/luis",                "n          n        n       y     n    -"},
    {"PATCH /api/v1/users/luis",              "n          n        n       y     n    -"},
    {"DELETE /api/v1/users/luis",             "n          n        n       y     n    -"},
    {"GET /api/v1/roles",                     "n          n        n       y     n    -"},

    // Of one's own: whoever is signed in.
    {"GET /api/v1/session",                   "y          y        y       y     y    -"},
    {"PATCH /api/v1/session",                 "y          y        y       y     y    -"},
    {"DELETE /api/v1/session",                "y          y        y       y     y    -"},
    {"PUT /api/v1/session/password",          "y          y        y       y     y    -"},
    {"GET /api/v1/tokens",                    "y          y        y       y     y    -"},
    {"POST /api/v1/tokens",                   "y          y        y       y     y    -"},
    {"DELETE /api/v1/tokens/abcdefghijkl",    "y          y        y       y     y    -"},

    {"POST /api/v1/session",                  "y          y        y       y     y    y"},
    {"GET /api/v1/setup",                     "y          y        y       y     y    y"},
    {"POST /api/v1/setup",                    "y          y        y       y     y    y"},
    {"GET /livez",                            "y          y        y       y     y    y"},
    {"GET /openapi.json",                     "y          y        y       y     y    y"},
    {"GET /readyz",                           "y          y        y       y     y    y"},
};
// clang-format on

constexpr const char* roles[] = {"supervisor", "security", "auditor", "admin", "wall", ""};

const identity::Roles& shipped() {
    static const auto all = identity::Roles::shipped();
    return all;
}

class OneRole final : public console::Authenticator {
  public:
    boost::asio::awaitable<console::Who> who(console::Request) override { co_return one; }
    boost::asio::awaitable<console::Who> still(console::Request) override { co_return one; }
    bool has_csrf_token(const console::Request&, const console::Who&) override { return true; }
    boost::asio::awaitable<void> denied(console::Request, console::Who, std::string) override {
        ++denials;
        co_return;
    }
    console::Who one;
    int denials = 0;
};

class Matrix : public EveryRoute {
  protected:
    Matrix() {
        around_.right_of_act = identity::right_of_act;
        router_ = std::make_unique<console::Router>(every_route(authenticator_), authenticator_);
    }
    unsigned status(const std::string& question, const std::string& role) {
        authenticator_.one = {};
        if (!role.empty()) {
            const auto* known = shipped().find(role);
            authenticator_.one.way = console::Who::Way::session;
            authenticator_.one.user = "ana";
            authenticator_.one.role = role;
            authenticator_.one.rights = known->rights;
        }
        const auto space = question.find(' ');
        const auto mark = std::min(question.find('?'), question.size());
        console::Request request;
        request.method = question.substr(0, space);
        request.path = question.substr(space + 1, mark - space - 1);
        request.body = request.method == "POST" ? "{}" : "";
        request.headers["content-type"] = "application/json";
        std::istringstream query{mark == question.size() ? "" : question.substr(mark + 1)};
        for (std::string pair; std::getline(query, pair, '&');)
            request.query[pair.substr(0, pair.find('='))] = pair.substr(pair.find('=') + 1);
        return finished(router_->answer(std::move(request))).status;
    }

    OneRole authenticator_;
    std::unique_ptr<console::Router> router_;
};

std::vector<std::string> cells(const char* text) {
    std::vector<std::string> list;
    std::istringstream in{text};
    for (std::string cell; in >> cell;) list.push_back(cell);
    return list;
}

TEST_F(Matrix, EveryRoleGetsWhatTheTableSaysAndNothingElse) {
    for (const auto& row : table) {
        const auto expected = cells(row.roles);
        ASSERT_EQ(expected.size(), std::size(roles)) << row.question;
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const auto got = status(row.question, roles[i]);
            const auto* word = got == 403 ? "n" : got == 401 ? "-" : "y";
            EXPECT_EQ(word, expected[i])
                << row.question << " as " << (*roles[i] == '\0' ? "nobody" : roles[i]) << ": "
                << got;
        }
    }
}

bool fits(const std::string& pattern, const std::string& path) {
    std::istringstream wanted{pattern};
    std::istringstream given{path};
    std::string one;
    std::string other;
    while (std::getline(wanted, one, '/')) {
        if (!std::getline(given, other, '/')) return false;
        if (one != other && !one.starts_with('{')) return false;
    }
    return !std::getline(given, other, '/');
}

TEST_F(Matrix, NoRouteIsMissingFromTheTable) {
    for (const auto& route : router_->routes()) {
        const bool there = std::ranges::any_of(table, [&](const Row& row) {
            const std::string question{row.question};
            const auto space = question.find(' ');
            return question.substr(0, space) == route.method &&
                   fits(route.pattern, question.substr(space + 1, question.find('?') - space - 1));
        });
        EXPECT_TRUE(there) << route.method << ' ' << route.pattern;
    }
}

// What has no right is nobody's: an act that is added and forgotten here cannot be done.
TEST_F(Matrix, EveryActHasARightThatSomeRoleHas) {
    std::vector<std::string> acts{"acknowledge"};
    for (const auto& act : act_descriptions()) acts.emplace_back(act.name);
    for (const auto& act : acts) {
        const auto right = identity::right_of_act(act);
        EXPECT_FALSE(right.empty()) << act;
        EXPECT_TRUE(identity::is_right(right)) << act << right;
        const bool held = std::ranges::any_of(roles, [&](const char* role) {
            const auto* known = shipped().find(role);
            return known != nullptr && known->rights.contains(std::string{right});
        });
        EXPECT_TRUE(held) << act << right;
    }
}

TEST_F(Matrix, EveryRouteTakesARightThatThereIs) {
    for (const auto& route : router_->routes()) {
        if (route.right.empty() || route.right == console::for_everybody) continue;
        EXPECT_TRUE(identity::is_right(route.right)) << route.pattern << ' ' << route.right;
    }
}

TEST_F(Matrix, WhoIsRefusedByTheRouterIsToldToIdentity) {
    EXPECT_EQ(status("GET /api/v1/settings", "auditor"), 403U);
    EXPECT_EQ(authenticator_.denials, 1);
}

}  // namespace
}  // namespace sealwarden::test
