#include "firmware/anchor/time_stamp.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <fstream>

#include "tests/support/time_stamp_authority.hpp"

namespace sealwarden::anchor {
namespace {

using test::TimeStampAuthority;
using testing::HasSubstr;

constexpr std::string_view head = "sealwarden/dc7/gw1/g1\n7\nroot\n\n\u2014 name line\n";
constexpr std::uint64_t nonce = 0xfedc'ba98'7654'3210U;

std::int64_t now() {
    using namespace std::chrono;
    return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

// Making keys takes most of the time: one authority for all who only ask it.
class TimeStampTest : public testing::Test {
  protected:
    static void SetUpTestSuite() { authority = new TimeStampAuthority; }
    static void TearDownTestSuite() { delete authority; }
    static std::string fault(const std::string& reply, std::string_view stamped = head,
                             std::uint64_t sent = nonce) {
        return check_stamp_reply(reply, stamped, sent, authority->certificates()).fault;
    }
    static std::string good() { return authority->reply(stamp_request(head, nonce)); }
    static inline TimeStampAuthority* authority = nullptr;
};

TEST_F(TimeStampTest, AForeignAuthorityStampsTheHeadAndTellsWhen) {
    const auto answer = check_stamp_reply(good(), head, nonce, authority->certificates());
    EXPECT_EQ(answer.fault, "");
    EXPECT_NEAR(static_cast<double>(answer.time), static_cast<double>(now()), 60);
    EXPECT_EQ(check_stamp(good(), head, authority->certificates()).fault, "");
}

TEST_F(TimeStampTest, Attack43AStampOverOtherDataIsNone) {
    const auto other = authority->reply(stamp_request("another head", nonce));
    EXPECT_THAT(fault(other), HasSubstr("imprint"));
    EXPECT_THAT(check_stamp(other, head, authority->certificates()).fault, HasSubstr("imprint"));
}

TEST_F(TimeStampTest, AReplyToAnotherQuestionIsOld) {
    EXPECT_THAT(fault(good(), head, nonce + 1), HasSubstr("nonce"));
}

TEST_F(TimeStampTest, Attack43AnAuthorityOfOnesOwnIsNone) {
    TimeStampAuthority own;
    EXPECT_NE(fault(own.reply(stamp_request(head, nonce))), "");
}

TEST_F(TimeStampTest, Attack43AnExpiredCertificateStampsNothing) {
    TimeStampAuthority late{-1};
    const auto reply = late.reply(stamp_request(head, nonce));
    EXPECT_THAT(check_stamp_reply(reply, head, nonce, late.certificates()).fault,
                HasSubstr("expired"));
}

TEST_F(TimeStampTest, ARejectionSaysWhatTheAuthoritySays) {
    const auto said = fault(authority->rejection(stamp_request(head, nonce)));
    EXPECT_THAT(said, HasSubstr("refused"));
    EXPECT_THAT(said, HasSubstr("digest algorithm"));
}

TEST_F(TimeStampTest, WhatIsNoReplyIsRefused) {
    auto cut = good();
    cut.resize(cut.size() / 2);
    for (const auto& reply : {std::string{}, std::string{"<html>"}, cut, good() + "x"}) {
        EXPECT_THAT(fault(reply), HasSubstr("no time-stamp reply"));
    }
}

TEST_F(TimeStampTest, EveryChangedByteIsNoticed) {
    const auto reply = good();
    for (std::size_t i = 0; i < reply.size(); i += 7) {
        auto changed = reply;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        const auto answer = check_stamp_reply(changed, head, nonce, authority->certificates());
        // An encoding may say the same in two ways; what it says must not change.
        if (!answer.fault.empty()) continue;
        EXPECT_EQ(answer.time,
                  check_stamp_reply(reply, head, nonce, authority->certificates()).time)
            << i;
    }
}

TEST_F(TimeStampTest, AReplyHasALimit) {
    EXPECT_THAT(fault(good() + std::string(stamp_limit, '\0')), HasSubstr("32 KiB"));
}

TEST_F(TimeStampTest, AStampTellsTheCertificatesItWasCheckedWith) {
    EXPECT_EQ(check_stamp(good(), head, authority->certificates()).certificates,
              authority->root_pem());
}

TEST_F(TimeStampTest, AStampHoldsForWhoTrustsACertificateAboveItsSigner) {
    const auto root = tlog::certificates_of(authority->certificates());
    const auto signer = tlog::certificates_of(authority->signer());
    TimeStampAuthority other;
    const auto others = tlog::certificates_of(other.certificates());
    const std::vector named{root.at(0).name};
    EXPECT_TRUE(holds_for(good(), head, root, named));
    EXPECT_TRUE(holds_for(good(), head, {others.at(0), root.at(0)}, {others.at(0).name, named[0]}));
    EXPECT_TRUE(holds_for(good(), head, {}, {signer.at(0).name})) << "the reply brings the signer";
    EXPECT_FALSE(holds_for(good(), head, {}, named)) << "nothing leads there";
    EXPECT_FALSE(holds_for(good(), head, root, {}));
    EXPECT_FALSE(holds_for(good(), head, root, {others.at(0).name}));
    EXPECT_FALSE(holds_for(good(), head, others, {others.at(0).name}));
    EXPECT_FALSE(holds_for(good(), "another head", root, named));
    EXPECT_FALSE(holds_for("<html>", head, root, named));
    EXPECT_FALSE(holds_for(good() + "x", head, root, named));
    EXPECT_FALSE(holds_for(authority->rejection(stamp_request(head, nonce)), head, root, named));
}

TEST_F(TimeStampTest, WithoutCertificatesNothingHolds) {
    const auto answer = check_stamp_reply(good(), head, nonce, "/nowhere/tsa.pem");
    EXPECT_THAT(answer.fault, HasSubstr("/nowhere/tsa.pem"));
    test::TemporaryDirectory directory;
    const auto empty = directory.path() / "empty.pem";
    std::ofstream{empty} << "no certificate\n";
    EXPECT_THAT(check_stamp_reply(good(), head, nonce, empty).fault, HasSubstr("empty.pem"));
}

}  // namespace
}  // namespace sealwarden::anchor
