#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "drivers/profile/report.hpp"

namespace sealwarden {
namespace {

std::vector<ProfileReport> shipped() {
    return report_profiles(SEALWARDEN_SOURCE_DIR "/config/profiles");
}

TEST(ShippedProfiles, AllLoadWithoutAFinding) {
    const auto reports = shipped();
    EXPECT_GE(reports.size(), 14U);
    for (const auto& report : reports)
        for (const auto& finding : report.result.findings) ADD_FAILURE() << to_string(finding);
}

TEST(ShippedProfiles, RegistersOfEveryVectorComeOutAsItSays) {
    for (const auto& report : shipped())
        for (const auto& failure : report.failures)
            ADD_FAILURE() << report.file << ": " << failure.vector << ": " << failure.point << ": "
                          << failure.message;
}

TEST(ShippedProfiles, EveryProfileHasVectors) {
    for (const auto& report : shipped()) {
        ASSERT_TRUE(report.result.profile) << report.file;
        EXPECT_FALSE(report.result.profile->vectors.empty()) << report.file;
    }
}

TEST(ShippedProfiles, OnlyReadersThatStallWithoutItAreWritten) {
    std::vector<std::string> writers;
    for (const auto& report : shipped())
        if (report.result.profile && !report.result.profile->writes.empty())
            writers.push_back(report.result.profile->id);
    EXPECT_EQ(writers, (std::vector<std::string>{"balluff-bis-m-62", "inveo-rfid-mb-10"}));
}

}  // namespace
}  // namespace sealwarden
