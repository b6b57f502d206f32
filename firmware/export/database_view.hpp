// The signed log in the database as a bundle reads it, beside a gateway that goes on writing.
#pragma once

#include <chrono>
#include <filesystem>

#include "firmware/eventlog/tree_rows.hpp"
#include "firmware/evidence/bundle.hpp"
#include "firmware/evidence/keys.hpp"
#include "firmware/sqlite/sqlite.hpp"

namespace sealwarden::evidence {

// The log up to the head over one export: what came later is not there, but for what others vouched
// for later of the heads that are. Everything is read in one
// transaction, begun by the constructor: one state through all calls. The writer goes on; only its
// write-ahead log cannot be emptied meanwhile, so the view ends at `deadline`. Keeps in memory the
// epoch keys and nothing of the log. Throws sqlite::Failure.
class DatabaseView final : public LogView {
  public:
    // `export_entry`: index of an export.made. Throws CannotBuild when it is none, or no head over
    // it is there; KeyTrouble for the epoch keys.
    DatabaseView(const std::filesystem::path& log_directory, const KeyFiles& keys,
                 std::uint64_t export_entry, std::chrono::steady_clock::time_point deadline);

    [[nodiscard]] std::uint64_t generation() const override { return generation_; }
    [[nodiscard]] std::uint64_t first_epoch() const override { return first_epoch_; }
    [[nodiscard]] std::uint64_t size() const override { return size_; }
    [[nodiscard]] const tlog::Hashes& hashes() const override { return hashes_; }

    // Checked against its leaf hash: an entry that was changed is not handed out.
    [[nodiscard]] std::string record(std::uint64_t index) const override;
    [[nodiscard]] std::vector<std::uint64_t> entries_of(const Subject& subject, std::uint64_t from,
                                                        std::uint64_t to) const override;
    [[nodiscard]] std::optional<std::uint64_t> last_before(const Subject& subject,
                                                           std::uint64_t index) const override;
    [[nodiscard]] std::optional<std::uint64_t> first_from(const Subject& subject,
                                                          std::uint64_t index) const override;
    [[nodiscard]] std::vector<std::uint64_t> of_kind(std::string_view kind, std::uint64_t from,
                                                     std::uint64_t to) const override;
    [[nodiscard]] std::vector<tlog::SubjectCount> counts(std::uint64_t from,
                                                         std::uint64_t to) const override;

    [[nodiscard]] std::optional<std::string> checkpoint(std::uint64_t size) const override;
    [[nodiscard]] std::vector<std::uint64_t> cosigned(std::uint64_t smallest, std::uint64_t largest,
                                                      std::size_t limit) const override;
    [[nodiscard]] std::optional<std::uint64_t> closing(std::uint64_t epoch) const override;
    [[nodiscard]] std::optional<Payload> payload(std::uint64_t index) const override;
    [[nodiscard]] std::optional<std::string> picture(std::string_view sha256) const override;
    [[nodiscard]] std::optional<TimeStamp> time_stamp_from(std::uint64_t size) const override;

    [[nodiscard]] const tlog::Hashes& epoch_hashes() const override { return epoch_tree_; }
    [[nodiscard]] tlog::PublicKey epoch_key(std::uint64_t epoch) const override {
        return epoch_keys_.at(epoch);
    }
    [[nodiscard]] std::string epoch_checkpoint() const override { return epoch_note_; }

  private:
    [[nodiscard]] std::uint64_t head_over(std::uint64_t export_entry) const;
    [[nodiscard]] std::uint64_t begin_of_generation() const;
    [[nodiscard]] std::vector<std::uint64_t> links(const Subject& subject, std::uint64_t from,
                                                   std::uint64_t to, const char* order) const;

    const std::filesystem::path directory_;
    // Reading is not const for SQLite.
    mutable sqlite::Connection connection_;
    const sqlite::Transaction transaction_;
    const eventlog::TreeRows hashes_;
    std::uint64_t generation_ = 1, size_ = 0, first_epoch_ = 0;
    const std::vector<tlog::PublicKey> epoch_keys_;
    const tlog::HashesInMemory epoch_tree_;
    const std::string epoch_note_;
    const std::vector<std::string> authorities_;  // as the sheet names them
};

}  // namespace sealwarden::evidence
