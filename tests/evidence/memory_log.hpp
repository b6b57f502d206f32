// A signed log in memory, small enough to be looked through: what the builder of bundles reads.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "firmware/evidence/bundle.hpp"
#include "firmware/tlog/epochs.hpp"

namespace sealwarden::test {

using evidence::Moment;
using evidence::Subject;

// Hours as epochs from 2026-11-23T00:00:00Z on, keys from fixed seeds: the same log every time.
class MemoryLog final : public evidence::LogView, public evidence::BundleSigner {
  public:
    explicit MemoryLog(std::uint64_t keys = 200);

    // --- the story
    struct Extra {
        nlohmann::json data = nlohmann::json::object();
        std::map<std::string, std::string> personal;
        std::vector<std::string> pictures;
    };
    std::uint64_t add(const std::string& kind, const std::vector<Subject>& subjects,
                      const Extra& extra);
    std::uint64_t add(const std::string& kind, const std::vector<Subject>& subjects) {
        return add(kind, subjects, Extra{});
    }
    // Time passes to this many minutes after the beginning; epochs are closed as they end, and a
    // day index is written before the last one of a day.
    void passes_to(int minutes);
    // The gateway is dead until then, and closes what it missed late.
    void is_off_until(int minutes);
    void clock_is_unsynchronised() { synchronised_ = false; }
    void erase(std::uint64_t index, const std::string& rule);
    void lose(const std::string& sha256) { pictures_.erase(sha256); }
    // Witnesses on the sheet, and one of them cosigns the newest head; the head's size.
    void has_witnesses(const std::vector<std::string>& names);
    std::uint64_t is_cosigned(const std::string& witness);
    // Its authority on the sheet (DER of the root; PEM), and one stamps the newest head's note.
    void has_authority(const std::string& root, const std::string& certificates);
    void is_stamped(const std::function<std::string(const std::string& note)>& stamp);
    // Writes day.index and export.made and signs the head; the index of the latter.
    std::uint64_t export_is_made();

    [[nodiscard]] Moment at(int minutes) const {
        return sheet_.start + std::chrono::minutes{minutes};
    }
    [[nodiscard]] evidence::Options options(std::uint64_t export_entry) const;
    [[nodiscard]] const tlog::Sheet& sheet() const { return sheet_; }

    // --- what the builder asks
    [[nodiscard]] std::uint64_t generation() const override { return 1; }
    [[nodiscard]] std::uint64_t first_epoch() const override { return 0; }
    [[nodiscard]] std::uint64_t size() const override { return records_.size(); }
    [[nodiscard]] const tlog::Hashes& hashes() const override;
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
    [[nodiscard]] std::optional<evidence::Payload> payload(std::uint64_t index) const override;
    [[nodiscard]] std::optional<std::string> picture(std::string_view sha256) const override;
    [[nodiscard]] std::optional<evidence::TimeStamp> time_stamp_from(
        std::uint64_t size) const override;
    [[nodiscard]] const tlog::Hashes& epoch_hashes() const override { return epoch_tree_; }
    [[nodiscard]] tlog::PublicKey epoch_key(std::uint64_t epoch) const override {
        return epoch_keys_.at(epoch);
    }
    [[nodiscard]] std::string epoch_checkpoint() const override;
    [[nodiscard]] std::string sign(const tlog::Hash& manifest) const override;

    static inline const Subject gateway{"gateway", "gw1"};
    static inline const Subject device{"device", "io1"};

  private:
    void sign();
    void close(bool late);
    void index_the_day();

    tlog::SigningKey log_key_;
    tlog::EpochSeed seed_;
    std::vector<tlog::PublicKey> epoch_keys_;
    tlog::HashesInMemory epoch_tree_;
    tlog::Sheet sheet_;

    std::vector<std::string> records_;
    std::map<Subject, std::vector<std::uint64_t>> of_subject_;
    std::map<std::string, std::vector<std::uint64_t>> of_kind_;
    std::map<std::uint64_t, std::string> notes_;
    std::set<std::uint64_t> cosigned_;
    std::vector<evidence::TimeStamp> stamps_;
    std::vector<tlog::Certificate> tsa_certificates_;
    std::map<std::uint64_t, std::uint64_t> closings_;
    std::map<std::uint64_t, evidence::Payload> payloads_;
    std::map<std::string, std::string, std::less<>> pictures_;
    mutable std::optional<tlog::HashesInMemory> tree_;
    std::uint64_t epoch_ = 0, boot_ = 1, day_from_ = 0;
    int minute_ = 0;
    bool synchronised_ = true;
};

// Two days at a dock: a container arrives, is opened between two polls, is sealed, leaves. With
// personal data, a picture and a device that was silent for a while.
struct Story {
    MemoryLog log;
    std::uint64_t badge_entry = 0, export_entry = 0;
    std::string picture;  // its hash
    evidence::Query query;
    static inline const Subject container{"container", "MSCU6639870"};
    static inline const Subject door{"door", "d07"};
};
[[nodiscard]] Story two_days_at_a_dock();

}  // namespace sealwarden::test
