// One connection to the local door, line by line, without blocking the loop. Who it is shared by is
// a matter of GatewayLink and LiveDoor.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace sealwarden::console {

// Held by shared_ptr: coroutines that wait on it keep it.
class DoorLine {
  public:
    explicit DoorLine(const boost::asio::any_io_executor& loop) : socket_{loop} {}

    // Everything throws local::Unreachable when the door is not there or goes away. One reader and
    // one writer at a time.
    static boost::asio::awaitable<void> open(std::shared_ptr<DoorLine> line,
                                             std::filesystem::path path);
    static boost::asio::awaitable<void> send(std::shared_ptr<DoorLine> line, std::string text);
    // The next line, as JSON.
    static boost::asio::awaitable<nlohmann::json> receive(std::shared_ptr<DoorLine> line);
    // Whoever waits gets Unreachable.
    void close() noexcept;

  private:
    boost::asio::local::stream_protocol::socket socket_;
    std::string unread_;
};

}  // namespace sealwarden::console
