// Everything the configuration says is wired: buses and GPIO chips, built and owned together.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "drivers/gpio/watch.hpp"
#include "drivers/modbus/bus.hpp"
#include "drivers/report.hpp"
#include "firmware/clock.hpp"
#include "firmware/config/config.hpp"

namespace sealwarden {

// Starts polling on construction and has stopped on return from destruction. `sink` is called on
// the buses' threads and on the loop.
class Hardware {
  public:
    Hardware(boost::asio::io_context& loop, const config::Config& config, const Clock& clock,
             const ReportSink& sink);

    // Asks a Modbus device in between its polls; `done` is called on its bus's thread or, when it
    // cannot be asked, on this one. On the loop. False: there is no Modbus device of that name.
    [[nodiscard]] bool ask(const modbus::Question& question);

    // Switches an output, whose last order counts. On the loop; never blocks.
    void set(PointId point, bool on);
    // Orders that no device has answered yet.
    [[nodiscard]] std::size_t open_orders() const { return *open_orders_; }

    // Of every GPIO line; on the loop.
    [[nodiscard]] std::vector<gpio::Edges> edges() const;

    // One number for each thread that must turn: serial lines, the bus loop.
    [[nodiscard]] std::vector<std::uint64_t> progress() const;

  private:
    std::shared_ptr<std::atomic<std::size_t>> open_orders_ =
        std::make_shared<std::atomic<std::size_t>>(0);
    std::map<std::string, std::unique_ptr<gpio::Watch>, std::less<>> chips_;
    std::vector<std::unique_ptr<modbus::SerialLine>> lines_;
    std::map<std::string, modbus::SerialLine*, std::less<>> line_of_;  // a device; null: on TCP
    std::unique_ptr<modbus::TcpBuses> tcp_;  // empty: no Modbus TCP in this site
};

}  // namespace sealwarden
