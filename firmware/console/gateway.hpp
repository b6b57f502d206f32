// The gateway behind the local door, as handlers see it. An interface, so that tests answer from a
// table. On the console's loop; waits without blocking it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json.hpp>
#include <string>

namespace sealwarden::console {

class Gateway {
  public:
    virtual ~Gateway() = default;
    // One question of firmware/local/PROTOCOL.md and its "ok" part. Throws local::Refused with the
    // door's own code and sentence, and local::Unreachable when no gateway answers in time.
    virtual boost::asio::awaitable<nlohmann::json> ask(std::string call,
                                                       nlohmann::json arguments) = 0;
};

}  // namespace sealwarden::console
