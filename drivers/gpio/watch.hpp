// Watches the lines of one chip on the loop: edges as they come, levels every `look_every`, and a
// chip that disappears is opened again with back-off.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/gpio/edges.hpp"
#include "drivers/gpio/line.hpp"

namespace sealwarden::gpio {

using OpenChip = std::function<std::unique_ptr<Chip>(const ChipOptions&, OpenError&)>;

class Watch {
  public:
    // `sink` is called on the loop. `now` reads the monotonic clock. `open` is a seam for tests.
    Watch(boost::asio::io_context& loop, ChipOptions options, ReportSink sink,
          std::function<Uptime()> now, OpenChip open = open_chip);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    // Switches an output, on the loop; its level is told as a reading at once. False: the chip is
    // away, or the line is no output of it.
    bool set(std::string_view line, bool active);

    // Of every line, in the order of the options; on the loop.
    [[nodiscard]] std::vector<Edges> edges() const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace sealwarden::gpio
