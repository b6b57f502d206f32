// One loop for browsers, the command line and the local door; what blocks is done by the worker.
#include "firmware/console/front.hpp"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <fstream>
#include <iterator>
#include <memory>

#include "firmware/console/api/api.hpp"
#include "firmware/console/api/cameras.hpp"
#include "firmware/console/certificates.hpp"
#include "firmware/console/files.hpp"
#include "firmware/console/gateway_link.hpp"
#include "firmware/console/identity/identity.hpp"
#include "firmware/console/live.hpp"
#include "firmware/console/live_door.hpp"
#include "firmware/console/pages.hpp"
#include "firmware/console/router.hpp"
#include "firmware/console/server.hpp"
#include "firmware/console/services.hpp"
#include "firmware/console/worker.hpp"
#include "firmware/diag.hpp"
#include "firmware/eventlog/pictures.hpp"
#include "firmware/identity/mqtt_tokens.hpp"
#include "firmware/identity/rights.hpp"
#include "firmware/pulse.hpp"
#include "firmware/service.hpp"
#include "firmware/version.hpp"

namespace sealwarden {
namespace console {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

std::string read(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    if (!in || text.empty()) throw CertificateTrouble{file.string() + " cannot be read"};
    return text;
}

identity::IdentityOptions identity_options(const config::Config& config) {
    const auto& console = *config.console;
    identity::IdentityOptions options;
    options.directory = console.directory;
    if (console.roles) options.roles = identity::Roles::read(*console.roles);
    options.mqtt_tokens = identity::mqtt_tokens_file(config.log_directory / "mqtt");
    options.names = {config.site.site, config.site.gateway, config.site.name.en,
                     config.site.name.es};
    return options;
}

class Front {
  public:
    Front(const config::Config& config, const config::Sources& sources,
          const std::filesystem::path& socket)
        : console_{*config.console},
          config_{config},
          link_{loop_.get_executor(), {.socket = socket}},
          live_{loop_, clock_},
          services_{.loop = loop_,
                    .worker = worker_,
                    .clock = clock_,
                    .config = config,
                    .sources = sources,
                    .gateway = link_,
                    .live = live_,
                    .answered = {},
                    .certificate_ends = [this] { return certificate_ends_; }},
          api_{services_, std::string{version}, identity::right_of_act},
          identity_{loop_.get_executor(), link_, [this] { return clock_.sample().wall; },
                    identity_options(config)},
          files_{console_.files},
          pages_{files_, identity_, live_, clock_, config.site},
          router_{routes(), identity_,
                  [this](Request request) { return pages_.answer(std::move(request)); }, told()},
          server_{loop_, server_options(), clock_},
          live_door_{loop_,
                     {.socket = socket, .site = config.site.site, .gateway = config.site.gateway},
                     live_,
                     [this] { begin_anew(); }},
          signals_{loop_, SIGTERM, SIGINT},
          beat_{loop_},
          renewal_{loop_} {}

    void run() {
        use_certificate();
        listen();
        signals_.async_wait([this](boost::system::error_code error, int) {
            if (!error) stop();
        });
        beat();
        watch_certificate();
        identity_.start();
        service::ready("serving the console");
        diag::info("console serves",
                   {{"files", files_.count()}, {"socket", console_.socket.string()}});
        loop_.run();
        identity_.stop();
        worker_.stop();
    }

  private:
    // Each part of the console brings its routes.
    Routes routes() {
        Routes all;
        all.push_back(live_.route(identity_, link_));
        std::ranges::move(
            camera_routes(
                link_, config_,
                [this](std::string sha256) { return kept_picture(std::move(sha256)); },
                [this] { return clock_.sample().wall; }),
            std::back_inserter(all));
        std::ranges::move(identity::identity_routes(identity_), std::back_inserter(all));
        for (auto& route : api_.routes(all)) all.push_back(std::move(route));
        return all;
    }
    asio::awaitable<std::optional<std::string>> kept_picture(std::string sha256) {
        auto read = [directory = config_.log_directory, name = std::move(sha256)] {
            return eventlog::read_picture(directory, name);
        };
        auto bytes = co_await worker_.run(std::move(read));
        co_return bytes;
    }
    Router::Told told() {
        return [this](const Request& request, std::string_view pattern, unsigned status,
                      std::chrono::microseconds took) {
            if (!services_.answered) return;
            services_.answered(
                {.method = request.method, .pattern = pattern, .status = status, .took = took});
        };
    }
    ServerOptions server_options() {
        ServerOptions options;
        options.limits.admission = {.connections = console_.connections,
                                    .per_address = console_.connections_per_address};
        options.answer = [this](Request request) { return router_.answer(std::move(request)); };
        options.body_limit = [this](std::string_view method, std::string_view path) {
            return router_.body_limit(method, path);
        };
        return options;
    }

