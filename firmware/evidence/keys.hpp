// The gateway's keys: the log's, which stays, and the epoch's, which ends with its epoch.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "firmware/evidence/epoch_state.hpp"
#include "firmware/tlog/sheet.hpp"

namespace sealwarden::evidence {

// What lies in the key directory (mode 0750; the secret files 0600).
struct KeyFiles {
    std::filesystem::path directory;
    [[nodiscard]] std::filesystem::path sheet() const { return directory / "sheet.txt"; }
    [[nodiscard]] std::filesystem::path log_key() const { return directory / "log-key"; }
    [[nodiscard]] std::filesystem::path state() const { return directory / "epoch.state"; }
    // Public: 32 bytes an epoch; and the signed checkpoint over them.
    [[nodiscard]] std::filesystem::path table() const { return directory / "epochs.keys"; }
    [[nodiscard]] std::filesystem::path table_note() const { return directory / "epochs.note"; }
};

// The sheet is written last: without it nothing was commissioned.
[[nodiscard]] bool is_commissioned(const KeyFiles& files);
[[nodiscard]] tlog::Sheet read_sheet(const KeyFiles& files);
[[nodiscard]] std::vector<tlog::PublicKey> read_table(const KeyFiles& files);

class Keys final : public tlog::Signer {
  public:
    // `log_key`: 64 hex digits, from a credential or the file; the caller zeroes its copy. Throws
    // KeyTrouble when a file is missing or the keys do not belong to the sheet.
    Keys(const KeyFiles& files, const std::string& log_key);

    [[nodiscard]] const tlog::Sheet& sheet() const { return sheet_; }

    [[nodiscard]] const tlog::EpochPlan& plan() const override { return plan_; }
    [[nodiscard]] std::uint64_t epoch() const override { return seed_.epoch(); }
    [[nodiscard]] std::string checkpoint(const tlog::Head& head, std::uint64_t epoch) override;
    [[nodiscard]] tlog::Head last() const override { return state_.head(); }
    bool remember(const tlog::Head& head) override;
    bool advance(std::uint64_t epoch, const tlog::Head& head) override;

    // The line of a bundle's manifest.note (FORMAT.md). Any thread: it reads what never changes.
    [[nodiscard]] std::string bundle_line(const tlog::Hash& manifest) const;

  private:
    tlog::Sheet sheet_;
    tlog::EpochPlan plan_;
    tlog::SigningKey log_key_;
    EpochStateFile state_;
    tlog::EpochSeed seed_;
    // Of the epoch asked for last: signing makes a key only when the epoch changes.
    std::uint64_t signing_epoch_;
    tlog::SigningKey epoch_key_;
};

}  // namespace sealwarden::evidence
