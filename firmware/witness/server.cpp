#include "firmware/witness/server.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "firmware/diag.hpp"

namespace sealwarden::witness {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using namespace std::chrono_literals;
using asio::ip::tcp;
using Error = boost::system::error_code;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

constexpr std::string_view path = "/add-checkpoint";
constexpr std::uint32_t header_limit = 8 << 10;
constexpr auto patience = 10s;  // for a whole request, and for its answer to be taken
// More wait in the kernel's queue: no request takes longer than twice the patience.
constexpr std::size_t most_connections = 32;

Answer plain(unsigned status, std::string_view sentence) {
    return {.status = status,
            .content_type = "text/plain; charset=utf-8",
            .body = std::string{sentence} + '\n'};
}

Response response_of(const Answer& answer, bool keep_alive) {
    Response response{static_cast<http::status>(answer.status), 11};
    response.set(http::field::content_type, answer.content_type);
    if (answer.status == 405) response.set(http::field::allow, "POST");
    response.keep_alive(keep_alive);
    response.body() = answer.body;
    response.prepare_payload();
    return response;
}

// What to say to bytes that are no request; empty: nobody is there to be told.
std::optional<Answer> answer_to(const Error& error) {
    if (error == http::error::body_limit) return plain(413, "the body is too long");
    if (error == http::error::header_limit) return plain(431, "the header is too long");
    const bool closed =
        error == http::error::end_of_stream || error == http::error::partial_message;
    if (closed ||
        error.category() != http::make_error_code(http::error::bad_line_ending).category())
        return std::nullopt;
    return plain(400, "this is no HTTP request");
}

}  // namespace

struct Server::State : std::enable_shared_from_this<Server::State> {
    State(asio::io_context& loop, const tcp::endpoint& at, Witness& behind,
          std::function<std::uint64_t()> clock)
        : acceptor{loop, at}, witness{behind}, seconds{std::move(clock)}, room{loop} {}

    Answer answer(const Request& request) {
        if (request.target() != path) return plain(404, "there is only /add-checkpoint");
        if (request.method() != http::verb::post) return plain(405, "add-checkpoint is a POST");
        try {
            return witness.add_checkpoint(request.body(), seconds());
        } catch (const std::exception& error) {
            diag::error("the witness cannot keep what it would sign", {{"why", error.what()}});
            return plain(500, "this witness cannot keep what it would sign");
        }
    }

    static asio::awaitable<void> accept(std::shared_ptr<State> self) {
        for (;;) {
            while (self->connections >= most_connections) {
                Error full;
                self->room.expires_at(asio::steady_timer::time_point::max());
                co_await self->room.async_wait(asio::redirect_error(asio::use_awaitable, full));
            }
            Error error;
            auto socket = co_await self->acceptor.async_accept(
                asio::redirect_error(asio::use_awaitable, error));
            if (error == asio::error::operation_aborted) co_return;
            if (error) {
                // No descriptors left: those in use end within their patience.
                self->room.expires_after(1s);
                Error waited;
                co_await self->room.async_wait(asio::redirect_error(asio::use_awaitable, waited));
                continue;
            }
            ++self->connections;
            asio::co_spawn(self->acceptor.get_executor(), serve(self, std::move(socket)),
                           [self](const std::exception_ptr&) {
                               --self->connections;
                               self->room.cancel();
                           });
        }
    }

    static asio::awaitable<void> serve(std::shared_ptr<State> self, tcp::socket socket) {
        beast::tcp_stream stream{std::move(socket)};
        beast::flat_buffer buffer{header_limit + body_limit};
        for (bool goes_on = true; goes_on;) {
            http::request_parser<http::string_body> parser;
            parser.header_limit(header_limit);
            parser.body_limit(body_limit);
            stream.expires_after(patience);
            Error error;
            co_await http::async_read(stream, buffer, parser,
                                      asio::redirect_error(asio::use_awaitable, error));
            goes_on = !error && parser.get().keep_alive();
            const auto said = error ? answer_to(error) : self->answer(parser.get());
            if (!said) co_return;
            const auto response = response_of(*said, goes_on);
            stream.expires_after(patience);
            co_await http::async_write(stream, response,
                                       asio::redirect_error(asio::use_awaitable, error));
            if (error) co_return;
        }
        Error ignored;
        stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    }

    tcp::acceptor acceptor;
    Witness& witness;
    std::function<std::uint64_t()> seconds;
    std::size_t connections = 0;
    asio::steady_timer room;  // waited for while there is none
};

Server::Server(asio::io_context& loop, const tcp::endpoint& at, Witness& witness,
               std::function<std::uint64_t()> seconds)
    : state_{std::make_shared<State>(loop, at, witness, std::move(seconds))} {
    asio::co_spawn(loop, State::accept(state_), asio::detached);
}

Server::~Server() {
    Error ignored;
    state_->acceptor.close(ignored);
}

tcp::endpoint Server::endpoint() const {
    return state_->acceptor.local_endpoint();
}

}  // namespace sealwarden::witness
