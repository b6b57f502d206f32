// What the console's tests stand in for: who calls, the gateway, a browser that takes what it is
// told; and a way to wait for a coroutine.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "firmware/console/authenticator.hpp"
#include "firmware/console/exchange.hpp"
#include "firmware/console/gateway.hpp"

namespace sealwarden::console {

// Runs the loop until `work` is done, and returns its result.
template <class T>
T waited(boost::asio::io_context& loop, boost::asio::awaitable<T> work) {
    std::optional<T> result;
    std::exception_ptr trouble;
    boost::asio::co_spawn(loop, std::move(work), [&](std::exception_ptr error, T value) {
        trouble = error;
        if (!error) result = std::move(value);
        loop.stop();
    });
    loop.restart();
    loop.run();
    if (trouble) std::rethrow_exception(trouble);
    return std::move(*result);
}

// Knows whoever is in the header `x-test-user`.
class FakeAuthenticator final : public Authenticator {
  public:
    boost::asio::awaitable<Who> who(Request request) override { co_return known(request); }
    boost::asio::awaitable<Who> still(Request request) override {
        ++asked_again;
        co_return known(request);
    }
    bool has_csrf_token(const Request& request, const Who& /*who*/) override {
        return request.header("x-csrf-token") == "right";
    }
    boost::asio::awaitable<void> denied(Request request, Who who, std::string right) override {
        denials.push_back(who.user + " " + request.method + " " + request.path + " " + right);
        co_return;
    }

    std::map<std::string, Who, std::less<>> users;
    std::vector<std::string> denials;
    int asked_again = 0;

  private:
    [[nodiscard]] Who known(const Request& request) const {
        const auto found = users.find(request.header("x-test-user"));
        return found == users.end() ? Who{} : found->second;
    }
};

inline Who person(std::string user, std::set<std::string, std::less<>> rights,
                  Who::Way way = Who::Way::session) {
    Who who;
    who.way = way;
    who.user = std::move(user);
    who.rights = std::move(rights);
    return who;
}

class FakeGateway final : public Gateway {
  public:
    boost::asio::awaitable<nlohmann::json> ask(std::string call,
                                               nlohmann::json arguments) override {
        questions.push_back(call + " " + arguments.dump());
        co_return answer(call, arguments);
    }
    std::function<nlohmann::json(const std::string&, const nlohmann::json&)> answer;
    std::vector<std::string> questions;
};

}  // namespace sealwarden::console
