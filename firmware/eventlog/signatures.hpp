// Whether the log's heads are signed, and in which epoch: what the keys, the wall clock and the
// heads known outside say about that. The log thread's; its constructor's before that thread runs.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "firmware/clock.hpp"
#include "firmware/eventlog/log.hpp"
#include "firmware/eventlog/store.hpp"
#include "firmware/tlog/epoch_clock.hpp"

namespace sealwarden::eventlog {

class Signatures {
  public:
    // Without a signer nothing is ever signed.
    Signatures(std::shared_ptr<tlog::Signer> signer, std::string gateway, const Clock& clock);

    [[nodiscard]] bool signs() const { return signer_ && held_back_.empty() && !waits_; }
    // With what a transaction is signed now; empty: it is not.
    [[nodiscard]] std::optional<Signing> signing() const;
    [[nodiscard]] SigningState state(Store* store) const;  // store: null while it is closed
    [[nodiscard]] std::uint64_t known_generation() const;
    // The newest head that is known beside the log; empty: there are no keys.
    [[nodiscard]] std::optional<tlog::Head> known() const;

    // Is the log what was signed of it? A log that goes on after a rollback has forked itself.
    // Throws sqlite::Failure.
    void check(Store& opened);

    // Nothing is signed for so long, unless somebody says before what is known outside.
    void wait_for_word(std::chrono::microseconds longest);
    // True, once: nobody did.
    bool waited_in_vain();
    [[nodiscard]] bool has_unsigned(Store& store) const;

    // The first epoch that need not be closed yet; the signer's own: none is due.
    [[nodiscard]] std::uint64_t due_epoch();
    [[nodiscard]] std::uint64_t epoch() const { return signer_->epoch(); }
    [[nodiscard]] bool clock_is_held_back() const;
    void trust_clock() { trusts_ = true; }
    // Writes the closings of the epochs before `to`.
    void close(Store& store, std::uint64_t to, const Boot& boot, std::vector<Entry>& sealed);
    // They are durable: now, and not before, the keys go.
    void closed(std::uint64_t to, const tlog::Head& newest);

    // Throws sqlite::Failure.
    LogThread::Comparison compare(Store& store, const std::optional<tlog::Head>& outside,
                                  const std::string& where);
    // Writes the newest head into the epoch state file, at once or when it is time.
    void remember(Store* store, bool at_once);

  private:
    void hold_back(std::string why, const tlog::Head& outside);

    const std::shared_ptr<tlog::Signer> signer_;
    const std::string gateway_;
    const Clock& clock_;
    std::optional<tlog::EpochClock> epoch_clock_;  // from the first look
    std::string held_back_;                        // why nothing is signed
    bool old_key_left_ = false;
    bool trusts_ = false;  // an operator vouched for the clock
    bool waits_ = false;   // for a word from outside, until
    Uptime waits_until_;
    std::optional<tlog::Head> not_yet_remembered_;  // of outside, and it contradicts
    Uptime remembered_at_;
};

}  // namespace sealwarden::eventlog
