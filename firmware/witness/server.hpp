// The witness on the network: HTTP, one path. Everything runs on one loop, so one request is
// answered after the other; the loop waits while a head is written to the disk.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>

#include "firmware/witness/witness.hpp"

namespace sealwarden::witness {

// C2SP tlog-witness's largest proof, and a checkpoint with more signatures than a log has.
inline constexpr std::size_t body_limit = 64 << 10;

class Server {
  public:
    // Listens at once. Throws boost::system::system_error. `seconds` tells the time since 1970.
    // `loop` and `witness` outlive it; it ends with the loop.
    Server(boost::asio::io_context& loop, const boost::asio::ip::tcp::endpoint& at,
           Witness& witness, std::function<std::uint64_t()> seconds);
    ~Server();
    [[nodiscard]] boost::asio::ip::tcp::endpoint endpoint() const;  // with the port that was free

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace sealwarden::witness
