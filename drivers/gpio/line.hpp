// GPIO lines of one chip. libgpiod's only door is line.cpp; a simulated chip (a unix socket that
// the simulator serves) and the tests' fake stand behind the same interface.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "drivers/report.hpp"

namespace sealwarden::gpio {

enum class Bias { as_is, none, pull_up, pull_down };

struct LineOptions {
    std::string id;                        // the point is "<chip id>.<line id>"
    std::optional<unsigned> offset;        // either this
    std::optional<std::string> line_name;  // or the kernel's name of the line
    bool active_low = false;
    Bias bias = Bias::as_is;
    bool output = false;  // switched by us, inactive from the opening on; no edges come of it
};

struct ChipOptions {
    std::string id;
    std::string chip;  // "gpiochip0", "/dev/gpiochip0", a label, or "sim:PATH" (simulated)
    std::vector<LineOptions> lines;
    std::chrono::milliseconds look_every{1000};  // levels are read again at least so often
};

struct Edge {
    std::size_t line = 0;   // index into ChipOptions::lines
    bool active = false;    // after active-low
    Uptime at;              // the kernel's monotonic time stamp
    std::size_t order = 0;  // as it was drained: ties of the stamp keep the kernel's order
};

// An opened chip. Not thread-safe; nothing here blocks.
class Chip {
  public:
    virtual ~Chip() = default;
    // Readable when edges are queued; valid as long as the chip.
    [[nodiscard]] virtual std::vector<int> descriptors() const = 0;
    // Appends every queued edge, oldest first of each line, line after line. False: the chip is
    // gone.
    virtual bool drain(std::vector<Edge>& edges) = 0;
    // The levels now, in the order of the options; empty: the chip is gone. An unplugged expander
    // does not wake a waiting program (seen on Linux 6.1): only this look, every `look_every`,
    // notices.
    virtual std::optional<std::vector<bool>> levels() = 0;
    // Switches an output; the level says whether it followed. False: it cannot be.
    virtual bool set(std::size_t /*line*/, bool /*active*/) { return false; }
};

// The kernel keeps so many edges a line and drops the later ones (GPIO uAPI v1, lineevent_state).
inline constexpr std::size_t kernel_queue = 16;

struct OpenError {
    std::string message;  // what failed, and what to do
};
// Opens the chip: kernel or simulated. A null pointer and `error` filled when it cannot.
std::unique_ptr<Chip> open_chip(const ChipOptions& options, OpenError& error);

}  // namespace sealwarden::gpio