    // systemd's sockets where it passes some, else those of the configuration.
    void listen() {
        for (int fd = SD_LISTEN_FDS_START; fd < SD_LISTEN_FDS_START + passed_; ++fd) {
            if (::sd_is_socket(fd, AF_UNIX, SOCK_STREAM, 1) > 0)
                server_.take_unix(fd);
            else if (::sd_is_socket(fd, AF_UNSPEC, SOCK_STREAM, 1) > 0)
                server_.take_tls(fd);
        }
        if (passed_ > 0) return;
        for (const auto& at : console_.listen) {
            const auto bound = listen_at(at);
            diag::info("console listens",
                       {{"address", bound.address().to_string()}, {"port", bound.port()}});
        }
        server_.listen_unix(console_.socket);
    }

    asio::ip::tcp::endpoint listen_at(const config::Console::Address& at) {
        try {
            return server_.listen_tls({asio::ip::make_address(at.host), at.port});
        } catch (const boost::system::system_error& error) {
            throw std::runtime_error{"the console cannot listen at " + at.host + " port " +
                                     std::to_string(at.port) + ": " + error.code().message()};
        }
    }

    [[nodiscard]] std::vector<std::string> addresses() const {
        std::vector<std::string> found;
        for (const auto& at : console_.listen) found.push_back(at.host);
        // Where systemd listens is nothing we know: everywhere.
        if (passed_ > 0) found = {"0.0.0.0", "::"};
        return found;
    }
    [[nodiscard]] ServerCertificate certificate() const {
        if (!console_.certificate) {
            return server_certificate(console_.directory, config_.site.site,
                                      names_of_this_machine(console_.names, addresses()),
                                      clock_.sample().wall);
        }
        const auto key = config::read_secret(*console_.key);
        if (const auto* error = std::get_if<config::SecretError>(&key)) {
            throw CertificateTrouble{error->message};
        }
        auto pem = read(*console_.certificate);
        const auto ends = end_of(pem);
        return {.certificate = std::move(pem), .key = std::get<std::string>(key), .ends = ends};
    }
    void use_certificate() {
        auto next = certificate();
        if (next == used_) return;
        server_.use(next.certificate, next.key);
        diag::info("certificate taken", {{"ends", rfc3339(next.ends)}});
        certificate_ends_ = next.ends;
        used_ = std::move(next);
    }
    // Renewed, or replaced on disk: new connections have it within seconds. One that cannot be
    // used leaves the old one in use.
    void watch_certificate() {
        renewal_.expires_after(5s);
        renewal_.async_wait([this](boost::system::error_code error) {
            if (error) return;
            try {
                use_certificate();
                certificate_trouble_.clear();
            } catch (const std::exception& trouble) {
                if (std::exchange(certificate_trouble_, trouble.what()) != trouble.what()) {
                    diag::error("the console's certificate cannot be used, the old one stays",
                                {{"why", trouble.what()}});
                }
            }
            watch_certificate();
        });
    }

    void beat() {
        pulse_.beat(clock_.uptime());
        beat_.expires_after(1s);
        beat_.async_wait([this](boost::system::error_code error) {
            if (!error) beat();
        });
    }
    // What is configured was read at the start: with another configuration this process ends and is
    // started again.
    void begin_anew() {
        diag::info("the gateway took another configuration, the console starts anew");
        stop();
    }
    void stop() {
        service::stopping();
        diag::info("console ends");
        server_.stop();
        loop_.stop();
    }

    const config::Console& console_;
    const config::Config& config_;
    const int passed_ = ::sd_listen_fds(1);  // descriptors from SD_LISTEN_FDS_START on
    SystemClock clock_;
    Pulse pulse_;
    asio::io_context loop_{1};
    Worker worker_;
    GatewayLink link_;
    Live live_;
    Services services_;
    api::Api api_;
    std::optional<WallTime> certificate_ends_;
    ServerCertificate used_;
    std::string certificate_trouble_;
    identity::Identity identity_;
    Files files_;
    Pages pages_;
    Router router_;
    Server server_;
    LiveDoor live_door_;
    asio::signal_set signals_;
    asio::steady_timer beat_, renewal_;
};

}  // namespace
}  // namespace console

int run_console_front(const config::Config& config, const config::Sources& sources,
                      const std::filesystem::path& socket) {
    try {
        console::Front{config, sources, socket}.run();
        return 0;
    } catch (const console::CertificateTrouble& trouble) {
        diag::error("the console has no certificate", {{"why", trouble.what()}});
        return 78;
    } catch (const identity::BadRoles& bad) {
        diag::error("the console's roles cannot be used", {{"why", bad.what()}});
        return 78;
    } catch (const identity::Unusable& unusable) {
        diag::error("the console's accounts cannot be used", {{"why", unusable.what()}});
        return 78;
    }
}

}  // namespace sealwarden
