// HTTP/1.1 over TLS and over a unix socket, with limits for everything a peer can make us wait for
// or keep. The one place where Beast is. On the console's loop.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "firmware/clock.hpp"
#include "firmware/console/admission.hpp"
#include "firmware/console/exchange.hpp"

namespace sealwarden::console {

struct ServerLimits {
    AdmissionLimits admission;
    std::size_t header = 16 << 10;
    std::chrono::milliseconds handshake{10'000};
    std::chrono::milliseconds idle{60'000};         // between two requests of a connection
    std::chrono::milliseconds header_time{10'000};  // from its first byte to its last
    std::chrono::milliseconds body_time{20'000};
    std::chrono::milliseconds piece_time{20'000};  // for each 64 KiB of an answer to be taken
    std::chrono::milliseconds farewell{2'000};     // TLS's end
};

struct ServerOptions {
    ServerLimits limits;
    std::function<boost::asio::awaitable<Response>(Request)> answer;
    std::function<std::size_t(std::string_view method, std::string_view path)> body_limit;
};

struct ServerState;

class Server {
  public:
    // `clock` outlives it.
    Server(boost::asio::io_context& loop, ServerOptions options, const Clock& clock);
    ~Server();

    // The certificate with its chain and the key, PEM; new connections use it. Throws
    // std::runtime_error. Without one TLS connections are closed.
    void use(const std::string& certificate, const std::string& key);

    // Listen; throw boost::system::system_error or std::runtime_error. The descriptors are
    // listening already (systemd's), and become ours.
    boost::asio::ip::tcp::endpoint listen_tls(const boost::asio::ip::tcp::endpoint& at);
    void listen_unix(const std::filesystem::path& path);
    void take_tls(int descriptor);
    void take_unix(int descriptor);

    [[nodiscard]] std::size_t connections() const;
    // No new connections; those that are open end with the loop.
    void stop();

  private:
    std::shared_ptr<ServerState> state_;
};

}  // namespace sealwarden::console
