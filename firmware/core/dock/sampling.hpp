// A draw that nobody can be accused of choosing (CTPAT 5.8, 6.6; domain.md 9.15): who knows the
// seed and the numbers that were in use draws the same again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sealwarden {

// The order in which the numbers are given does not matter: each one's lot is
// splitmix64(fnv1a64(seed) + fnv1a64(number)), and the smallest win; of equal ones the number that
// sorts first.
inline constexpr std::string_view draw_method = "fnv1a64-splitmix64-smallest";

class Draw {
  public:
    Draw(std::string_view seed, std::size_t count);
    void offer(std::string_view number);
    // What won, sorted by their lots.
    [[nodiscard]] std::vector<std::string> drawn() const;
    [[nodiscard]] std::size_t offered() const { return offered_; }

  private:
    struct Ticket {
        std::uint64_t lot = 0;
        std::string number;
        friend auto operator<=>(const Ticket&, const Ticket&) = default;
    };
    std::uint64_t seed_;
    std::size_t count_, offered_ = 0;
    std::vector<Ticket> winners_;  // a heap, the largest in front
};

[[nodiscard]] std::uint64_t fnv1a64(std::string_view text);
// The output of SplitMix64 (Steele, Lea, Flood 2014) whose state is `state` before the step.
[[nodiscard]] std::uint64_t splitmix64(std::uint64_t state);

}  // namespace sealwarden
