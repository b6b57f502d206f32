// From edges and levels to readings. Pure: the rules for what a chip tells, without a chip.
#pragma once

#include <optional>
#include <vector>

#include "drivers/gpio/edges.hpp"
#include "drivers/gpio/line.hpp"
#include "drivers/reading.hpp"

namespace sealwarden::gpio {

// The lines of one chip. After every drain the level is read again and wins: when it contradicts
// the last edge, or a line delivered a full kernel queue, edges were lost and the reading says so.
class Lines {
  public:
    explicit Lines(const ChipOptions& options);

    // What one drain brought, and the levels read right after it at `now`.
    void looked(std::vector<Edge> edges, const std::vector<bool>& levels, Uptime now,
                std::vector<Reading>& readings);
    // In the order of the options.
    [[nodiscard]] std::vector<Edges> edges() const;
    // The chip is gone: every line is port_gone, once.
    void gone(Uptime now, std::vector<Reading>& readings);

  private:
    struct Line {
        PointId point;
        Edges counted;
        std::optional<bool> level;
        std::optional<Uptime> good;  // last moment the level was known
    };
    std::vector<Line> lines_;
    PointId online_;
    std::optional<bool> is_online_;
    std::optional<Uptime> seen_;
};

}  // namespace sealwarden::gpio
