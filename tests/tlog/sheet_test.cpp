#include "firmware/tlog/sheet.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "firmware/tlog/key_words.hpp"

namespace sealwarden::tlog {
namespace {

PublicKey key_of(std::uint8_t number) {
    Seed seed;
    std::ranges::fill(seed.bytes(), number);
    return SigningKey{seed.bytes()}.public_key();
}

Sheet sample() {
    using namespace std::chrono;
    return {.origin = "sealwarden/dc7/gw1",
            .log_key = key_of(1),
            .start = sys_days{2026y / November / 24} + 11h,
            .epoch = 3600s,
            .keys = 87672,
            .epochs = sha256("table"),
            .commissioned_size = 0,
            .commissioned_root = sha256({}),
            .export_every = 10s,
            .witnesses = {{.name = "office", .type = KeyType::cosignature, .key = key_of(2)},
                          {.name = "neighbour", .type = KeyType::cosignature, .key = key_of(3)}},
            .tsas = {std::string(64, 'a')}};
}

TEST(Sheet, IsTheTextOfTheFormat) {
    const auto text = text_of(sample());
    EXPECT_TRUE(text.starts_with(
        "sealwarden sheet 1\norigin sealwarden/dc7/gw1\nkey sealwarden/dc7/gw1/g1+"));
    EXPECT_NE(text.find("\nstart 2026-11-24T11:00:00Z\nepoch 3600\nkeys 87672\nepochs "),
              std::string::npos);
    EXPECT_NE(text.find("\ncommissioned 0 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nexport "
                        "10\nwitness office+"),
              std::string::npos);
    EXPECT_EQ(parse_sheet(text), sample());
}

TEST(Sheet, WithoutWitnessesAndAuthoritiesIsASheetToo) {
    auto sheet = sample();
    sheet.witnesses.clear();
    sheet.tsas.clear();
    EXPECT_EQ(parse_sheet(text_of(sheet)), sheet);
}

std::string with(const std::string& text, const std::string& line, const std::string& instead) {
    const auto at = text.find(line);
    EXPECT_NE(at, std::string::npos) << line;
    return text.substr(0, at) + instead + text.substr(at + line.size());
}

TEST(Sheet, WhatIsNotExactlyASheetIsRefusedWithItsLine) {
    const auto text = text_of(sample());
    const auto refuses = [](const std::string& bad, const std::string& place) {
        try {
            (void)parse_sheet(bad);
            ADD_FAILURE() << "taken: " << bad;
        } catch (const SheetError& error) {
            EXPECT_TRUE(std::string_view{error.what()}.starts_with("sheet, " + place))
                << error.what();
        }
    };
    refuses("", "line 1:");
    refuses(with(text, "sheet 1", "sheet 2"), "line 1:");
    refuses(with(text, "origin ", "origins "), "line 2:");
    refuses(with(text, "origin sealwarden", "origin  sealwarden"), "line 2:");
    refuses(with(text, "/g1+", "/g2+"), "line 3:");
    refuses(with(text, "11:00:00Z", "11:00:00"), "line 4:");
    refuses(with(text, "11-24T", "11-31T"), "line 4:");
    refuses(with(text, "epoch 3600", "epoch 0"), "line 5:");
    refuses(with(text, "epoch 3600", "epoch 03600"), "line 5:");
    refuses(with(text, "keys 87672", "keys 0"), "line 6:");
    refuses(with(text, "epochs ", "epochs A"), "line 7:");
    refuses(with(text, "commissioned 0 ", "commissioned 0"), "line 8:");
    refuses(with(text, "export 10", "export ten"), "line 9:");
    refuses(with(text, "witness office", "witness 0ffice"), "line 10:");
    refuses(with(text, "tsa aa", "tsa AA"), "line 12:");
    refuses(text + "\n", "line 13:");
    refuses(text + "witness x\n", "line 13:");
    refuses(text.substr(0, text.size() - 1), "line 12:");
    refuses(with(text, "\norigin", "\r\norigin"), "line 1:");
    // A log's key cannot stand for a witness.
    const NoteKey log{.name = "office", .type = KeyType::ed25519, .key = key_of(2)};
    refuses(with(text, sample().witnesses[0].vkey(), log.vkey()), "line 10:");
}

// The examples of the proquint proposal: IP addresses.
TEST(KeyWords, AreProquints) {
    EXPECT_EQ(proquints(std::string_view("\x7f\x00\x00\x01", 4)), "lusab-babad");
    EXPECT_EQ(proquints(std::string_view("\x3f\x54\xdc\xc1", 4)), "gutih-tugad");
    EXPECT_EQ(proquints(std::string_view("\x93\x43\x77\x02", 4)), "natag-lisaf");
}

TEST(KeyWords, AreSixWordsAndTellSheetsApart) {
    const auto words = key_words(text_of(sample()));
    EXPECT_EQ(words.size(), 6u * 5 + 5);
    auto other = sample();
    other.commissioned_size = 1;
    EXPECT_NE(key_words(text_of(other)), words);
    // SHA-256("abc") begins with ba78 16bf 8f01 cfea 4141 40de.
    EXPECT_EQ(key_words("abc"),
              proquints(std::string_view("\xba\x78\x16\xbf\x8f\x01\xcf\xea\x41\x41\x40\xde", 12)));
}

}  // namespace
}  // namespace sealwarden::tlog
