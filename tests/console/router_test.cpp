#include "firmware/console/router.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/console/console_fixture.hpp"

namespace sealwarden::console {
namespace {

namespace asio = boost::asio;
using nlohmann::json;
using testing::ElementsAre;

asio::awaitable<Response> echo(Call call) {
    auto body = json{{"user", call.who.user}, {"body", call.request.body}};
    for (const auto& [name, value] : call.parameters) body[name] = value;
    co_return json_response(body);
}
asio::awaitable<Response> figures(Call /*call*/) {
    co_return json_response({{"figures", true}});
}
asio::awaitable<Response> refuses(Call /*call*/) {
    throw Declined{"refused", "the visit is over", 4711};
}
asio::awaitable<Response> is_alone(Call /*call*/) {
    throw local::Unreachable{"no gateway answers"};
}
asio::awaitable<Response> breaks(Call /*call*/) {
    throw std::runtime_error{"a secret of the inside"};
}
asio::awaitable<Response> lacks(Call /*call*/) {
    throw Problem{403, "not_allowed", "this act takes the right `custody`"};
}
asio::awaitable<Response> waits(Call /*call*/) {
    Problem later{429, "locked_out", "wait"};
    later.headers["retry-after"] = "30";
    throw later;
}

class RouterTest : public testing::Test {
  protected:
    RouterTest() {
        people_.users = {{"ana", person("ana", {"live", "respond"})},
                         {"wall", person("wall", {"live"}, Who::Way::token)}};
    }
    static Route route(std::string method, std::string pattern, std::string right,
                       Handler handler) {
        return {.method = std::move(method),
                .pattern = std::move(pattern),
                .right = std::move(right),
                .handler = std::move(handler)};
    }
    Response asks(std::string method, std::string path, Fields headers = {}) {
        Request request;
        request.method = std::move(method);
        request.path = std::move(path);
        request.headers = std::move(headers);
        request.body = "body";
        return waited(loop_, router_.answer(std::move(request)));
    }
    Response ana(std::string method, std::string path, Fields headers = {}) {
        headers["x-test-user"] = "ana";
        return asks(std::move(method), std::move(path), std::move(headers));
    }
    static std::string code(const Response& response) {
        return json::parse(response.body).value("code", "");
    }

