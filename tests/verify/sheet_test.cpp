#include "firmware/verify/sheet.hpp"

#include <gtest/gtest.h>

#include "firmware/verify/crypto.hpp"
#include "firmware/verify/json.hpp"

namespace sealwarden::verify {
namespace {

std::string vkey(const std::string& name, Verifier::Type type, unsigned char fill) {
    Verifier key{.name = name, .type = type};
    key.key.fill(fill);
    const std::string bytes = std::string{static_cast<char>(type)} + std::string{view(key.key)};
    return name + "+" + hex(key.key_id()) + "+" + base64(bytes);
}

const std::string root = base64(view(sha256("root")));

std::string sheet_with(const std::string& tail = "",
                       const std::string& start = "2026-11-24T11:00:00Z") {
    return "sealwarden sheet 1\norigin sealwarden/dc7/gw1\nkey " +
           vkey("sealwarden/dc7/gw1/g1", Verifier::ed25519, 1) + "\nstart " + start +
           "\nepoch 3600\nkeys 87672\nepochs " + root + "\ncommissioned 3 " + root +
           "\nexport 10\n" + tail;
}

TEST(Sheet, ReadsEveryLine) {
    const auto sheet = parse_sheet(sheet_with("witness " + vkey("w1", Verifier::cosignature, 2) +
                                              "\nwitness " + vkey("w2", Verifier::cosignature, 3) +
                                              "\ntsa " + hex(sha256("ca")) + "\n"));
    EXPECT_EQ(sheet.origin, "sealwarden/dc7/gw1");
    EXPECT_EQ(sheet.keys, 87672);
    EXPECT_EQ(sheet.commissioned_size, 3);
    EXPECT_EQ(sheet.witnesses.size(), 2);
    EXPECT_EQ(sheet.authorities.size(), 1);
}

TEST(Sheet, TheQuorumIsAMajority) {
    Sheet sheet;
    for (const auto expected : {0, 1, 2, 2, 3}) {
        EXPECT_EQ(sheet.quorum(), expected);
        sheet.witnesses.emplace_back();
    }
}

TEST(Sheet, KnowsTheEpochOfAMoment) {
    const auto sheet = parse_sheet(sheet_with());
    const auto at = [](const char* text) { return *second_moment(text); };
    EXPECT_EQ(sheet.epoch_of(at("2026-11-24T10:00:00Z")), 0);
    EXPECT_EQ(sheet.epoch_of(at("2026-11-24T11:59:59Z")), 0);
    EXPECT_EQ(sheet.epoch_of(at("2026-11-24T12:00:00Z")), 1);
    EXPECT_EQ(sheet.epoch_of(at("2999-01-01T00:00:00Z")), 87671);
}

TEST(Sheet, RefusesOtherForms) {
    const auto refused = [](const std::string& text) {
        EXPECT_THROW((void)parse_sheet(text), Malformed) << text;
    };
    const auto good = sheet_with();
    refused("");
    refused(good.substr(1));
    refused(good.substr(0, good.size() - 1));
    refused(good + "\n");
    refused(good + "comment x\n");
    refused(sheet_with("", "2026-11-24T11:00:60Z"));
    refused(sheet_with("", "2026-02-30T11:00:00Z"));
    refused(sheet_with("witness " + vkey("w1", Verifier::ed25519, 2) + "\n"));
    refused(sheet_with("tsa 00\n"));
    // One witness under two names, or the log as its own witness, would be counted for more than it
    // is.
    const auto w1 = "witness " + vkey("w1", Verifier::cosignature, 2) + "\n";
    refused(sheet_with(w1 + w1));
    refused(sheet_with(w1 + "witness " + vkey("w2", Verifier::cosignature, 2) + "\n"));
    refused(sheet_with("witness " + vkey("w1", Verifier::cosignature, 1) + "\n"));
}

TEST(Sheet, KeyWordsAreProquintsOfItsHash) {
    // SHA-256 of nothing begins e3b0 c442 98fc 1c14 9afb f4c8; e3b0 is 1110 00 1110 11 0000: v a v
    // u b.
    EXPECT_EQ(key_words(""), "vavub-sidaf-nogus-dubih-norur-zigam");
}

}  // namespace
}  // namespace sealwarden::verify
