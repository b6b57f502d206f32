#include "firmware/cli/anchors.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "firmware/evidence/commission.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/time_stamp_authority.hpp"

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
               int pid = ::getpid(), const std::string& remark = {}) const {
        write(nlohmann::json{{"pid", pid},
                             {"anchors",
                              {{{"name", "office"},
                                {"size", size},
                                {"contradicted", contradicted},
                                {"trouble", trouble},
                                {"remark", remark}}}}}
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

TEST_F(AnchorReports, AWitnessThatForgotIsNamedUnlessSomethingWorseIs) {
    tells(false, "", 60, ::getpid(), "it lost its state");
    EXPECT_EQ(only().state, State::forgot);
    EXPECT_EQ(only().text, "it lost its state; it vouched for the log up to size 60");
    tells(true, "it has signed another history", 60, ::getpid(), "it lost its state");
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

class AnchorsOnSheet : public AnchorReports {
  protected:
    AnchorsOnSheet() {
        config_.evidence.keys = directory_.path() / "keys";
        config_.evidence.witnesses = {{.url = "http://192.0.2.20:7180", .key = office_}};
        config_.evidence.time_stamps = {.url = "http://tsa.example/",
                                        .certificates = authority_.certificates()};
    }
    void is_commissioned(const std::vector<tlog::NoteKey>& witnesses,
                         const std::vector<std::string>& tsas) const {
        evidence::commission(evidence::KeyFiles{config_.evidence.keys},
                             {.origin = "sealwarden/dc7/gw1",
                              .keys = 10,
                              .log = {.generation = 1, .size = 0, .root = tlog::sha256({})},
                              .witnesses = witnesses,
                              .tsas = tsas});
    }
    static tlog::NoteKey key_of(const std::string& name) {
        return {.name = "office",
                .type = tlog::KeyType::cosignature,
                .key = tlog::SigningKey{tlog::sha256(name)}.public_key()};
    }
    const tlog::NoteKey office_ = key_of("office");
    test::TimeStampAuthority authority_;
};

TEST_F(AnchorsOnSheet, WhatTheSheetNamesIsWell) {
    EXPECT_TRUE(anchors_not_on_sheet(config_).empty()) << "there is no sheet yet";
    is_commissioned({office_}, {evidence::certificate_hash(authority_.certificates())});
    EXPECT_TRUE(anchors_not_on_sheet(config_).empty());
}

TEST_F(AnchorsOnSheet, WhatItDoesNotNameIsSaid) {
    is_commissioned({key_of("another key of that name")}, {});
    const auto said = anchors_not_on_sheet(config_);
    ASSERT_EQ(said.size(), 2U);
    EXPECT_NE(said[0].find("witness office"), std::string::npos);
    EXPECT_NE(said[1].find("http://tsa.example/"), std::string::npos);
}

}  // namespace
}  // namespace sealwarden::cli
