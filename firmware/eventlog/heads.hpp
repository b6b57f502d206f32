// Signed heads of the log: made in the transaction of the entries they cover, so that neither is
// ever there without the other (FORMAT.md; firmware/evidence/FORMAT.md).
#pragma once

#include <optional>
#include <string>

#include "firmware/eventlog/anchor.hpp"
#include "firmware/sqlite/sqlite.hpp"
#include "firmware/tlog/signer.hpp"
#include "firmware/tlog/tree.hpp"

namespace sealwarden::eventlog {

// With what a transaction is signed.
struct Signing {
    tlog::Signer& signer;
    std::uint64_t epoch = 0;
    std::string gateway = {};  // subject of what the log itself writes; empty: none
};

class SignedHeads {
  public:
    // Adds what older logs lack (subtrees, columns), in a transaction of its own.
    explicit SignedHeads(sqlite::Connection& connection);

    // In a transaction: entries come with add(), then sign() or nothing, then, when the transaction
    // is durable, kept(). Anything else: forget() what was tried.
    void add(const tlog::Hash& leaf);
    // Never a smaller size than signed before, never another root for a size: throws
    // std::logic_error before it signs. `closes`: the checkpoint ends its epoch.
    void sign(const Signing& signing, std::uint64_t generation, bool closes);
    void kept();
    void forget();
    // In a transaction, too: what somebody outside says of a head that is kept. It then stays.
    void anchor(const Anchor& anchor);

    [[nodiscard]] const tlog::Frontier& tree() const { return tree_; }
    [[nodiscard]] const std::string& note() const { return note_; }  // newest; empty: none yet
    // The largest that a witness cosigned, with their lines; empty: none yet.
    [[nodiscard]] const std::string& cosigned_note() const { return cosigned_note_; }
    [[nodiscard]] std::optional<tlog::Head> newest() const { return newest_; }
    [[nodiscard]] std::optional<std::uint64_t> last_closed() const { return last_closed_; }

    // What this log says against a head that is known of it: nothing, or why it is not its
    // continuation. A head of an earlier generation says nothing.
    [[nodiscard]] std::string contradiction(const tlog::Head& known, std::uint64_t generation);

  private:
    void thin_out();

    sqlite::Connection& connection_;
    tlog::Frontier tree_, trying_;
    std::string note_, trying_note_;
    std::string cosigned_note_, trying_cosigned_note_;
    std::optional<tlog::Head> newest_, trying_newest_;
    std::optional<std::uint64_t> last_closed_, trying_closed_;
    std::uint64_t thinned_to_ = 0, since_thinned_ = 0;
    sqlite::Statement insert_subtree_, insert_checkpoint_;
};

}  // namespace sealwarden::eventlog
