#include "firmware/outward/http.hpp"

#include <openssl/ssl.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>

namespace sealwarden::outward {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;
using namespace std::chrono_literals;
using asio::ip::tcp;
using Request = http::request<http::string_body>;

constexpr auto patience = 10s;
constexpr std::uint32_t header_limit = 8 << 10;

std::string host_field(const Url& url) {
    const bool brackets = url.host.find(':') != std::string::npos;
    const bool usual = url.port == (url.secure ? "443" : "80");
    return (brackets ? '[' + url.host + ']' : url.host) + (usual ? "" : ':' + url.port);
}

Request request_of(const HttpQuestion& question) {
    Request request{http::verb::post, question.url.path, 11};
    request.set(http::field::host, host_field(question.url));
    request.set(http::field::user_agent, "sealwarden");
    request.set(http::field::content_type, question.content_type);
    for (const auto& [name, value] : question.headers) request.set(name, value);
    request.keep_alive(false);
    request.body() = question.body;
    request.prepare_payload();
    return request;
}

template <class Stream>
asio::awaitable<HttpAnswer> exchange(Stream* stream, HttpQuestion question) {
    const auto request = request_of(question);
    auto& wire = beast::get_lowest_layer(*stream);
    wire.expires_after(patience);
    co_await http::async_write(*stream, request, asio::use_awaitable);
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.header_limit(header_limit);
    parser.body_limit(question.answer_limit);
    wire.expires_after(patience);
    co_await http::async_read(*stream, buffer, parser, asio::use_awaitable);
    auto& response = parser.get();
    HttpAnswer answer{.status = response.result_int(),
                      .content_type = std::string{response[http::field::content_type]},
                      .body = std::move(response.body())};
    co_return answer;
}

// An address needs no look-up; names wait for each other in the resolver's one thread.
asio::awaitable<tcp::resolver::results_type> addresses_of(asio::any_io_executor loop, Url url) {
    tcp::resolver resolver{loop};
    boost::system::error_code no_address;
    const auto address = asio::ip::make_address(url.host, no_address);
    if (!no_address) {
        const auto port = static_cast<std::uint16_t>(std::stoul(url.port));
        const tcp::endpoint endpoint{address, port};
        co_return tcp::resolver::results_type::create(endpoint, url.host, url.port);
    }
    auto found = co_await resolver.async_resolve(url.host, url.port, asio::use_awaitable);
    co_return found;
}

asio::awaitable<HttpAnswer> over_tls(beast::tcp_stream wire, HttpQuestion question) {
    ssl::context context{ssl::context::tls_client};
    if (question.authorities)
        context.load_verify_file(question.authorities->string());
    else
        context.set_default_verify_paths();
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    beast::ssl_stream<beast::tcp_stream> stream{std::move(wire), context};
    stream.set_verify_mode(ssl::verify_peer);
    stream.set_verify_callback(ssl::host_name_verification{question.url.host});
    SSL_set_tlsext_host_name(stream.native_handle(), question.url.host.c_str());
    beast::get_lowest_layer(stream).expires_after(patience);
    co_await stream.async_handshake(ssl::stream_base::client, asio::use_awaitable);
    auto answer = co_await exchange(&stream, std::move(question));
    co_return answer;
}

}  // namespace

asio::awaitable<HttpAnswer> post(asio::any_io_executor loop, HttpQuestion question) {
    const auto addresses = co_await addresses_of(loop, question.url);
    beast::tcp_stream wire{loop};
    wire.expires_after(patience);
    co_await wire.async_connect(addresses, asio::use_awaitable);
    if (question.url.secure) {
        auto answer = co_await over_tls(std::move(wire), std::move(question));
        co_return answer;
    }
    auto answer = co_await exchange(&wire, std::move(question));
    co_return answer;
}

}  // namespace sealwarden::outward
