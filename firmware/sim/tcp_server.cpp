#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <stdexcept>

#include "drivers/modbus/frame.hpp"
#include "firmware/sim/wires.hpp"

namespace sealwarden::sim {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

std::vector<std::uint8_t> tcp_frame(std::array<std::uint8_t, 7> head, const Reply& reply) {
    const auto length = static_cast<std::uint16_t>(reply.pdu.size() + 1);
    std::vector<std::uint8_t> frame{head[0],
                                    head[1],
                                    0,
                                    0,
                                    static_cast<std::uint8_t>(length >> 8U),
                                    static_cast<std::uint8_t>(length & 0xFFU),
                                    reply.unit};
    frame.insert(frame.end(), reply.pdu.begin(), reply.pdu.end());
    return frame;
}

void spoil(std::vector<std::uint8_t>& frame, Reply::Way way) {
    if (way == Reply::Way::partial) frame.resize(frame.size() / 2);
    if (way == Reply::Way::garbage) {
        for (std::size_t i = 0; i < frame.size(); ++i)
            frame[i] = static_cast<std::uint8_t>(frame[i] * std::size_t{31} + i * 7 + 1);
    }
}

std::shared_ptr<Device> device_of(const Devices& devices, std::uint8_t unit) {
    for (const auto& device : devices) {
        if (device->unit() == unit) return device;
    }
    return nullptr;
}

asio::awaitable<void> serve(tcp::socket socket, Devices devices) {
    try {
        asio::steady_timer timer{socket.get_executor()};
        while (true) {
            std::array<std::uint8_t, 7> head{};
            co_await asio::async_read(socket, asio::buffer(head), asio::use_awaitable);
            const std::size_t length = static_cast<std::size_t>(head[4]) << 8U | head[5];
            if (length < 2 || length > 1 + modbus::max_pdu) co_return;
            std::vector<std::uint8_t> request(length - 1);
            co_await asio::async_read(socket, asio::buffer(request), asio::use_awaitable);
            const auto device = device_of(devices, head[6]);
            if (!device) continue;  // a gateway without that unit stays silent
            const auto reply = device->answer(request);
            if (reply.way == Reply::Way::none) continue;
            if (reply.delay.count() > 0) {
                timer.expires_after(reply.delay);
                co_await timer.async_wait(asio::use_awaitable);
            }
            auto frame = tcp_frame(head, reply);
            spoil(frame, reply.way);
            co_await asio::async_write(socket, asio::buffer(frame), asio::use_awaitable);
        }
    } catch (const boost::system::system_error&) {
        // The peer went away; the next one is served by the listener.
    }
}

}  // namespace

struct TcpServer::State {
    tcp::acceptor acceptor;
    Devices devices;
    bool rtu_framing;
};

namespace {

asio::awaitable<void> accept(std::shared_ptr<tcp::acceptor> acceptor, Devices devices) {
    try {
        while (true) {
            auto socket = co_await acceptor->async_accept(asio::use_awaitable);
            socket.set_option(tcp::no_delay{true});
            asio::co_spawn(acceptor->get_executor(), serve(std::move(socket), devices),
                           asio::detached);
        }
    } catch (const boost::system::system_error&) {
        // Closed: the simulation ends.
    }
}

}  // namespace

TcpServer::TcpServer(asio::io_context& loop, const modbus::TcpOptions& options, Devices devices)
    : state_{
          std::make_shared<State>(tcp::acceptor{loop}, std::move(devices), options.rtu_framing)} {
    if (options.rtu_framing) throw std::runtime_error{"the simulator does not serve RTU over TCP"};
    try {
        const tcp::endpoint endpoint{asio::ip::make_address(options.host), options.port};
        state_->acceptor.open(endpoint.protocol());
        state_->acceptor.set_option(tcp::acceptor::reuse_address{true});
        state_->acceptor.bind(endpoint);
        state_->acceptor.listen();
    } catch (const boost::system::system_error& error) {
        throw std::runtime_error{"the simulator cannot serve " + options.host + ":" +
                                 std::to_string(options.port) + ": " + error.code().message() +
                                 "; give the bus a free loopback address"};
    }
    std::shared_ptr<tcp::acceptor> acceptor{state_, &state_->acceptor};  // keeps the state
    asio::co_spawn(loop, accept(std::move(acceptor), state_->devices), asio::detached);
}

TcpServer::~TcpServer() {
    if (!state_) return;  // moved from
    boost::system::error_code ignored;
    state_->acceptor.close(ignored);
}

}  // namespace sealwarden::sim
