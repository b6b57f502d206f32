#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/config/files.hpp"
#include "tests/support/certificate.hpp"

namespace sealwarden::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr auto site = R"(
[site]
id = "dc7"
gateway = "gw1"
[[bus]]
id = "east"
transport = "tcp"
host = "192.0.2.10"
  [[bus.device]]
  id = "io1"
  profile = "module"
[[door]]
id = "d07"
name = { en = "Dock 7", es = "Andén 7" }
contact = "io1.di2"
contact_active = "closed"
tamper = "io1.di3"
held_open_after_s = 20
)";

class ConfigTest : public testing::Test {
  protected:
    Config good(const std::string& text) {
        const Loaded loaded = load(files_.sources(text));
        EXPECT_EQ(texts(loaded), "");
        return loaded.config.value_or(Config{});
    }
    Files files_;
};

TEST_F(ConfigTest, TheSampleSiteLoadsWithoutFindings) {
    const Loaded loaded = load({.files = {SEALWARDEN_SOURCE_DIR "/config/sealwarden.toml"},
                                .profiles = {SEALWARDEN_SOURCE_DIR "/config/profiles"}});
    EXPECT_EQ(texts(loaded), "");
    ASSERT_TRUE(loaded.config);
    EXPECT_EQ(loaded.config->site.doors.size(), 4U);
    EXPECT_EQ(loaded.config->profiles.size(), 5U);
}

TEST_F(ConfigTest, ADoorBecomesWhatTheCoreWants) {
    const Config config = good(site);
    ASSERT_EQ(config.site.doors.size(), 1U);
    const DoorOptions wanted{.id = "d07",
                             .name = {"Dock 7", "Andén 7"},
                             .contact = {.point = "io1.di2",
                                         .inverted = true,
                                         .settle = 50ms,
                                         .edge_counter = "io1.count2"},
                             .tamper = ContactOptions{.point = "io1.di3", .settle = 50ms},
                             .held_open_after = 20s,
                             .access_time = 5s};
    EXPECT_EQ(config.site.doors[0], wanted);
}

TEST_F(ConfigTest, WhatPeopleDoAboutAnAlarmIsTheSitesOwnWhereItSaysSo) {
    const auto config = good(std::string{site} +
                             "[alarm.instructions]\n"
                             "door-forced = { en = \"Call 4711.\", es = \"Llame al 4711.\" }\n");
    ASSERT_EQ(config.instructions.size(), 1U);
    EXPECT_EQ(config.instructions.at("door-forced"), (Name{"Call 4711.", "Llame al 4711."}));
}

TEST_F(ConfigTest, ACounterThatTheProfilePairsWithTheContactNeedNotBeWritten) {
    EXPECT_EQ(good(site).site.doors[0].contact.edge_counter, PointId("io1.count2"));
}

TEST_F(ConfigTest, OnlyPointsThatMeanSomethingAndTheIdentityArePolled) {
    const Config config = good(site);
    const auto& device = std::get<TcpBus>(config.buses[0]).bus.devices[0];
    EXPECT_THAT(device.points, ElementsAre("count2", "di2", "di3", "serial"));
    ASSERT_EQ(config.site.devices.size(), 1U);
    EXPECT_THAT(config.site.devices[0].points,
                ElementsAre(PointId("io1.count2"), PointId("io1.di2"), PointId("io1.di3")));
}

TEST_F(ConfigTest, ADeviceThatNothingUsesIsPolledWholeForItsInstaller) {
    const Config config =
        good(std::string(site) +
             "[[bus]]\nid = \"west\"\ntransport = \"tcp\"\nhost = \"192.0.2.11\"\n"
             "[[bus.device]]\nid = \"io2\"\nprofile = \"module\"\n");
    EXPECT_TRUE(std::get<TcpBus>(config.buses[1]).bus.devices[0].points.empty());
}

TEST_F(ConfigTest, AHandshakeBringsThePointThatStartsIt) {
    const Config config =
        good(std::string(site) +
             "[[bus]]\nid = \"west\"\ntransport = \"tcp\"\nhost = \"192.0.2.11\"\n"
             "[[bus.device]]\nid = \"rd1\"\nprofile = \"badge\"\n"
             "[[reader]]\nid = \"r1\"\nnumber = \"rd1.badge\"\n");
    EXPECT_THAT(std::get<TcpBus>(config.buses[1]).bus.devices[0].points,
                ElementsAre("badge", "fresh"));
}

