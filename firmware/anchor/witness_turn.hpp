// What one witness is asked, and when. Pure: time, chance, the log's growth and the witness's words
// are arguments.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "firmware/outward/pace.hpp"

namespace sealwarden::anchor {
using outward::Pace;

//   idle --ask--> asked --recorded--> idle, for a period
//                   |--holds--> idle, at once: from the size it told; not again and again
//                   |--contradicts, failed--> idle, backing off
class WitnessTurn {
  public:
    WitnessTurn(std::chrono::seconds period, Pace::Random random, Uptime now);

    // The log was opened, perhaps another one: by its own entries this witness cosigned `size`
    // last; 0: never. `contradicted`: the log says that it contradicted, and not that it is over.
    void log_opened(std::uint64_t size, bool contradicted);

    // When to ask; empty: while a question is under way, and when nothing came since that is worth
    // one. `worth`: the log's size behind its newest entry that is not about anchors.
    [[nodiscard]] std::optional<Uptime> due(std::uint64_t worth) const;
    // Asks to cosign the head of this size; returns the size to prove growth from.
    std::uint64_t ask(std::uint64_t size);

    // One of these follows ask().
    void recorded(std::uint64_t size, Uptime now);  // cosigned, and in the log
    // It has signed the log up to that size, which now has `log_size` entries.
    void holds(std::uint64_t size, std::uint64_t log_size, Uptime now);
    void contradicts(std::string why, Uptime now);
    void failed(std::string why, Uptime now);
    // Instead of ask(): there is no head that this witness has not cosigned.
    void nothing_signed(Uptime now) { pace_.at(now + look_again); }
    static constexpr std::chrono::seconds look_again{5};

    // By what is in the log.
    [[nodiscard]] std::uint64_t cosigned() const { return cosigned_; }
    // By the witness itself, as far as is known.
    [[nodiscard]] std::uint64_t held() const { return held_; }
    // One sentence; empty: the last question was answered well, and no contradiction stands.
    [[nodiscard]] const std::string& trouble() const { return trouble_; }
    // The trouble is that it says it signed what is not this log; until it cosigns this one.
    [[nodiscard]] bool is_contradicted() const { return contradicted_; }
    // That it told less than it has cosigned, since the start; one sentence, or empty.
    [[nodiscard]] const std::string& remark() const { return remark_; }

  private:
    Pace pace_;
    std::uint64_t cosigned_ = 0;  // in the log
    std::uint64_t held_ = 0;      // by the witness, as far as is known
    unsigned corrections_ = 0;    // of held_, in a row
    bool asked_ = false, contradicted_ = false;
    std::string trouble_, remark_;
};

}  // namespace sealwarden::anchor
