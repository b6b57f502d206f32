// The wires of the simulated site: Modbus TCP endpoints, RTU slaves on pseudo-terminals, GPIO chips
// behind unix sockets. All on one loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "drivers/gpio/line.hpp"
#include "drivers/modbus/bus.hpp"
#include "firmware/sim/device.hpp"

namespace sealwarden::sim {

using Devices = std::vector<std::shared_ptr<Device>>;

// Listens on the endpoint's address and serves its devices by unit. Throws std::runtime_error.
class TcpServer {
  public:
    TcpServer(boost::asio::io_context& loop, const modbus::TcpOptions& options, Devices devices);
    ~TcpServer();
    TcpServer(TcpServer&&) noexcept = default;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

// A pseudo-terminal whose other end is linked as the line's path. Answers take the time that their
// bytes and the request's would take at the line's baud rate. Throws std::runtime_error.
class RtuSlaves {
  public:
    RtuSlaves(boost::asio::io_context& loop, const modbus::SerialOptions& options, Devices devices);
    ~RtuSlaves();
    RtuSlaves(RtuSlaves&&) noexcept = default;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

// Serves "sim:PATH" chips (drivers/gpio/simulated_chip.hpp). Throws std::runtime_error.
class Board {
  public:
    Board(boost::asio::io_context& loop, const gpio::ChipOptions& options);
    ~Board();
    // False: the chip has no such line.
    bool set(const std::string& id, bool active, Uptime at);
    void unplug();  // until plug()
    void plug();

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace sealwarden::sim
