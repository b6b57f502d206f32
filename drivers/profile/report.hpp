// What `sealwarden profile list|check|test` prints: every profile of a folder, with its findings
// and with the vectors that do not come out as they say.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "drivers/profile.hpp"

namespace sealwarden {

struct VectorFailure {
    std::string vector, point;
    std::string message;  // "expected 5, but the registers say 6"
    friend bool operator==(const VectorFailure&, const VectorFailure&) = default;
};
// Decodes each expected point from the vector's registers. A register that the vector leaves out
// is a failure, not a zero.
[[nodiscard]] std::vector<VectorFailure> run_vectors(const Profile& profile);

struct ProfileReport {
    std::filesystem::path file;
    ProfileResult result;
    std::vector<VectorFailure> failures;  // of its vectors; empty without a profile
    [[nodiscard]] bool ok() const { return result.profile && failures.empty(); }
};
[[nodiscard]] ProfileReport report_profile(const std::filesystem::path& file);

// All *.toml of the folder, by name. A folder that cannot be read is one report with a finding.
[[nodiscard]] std::vector<ProfileReport> report_profiles(const std::filesystem::path& folder);

}  // namespace sealwarden
