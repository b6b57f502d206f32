// The routes of the API in front of a door that the test fills.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <set>
#include <sstream>

#include "firmware/console/api/evidence_jobs.hpp"
#include "firmware/console/api/metrics.hpp"
#include "firmware/console/api/routes.hpp"
#include "tests/support/fake_door.hpp"
#include "tests/support/temporary_directory.hpp"

namespace sealwarden::test {

class FakeGateway final : public console::Gateway {
  public:
    boost::asio::awaitable<nlohmann::json> ask(std::string call,
                                               nlohmann::json arguments) override {
        co_return door.answer(call, arguments);
    }
    FakeDoor door;
};

class FakeSink final : public console::Sink {
  public:
    boost::asio::awaitable<void> write(std::string piece) override {
        text += piece;
        co_return;
    }
    boost::asio::awaitable<void> share(std::shared_ptr<const std::string> piece) override {
        text += *piece;
        co_return;
    }
    std::string text;
};

// The rights of each role as roles.toml has them, for tests that are not about that file.
inline std::set<std::string, std::less<>> every_right() {
    return {"live",     "respond", "shelve",   "dock",   "custody",  "stock.unused",
            "access",   "drivers", "people",   "search", "evidence", "export",
            "personal", "devices", "settings", "users",  "metrics"};
}

struct Answered {
    unsigned status = 0;
    std::string code;  // of a Problem
    console::Fields headers;
    std::string text;
    [[nodiscard]] nlohmann::json json() const {
        return nlohmann::json::parse(text, nullptr, false);
    }
};

inline boost::asio::awaitable<std::string> streamed(console::Response response) {
    FakeSink sink;
    co_await response.stream(sink);
    co_return sink.text;
}

class ApiFixture : public testing::Test {
  protected:
    ApiFixture();

    console::Who who(std::set<std::string, std::less<>> rights = every_right()) const {
        console::Who one;
        one.way = console::Who::Way::session;
        one.user = "ana";
        one.role = "security";
        one.person = "ana-r";
        one.rights = std::move(rights);
        return one;
    }
    // "GET /api/v1/entries?kinds=door.opened"; what the router would do with the handler's answer.
    Answered asks(const std::string& line, const std::string& body = {},
                  const std::optional<console::Who>& by = {}, const console::Fields& headers = {});
    Answered asks_as(std::set<std::string, std::less<>> rights, const std::string& line,
                     const std::string& body = {}) {
        return asks(line, body, who(std::move(rights)));
    }
    [[nodiscard]] const console::Routes& routes() const { return routes_; }
    FakeDoor& door() { return gateway_.door; }
    // The console's orders, when it goes and when it comes back.
    void stops() { jobs_.reset(); }
    void starts_again();
    // The last question of this call that reached the door; null: none did.
    [[nodiscard]] nlohmann::json reached(const std::string& call) const;

    TemporaryDirectory directory_;
    FakeGateway gateway_;
    std::chrono::microseconds pace_{};  // how long the door takes to answer
    config::Config config_;
    std::string right_of_others_ = "respond";  // of acts the table below does not name
    console::api::Surroundings around_;
    evidence::Built built_;
    std::optional<evidence::OrderFailed> fails_;
    std::vector<evidence::Order> orders_;
    // At one place, whatever starts again: the routes name it.
    std::optional<console::api::EvidenceJobs> jobs_;
    std::unique_ptr<console::api::Metrics> metrics_;

  private:
    console::Routes routes_;
};

}  // namespace sealwarden::test
