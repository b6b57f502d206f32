// The gateway behind the local door, as handlers see it. An interface, so that tests answer from a
// table. On the console's loop; waits without blocking it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "firmware/local/client.hpp"

namespace sealwarden::console {

// The gateway's no, with the entry that records it where there is one.
struct Declined : local::Refused {
    Declined(std::string why, const std::string& sentence, std::optional<std::uint64_t> at)
        : local::Refused{std::move(why), sentence}, index{at} {}
    std::optional<std::uint64_t> index;
};

class Gateway {
  public:
    virtual ~Gateway() = default;
    // One question of firmware/local/PROTOCOL.md and its "ok" part. Throws Declined (a
    // local::Refused) with the door's own code and sentence, and local::Unreachable when no gateway
    // answers in time. Two questions may go over two connections: no stream, `export` or
    // `sign_export` here.
    virtual boost::asio::awaitable<nlohmann::json> ask(std::string call,
                                                       nlohmann::json arguments) = 0;
};

}  // namespace sealwarden::console
