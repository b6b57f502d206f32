// The console's server with routes of a test: `server_program DIRECTORY '{"limits"…}'`. Prints one
// line of JSON when it listens: port, ca. Ends on SIGTERM.
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <iostream>

#include "firmware/console/certificates.hpp"
#include "firmware/console/files.hpp"
#include "firmware/console/live.hpp"
#include "firmware/console/pages.hpp"
#include "firmware/console/router.hpp"
#include "firmware/console/server.hpp"
#include "tests/console/console_fixture.hpp"

using namespace sealwarden;
using namespace sealwarden::console;
namespace asio = boost::asio;
using nlohmann::json;

namespace {

asio::awaitable<Response> says_ok(Call /*call*/) {
    Response response;
    response.headers["content-type"] = "text/plain; charset=utf-8";
    response.body = "ok\n";
    co_return response;
}

asio::awaitable<Response> echo(Call call) {
    co_return json_response({{"method", call.request.method},
                             {"path", call.request.path},
                             {"query", call.request.query},
                             {"length", call.request.body.size()},
                             {"peer", call.request.peer},
                             {"local", call.request.local}});
}

asio::awaitable<Response> big(Call /*call*/) {
    Response response;
    response.body.assign(8u << 20, 'x');
    co_return response;
}

asio::awaitable<void> count(Sink* sink) {
    for (int i = 0; i < 5; ++i) co_await sink->write("piece " + std::to_string(i) + "\n");
}
asio::awaitable<Response> counts(Call /*call*/) {
    Response response;
    response.headers["content-type"] = "text/plain";
    response.stream = [](Sink& sink) { return count(&sink); };
    co_return response;
}
asio::awaitable<void> fail(Sink* sink) {
    co_await sink->write("the first half\n");
    throw std::runtime_error{"the second half is not there"};
}
asio::awaitable<Response> fails(Call /*call*/) {
    Response response;
    response.stream = [](Sink& sink) { return fail(&sink); };
    co_return response;
}

Route route(std::string method, std::string pattern, Handler handler) {
    return {.method = std::move(method),
            .pattern = std::move(pattern),
            .right = std::string{for_everybody},
            .handler = std::move(handler)};
}

// Entries as a busy site has them.
class Site {
  public:
    Site(asio::io_context& loop, Live& live) : live_{live}, timer_{loop} {
        live_.opened({{"site", "dc7"}, {"gateway", "gw1"}, {"size", 0}, {"generation", 1}});
        live_.states(json::array(), json::array(), true);
        next();
    }

  private:
    void next() {
        timer_.expires_after(std::chrono::milliseconds{10});
        timer_.async_wait([this](boost::system::error_code error) {
            if (error) return;
            live_.entries(json::array({{{"i", index_++},
                                        {"kind", "door.opened"},
                                        {"subj", json::array()},
                                        {"note", std::string(200, 'n')}}}));
            next();
        });
    }
    Live& live_;
    asio::steady_timer timer_;
    std::uint64_t index_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    std::signal(SIGPIPE, SIG_IGN);
    const std::filesystem::path directory{argv[1]};
    const auto given = json::parse(argv[2]);
    const auto ms = [&](const char* name, std::chrono::milliseconds otherwise) {
        return std::chrono::milliseconds{given.value(name, otherwise.count())};
    };
    asio::io_context loop{1};
    SystemClock clock;
    FakeAuthenticator people;
    people.users["ana"] = person("ana", {"live", "search"});
    FakeGateway gateway;
    Live live{loop, clock, {.of_one_user = 256}};
    Site site{loop, live};
    const Files files{directory / "files"};
    const SiteOptions unnamed;
    Pages pages{files, people, live, clock, unnamed};
    Routes routes{route("GET", "/livez", says_ok), route("POST", "/echo", echo),
                  route("GET", "/echo", echo),     route("GET", "/big", big),
                  route("GET", "/counts", counts), route("GET", "/fails", fails)};
    routes.push_back(live.route(people, gateway));
    Router router{std::move(routes), people,
                  [&](Request request) { return pages.answer(std::move(request)); }};
    ServerOptions options;
    options.answer = [&](Request request) { return router.answer(std::move(request)); };
    options.body_limit = [&](std::string_view method, std::string_view path) {
        return router.body_limit(method, path);
    };
    auto& limits = options.limits;
    limits.admission.connections = given.value("connections", limits.admission.connections);
    limits.admission.per_address = given.value("per_address", limits.admission.per_address);
    limits.handshake = ms("handshake", limits.handshake);
    limits.idle = ms("idle", limits.idle);
    limits.header_time = ms("header", limits.header_time);
    limits.body_time = ms("body", limits.body_time);
    limits.piece_time = ms("piece", limits.piece_time);
    Server server{loop, std::move(options), clock};
    const std::vector<std::string> names{"localhost", "127.0.0.1"};
    const auto now = clock.sample().wall;
    const auto identity = server_certificate(directory, "dc7", names, now);
    server.use(identity.certificate, identity.key);
    const auto bound = server.listen_tls({asio::ip::make_address("127.0.0.1"), 0});
    server.listen_unix(directory / "console.sock");
    asio::signal_set signals{loop, SIGTERM};
    signals.async_wait([&](boost::system::error_code, int) { loop.stop(); });
    std::cout << json{{"port", bound.port()}, {"ca", (directory / "tls" / "ca.pem").string()}}
              << std::endl;
    loop.run();
    return 0;
}
