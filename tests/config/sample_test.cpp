// The sample that explains the configuration, with the profiles that are shipped.
#include <gmock/gmock.h>

#include <regex>

#include "tests/config/files.hpp"

namespace sealwarden::config {
namespace {

constexpr auto sample = R"([site]
id = "dc7"
name = "Distribution centre 7"
gateway = "gw1"
time_zone = "America/Mexico_City"

[log]
directory = "/var/lib/sealwarden"

[mqtt]
url = "mqtts://broker.example:8883"      # absent: no broker, everything else works
protocol = "auto"                        # auto | 5 | 3.1.1
password = { credential = "mqtt-password" }

[[bus]]
id = "east"
transport = "tcp"                        # tcp | rtu | rtu-over-tcp
host = "192.0.2.10"

  [[bus.device]]
  id = "io1"
  unit = 1
  profile = "moxa-iologik-e1210"
  period_ms = 100

[[gpio]]
id = "cabinet"
chip = "gpiochip0"

  [[gpio.line]]
  id = "lid"
  offset = 3
  active = "low"

[[door]]
id = "d07"
name = { en = "Dock 7", es = "Andén 7" }
kind = "dock"                            # dock | personnel | gate
contact = "io1.di0"
edge_counter = "io1.count0"              # catches openings between two polls
settle_ms = 50
)";

class SampleTest : public testing::Test {
  protected:
    Loaded loaded(const std::string& text) {
        return load({.files = {files_.write("site.toml", text)},
                     .profiles = {SEALWARDEN_SOURCE_DIR "/config/profiles"}});
    }
    Files files_;
};

std::vector<std::string> errors(const Loaded& loaded) {
    std::vector<std::string> out;
    for (const auto& finding : loaded.findings)
        if (finding.severity == FileFinding::Severity::error) out.push_back(finding.message);
    return out;
}

TEST_F(SampleTest, LoadsWithAModelWhoseCountersAreKnown) {
    const auto e1214 = std::regex_replace(std::string(sample), std::regex("e1210"), "e1214");
    const auto found = loaded(e1214);
    ASSERT_TRUE(found.config) << texts(found);
    EXPECT_EQ(found.config->site.doors.at(0).contact.edge_counter, PointId("io1.count0"));
    EXPECT_EQ(found.config->site.doors.at(0).name.es, "Andén 7");
}

// The E1210's counters stand at addresses that no manual at hand confirms: a wrong map would look
// like "never opened between two polls".
TEST_F(SampleTest, SaysThatThisModelHasNoMappedCounter) {
    EXPECT_THAT(errors(loaded(sample)),
                testing::ElementsAre("profile moxa-iologik-e1210 has no point `count0`"));
}

TEST_F(SampleTest, TheShippedFileHasNoFindings) {
    const auto found = load({.files = {SEALWARDEN_SOURCE_DIR "/config/sealwarden.toml"},
                             .profiles = {SEALWARDEN_SOURCE_DIR "/config/profiles"}});
    EXPECT_TRUE(found.config);
    EXPECT_EQ(texts(found), "");
}

}  // namespace
}  // namespace sealwarden::config
