#include "firmware/anchor/witness_answer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "firmware/tlog/cosignature.hpp"

namespace sealwarden::anchor {
namespace {

using Kind = WitnessAnswer::Kind;
using testing::HasSubstr;

tlog::SigningKey key_of(std::uint8_t number) {
    tlog::Seed seed;
    std::ranges::fill(seed.bytes(), number);
    return tlog::SigningKey{seed.bytes()};
}

const AskedHead asked{.old_size = 50, .size = 60, .text = "sealwarden/dc7/gw1/g1\n60\nroot\n"};
const tlog::NoteKey office{
    .name = "office", .type = tlog::KeyType::cosignature, .key = key_of(7).public_key()};

std::string line(const std::string& name, std::uint8_t key, const std::string& text) {
    return tlog::cosignature_line(name, key_of(key), 1795546800, text);
}

TEST(WitnessAnswer, TheConfiguredKeysLineIsTakenFromAmongOthers) {
    const auto good = line("office", 7, asked.text);
    const auto answer =
        judged({.status = 200, .body = line("office", 8, asked.text) + "not a line\n" + good},
               asked, office);
    EXPECT_EQ(answer.kind, Kind::cosigned);
    EXPECT_EQ(answer.line + '\n', good);
}

TEST(WitnessAnswer, ALineThatDoesNotHoldForTheHeadIsNone) {
    for (const auto& body :
         {std::string{}, std::string{"\n"}, std::string{"garbage"},
          line("office", 7, "sealwarden/dc7/gw1/g1\n61\nroot\n"), line("dock", 7, asked.text),
          tlog::signature_line("office", key_of(7), asked.text)}) {
        const auto answer = judged({.status = 200, .body = body}, asked, office);
        EXPECT_EQ(answer.kind, Kind::failed) << body;
        EXPECT_THAT(answer.why, HasSubstr("office"));
    }
}

TEST(WitnessAnswer, AConflictTellsTheSizeThatIsHeld) {
    const HttpAnswer conflict{.status = 409, .content_type = "text/x.tlog.size", .body = "55\n"};
    EXPECT_EQ(judged(conflict, asked, office), (WitnessAnswer{.kind = Kind::holds, .size = 55}));
    auto garbage = conflict;
    garbage.body = "many\n";
    EXPECT_EQ(judged(garbage, asked, office).kind, Kind::failed);
}

TEST(WitnessAnswer, Attack15_AnotherRootForTheSizeOrAProofRefusedContradicts) {
    EXPECT_EQ(
        judged({.status = 409, .content_type = "text/plain", .body = "no\n"}, asked, office).kind,
        Kind::contradicts);
    EXPECT_EQ(
        judged({.status = 409, .content_type = "text/x.tlog.size", .body = "50\n"}, asked, office)
            .kind,
        Kind::contradicts);
    EXPECT_EQ(judged({.status = 422}, asked, office).kind, Kind::contradicts);
}

TEST(WitnessAnswer, AContradictionIsToldAsWhatTheWitnessSays) {
    for (const unsigned status : {409U, 422U}) {
        const auto why = judged({.status = status}, asked, office).why;
        EXPECT_THAT(why, HasSubstr("it says that it signed another history"));
        EXPECT_THAT(why, HasSubstr("size 50, which nothing proves"));
    }
}

TEST(WitnessAnswer, WhoSignedNothingOfThisLogDoesNotContradictIt) {
    auto first = asked;
    first.old_size = 0;
    const HttpAnswer empty{.status = 409, .content_type = "text/x.tlog.size", .body = "0\n"};
    for (const auto& answer : {HttpAnswer{.status = 409}, empty, HttpAnswer{.status = 422}}) {
        const auto told = judged(answer, first, office);
        EXPECT_EQ(told.kind, Kind::failed);
        EXPECT_THAT(told.why, HasSubstr(std::to_string(answer.status)));
    }
}

TEST(WitnessAnswer, ASizeThatNoLogCanHaveIsNone) {
    HttpAnswer conflict{
        .status = 409, .content_type = "text/x.tlog.size", .body = "9007199254740992\n"};
    EXPECT_EQ(judged(conflict, asked, office).kind, Kind::failed);
    conflict.body = "9007199254740991\n";
    EXPECT_EQ(judged(conflict, asked, office).kind, Kind::holds);
}

TEST(WitnessAnswer, WhatAPersonHasToMendIsNamed) {
    const auto why = [](unsigned status) { return judged({.status = status}, asked, office).why; };
    EXPECT_THAT(why(403), HasSubstr("another key of this log"));
    EXPECT_THAT(why(404), HasSubstr("does not know this log"));
    EXPECT_THAT(why(503), HasSubstr("503"));
    EXPECT_EQ(judged({.status = 503}, asked, office).kind, Kind::failed);
}

}  // namespace
}  // namespace sealwarden::anchor
