// The only file that knows libgpiod (1.6).
#include "drivers/gpio/line.hpp"

#include <gpiod.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <cstring>

#include "drivers/gpio/simulated_chip.hpp"

namespace sealwarden::gpio {
namespace {

struct CloseChip {
    void operator()(gpiod_chip* chip) const { gpiod_chip_close(chip); }  // releases its lines too
};

int request_flags(const LineOptions& line) {
    int flags = line.active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0;
    switch (line.bias) {
        case Bias::as_is: break;
        case Bias::none: flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE; break;
        case Bias::pull_up: flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP; break;
        case Bias::pull_down: flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN; break;
    }
    return flags;
}

// Edge time stamps are CLOCK_MONOTONIC since Linux 5.7.
Uptime uptime(const timespec& stamp) {
    return Uptime{std::chrono::seconds{stamp.tv_sec} +
                  std::chrono::duration_cast<std::chrono::microseconds>(
                      std::chrono::nanoseconds{stamp.tv_nsec})};
}

class KernelChip final : public Chip {
  public:
    KernelChip(std::unique_ptr<gpiod_chip, CloseChip> chip, std::vector<gpiod_line*> lines)
        : chip_{std::move(chip)}, lines_{std::move(lines)} {}
    // A line that is let go keeps its last level: what is switched must not stay on.
    ~KernelChip() override {
        for (auto* line : lines_)
            if (is_output(line)) gpiod_line_set_value(line, 0);
    }
    KernelChip(const KernelChip&) = delete;
    KernelChip& operator=(const KernelChip&) = delete;

    std::vector<int> descriptors() const override {
        std::vector<int> all;
        all.reserve(lines_.size());
        for (auto* line : lines_)
            if (!is_output(line)) all.push_back(gpiod_line_event_get_fd(line));
        return all;
    }

    bool drain(std::vector<Edge>& edges) override {
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            if (!is_output(lines_[i]) && !drain_line(i, edges)) return false;
        }
        return true;
    }

    std::optional<std::vector<bool>> levels() override {
        std::vector<bool> levels;
        for (auto* line : lines_) {
            const int value = gpiod_line_get_value(line);
            if (value < 0) return std::nullopt;
            levels.push_back(value == 1);
        }
        return levels;
    }

    bool set(std::size_t line, bool active) override {
        if (!is_output(lines_[line])) return false;
        return gpiod_line_set_value(lines_[line], active ? 1 : 0) == 0;
    }

  private:
    static bool is_output(gpiod_line* line) {
        return gpiod_line_direction(line) == GPIOD_LINE_DIRECTION_OUTPUT;
    }

    // One kernel queue at most: a line that fires faster than it is read must not keep the loop
    // here.
    bool drain_line(std::size_t index, std::vector<Edge>& edges) {
        constexpr timespec at_once{};
        const int waiting = gpiod_line_event_wait(lines_[index], &at_once);
        if (waiting == 0) return true;
        if (waiting < 0) return false;
        std::array<gpiod_line_event, kernel_queue> events{};
        const int count =
            gpiod_line_event_read_multiple(lines_[index], events.data(), kernel_queue);
        if (count < 0) return false;
        for (int i = 0; i < count; ++i) {
            const auto& event = events[static_cast<std::size_t>(i)];
            edges.push_back({.line = index,
                             .active = event.event_type == GPIOD_LINE_EVENT_RISING_EDGE,
                             .at = uptime(event.ts),
                             .order = edges.size()});
        }
        return true;
    }

    std::unique_ptr<gpiod_chip, CloseChip> chip_;
    std::vector<gpiod_line*> lines_;  // owned by the chip
};

std::string reason() {
    return std::strerror(errno);
}

gpiod_line* find_line(gpiod_chip* chip, const LineOptions& line) {
    if (line.offset) return gpiod_chip_get_line(chip, *line.offset);
    return gpiod_chip_find_line(chip, line.line_name->c_str());
}

std::string describe(const LineOptions& line) {
    return line.offset ? "offset " + std::to_string(*line.offset)
                       : "name \"" + *line.line_name + "\"";
}

std::unique_ptr<Chip> open_kernel_chip(const ChipOptions& options, OpenError& error) {
    std::unique_ptr<gpiod_chip, CloseChip> chip{gpiod_chip_open_lookup(options.chip.c_str())};
    if (!chip) {
        error.message =
            "GPIO chip \"" + options.chip + "\" does not open: " + reason() +
            "; `gpiodetect` lists the chips, and the daemon's user needs the group gpio";
        return nullptr;
    }
    std::vector<gpiod_line*> lines;
    for (const auto& wanted : options.lines) {
        assert(wanted.offset || wanted.line_name);
        auto* line = find_line(chip.get(), wanted);
        if (line == nullptr) {
            error.message = "GPIO chip \"" + options.chip + "\" has no line with " +
                            describe(wanted) + "; `gpioinfo` lists its lines";
            return nullptr;
        }
        const int flags = request_flags(wanted);
        const int failed =
            wanted.output ? gpiod_line_request_output_flags(line, "sealwarden", flags, 0)
                          : gpiod_line_request_both_edges_events_flags(line, "sealwarden", flags);
        if (failed != 0) {
            error.message = "GPIO line with " + describe(wanted) + " of chip \"" + options.chip +
                            "\" cannot be " + (wanted.output ? "switched" : "watched") + ": " +
                            reason() + "; `gpioinfo` shows who holds it";
            return nullptr;
        }
        lines.push_back(line);
    }
    return std::make_unique<KernelChip>(std::move(chip), std::move(lines));
}

}  // namespace

std::unique_ptr<Chip> open_chip(const ChipOptions& options, OpenError& error) {
    if (options.chip.starts_with("sim:")) return open_simulated_chip(options, error);
    return open_kernel_chip(options, error);
}

}  // namespace sealwarden::gpio
