// Identity behind the console's router, with a gateway that writes down what it is told.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "firmware/console/identity/credentials.hpp"
#include "firmware/console/identity/identity.hpp"
#include "firmware/console/router.hpp"
#include "tests/support/temporary_directory.hpp"

namespace sealwarden::identity {

class WritesDown final : public console::Gateway {
  public:
    boost::asio::awaitable<nlohmann::json> ask(std::string call, nlohmann::json use) override {
        if (away) throw local::Unreachable{"no gateway answers"};
        EXPECT_EQ(call, "used");
        uses.push_back(use);
        co_return nlohmann::json{{"index", uses.size()}};
    }
    bool away = false;
    std::vector<nlohmann::json> uses;
};

class IdentityTest : public testing::Test {
  protected:
    static constexpr std::int64_t start = 1'795'500'000'000, second = 1000, minute = 60 * second,
                                  hour = 60 * minute, day = 24 * hour;
    static constexpr auto password = "vela norte tres cucharas";
    static constexpr HashCost cheap{.passes = 1, .memory = 8192};

    // What a browser has: where it is, and what it was given.
    struct Browser {
        std::string peer = "192.0.2.7";
        std::string cookie, csrf, bearer;
        std::optional<unsigned> uid;
        std::string type = "application/json";
    };
    struct Answer {
        unsigned status = 0;
        nlohmann::json body;
        console::Fields headers;
        [[nodiscard]] std::string code() const { return body.value("code", ""); }
    };

    IdentityTest() {
        options_.directory = directory_.path() / "console";
        options_.mqtt_tokens = directory_.path() / "mqtt" / "tokens.json";
        options_.names = {"dc7", "Distribution centre 7"};
        options_.cost = cheap;
        starts();
    }
    ~IdentityTest() override { ends(); }

    void starts() {
        guard_.emplace(loop_->get_executor());
        identity_ = std::make_unique<Identity>(
            loop_->get_executor(), gateway_,
            [this] { return WallTime{std::chrono::milliseconds{now_}}; }, options_);
        router_ = std::make_unique<console::Router>(identity_routes(*identity_), *identity_);
    }
    // What has come back from its threads is taken, so that nothing is left that would use it.
    void ends() {
        identity_->stop();
        loop_->poll();
        router_.reset();
        identity_.reset();
        guard_.reset();
        loop_.emplace();
    }
    void restarts() {
        ends();
        starts();
    }

    // With the password of all of them.
    void has(const std::string& id, const std::string& role) {
        Accounts accounts{options_.directory, Accounts::Access::write};
        Administration{accounts, options_.roles}.add(
            {.id = id, .name = "Name of " + id, .role = role}, hash_of(password, cheap),
            {.by = "test"}, now_);
        for (;;) {  // what the log would be told of this is not what the tests look at
            Accounts::Change change{accounts};
            const auto untold = accounts.claim_untold(now_, minute);
            if (!untold) break;
            accounts.remove_untold(untold->id);
            change.commit();
        }
    }
    // By root, on the machine.
    void is_changed(const std::string& id, const UserChange& wanted) {
        Accounts accounts{options_.directory, Accounts::Access::write};
        Administration{accounts, options_.roles}.change(id, wanted, {.by = "uid:0(root)"}, now_);
    }

    template <class Result>
    Result awaited(boost::asio::awaitable<Result> what) {
        std::optional<Result> result;
        std::exception_ptr error;
        boost::asio::co_spawn(*loop_, std::move(what), [&](std::exception_ptr e, Result r) {
            error = e;
            result = std::move(r);
        });
        while (!result && !error) loop_->run_one();
        if (error) std::rethrow_exception(error);
        return *std::move(result);
    }
    Answer asks(const Browser& browser, const std::string& method, const std::string& path,
                const nlohmann::json& body = nullptr) {
        console::Request request{.method = method, .path = path};
        request.peer = browser.peer;
        request.uid = browser.uid;
        request.local = browser.uid.has_value();
        if (!browser.cookie.empty()) request.headers["cookie"] = "__Host-session=" + browser.cookie;
        if (!browser.csrf.empty()) request.headers["x-csrf-token"] = browser.csrf;
        if (!browser.bearer.empty()) request.headers["authorization"] = "Bearer " + browser.bearer;
        if (!body.is_null()) {
            request.headers["content-type"] = browser.type;
            request.body = body.dump();
        }
        const auto response = awaited(router_->answer(std::move(request)));
        return {.status = response.status,
                .body = nlohmann::json::parse(response.body, nullptr, false),
                .headers = response.headers};
    }
    Answer signs_in(Browser& browser, const std::string& user, const std::string& with = password) {
        const auto answer =
            asks(browser, "POST", "/api/v1/session", {{"user", user}, {"password", with}});
        take(browser, answer);
        return answer;
    }
    static void take(Browser& browser, const Answer& answer) {
        if (answer.status != 200) return;
        browser.csrf = answer.body.value("csrf", "");
        browser.cookie = session_in(answer.headers.at("set-cookie"));
    }
    Browser signed_in(const std::string& user, const std::string& peer = "192.0.2.7") {
        Browser browser{.peer = peer};
        EXPECT_EQ(signs_in(browser, user).status, 200) << user;
        return browser;
    }
    // Until the log has been told all there is; then what, as "what act user reason".
    std::vector<std::string> told() {
        if (!started_) identity_->start();
        started_ = true;
        Accounts accounts{options_.directory, Accounts::Access::read};
        for (int turns = 0; accounts.untold_count() > 0 && turns < 1000; ++turns) loop_->run_one();
        std::vector<std::string> all;
        for (const auto& use : std::exchange(gateway_.uses, {})) {
            all.push_back(use.at("what").get<std::string>() + ' ' +
                          use.at("act").get<std::string>() + ' ' + use.value("user", "-") +
                          (use.contains("reason") ? " " + use["reason"].get<std::string>() : ""));
        }
        return all;
    }

    test::TemporaryDirectory directory_;
    std::int64_t now_ = start;
    IdentityOptions options_;
    WritesDown gateway_;
    bool started_ = false;
    std::optional<boost::asio::io_context> loop_{std::in_place};
    // It does not end when nothing is to be done for a moment.
    std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> guard_;
    std::unique_ptr<Identity> identity_;
    std::unique_ptr<console::Router> router_;
};

}  // namespace sealwarden::identity