TEST_F(ConfigTest, FramesWithoutATransactionAreConfirmedAfterSilence) {
    const auto confirms = [&](const std::string& bus) {
        const Config config =
            good("[site]\nid = \"dc7\"\ngateway = \"gw1\"\n[[bus]]\nid = \"a\"\n" + bus);
        return std::visit([](const auto& one) { return one.bus.confirm_after_silence; },
                          config.buses.at(0));
    };
    EXPECT_FALSE(confirms("transport = \"tcp\"\nhost = \"192.0.2.1\"\n"));
    EXPECT_TRUE(confirms("transport = \"rtu-over-tcp\"\nhost = \"192.0.2.1\"\n"));
    EXPECT_TRUE(confirms("transport = \"rtu\"\npath = \"/dev/ttyS1\"\n"));
}

TEST_F(ConfigTest, TheBrokerGetsItsTopicRootAndAClientOfItsOwn) {
    const Config config = good(std::string(site) + R"([mqtt]
urls = ["mqtts://a.example:8883", "mqtts://b.example"]
ca = "/etc/sealwarden/ca.pem"
protocol = "3.1.1"
password = { file = "/etc/sealwarden/password" }
detail = "full"
)");
    ASSERT_TRUE(config.mqtt);
    EXPECT_THAT(config.mqtt->urls, ElementsAre("mqtts://a.example:8883", "mqtts://b.example"));
    EXPECT_EQ(config.mqtt->base, "sealwarden/v1/dc7/gw1");
    EXPECT_EQ(config.mqtt->client_id, "sealwarden-dc7-gw1");
    EXPECT_EQ(config.mqtt->user, "sealwarden-dc7-gw1");
    EXPECT_EQ(config.mqtt->protocol, MqttProtocol::v3_1_1);
    EXPECT_EQ(config.mqtt->password,
              (SecretRef{.kind = SecretRef::Kind::file, .name = "/etc/sealwarden/password"}));
    EXPECT_TRUE(config.mqtt->full_detail);
    EXPECT_TRUE(config.mqtt->commands.empty());
}

TEST_F(ConfigTest, CommandsOverMqttAreTakenOnlyWhereThatIsWrittenAndForgeableOnesAreTold) {
    const auto with = [&](const std::string& url) {
        return load(files_.sources(std::string(site) + "[mqtt]\nurl = \"" + url +
                                   "\"\nca = \"/ca.pem\"\ncommands = true\n"));
    };
    const auto encrypted = with("mqtts://b.example");
    ASSERT_TRUE(encrypted.config) << texts(encrypted);
    EXPECT_THAT(encrypted.config->mqtt->commands,
                ElementsAre("acknowledge", "visit.expect", "visit.import"));
    EXPECT_THAT(texts(encrypted), Not(HasSubstr("forge")));
    EXPECT_THAT(texts(with("mqtt://b.example")),
                HasSubstr("warning: /mqtt/url: takes commands that anybody"));
}

class AuthoritiesTest : public ConfigTest {
  protected:
    Loaded with_authorities(const std::string& bundle, const std::string& ca = "") {
        Sources sources = files_.sources(
            "[site]\nid = \"dc7\"\ngateway = \"gw1\"\n[mqtt]\nurl = \"mqtts://b.example\"\n" + ca);
        sources.authorities = files_.directory() / bundle;
        return load(sources);
    }
};

TEST_F(ConfigTest, AListSaysWhichCommandsAreTakenOverMqtt) {
    const auto with = [&](const std::string& list) {
        return load(files_.sources(
            std::string(site) +
            "[mqtt]\nurl = \"mqtts://b.example\"\nca = \"/ca.pem\"\ncommands = " + list + "\n"));
    };
    const auto good = with("[\"visit.depart\", \"acknowledge\"]");
    ASSERT_TRUE(good.config) << texts(good);
    EXPECT_THAT(good.config->mqtt->commands, ElementsAre("visit.depart", "acknowledge"));
    EXPECT_THAT(texts(with("[\"visit.leave\"]")), HasSubstr("there is no command `visit.leave`"));
    EXPECT_THAT(texts(with("[\"person.add\"]")),
                HasSubstr("info: /mqtt/commands/0: `person.add` is taken with a token only"));
}

