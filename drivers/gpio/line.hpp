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
};

struct ChipOptions {
    std::string id;
    std::string chip;  // "gpiochip0", "/dev/gpiochip0", a label, or "sim:PATH" (simulated)
    std::vector<LineOptions> lines;
    std::chrono::milliseconds look_every{1000};  // levels are read again at least so often
};

struct Edge {
    std::size_t line = 0;  // index into ChipOptions::lines
    bool active = false;   // after active-low
    Uptime at;             // the kernel's monotonic time stamp
};

// An opened chip. Not thread-safe; wait() is called from one thread.
class Chip {
  public:
    virtual ~Chip() = default;
    enum class Wait { edges, timeout, gone };
    // Waits at most `timeout` for edges and appends what is queued, at most 16 a line (uAPI v1).
    virtual Wait wait(std::chrono::milliseconds timeout, std::vector<Edge>& edges) = 0;
    // The levels now, in the order of the options; empty: the chip is gone.
    virtual std::optional<std::vector<bool>> levels() = 0;
};

struct OpenError {
    std::string message;  // what failed, and what to do
};
// Opens the real chip. Throws nothing: a null pointer and `error` filled.
std::unique_ptr<Chip> open_chip(const ChipOptions& options, OpenError& error);

}  // namespace sealwarden::gpio
