#include "bench/console/peers.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <ctime>

namespace sealwarden::bench {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Error = boost::system::error_code;

struct Crowd {
    asio::io_context loop{1};
    asio::ssl::context tls{asio::ssl::context::tls_client};
    Heard heard;
    std::size_t done = 0, wanted = 0, events = 0;
};

// Takes every "sent_ns":N of what has come, and leaves the rest.
std::size_t take(Crowd& crowd, std::string& unread) {
    static constexpr std::string_view mark = "\"sent_ns\":";
    const auto now = now_ns();
    std::size_t count = 0, from = 0;
    for (;;) {
        const auto at = unread.find(mark, from);
        if (at == std::string::npos) break;
        const auto end = unread.find_first_of(",}", at + mark.size());
        if (end == std::string::npos) break;
        std::int64_t sent = 0;
        std::from_chars(unread.data() + at + mark.size(), unread.data() + end, sent);
        crowd.heard.delays_us.push_back(static_cast<std::uint32_t>((now - sent) / 1000));
        ++count;
        from = end;
    }
    const auto kept = std::max(from, unread.size() > 64 ? unread.size() - 64 : std::size_t{0});
    unread.erase(0, kept);
    return count;
}

template <class Stream>
asio::awaitable<void> hear(Crowd* crowd, Stream* stream, std::string request) {
    co_await asio::async_write(*stream, asio::buffer(request), asio::use_awaitable);
    std::string unread, piece(16 << 10, '\0');
    for (std::size_t count = 0; count < crowd->events;) {
        const auto length =
            co_await stream->async_read_some(asio::buffer(piece), asio::use_awaitable);
        unread.append(piece, 0, length);
        count += take(*crowd, unread);
    }
    ++crowd->heard.listeners;
    if (++crowd->done == crowd->wanted) crowd->loop.stop();
}

asio::awaitable<void> one(Crowd* crowd, std::uint16_t port, bool plain, std::size_t number,
                          std::string request) {
    tcp::socket socket{crowd->loop};
    socket.open(tcp::v4());
    const asio::ip::address_v4 from{(127u << 24) + (1u << 8) +
                                    static_cast<std::uint32_t>(number % 16) + 1};
    socket.bind({from, 0});
    co_await socket.async_connect({asio::ip::address_v4::loopback(), port}, asio::use_awaitable);
    if (plain) {
        co_await hear(crowd, &socket, std::move(request));
        co_return;
    }
    asio::ssl::stream<tcp::socket> secure{std::move(socket), crowd->tls};
    co_await secure.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
    co_await hear(crowd, &secure, std::move(request));
}

asio::awaitable<void> fan_out(asio::io_context* loop, tcp::acceptor* acceptor,
                              std::size_t listeners, std::size_t events, double rate) {
    std::vector<tcp::socket> all;
    while (all.size() < listeners) {
        all.push_back(co_await acceptor->async_accept(asio::use_awaitable));
        all.back().set_option(tcp::no_delay{true});
    }
    asio::steady_timer timer{*loop};
    auto due = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < events; ++i) {
        due += std::chrono::nanoseconds{static_cast<std::int64_t>(1e9 / rate)};
        timer.expires_at(due);
        co_await timer.async_wait(asio::use_awaitable);
        const std::string text = "{\"i\":" + std::to_string(i) +
                                 ",\"sent_ns\":" + std::to_string(now_ns()) + ",\"note\":\"" +
                                 std::string(250, 'n') + "\"}\n";
        for (auto& one : all) {
            Error gone;
            asio::write(one, asio::buffer(text), gone);
        }
    }
    timer.expires_after(std::chrono::seconds{5});
    co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace

std::int64_t now_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

Heard listen_to(std::uint16_t port, bool plain, std::size_t count, const std::string& request,
                std::size_t events, double seconds) {
    Crowd crowd;
    crowd.wanted = count;
    crowd.events = events;
    crowd.heard.delays_us.reserve(count * events);
    for (std::size_t i = 0; i < count; ++i) {
        asio::co_spawn(crowd.loop, one(&crowd, port, plain, i, request), asio::detached);
    }
    crowd.loop.run_for(std::chrono::milliseconds{static_cast<std::int64_t>(seconds * 1000)});
    return std::move(crowd.heard);
}

void serve_plain(std::uint16_t* port, std::size_t listeners, std::size_t events, double rate) {
    asio::io_context loop{1};
    tcp::acceptor acceptor{loop, {asio::ip::address_v4::loopback(), 0}};
    asio::co_spawn(loop, fan_out(&loop, &acceptor, listeners, events, rate), asio::detached);
    *port = acceptor.local_endpoint().port();
    loop.run();
}

}  // namespace sealwarden::bench
