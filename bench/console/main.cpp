// Live state to many: one event of the log at `--rate` a second to `--listeners` browsers over TLS,
// through the console's own server, router and fan-out. Server and crowd are processes of their
// own; beside it the same crowd at a plain TCP fan-out, for the machine's own share.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <nlohmann/json.hpp>
#include <thread>

#include "bench/console/peers.hpp"
#include "bench/modbus/child.hpp"
#include "bench/options.hpp"
#include "firmware/console/certificates.hpp"
#include "firmware/console/live.hpp"
#include "firmware/console/router.hpp"
#include "firmware/console/server.hpp"

using namespace sealwarden;
using namespace sealwarden::bench;
namespace asio = boost::asio;
using nlohmann::json;

namespace {

constexpr double most_ms = 100, most_mib_a_listener = 1;

struct Shared {
    std::atomic<std::uint16_t> port{0};
    std::atomic<std::uint64_t> listeners{0};
    std::atomic<double> mib_before{0}, mib_with_listeners{0}, mib_at_end{0}, cpu_seconds{0};
};

class Everybody final : public console::Authenticator {
  public:
    asio::awaitable<console::Who> who(console::Request /*request*/) override {
        console::Who who;
        who.way = console::Who::Way::session;
        who.rights = {"live", "search"};
        co_return who;
    }
    asio::awaitable<console::Who> still(console::Request request) override {
        return who(std::move(request));
    }
    bool has_csrf_token(const console::Request& /*request*/, const console::Who& /*who*/) override {
        return true;
    }
    asio::awaitable<void> denied(console::Request /*request*/, console::Who /*who*/,
                                 std::string /*right*/) override {
        co_return;
    }
};
class NoGateway final : public console::Gateway {
  public:
    asio::awaitable<json> ask(std::string /*call*/, json /*arguments*/) override {
        throw local::Unreachable{"there is none in a benchmark"};
    }
};

json event(std::uint64_t index) {
    return {{"i", index},
            {"kind", "door.opened"},
            {"subj", json::array()},
            {"sent_ns", now_ns()},
            {"note", std::string(250, 'n')}};
}

void serve(Shared& shared, const std::filesystem::path& folder, std::size_t listeners,
           std::size_t events, double rate) {
    asio::io_context loop{1};
    SystemClock clock;
    Everybody everybody;
    NoGateway no_gateway;
    console::Live live{loop, clock, {.of_one_user = 256}};
    live.opened({{"site", "dc7"}, {"gateway", "gw1"}, {"size", 0}, {"generation", 1}});
    live.states(json::array(), json::array(), true);
    console::Router router{{live.route(everybody, no_gateway)}, everybody};
    console::ServerOptions options;
    options.answer = [&](console::Request request) { return router.answer(std::move(request)); };
    options.body_limit = [](std::string_view, std::string_view) { return std::size_t{1}; };
    console::Server server{loop, std::move(options), clock};
    const std::vector<std::string> names{"localhost"};
    const auto shown = console::server_certificate(folder, "dc7", names, clock.sample().wall);
    server.use(shown.certificate, shown.key);
    shared.mib_before = cost_so_far().resident_mib;
    shared.port = server.listen_tls({asio::ip::address_v4::loopback(), 0}).port();

    asio::steady_timer timer{loop};
    std::uint64_t index = 0;
    double cpu_before = 0;
    auto due = std::chrono::steady_clock::now();
    std::function<void()> next = [&] {
        if (live.listeners() < listeners && index == 0) {
            timer.expires_after(std::chrono::milliseconds{20});
        } else {
            if (index == 0) {
                due = std::chrono::steady_clock::now() + std::chrono::milliseconds{500};
                shared.mib_with_listeners = cost_so_far().resident_mib;
                cpu_before = cost_so_far().cpu_seconds;
            } else {
                live.entries(json::array({event(index - 1)}));
            }
            if (++index > events + 1) {
                shared.mib_at_end = cost_so_far().resident_mib;
                shared.cpu_seconds = cost_so_far().cpu_seconds - cpu_before;
                shared.listeners = live.listeners();
                timer.expires_after(std::chrono::seconds{60});
            } else {
                due += std::chrono::nanoseconds{static_cast<std::int64_t>(1e9 / rate)};
                timer.expires_at(due);
            }
        }
        timer.async_wait([&](boost::system::error_code error) {
            if (!error) next();
        });
    };
    next();
    loop.run();
}

double percentile(std::vector<std::uint32_t> delays, double part) {
    if (delays.empty()) return 1e9;
    const auto at = static_cast<std::ptrdiff_t>(part * static_cast<double>(delays.size() - 1));
    std::nth_element(delays.begin(), delays.begin() + at, delays.end());
    return delays[static_cast<std::size_t>(at)] / 1000.0;
}

}  // namespace

