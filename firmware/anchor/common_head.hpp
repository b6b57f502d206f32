// The head that every witness is asked to cosign before a newer one is taken: a quorum is counted
// on one head (firmware/evidence/FORMAT.md, rule `cosignature`), and each witness has a pace of its
// own. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "firmware/tlog/checkpoint.hpp"

namespace sealwarden::anchor {

struct SignedHead {
    std::string note;
    tlog::Checkpoint checkpoint;
};

class CommonHead {
  public:
    // For a witness that has signed up to `size`: the head in use, while it is larger; empty: it is
    // time for the log's newest.
    [[nodiscard]] std::optional<SignedHead> beyond(std::uint64_t size) const {
        return head_ && head_->checkpoint.size > size ? head_ : std::nullopt;
    }
    void use(SignedHead newest) { head_ = std::move(newest); }
    void forget() { head_.reset(); }  // the log may be another one

  private:
    std::optional<SignedHead> head_;
};

}  // namespace sealwarden::anchor
