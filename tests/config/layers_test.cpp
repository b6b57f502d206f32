#include <gmock/gmock.h>

#include "tests/config/files.hpp"

namespace sealwarden::config {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class LayersTest : public testing::Test {
  protected:
    LayersTest() {
        sources_ = files_.sources(
            "[site]\nid = \"dc7\"\ngateway = \"gw1\"\n"
            "[[bus]]\nid = \"east\"\ntransport = \"tcp\"\nhost = \"192.0.2.10\"\n"
            "  [[bus.device]]\n  id = \"io1\"\n  profile = \"module\"\n"
            "[[door]]\nid = \"d1\"\ncontact = \"io1.di0\"\n"
            "[[door]]\nid = \"d2\"\ncontact = \"io1.di1\"\n"
            "[mqtt]\nurl = \"mqtts://a.example\"\nca = \"/etc/ca.pem\"\n");
    }
    void layer(const std::string& name, const std::string& text) {
        files_.write("conf.d/" + name, text);
        if (sources_.files.size() == 1) sources_.files.push_back(files_.directory() / "conf.d");
    }
    Config good() {
        const Loaded loaded = load(sources_);
        EXPECT_EQ(texts(loaded), "");
        return loaded.config.value_or(Config{});
    }
    Files files_;
    Sources sources_;
};

TEST_F(LayersTest, ADropInChangesOneValueOfOneElement) {
    layer("10-slow.toml",
          "[[bus]]\nid = \"east\"\n[[bus.device]]\nid = \"io1\"\nperiod_ms = 500\n");
    const Config config = good();
    ASSERT_EQ(config.buses.size(), 1U);
    EXPECT_EQ(std::get<TcpBus>(config.buses[0]).tcp.host, "192.0.2.10");
    EXPECT_EQ(std::get<TcpBus>(config.buses[0]).bus.devices.at(0).period, 500ms);
}

TEST_F(LayersTest, DropInsCountInTheOrderOfTheirNames) {
    layer("20-b.toml", "[site]\nname = \"second\"\n");
    layer("10-a.toml", "[site]\nname = \"first\"\n");
    layer("30-ignored.txt", "[site]\nname = \"no TOML file\"\n");
    EXPECT_EQ(good().site.name.en, "second");
}

TEST_F(LayersTest, ANewElementJoinsTheList) {
    layer("10-door.toml", "[[door]]\nid = \"d3\"\ncontact = \"io1.di2\"\n");
    EXPECT_EQ(good().site.doors.size(), 3U);
}

TEST_F(LayersTest, AMaskTakesAnElementAway) {
    layer("10-mask.toml", "[[door]]\nid = \"d1\"\nenabled = false\n[mqtt]\nenabled = false\n");
    const Config config = good();
    ASSERT_EQ(config.site.doors.size(), 1U);
    EXPECT_EQ(config.site.doors[0].id, "d2");
    EXPECT_FALSE(config.mqtt);
}

TEST_F(LayersTest, AFaultInADropInNamesTheDropIn) {
    layer("10-typo.toml", "[[door]]\nid = \"d1\"\nsettle = 80\n");
    EXPECT_THAT(texts(load(sources_)),
                HasSubstr("conf.d/10-typo.toml:3:1: /door/0/settle: unknown key `settle`"));
}

TEST_F(LayersTest, TheOriginOfEveryValueIsShown) {
    layer("10-slow.toml", "[[bus]]\nid = \"east\"\nhost = \"192.0.2.99\"\n");
    sources_.overrides["site.name"] = "From the command line";
    const std::string shown = show(sources_, true);
    EXPECT_THAT(shown, HasSubstr("host = \"192.0.2.99\"  # " +
                                 (files_.directory() / "conf.d/10-slow.toml").string() + ":3\n"));
    EXPECT_THAT(shown, HasSubstr("transport = \"tcp\"  # " +
                                 (files_.directory() / "site.toml").string() + ":6\n"));
    EXPECT_THAT(shown, HasSubstr("period_ms = 100  # default\n"));
    EXPECT_THAT(shown, HasSubstr("name = \"From the command line\"  # site.name\n"));
}

TEST_F(LayersTest, WhatIsShownLoadsAgainToTheSameConfiguration) {
    const Config config = good();
    const std::string shown = show(sources_, false);
    EXPECT_THAT(shown, Not(HasSubstr("#")));
    sources_.files = {files_.write("shown.toml", shown)};
    EXPECT_EQ(good().hash, config.hash);
}

TEST_F(LayersTest, TheEnvironmentReachesIntoLists) {
    sources_.overrides["SEALWARDEN__bus__east__device__io1__period_ms"] = "250";
    sources_.overrides["SEALWARDEN__mqtt__url"] = "mqtts://b.example";
    const Config config = good();
    EXPECT_EQ(std::get<TcpBus>(config.buses[0]).bus.devices.at(0).period, 250ms);
    EXPECT_EQ(config.mqtt->urls.at(0), "mqtts://b.example");
}

TEST_F(LayersTest, TheCommandLineWinsOverTheEnvironment) {
    sources_.overrides["SEALWARDEN__site__name"] = "environment";
    sources_.overrides["site.name"] = "command line";
    EXPECT_EQ(good().site.name.en, "command line");
}

TEST_F(LayersTest, AWrongValueInTheEnvironmentNamesTheVariable) {
    sources_.overrides["SEALWARDEN__bus__east__port"] = "high";
    EXPECT_EQ(texts(load(sources_)),
              "SEALWARDEN__bus__east__port: /bus/0/port: must be a whole number, but is a text in "
              "quotes\n");
}

TEST_F(LayersTest, AnOverrideOfWhatIsNotThereIsRefused) {
    sources_.overrides["bus.west.port"] = "503";
    EXPECT_EQ(texts(load(sources_)), "bus.west.port: there is no `west` in /bus\n");
}

TEST_F(LayersTest, APasswordInTheEnvironmentIsRefused) {
    sources_.overrides["SEALWARDEN__mqtt__password"] = "hunter2";
    EXPECT_THAT(texts(load(sources_)), HasSubstr("a secret is never written here"));
}

TEST_F(LayersTest, AMissingFileIsSaidByName) {
    sources_.files.push_back(files_.directory() / "gone.toml");
    EXPECT_THAT(texts(load(sources_)), HasSubstr("gone.toml: cannot be read"));
}

}  // namespace
}  // namespace sealwarden::config
