// The local door for many askers at once: a few connections, opened when they are needed, each with
// several questions under way. On the console's loop.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <filesystem>
#include <memory>

#include "firmware/console/gateway.hpp"

namespace sealwarden::console {

struct LinkOptions {
    std::filesystem::path socket;
    std::chrono::milliseconds patience{10'000};  // for one answer, and for a connection
    // Of the door's 64; one of them is for acts (`command`, `used`) alone.
    std::size_t connections = 4;
    std::size_t questions = 12;            // under way on one connection; the door takes 16
    std::chrono::milliseconds pause{500};  // after a connection failed, none is tried
};

class GatewayLink final : public Gateway {
  public:
    GatewayLink(const boost::asio::any_io_executor& loop, LinkOptions options);
    ~GatewayLink() override;
    // Declined `too_slow` where every connection of its kind is full.
    boost::asio::awaitable<nlohmann::json> ask(std::string call, nlohmann::json arguments) override;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace sealwarden::console