TEST_F(ConfigTest, HoursAndHolidaysAreReadByTheSitesClock) {
    const auto with = [&](const std::string& lines) {
        return load(files_.sources(std::string(site) + lines));
    };
    const auto good = with(R"(
[access]
holidays = ["2026-12-25"]
[[access.schedule]]
id = "day"
mon = ["06:00-22:00"]
sun = ["22:00-06:00"]
[[zone]]
id = "vault"
schedule = "day"
)");
    ASSERT_TRUE(good.config) << texts(good);
    const auto& access = good.config->site.access;
    EXPECT_EQ(access.holidays, Holidays{20'812});
    ASSERT_EQ(access.schedules.size(), 1U);
    EXPECT_EQ(access.schedules[0].days[0], (std::vector<Schedule::Hours>{{360, 1320}}));
    EXPECT_EQ(access.schedules[0].days[6], (std::vector<Schedule::Hours>{{1320, 1800}}));
    EXPECT_EQ(good.config->site.zones[0].schedule, "day");
    EXPECT_THAT(texts(with("[access]\nholidays = [\"2026-02-30\"]\n")),
                HasSubstr("/access/holidays/0: is no day of the calendar"));
    EXPECT_THAT(texts(with("[[zone]]\nid = \"vault\"\ncabinets = [\"box\"]\n")), HasSubstr("box"))
        << "what is not there cannot be in it";
    EXPECT_THAT(texts(with("[[zone]]\nid = \"vault\"\nschedule = \"night\"\n")),
                HasSubstr("there is no schedule `night`"));
}

TEST_F(ConfigTest, ADoorThatWouldWarnBeforeItOpensIsRefused) {
    const auto with = [&](const std::string& warn) {
        auto text = std::string(site);
        const std::string door = "[[door]]\n";
        text.insert(text.find(door) + door.size(), "warn_before_held_s = " + warn + "\n");
        return load(files_.sources(text));
    };
    EXPECT_TRUE(with("19").config) << texts(with("19"));
    EXPECT_THAT(texts(with("20")), HasSubstr("must be less than held_open_after_s"));
}

TEST_F(AuthoritiesTest, WithoutItsOwnABrokerIsVouchedForByThePublicOnesWhichIsSaidAndNoFault) {
    const auto bundle = files_.write("bundle.pem", "");
    const Loaded loaded = with_authorities("bundle.pem");
    ASSERT_TRUE(loaded.config) << texts(loaded);
    EXPECT_EQ(loaded.config->mqtt->ca, bundle);
    ASSERT_EQ(loaded.findings.size(), 1U) << texts(loaded);
    EXPECT_EQ(loaded.findings[0].severity, FileFinding::Severity::info);
    EXPECT_THAT(texts(loaded), HasSubstr("5:7: info: /mqtt/url: without `ca` any public"));
}

TEST_F(AuthoritiesTest, WithoutAnyABrokerCannotBeChecked) {
    const Loaded loaded = with_authorities("nowhere.pem");
    ASSERT_EQ(loaded.findings.size(), 1U) << texts(loaded);
    EXPECT_EQ(loaded.findings[0].severity, FileFinding::Severity::warning);
    EXPECT_THAT(texts(loaded), HasSubstr("or install ca-certificates"));
}

TEST_F(AuthoritiesTest, ItsOwnNeedsNoPublicOne) {
    EXPECT_EQ(texts(with_authorities("nowhere.pem", "ca = \"/etc/ca.pem\"\n")), "");
}

TEST_F(ConfigTest, APrivateKeyBesideCertificatesIsPointedAt) {
    const auto file = files_.write("tsa.pem", std::string{test::certificate_pem} +
                                                  "-----BEGIN EC PRIVATE KEY-----\nMHcC\n"
                                                  "-----END EC PRIVATE KEY-----\n");
    const auto loaded =
        load(files_.sources(std::string{"[site]\nid = \"dc7\"\ngateway = \"gw1\"\n"} +
                            "[evidence.time_stamps]\nurl = \"http://tsa.example\"\n"
                            "certificates = \"" +
                            file.string() + "\"\n"));
    ASSERT_EQ(loaded.findings.size(), 1U) << texts(loaded);
    EXPECT_TRUE(loaded.config) << "the log is kept all the same";
    EXPECT_THAT(texts(loaded),
                HasSubstr("site.toml:6:16: warning: /evidence/time_stamps/certificates"));
    EXPECT_THAT(texts(loaded), HasSubstr("holds a private key"));
}

TEST_F(ConfigTest, WhoVouchesForTheLogOutside) {
    const auto certificates = files_.write("tsa.pem", test::certificate_pem);
    const auto config = good(std::string{site} + R"([[evidence.witness]]
url = "http://192.0.2.20:7180"
key = "office+587ac7bf+BAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
period = "5min"
[[evidence.witness]]
url = "http://192.0.2.21:7180"
key = "neighbour+95bb7e4a+BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"
[evidence.time_stamps]
url = "http://tsa.example/tsr"
certificates = ")" + certificates.string() +
                             "\"\n");
    const auto& evidence = config.evidence;
    ASSERT_EQ(evidence.witnesses.size(), 2U);
    EXPECT_EQ(evidence.witnesses[0].url, "http://192.0.2.20:7180");
    EXPECT_EQ(evidence.witnesses[0].key.name, "office");
    EXPECT_EQ(evidence.witnesses[0].period, 5min);
    EXPECT_EQ(evidence.witnesses[1].period, 1min);
    ASSERT_TRUE(evidence.time_stamps);
    EXPECT_EQ(evidence.time_stamps->certificates, certificates);
    EXPECT_EQ(evidence.time_stamps->period, 24h);
    EXPECT_FALSE(good(site).evidence.time_stamps);
}

TEST_F(ConfigTest, TheHashDoesNotMoveWithCommentsOrTheOrderOfKeys) {
    const std::string hash = good("[site]\nid = \"dc7\"\ngateway = \"gw1\"\n").hash;
    EXPECT_EQ(hash.size(), 64U);
    EXPECT_EQ(hash, good("# a comment\n[site]\ngateway = \"gw1\" # another\nid = \"dc7\"\n").hash);
    EXPECT_NE(hash, good("[site]\nid = \"dc7\"\ngateway = \"gw2\"\n").hash);
}

TEST_F(ConfigTest, TheHashMovesWithAProfile) {
    const Config config = good(site);
    ASSERT_EQ(config.profiles.size(), 1U);
    EXPECT_EQ(config.profiles[0].id, "module");
    const auto effective = nlohmann::json::parse(config.effective);
    EXPECT_EQ(effective["profile"]["module"]["sha256"], config.profiles[0].hash);
}

TEST_F(ConfigTest, AReloadSaysWhatChangedAndWhatNeedsARestart) {
    const Config old = good(site);
    EXPECT_TRUE(difference(old, old).changed.empty());
    const Config next = good(std::string(site) + R"(settle_ms = 80
[log]
directory = "/data/log"
[[door]]
id = "d08"
contact = "io1.di0"
)");
    const Difference changes = difference(old, next);
    EXPECT_THAT(changes.changed, ElementsAre("+door.d08", "door.d07.settle_ms", "log.directory"));
    EXPECT_THAT(changes.needs_restart, ElementsAre("log.directory"));
}

TEST_F(ConfigTest, ASimulatedChipLoadsWithAWarningAndThisMachineAsABusIsJustSaid) {
    const Loaded loaded = load(files_.sources(
        "[site]\nid = \"dc7\"\ngateway = \"gw1\"\n[[gpio]]\nid = \"c\"\nchip = \"sim:/tmp/chip\"\n"
        "[[bus]]\nid = \"a\"\ntransport = \"tcp\"\nhost = \"127.0.0.1\"\n"));
    EXPECT_TRUE(loaded.config);
    EXPECT_THAT(texts(loaded), HasSubstr("warning: /gpio/0/chip: simulated chip"));
    EXPECT_THAT(texts(loaded), HasSubstr("info: /bus/0/host: this address is the gateway itself"));
}

TEST_F(ConfigTest, AProfileOfTheSiteWinsOverTheShippedOne) {
    files_.write("profiles/module.toml", "id = 7\n");
    Sources sources = files_.sources(site);
    sources.profiles.push_back(files_.directory() / "profiles");
    const Loaded loaded = load(sources);
    EXPECT_FALSE(loaded.config);
    EXPECT_THAT(texts(loaded), HasSubstr("profiles/module.toml:1:6: /id: must be a text"));
}

}  // namespace
}  // namespace sealwarden::config
