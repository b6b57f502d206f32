// The witness's server asked by the anchors' client, over loopback, on one loop.
#include "firmware/witness/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <stdexcept>
#include <variant>

#include "firmware/outward/http.hpp"
#include "firmware/tlog/checkpoint.hpp"

namespace sealwarden::witness {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using outward::HttpAnswer;

tlog::SigningKey key_of(std::uint8_t number) {
    tlog::Seed seed;
    std::ranges::fill(seed.bytes(), number);
    return tlog::SigningKey{seed.bytes()};
}

class OneHead final : public Heads {
  public:
    Held read(const tlog::NoteKey&) override { return held; }
    void write(const tlog::NoteKey&, const Held& now) override {
        if (full) throw std::runtime_error{"no space left"};
        held = now;
    }
    Held held;
    bool full = false;
};

class WitnessServer : public testing::Test {
  protected:
    [[nodiscard]] outward::HttpQuestion question(std::string body,
                                                 std::string path = "/add-checkpoint") const {
        return {.url = {.host = "127.0.0.1",
                        .port = std::to_string(server_.endpoint().port()),
                        .path = std::move(path)},
                .content_type = "text/plain",
                .body = std::move(body),
                .answer_limit = 4096};
    }
    // The answer, or what went wrong.
    std::variant<HttpAnswer, boost::system::error_code> asked(outward::HttpQuestion of) {
        std::variant<HttpAnswer, boost::system::error_code> result;
        asio::co_spawn(loop_, outward::post(loop_.get_executor(), std::move(of)),
                       [&](std::exception_ptr error, HttpAnswer answer) {
                           result = std::move(answer);
                           try {
                               if (error) std::rethrow_exception(error);
                           } catch (const boost::system::system_error& why) {
                               result = why.code();
                           }
                           loop_.stop();
                       });
        loop_.restart();
        loop_.run();
        return result;
    }
    [[nodiscard]] unsigned status(outward::HttpQuestion of) {
        const auto result = asked(std::move(of));
        const auto* answer = std::get_if<HttpAnswer>(&result);
        return answer == nullptr ? 0 : answer->status;
    }
    [[nodiscard]] bool fails(outward::HttpQuestion of) {
        return std::holds_alternative<boost::system::error_code>(asked(std::move(of)));
    }
    [[nodiscard]] static std::string head_of_size(std::uint64_t size) {
        const auto text =
            tlog::Checkpoint{.origin = "log/g1", .size = size, .root = tlog::sha256("root")}.text();
        return "old 0\n\n" + text + '\n' + tlog::signature_line("log/g1", key_of(1), text);
    }

    OneHead heads_;
    Witness witness_{
        "office", key_of(7), {{.name = "log/g1", .key = key_of(1).public_key()}}, heads_};
    asio::io_context loop_{1};
    Server server_{loop_, {asio::ip::make_address("127.0.0.1"), 0}, witness_, [] { return 1u; }};
};

TEST_F(WitnessServer, AHeadIsCosignedOverHttp) {
    const auto result = asked(question(head_of_size(5)));
    const auto& answer = std::get<HttpAnswer>(result);
    EXPECT_EQ(answer.status, 200u);
    EXPECT_THAT(answer.body, testing::StartsWith("\u2014 office "));
    EXPECT_EQ(heads_.held.size, 5u);
}

TEST_F(WitnessServer, AConflictComesWithItsType) {
    static_cast<void>(asked(question(head_of_size(5))));
    const auto result = asked(question(head_of_size(6)));
    const auto& answer = std::get<HttpAnswer>(result);
    EXPECT_EQ(answer.status, 409u);
    EXPECT_EQ(answer.content_type, "text/x.tlog.size");
    EXPECT_EQ(answer.body, "5\n");
}

TEST_F(WitnessServer, AHeadThatCannotBeKeptIsAnErrorOfTheServer) {
    heads_.full = true;
    EXPECT_EQ(status(question(head_of_size(5))), 500u);
}

TEST_F(WitnessServer, ThereIsOnePathAndABodyHasALimit) {
    EXPECT_EQ(status(question("", "/")), 404u);
    EXPECT_EQ(status(question(std::string(body_limit, 'x'))), 400u);
    EXPECT_EQ(status(question(std::string(body_limit + 1, 'x'))), 413u);
    EXPECT_EQ(status(question("", '/' + std::string(9000, 'x'))), 431u);
}

TEST_F(WitnessServer, AnAnswerThatIsTooLongIsNotRead) {
    auto of = question(head_of_size(5));
    of.answer_limit = 20;
    EXPECT_TRUE(fails(of));
}

TEST_F(WitnessServer, NobodyAndNoTlsAreErrors) {
    auto secure = question(head_of_size(5));
    secure.url.secure = true;
    EXPECT_TRUE(fails(secure));
    auto nobody = question(head_of_size(5));
    {
        tcp::acceptor gone{loop_, {asio::ip::make_address("127.0.0.1"), 0}};
        nobody.url.port = std::to_string(gone.local_endpoint().port());
    }
    EXPECT_TRUE(fails(nobody));
}

}  // namespace
}  // namespace sealwarden::witness
