#include "firmware/eventlog/entry.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace sealwarden::eventlog {
namespace {

using namespace std::chrono_literals;

Placing placing(std::size_t subjects) {
    return {.index = 1843,
            .subjects = {subjects, {.count = 12, .index = 1790}},
            .boot_id = "5d0c6b3e-0000-4000-8000-000000000001",
            .boot_number = 37,
            .wall = WallTime{1795489200123456us},
            .sync = "ntp",
            .error_ms = 12,
            .private_commitment = {}};
}

Event seal_event() {
    return {.kind = EventKind::seal_number,
            .at = Uptime{1234567us},
            .after = std::nullopt,
            .subjects = {{"container", "MSCU6639870"}, {"door", "d07"}},
            .data = {{"expected", "EU123"}, {"read", "EU124"}},
            .personal = {},
            .source = std::nullopt,
            .raw = std::nullopt};
}

nlohmann::json parsed(const Event& event) {
    return nlohmann::json::parse(seal(event, placing(event.subjects.size())).bytes);
}

TEST(EntryTest, ARecordIsTheseBytes) {
    const auto entry = seal(seal_event(), placing(2));
    EXPECT_EQ(entry.bytes,
              R"({"data":{"expected":"EU123","read":"EU124"},"i":1843,"kind":"seal.number",)"
              R"("subj":[{"k":"container","n":12,"p":1790,"v":"MSCU6639870"},)"
              R"({"k":"door","n":12,"p":1790,"v":"d07"}],)"
              R"("t":{"boot":"5d0c6b3e-0000-4000-8000-000000000001","bootn":37,"err_ms":12,)"
              R"("mono_us":1234567,"sync":"ntp","wall":"2026-11-24T03:00:00.123456Z"},"v":1})");
    EXPECT_EQ(entry.index, 1843u);
    EXPECT_EQ(entry.kind, "seal.number");
    EXPECT_EQ(entry.at, Uptime{1234567us});
    EXPECT_EQ(entry.leaf, leaf_hash(entry.bytes));
}

TEST(EntryTest, PicturesStandInFrontByTheirHash) {
    auto event = seal_event();
    event.pictures = {{.name = "c07-live", .sha256 = std::string(64, 'a'), .bytes = 5000}};
    const auto entry = seal(event, placing(2));
    EXPECT_TRUE(entry.bytes.starts_with(
        R"({"att":[{"ct":"image/jpeg","len":5000,"n":"c07-live","sha256":")" +
        std::string(64, 'a') + R"("}],"data":{)"))
        << entry.bytes;
}

TEST(EntryTest, WhatOnlySomeEventsHaveStandsInItsPlace) {
    auto event = seal_event();
    event.after = Uptime{1200000us};
    event.source = "io1.di0";
    event.raw = 0xFFFF;
    event.data = {{"a", true}, {"s", std::monostate{}}, {"z", std::int64_t{-5}}};
    auto place = placing(2);
    place.private_commitment = "00ff";
    const auto record = nlohmann::json::parse(seal(event, place).bytes);
    EXPECT_EQ(record.at("t").at("after_us"), 1200000);
    EXPECT_EQ(record.at("src").dump(), R"({"dev":"io1","point":"di0"})");
    EXPECT_EQ(record.at("data").dump(), R"({"a":true,"raw":65535,"s":null,"z":-5})");
    EXPECT_EQ(record.at("priv"), "00ff");
    EXPECT_EQ(record.dump(), seal(event, place).bytes);
}

// RFC 6962 2.1.3's first leaf is the empty string.
TEST(EntryTest, TheLeafHashIsRfc6962s) {
    const Hash empty_leaf = leaf_hash("");
    std::string hex;
    for (const auto byte : empty_leaf) {
        constexpr std::string_view digits = "0123456789abcdef";
        hex += digits[byte >> 4];
        hex += digits[byte & 15];
    }
    EXPECT_EQ(hex, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

TEST(EntryTest, AnEventThatFitsIsLeftAsItIs) {
    auto event = seal_event();
    event.data["note"] = std::string(3000, 'n');
    EXPECT_EQ(fitted(event), event);
}

TEST(EntryTest, TheLongestTextOfATooLargeEventIsShortenedAndTheCutIsMarked) {
    auto event = seal_event();
    event.data["long"] = std::string(5000, 'x');
    event.data["short"] = std::string(700, 'y');
    const auto record = parsed(event);
    EXPECT_EQ(record.at("data").at("cut"), true);
    EXPECT_EQ(record.at("data").at("short"), std::string(700, 'y'));
    EXPECT_EQ(record.at("data").at("expected"), "EU123");
    const auto kept = record.at("data").at("long").get<std::string>();
    EXPECT_EQ(kept, std::string(kept.size(), 'x'));
    EXPECT_GT(kept.size(), 2500u);
    EXPECT_GT(record.dump().size(), record_limit - 200) << "no more is cut than must be";
    EXPECT_EQ(fitted(fitted(event)), fitted(event));
}

TEST(EntryTest, ACutTextIsStillOfWholeCharacters) {
    for (std::size_t shift = 0; shift < 4; ++shift) {
        auto event = seal_event();
        std::string text(shift, 'a');
        for (int i = 0; i < 3000; ++i) text += "😀";
        event.data["note"] = text;
        EXPECT_NO_THROW((void)parsed(event)) << shift;
        event.data["note"] = std::string(shift, 'a') + std::string(6000, '\xFF');
        EXPECT_NO_THROW((void)parsed(event)) << shift;
        event.data["note"] = std::string(shift, 'a') + std::string(6000, '\x01');
        EXPECT_NO_THROW((void)parsed(event)) << shift;
    }
}

TEST(EntryTest, NoEventIsTooLargeToBeWritten) {
    auto event = seal_event();
    event.data.clear();
    for (int i = 0; i < 600; ++i) event.data["member_" + std::to_string(i)] = std::int64_t{i};
    EXPECT_EQ(parsed(event).at("data").at("cut"), true);

    for (int i = 0; i < 200; ++i) {
        event.subjects.push_back({"container", std::string(300, '"') + std::to_string(i)});
    }
    const auto record = parsed(event);
    EXPECT_LE(record.dump().size(), record_limit);
    EXPECT_EQ(record.at("subj").at(0).at("v"), "MSCU6639870") << "the main subject stays";
}

TEST(EntryTest, ASubjectNamedTwiceIsCountedOnce) {
    auto event = seal_event();
    event.subjects = {{"door", "d07"}, {"door", "d07"}, {"seal", "d07"}};
    EXPECT_EQ(fitted(event).subjects, (std::vector<Subject>{{"door", "d07"}, {"seal", "d07"}}));
}

TEST(EntryTest, AnIdFromADeviceIsMadeReadable) {
    auto event = seal_event();
    event.subjects = {{"container", std::string{"MS\0U\x1B\xFF", 6}}};
    EXPECT_EQ(fitted(event).subjects[0].id, "MS\uFFFDU\uFFFD\uFFFD");
}

}  // namespace
}  // namespace sealwarden::eventlog
