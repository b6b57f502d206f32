#include "firmware/notify/signature.hpp"

#include <gtest/gtest.h>

namespace sealwarden::notify {
namespace {

// The example of the Standard Webhooks specification and of its libraries' tests.
TEST(Signature, IsThatOfTheSpecificationsExample) {
    const auto key = key_from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    ASSERT_TRUE(key);
    EXPECT_EQ(
        signature(*key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"),
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(Signature, TheMarkInFrontOfTheSecretIsNoPartOfIt) {
    EXPECT_EQ(key_from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
              key_from("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
}

TEST(Signature, ASecretThatIsShortOrNoBase64IsNone) {
    EXPECT_FALSE(key_from("whsec_c2hvcnQ="));
    EXPECT_FALSE(key_from("a password that somebody typed in"));
    EXPECT_FALSE(key_from(""));
}

// RFC 4231, test case 2.
TEST(Signature, TheHmacIsThatOfTheRfc) {
    const auto digest = hmac_sha256("Jefe", "what do ya want for nothing?");
    ASSERT_EQ(digest.size(), 32u);
    EXPECT_EQ(static_cast<unsigned char>(digest.front()), 0x5b);
    EXPECT_EQ(static_cast<unsigned char>(digest.back()), 0x43);
}

}  // namespace
}  // namespace sealwarden::notify
