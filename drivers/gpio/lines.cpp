#include "drivers/gpio/lines.hpp"

#include <algorithm>
#include <cassert>
#include <tuple>

namespace sealwarden::gpio {

Lines::Lines(const ChipOptions& options) : online_{options.id + "." + std::string{online_point}} {
    for (const auto& line : options.lines) {
        const PointId point = options.id + "." + line.id;
        lines_.push_back({.point = point, .counted = {.line = point}});
    }
}

void Lines::looked(std::vector<Edge> edges, const std::vector<bool>& levels, Uptime now,
                   std::vector<Reading>& readings) {
    assert(levels.size() == lines_.size());
    if (is_online_ != true) {
        readings.push_back({.point = online_, .at = now, .what = Value{true}, .after = seen_});
    }
    is_online_ = true;
    seen_ = now;

    // Lines tell one after the other; the record wants the order in which it happened.
    std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) {
        return std::tie(a.at, a.order) < std::tie(b.at, b.order);
    });
    std::vector<std::size_t> counts(lines_.size(), 0);
    for (const auto& edge : edges) {
        auto& line = lines_.at(edge.line);
        ++counts[edge.line];
        line.counted.latency.add(now - edge.at);
        if (line.level == edge.active)
            continue;  // its opposite was dropped in between: the look below tells
        // The kernel watched the line without a pause, so the moment is exact.
        readings.push_back({.point = line.point,
                            .at = edge.at,
                            .what = Value{edge.active},
                            .after = line.level ? std::optional{edge.at} : std::nullopt,
                            .raw = edge.active});
        line.level = edge.active;
        line.good = std::max(edge.at, line.good.value_or(edge.at));
    }
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        auto& line = lines_[i];
        const bool contradicted = line.level.has_value() && line.level != levels[i];
        const bool lost = (counts[i] > 0 && contradicted) || counts[i] >= kernel_queue;
        if (lost) ++line.counted.times_lost;
        readings.push_back({.point = line.point,
                            .at = std::max(now, line.good.value_or(now)),
                            .what = Value{static_cast<bool>(levels[i])},
                            .after = line.good,
                            .raw = levels[i],
                            .edges_lost = lost});
        line.level = levels[i];
        line.good = readings.back().at;
    }
}

std::vector<Edges> Lines::edges() const {
    std::vector<Edges> all;
    for (const auto& line : lines_) all.push_back(line.counted);
    return all;
}

void Lines::gone(Uptime now, std::vector<Reading>& readings) {
    if (is_online_ == false) return;
    readings.push_back({.point = online_, .at = now, .what = Value{false}, .after = seen_});
    is_online_ = false;
    for (auto& line : lines_) {
        readings.push_back(
            {.point = line.point, .at = now, .what = Fault::port_gone, .after = line.good});
        line.level.reset();
    }
}

}  // namespace sealwarden::gpio
