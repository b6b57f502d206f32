// Floor 0: how long something takes, counted in classes as a Prometheus histogram has them.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <iterator>
#include <numeric>

namespace sealwarden {

struct Durations {
    // Upper bounds of the classes; the last class is everything above.
    static constexpr std::array<std::chrono::microseconds, 12> bounds{
        std::chrono::microseconds{500},       std::chrono::microseconds{1'000},
        std::chrono::microseconds{2'000},     std::chrono::microseconds{5'000},
        std::chrono::microseconds{10'000},    std::chrono::microseconds{20'000},
        std::chrono::microseconds{50'000},    std::chrono::microseconds{100'000},
        std::chrono::microseconds{200'000},   std::chrono::microseconds{500'000},
        std::chrono::microseconds{1'000'000}, std::chrono::microseconds{5'000'000}};

    std::array<std::uint64_t, bounds.size() + 1> counts{};
    std::chrono::microseconds sum{};

    [[nodiscard]] std::uint64_t count() const {
        return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    }
    // A clock that was read in between may make it negative by a hair: that is none.
    void add(std::chrono::microseconds took) {
        took = std::max(took, std::chrono::microseconds{0});
        const auto place = std::ranges::lower_bound(bounds, took);
        ++counts.at(static_cast<std::size_t>(std::distance(bounds.begin(), place)));
        sum += took;
    }
    Durations& operator+=(const Durations& other) {
        std::ranges::transform(counts, other.counts, counts.begin(), std::plus{});
        sum += other.sum;
        return *this;
    }
};

}  // namespace sealwarden