    asio::io_context loop_;
    FakeAuthenticator people_;
    std::vector<std::string> told_;
    Router router_{
        {route("GET", "/api/v1/alarms/{id}", "live", echo),
         route("GET", "/api/v1/alarms/figures", "live", figures),
         route("GET", "/api/v1/me", "", echo), route("DELETE", "/api/v1/me", "", echo),
         route("POST", "/api/v1/acts/{act}", "respond", echo),
         route("POST", "/api/v1/lacks", "", lacks), route("POST", "/lacks", "public", lacks),
         route("GET", "/api/v1/users", "users", echo), route("GET", "/livez", "public", echo),
         route("GET", "/refuses", "public", refuses), route("GET", "/alone", "public", is_alone),
         route("GET", "/breaks", "public", breaks), route("GET", "/waits", "public", waits)},
        people_,
        [](Request request) -> asio::awaitable<std::optional<Response>> {
            if (request.path != "/wall") co_return std::nullopt;
            co_return Response{
                .status = 200, .headers = {}, .body = "app", .shared = {}, .stream = {}};
        },
        [this](const Request&, std::string_view pattern, unsigned status,
               std::chrono::microseconds) {
            told_.push_back(std::string{pattern} + " " + std::to_string(status));
        }};
};

TEST_F(RouterTest, AParameterIsOneWholeSegmentAndALiteralComesFirst) {
    EXPECT_EQ(json::parse(ana("GET", "/api/v1/alarms/door-forced-d07").body)["id"],
              "door-forced-d07");
    EXPECT_EQ(json::parse(ana("GET", "/api/v1/alarms/figures").body)["figures"], true);
    EXPECT_EQ(ana("GET", "/api/v1/alarms/a/b").status, 404u);
    EXPECT_EQ(ana("GET", "/api/v1/alarms/").status, 404u);
    EXPECT_EQ(ana("GET", "/api/v1/alarms").status, 404u);
}

TEST_F(RouterTest, AMethodThatAPathDoesNotHaveIsToldWhichItHas) {
    const auto response = ana("PUT", "/api/v1/me");
    EXPECT_EQ(response.status, 405u);
    EXPECT_THAT(response.headers.at("allow"), testing::HasSubstr("GET, HEAD"));
    EXPECT_THAT(response.headers.at("allow"), testing::HasSubstr("DELETE"));
    EXPECT_EQ(ana("HEAD", "/api/v1/me").status, 200u);
}

TEST_F(RouterTest, WhoIsNotSignedInIsToldSoAndNothingElse) {
    EXPECT_EQ(asks("GET", "/api/v1/users").status, 401u);
    EXPECT_EQ(code(asks("GET", "/api/v1/me")), "signed_out");
    EXPECT_EQ(asks("GET", "/livez").status, 200u);
    EXPECT_TRUE(people_.denials.empty());
}

TEST_F(RouterTest, ARightThatIsMissingIsRefusedAndTold) {
    const auto response = ana("GET", "/api/v1/users");
    EXPECT_EQ(response.status, 403u);
    EXPECT_EQ(code(response), "not_allowed");
    EXPECT_THAT(people_.denials, ElementsAre("ana GET /api/v1/users users"));
}

TEST_F(RouterTest, WhatTheHandlerRefusesToWhoIsSignedInIsToldToo) {
    EXPECT_EQ(ana("POST", "/api/v1/lacks", {{"x-csrf-token", "right"}}).status, 403u);
    EXPECT_EQ(asks("POST", "/lacks").status, 403u);
    EXPECT_THAT(people_.denials, ElementsAre("ana POST /api/v1/lacks not_allowed"));
}

TEST_F(RouterTest, ASessionChangesNothingWithoutItsToken) {
    EXPECT_EQ(code(ana("POST", "/api/v1/acts/note")), "csrf");
    EXPECT_EQ(code(ana("POST", "/api/v1/acts/note", {{"x-csrf-token", "wrong"}})), "csrf");
    EXPECT_EQ(code(ana("DELETE", "/api/v1/me")), "csrf");
    const auto good = ana("POST", "/api/v1/acts/note", {{"x-csrf-token", "right"}});
    EXPECT_EQ(good.status, 200u);
    EXPECT_EQ(json::parse(good.body)["body"], "body");
}

TEST_F(RouterTest, APageElsewhereChangesNothingEvenWithTheToken) {
    const auto from = [this](Fields headers) {
        headers["x-csrf-token"] = "right";
        headers["host"] = "gw:8443";
        return ana("POST", "/api/v1/acts/note", std::move(headers)).status;
    };
    EXPECT_EQ(from({{"origin", "https://gw:8443"}}), 200u);
    EXPECT_EQ(from({{"sec-fetch-site", "same-origin"}}), 200u);
    EXPECT_EQ(from({{"origin", "https://evil.example"}}), 403u);
    EXPECT_EQ(from({{"origin", "null"}}), 403u);
    EXPECT_EQ(from({{"sec-fetch-site", "cross-site"}}), 403u);
    EXPECT_EQ(from({{"sec-fetch-site", "same-site"}}), 403u);
}

TEST_F(RouterTest, AProgramWithATokenNeedsNoSessionsToken) {
    const auto response = asks("DELETE", "/api/v1/me", {{"x-test-user", "wall"}});
    EXPECT_EQ(response.status, 200u);
}

TEST_F(RouterTest, TheGatewaysNoIsAProblemWithItsEntry) {
    const auto response = asks("GET", "/refuses");
    EXPECT_EQ(response.status, 409u);
    EXPECT_EQ(response.headers.at("content-type"), "application/problem+json");
    EXPECT_EQ(json::parse(response.body), (json{{"type", "/problems/refused"},
                                                {"title", "Refused"},
                                                {"status", 409},
                                                {"detail", "the visit is over"},
                                                {"code", "refused"},
                                                {"index", 4711}}));
}

TEST_F(RouterTest, EveryFailureIsAnAnswer) {
    EXPECT_EQ(code(asks("GET", "/alone")), "unreachable");
    EXPECT_EQ(asks("GET", "/waits").headers.at("retry-after"), "30");
    const auto broken = asks("GET", "/breaks");
    EXPECT_EQ(broken.status, 500u);
    EXPECT_EQ(broken.body.find("secret"), std::string::npos);
    EXPECT_THAT(told_, ElementsAre("/alone 503", "/waits 429", "/breaks 500"));
}

TEST_F(RouterTest, WhatIsNoRouteMayBeAFile) {
    EXPECT_EQ(asks("GET", "/wall").body, "app");
    EXPECT_EQ(asks("GET", "/nothing").status, 404u);
    EXPECT_THAT(told_, ElementsAre("files 200", "none 404"));
}

TEST_F(RouterTest, AnAnswerThatIsKnownIsNotSentAgain) {
    const auto first = ana("GET", "/api/v1/me");
    const auto tag = first.headers.at("etag");
    const auto second = ana("GET", "/api/v1/me", {{"if-none-match", "\"other\", " + tag}});
    EXPECT_EQ(second.status, 304u);
    EXPECT_TRUE(second.body.empty());
    EXPECT_EQ(second.headers.at("etag"), tag);
}

TEST_F(RouterTest, ABodyMayBeAsLongAsItsRouteSays) {
    EXPECT_EQ(router_.body_limit("POST", "/api/v1/acts/note"), 64u << 10);
    EXPECT_EQ(router_.body_limit("POST", "/nothing"), 64u << 10);
}

TEST(Problems, ADoorsCodeHasOneStatus) {
    EXPECT_EQ(status_of("usage"), 400u);
    EXPECT_EQ(status_of("not_allowed"), 403u);
    EXPECT_EQ(status_of("not_found"), 404u);
    EXPECT_EQ(status_of("refused"), 409u);
    EXPECT_EQ(status_of("new_log"), 409u);
    EXPECT_EQ(status_of("too_slow"), 503u);
    EXPECT_EQ(status_of("something new"), 500u);
}

}  // namespace
}  // namespace sealwarden::console
