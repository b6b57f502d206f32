#include "firmware/cli/anchors.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/temporary_directory.hpp"

namespace sealwarden::cli {
namespace {

using State = AnchorReport::State;

class AnchorReports : public testing::Test {
  protected:
    AnchorReports() {
        config_.log_directory = directory_.path();
        config_.evidence.witnesses.push_back({.url = "http://192.0.2.20:7180", .key = {}});
    }
    void write(const std::string& text) const {
        std::ofstream{directory_.path() / "anchors"} << text;
    }
    void tells(bool contradicted, const std::string& trouble, std::uint64_t size,
               int pid = ::getpid()) const {
        write(nlohmann::json{{"pid", pid},
                             {"anchors",
                              {{{"name", "office"},
                                {"size", size},
                                {"contradicted", contradicted},
                                {"trouble", trouble}}}}}
                  .dump());
    }
    [[nodiscard]] AnchorReport only() const {
        const auto reports = anchor_reports(config_);
        EXPECT_EQ(reports.size(), 1u);
        return reports.empty() ? AnchorReport{} : reports.front();
    }
    test::TemporaryDirectory directory_;
    config::Config config_;
};

TEST_F(AnchorReports, AWitnessIsWellAwayOrContradicts) {
    tells(false, "", 60);
    EXPECT_EQ(only().state, State::good);
    EXPECT_EQ(only().name, "office");
    EXPECT_EQ(only().text, "vouched for the log up to size 60");
    tells(false, "Connection refused", 0);
    EXPECT_EQ(only().state, State::away);
    EXPECT_EQ(only().text, "Connection refused; it has not vouched for this log yet");
    tells(true, "it has signed another history", 60);
    EXPECT_EQ(only().state, State::contradicts);
}

TEST_F(AnchorReports, AFrontThatDoesNotRunOrAFileThatIsNoneIsSaid) {
    EXPECT_EQ(only().state, State::away);
    EXPECT_NE(only().text.find("cannot read"), std::string::npos);
    write("{}");
    EXPECT_NE(only().text.find("damaged"), std::string::npos);
    constexpr int nobody = 0x3fffffff;  // above the kernel's largest pid
    tells(false, "", 60, nobody);
    EXPECT_EQ(only().text, "the anchors' front does not run");
}

TEST_F(AnchorReports, WithNobodyConfiguredNothingIsSaid) {
    tells(false, "", 60);
    config_.evidence.witnesses.clear();
    EXPECT_TRUE(anchor_reports(config_).empty());
}

}  // namespace
}  // namespace sealwarden::cli
