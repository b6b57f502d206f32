// Who signs heads. The event log knows this and neither keys nor files.
#pragma once

#include <optional>
#include <string>

#include "firmware/tlog/epoch_clock.hpp"
#include "firmware/tlog/hash.hpp"

namespace sealwarden::tlog {

// Of a log: of which generation, how long, and its root.
struct Head {
    std::uint64_t generation = 1;
    std::uint64_t size = 0;
    Hash root{};
    friend bool operator==(const Head&, const Head&) = default;
};

// One thread at a time.
class Signer {
  public:
    virtual ~Signer() = default;
    [[nodiscard]] virtual const EpochPlan& plan() const = 0;
    // The epoch whose seed is held; keys of later ones can be made, none of earlier ones.
    [[nodiscard]] virtual std::uint64_t epoch() const = 0;
    // A signed note with the lines of the log's key and of the key of `epoch`, which is not before
    // epoch(). Signs whatever it is told: the guard is the caller's.
    [[nodiscard]] virtual std::string checkpoint(const Head& head, std::uint64_t epoch) = 0;
    // The newest head that is known, beside the log, to have been durable.
    [[nodiscard]] virtual Head last() const = 0;
    // Notes a durable head; false: it could not be written, ask again later.
    virtual bool remember(const Head& head) = 0;
    // Destroys the seeds before `epoch`, whose closings are durable up to this head. False: the
    // file could not be overwritten and still holds them, ask again; in memory they are gone.
    virtual bool advance(std::uint64_t epoch, const Head& head) = 0;
};

}  // namespace sealwarden::tlog
