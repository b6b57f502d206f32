// When the time-stamp authority is asked. Pure, as WitnessTurn is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "firmware/outward/pace.hpp"

namespace sealwarden::anchor {
using outward::Pace;

// Once a period, over the newest closing of an epoch. While the authority cannot be reached the
// stamp stays due; one stamp over the newest closing then covers all that came before it: a stamp
// over an older one, fetched at the same moment, would prove nothing more.
class StampTurn {
  public:
    StampTurn(std::chrono::seconds period, Pace::Random random, Uptime now)
        : pace_{period, std::move(random), now} {}

    // By the log's own entries the head of this size was stamped last, so long ago; 0: none was.
    void log_opened(std::uint64_t size, std::chrono::seconds ago, Uptime now);

    // When to ask for a stamp over the closing of size `closing`; empty: while a question is under
    // way, and when that one is stamped.
    [[nodiscard]] std::optional<Uptime> due(std::uint64_t closing) const;
    void ask() { asked_ = true; }

    // One of these follows ask().
    void recorded(std::uint64_t size, Uptime now);
    void failed(std::string why, Uptime now);

    [[nodiscard]] std::uint64_t stamped() const { return stamped_; }
    [[nodiscard]] const std::string& trouble() const { return trouble_; }

  private:
    Pace pace_;
    std::uint64_t stamped_ = 0;
    bool asked_ = false;
    std::string trouble_;
};

}  // namespace sealwarden::anchor