int main(int argc, char** argv) {
    std::uint64_t listeners = 200, events = 1000, rate = 100;
    const auto options = parse_options(
        argc, argv, {{"--listeners", listeners}, {"--events", events}, {"--rate", rate}});
    const Folder folder{options.directory, "bench-console"};
    auto& state = shared<Shared>();
    const double seconds = static_cast<double>(events) / static_cast<double>(rate);
    const auto wait_for_port = [&] {
        while (state.port == 0) std::this_thread::sleep_for(std::chrono::milliseconds{5});
        return state.port.load();
    };

    Heard console_heard, plain_heard;
    {
        const PeerProcess server{
            [&] { serve(state, folder.path(), listeners, events, static_cast<double>(rate)); }};
        const std::string ask =
            "GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";
        console_heard = listen_to(wait_for_port(), false, listeners, ask, events, seconds + 30);
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
    }
    state.port = 0;
    {
        const PeerProcess server{[&] {
            std::uint16_t port = 0;
            std::thread tell{[&] {
                while (port == 0) std::this_thread::sleep_for(std::chrono::milliseconds{1});
                state.port = port;
            }};
            tell.detach();
            serve_plain(&port, listeners, events, static_cast<double>(rate));
        }};
        plain_heard = listen_to(wait_for_port(), true, listeners, "x", events, seconds + 30);
    }

    const double p99 = percentile(console_heard.delays_us, 0.99),
                 p50 = percentile(console_heard.delays_us, 0.5),
                 plain_p99 = percentile(plain_heard.delays_us, 0.99);
    const double mib = (state.mib_at_end - state.mib_before) / static_cast<double>(listeners);
    const double busy = state.cpu_seconds / seconds;
    const bool all_heard = console_heard.listeners == listeners;
    const bool in_time = all_heard && p99 < most_ms, small = mib < most_mib_a_listener;
    print({.name = "live_delay",
           .sentence = fmt::format(
               "{} browsers at {} events/s: event to client p50 {:.1f} ms, p99 {:.1f} ms (at most "
               "{:.0f}), {:.1f} times a plain TCP fan-out's {:.1f} ms; {:.0f} % of one core",
               console_heard.listeners, rate, p50, p99, most_ms, p99 / plain_p99, plain_p99,
               busy * 100),
           .json = fmt::format(R"("listeners":{},"rate":{},"p50_ms":{:.3f},"p99_ms":{:.3f},)"
                               R"("limit_ms":{},"plain_p99_ms":{:.3f},"core":{:.3f})",
                               console_heard.listeners, rate, p50, p99, most_ms, plain_p99, busy),
           .good = in_time},
          options.json);
    print(
        {.name = "live_memory",
         .sentence =
             fmt::format("{:.3f} MiB a listener (at most {:.0f})", mib, most_mib_a_listener),
         .json = fmt::format(R"("mib_a_listener":{:.4f},"limit_mib":{})", mib, most_mib_a_listener),
         .good = small},
        options.json);
    return in_time && small ? 0 : 1;
}
