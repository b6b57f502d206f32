// When one webhook is told, and what its answer means. Pure: time and chance are arguments.
//
//             sent                    2xx
//   due ------------------> waiting -------> due (the next entry)
//    ^                        |  |
//    |   anything else        |  | refused for ever (400, 413, 415, 422), or too old
//    +---- behind a pause ----+  +---> given up: due (the next entry)
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "firmware/outward/pace.hpp"

namespace sealwarden::notify {

// What became of one attempt.
enum class Outcome { delivered, again, given_up };

class Turn {
  public:
    // So many failures in a row say that it takes nothing any more.
    static constexpr unsigned failing_after = 5;
    // Between two messages; a receiver is not flooded after it was away.
    static constexpr std::chrono::milliseconds gap{100};

    Turn(std::chrono::seconds expires, outward::Pace::Random random, Uptime now);

    // Empty while an answer is waited for.
    [[nodiscard]] std::optional<Uptime> due() const;
    void sent() { waiting_ = true; }
    void next_entry() { tries_ = 0; }
    // `age`: of what was sent.
    Outcome answered(unsigned status, std::chrono::seconds age, Uptime now);
    Outcome unanswered(std::string why, std::chrono::seconds age, Uptime now);

    [[nodiscard]] std::uint32_t tries() const { return tries_; }  // of this entry
    [[nodiscard]] bool failing() const { return failures_ >= failing_after; }
    [[nodiscard]] const std::string& trouble() const { return trouble_; }  // empty: none

  private:
    Outcome failed(std::string why, bool for_ever, std::chrono::seconds age, Uptime now);

    std::chrono::seconds expires_;
    outward::Pace pace_;
    bool waiting_ = false;
    std::uint32_t tries_ = 0;
    unsigned failures_ = 0;  // in a row
    std::string trouble_;
};

}  // namespace sealwarden::notify
