#include "firmware/console/shares.hpp"

#include <gtest/gtest.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "tests/console/console_fixture.hpp"

namespace sealwarden::console {
namespace {

namespace asio = boost::asio;

class SharesTest : public testing::Test {
  protected:
    // A question that is answered when the test says so.
    static asio::awaitable<Response> slowly(SharesTest* self, Call /*call*/) {
        boost::system::error_code ignored;
        co_await self->open_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        co_return Response{};
    }
    void asks(const std::string& user) {
        Call call;
        call.who.user = user;
        asio::co_spawn(loop_, route_.handler(std::move(call)),
                       [this](std::exception_ptr error, const Response&) {
                           try {
                               if (error) std::rethrow_exception(error);
                               ++answered_;
                           } catch (const Problem& problem) {
                               EXPECT_EQ(problem.status, 429U);
                               EXPECT_EQ(problem.headers.at("retry-after"), "5");
                               ++refused_;
                           }
                       });
        loop_.restart();
        loop_.poll();
    }
    void answers() {
        open_.cancel();
        loop_.restart();
        loop_.poll();
    }

    asio::io_context loop_;
    asio::steady_timer open_{loop_, asio::steady_timer::time_point::max()};
    Shares shares_;
    Route route_ =
        shares_.shared({.method = "GET",
                        .pattern = "/api/v1/handover",
                        .right = "search",
                        .handler = [this](Call call) { return slowly(this, std::move(call)); }});
    int answered_ = 0, refused_ = 0;
};

TEST_F(SharesTest, OneUserHasFourLongQuestionsAtOnceAndTakesNobodysPlace) {
    for (int i = 0; i < 4; ++i) asks("ana");
    asks("ana/dashboard");
    EXPECT_EQ(refused_, 1) << "a token's are its user's";
    asks("luis");
    EXPECT_EQ(refused_, 1);
    answers();
    EXPECT_EQ(answered_, 5);
    asks("ana");
    EXPECT_EQ(refused_, 1) << "when they are answered there is room again";
    answers();
}

asio::awaitable<Response> streams(Call /*call*/) {
    Response response;
    response.stream = [](Sink&) -> asio::awaitable<void> { co_return; };
    co_return response;
}

TEST_F(SharesTest, AnExportIsUnderWayUntilItsStreamIsOver) {
    const auto route = shares_.shared(
        {.method = "GET", .pattern = "/api/v1/export", .right = "export", .handler = streams});
    Call call;
    call.who.user = "ana";
    std::vector<Response> open;
    for (int i = 0; i < 4; ++i) open.push_back(waited(loop_, route.handler(call)));
    EXPECT_THROW(waited(loop_, route.handler(call)), Problem);
    open.pop_back();
    EXPECT_NO_THROW(waited(loop_, route.handler(call)));
}

}  // namespace
}  // namespace sealwarden::console
