// The link against a door that answers as the test says, over a real unix socket on one loop.
#include "firmware/console/gateway_link.hpp"

#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "tests/console/console_fixture.hpp"
#include "tests/support/temporary_directory.hpp"

namespace sealwarden::console {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using nlohmann::json;
using Protocol = asio::local::stream_protocol;

class GatewayLinkTest : public testing::Test {
  protected:
    [[nodiscard]] std::string path() const { return (directory_.path() / "door.sock").string(); }
    // What is answered to each question; null: nothing. Empty function: closed at once.
    void opens(std::function<json(const json&)> answer) {
        answer_ = std::move(answer);
        acceptor_.emplace(loop_, Protocol::endpoint{path()});
        asio::co_spawn(loop_, accept(this), asio::detached);
    }
    static asio::awaitable<void> accept(GatewayLinkTest* self) {
        for (;;) {
            auto socket = co_await self->acceptor_->async_accept(asio::use_awaitable);
            ++self->connections_;
            if (!self->answer_) continue;
            asio::co_spawn(self->loop_, serve(self, std::move(socket)), asio::detached);
        }
    }
    static asio::awaitable<void> serve(GatewayLinkTest* self, Protocol::socket socket) {
        std::string unread;
        for (;;) {
            const auto length = co_await asio::async_read_until(
                socket, asio::dynamic_buffer(unread), '\n', asio::use_awaitable);
            const auto question = json::parse(unread.substr(0, length));
            unread.erase(0, length);
            auto answer = self->answer_(question);
            if (answer.is_null()) continue;
            answer["id"] = question.at("id");
            const auto line = answer.dump() + '\n';
            co_await asio::async_write(socket, asio::buffer(line), asio::use_awaitable);
        }
    }
    json asks(const std::string& call) { return waited(loop_, link_.ask(call, json::object())); }

    test::TemporaryDirectory directory_;
    asio::io_context loop_;
    std::optional<Protocol::acceptor> acceptor_;
    std::function<json(const json&)> answer_;
    int connections_ = 0;
    GatewayLink link_{
        loop_.get_executor(),
        {.socket = path(), .patience = 200ms, .connections = 3, .questions = 2, .pause = 0ms}};
};

TEST_F(GatewayLinkTest, AQuestionHasItsAnswer) {
    opens([](const json& question) { return json{{"ok", {{"called", question.at("call")}}}}; });
    EXPECT_EQ(asks("status").at("called"), "status");
    EXPECT_EQ(asks("buses").at("called"), "buses");
    EXPECT_EQ(connections_, 1);
}

TEST_F(GatewayLinkTest, TheDoorsNoKeepsItsCodeAndItsEntry) {
    opens([](const json&) {
        return json{{"error", {{"code", "refused"}, {"message", "it is over"}, {"index", 7}}}};
    });
    try {
        asks("command");
        FAIL() << "it was answered";
    } catch (const Declined& declined) {
        EXPECT_EQ(declined.code, "refused");
        EXPECT_STREQ(declined.what(), "it is over");
        EXPECT_EQ(declined.index, 7u);
    }
}

TEST_F(GatewayLinkTest, WithoutAGatewayItIsUnreachableAndLaterItIsNot) {
    EXPECT_THROW(asks("status"), local::Unreachable);
    opens([](const json&) { return json{{"ok", {{"up", true}}}}; });
    EXPECT_EQ(asks("status").at("up"), true);
}

TEST_F(GatewayLinkTest, AGatewayThatClosesIsUnreachable) {
    opens({});
    EXPECT_THROW(asks("status"), local::Unreachable);
}

TEST_F(GatewayLinkTest, AGatewayThatIsSilentIsUnreachableInTime) {
    opens([](const json&) { return json(); });
    EXPECT_THROW(asks("status"), local::Unreachable);
}

TEST_F(GatewayLinkTest, ManyQuestionsGoTogetherUpToALimit) {
    opens([](const json&) { return json(); });
    int unreachable = 0, too_slow = 0;
    for (int i = 0; i < 6; ++i) {
        asio::co_spawn(loop_, link_.ask("status", json::object()),
                       [&](std::exception_ptr error, json) {
                           try {
                               std::rethrow_exception(error);
                           } catch (const Declined& declined) {
                               too_slow += declined.code == "too_slow";
                           } catch (const local::Unreachable&) {
                               if (++unreachable == 4) loop_.stop();
                           }
                       });
    }
    loop_.run();
    EXPECT_EQ(too_slow, 2);
    EXPECT_EQ(connections_, 2);
}

TEST_F(GatewayLinkTest, AnActWaitsBehindNobodysQuestions) {
    opens([](const json& question) {
        return question.at("call") == "query" ? json() : json{{"ok", {{"index", 7}}}};
    });
    int answered = 0;
    for (int i = 0; i < 8; ++i) {
        asio::co_spawn(loop_, link_.ask("query", json::object()),
                       [&](std::exception_ptr, json) { ++answered; });
    }
    EXPECT_EQ(asks("command").at("index"), 7);
    EXPECT_EQ(asks("used").at("index"), 7);
    EXPECT_EQ(answered, 4) << "those that were too many; the others wait still";
}

}  // namespace
}  // namespace sealwarden::console
