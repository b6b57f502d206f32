#include "firmware/console/door_line.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "firmware/local/client.hpp"

namespace sealwarden::console {

namespace asio = boost::asio;
using Error = boost::system::error_code;

namespace {

constexpr std::size_t longest_line = 64u << 20;  // a gateway would have to be mad to send more

[[noreturn]] void lost(const Error& error) {
    throw local::Unreachable{"the gateway closed the connection (" + error.message() + ")"};
}

}  // namespace

asio::awaitable<void> DoorLine::open(std::shared_ptr<DoorLine> line, std::filesystem::path path) {
    Error error;
    asio::local::stream_protocol::endpoint door;
    try {
        door = asio::local::stream_protocol::endpoint{path.string()};
    } catch (const boost::system::system_error&) {
        throw local::Unreachable{"the path of the socket is too long: " + path.string()};
    }
    co_await line->socket_.async_connect(door, asio::redirect_error(asio::use_awaitable, error));
    if (error) {
        throw local::Unreachable{"no gateway answers at " + path.string() + " (" + error.message() +
                                 ")"};
    }
}

asio::awaitable<void> DoorLine::send(std::shared_ptr<DoorLine> line, std::string text) {
    Error error;
    co_await asio::async_write(line->socket_, asio::buffer(text),
                               asio::redirect_error(asio::use_awaitable, error));
    if (error) lost(error);
}

asio::awaitable<nlohmann::json> DoorLine::receive(std::shared_ptr<DoorLine> line) {
    Error error;
    const auto length = co_await asio::async_read_until(
        line->socket_, asio::dynamic_buffer(line->unread_, longest_line), '\n',
        asio::redirect_error(asio::use_awaitable, error));
    if (error) lost(error);
    auto object = nlohmann::json::parse(line->unread_.begin(),
                                        line->unread_.begin() + static_cast<std::ptrdiff_t>(length),
                                        nullptr, false);
    line->unread_.erase(0, length);
    if (!object.is_object()) throw local::Unreachable{"what answers is no gateway"};
    co_return object;
}

void DoorLine::close() noexcept {
    Error ignored;
    socket_.close(ignored);
}

}  // namespace sealwarden::console
