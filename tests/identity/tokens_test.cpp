#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "firmware/identity/mqtt_tokens.hpp"
#include "firmware/identity/secrets.hpp"
#include "firmware/identity/token.hpp"
#include "tests/support/temporary_directory.hpp"

namespace sealwarden::identity {
namespace {

constexpr std::int64_t now = 1'795'500'000'000;

TEST(TokenTest, IsReadBackFromItsTextAndFromNothingLikeIt) {
    const auto token = new_token();
    const auto text = text_of(token);
    ASSERT_TRUE(token_from(text));
    EXPECT_EQ(text_of(*token_from(text)), text);
    for (const auto& wrong : {std::string{}, " " + text, text + " ", text.substr(1),
                              "sw2_" + text.substr(4), text + text}) {
        EXPECT_FALSE(token_from(wrong)) << wrong;
    }
}

TEST(TokenTest, NoTwoAreAlike) {
    EXPECT_NE(text_of(new_token()), text_of(new_token()));
    EXPECT_NE(new_secret(), new_secret());
    EXPECT_TRUE(looks_like_secret(new_secret()));
}

TEST(SecretTest, WhatFollowsFromItDependsOnItAndOnItsPurpose) {
    const auto one = new_secret();
    EXPECT_EQ(derived(one, "csrf"), derived(one, "csrf"));
    EXPECT_NE(derived(one, "csrf"), derived(one, "other"));
    EXPECT_NE(derived(one, "csrf"), derived(new_secret(), "csrf"));
    EXPECT_TRUE(looks_like_secret(derived(one, "csrf")));
}

TEST(SetUpCodeTest, IsReadAsPeopleTypeIt) {
    const auto code = new_code();
    EXPECT_EQ(code.size(), 23U);
    const auto kept_as = code_from(code);
    ASSERT_TRUE(kept_as);
    EXPECT_EQ(kept_as->size(), 20U);
    std::string small;
    for (const char c : *kept_as) small += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    EXPECT_EQ(code_from(small), kept_as);
    EXPECT_EQ(code_from("oOiIlL-22222-33333-4444"), "00111122222333334444");
    EXPECT_FALSE(code_from(code.substr(1)));
    EXPECT_FALSE(code_from(code + "2"));
    EXPECT_FALSE(code_from("U" + code.substr(1)));
    EXPECT_FALSE(code_from(std::string(100, '-')));
}

class MqttTokensTest : public testing::Test {
  protected:
    [[nodiscard]] MqttToken listed(Rights rights, std::int64_t expires_ms = now + 1) const {
        return {.id = token_.id,
                .user = "ana",
                .name = "yard",
                .person = "ana-r",
                .rights = std::move(rights),
                .secret = kept(token_.secret),
                .expires_ms = expires_ms};
    }
    const TokenText token_ = new_token();
    const std::string text_ = text_of(token_);
    const MqttCaller ana_{.by = "ana/yard", .person = "ana-r"};
};

TEST_F(MqttTokensTest, ATokenSpeaksForItsUserWithinItsRightsAndItsTime) {
    using enum TokenFault;
    const TokenVerdict caller = ana_;
    EXPECT_EQ(judged({listed({"dock"})}, text_, "visit.arrive", now), caller);
    EXPECT_EQ(judged({listed({"respond"})}, text_, "acknowledge", now), caller);
    EXPECT_EQ(judged({listed({"respond"})}, text_, "visit.arrive", now),
              TokenVerdict{(TokenDenial{no_right, "ana", "yard"})});
    EXPECT_EQ(judged({listed({"dock"})}, text_, "erase", now),
              TokenVerdict{(TokenDenial{no_right, "ana", "yard"})});
    EXPECT_EQ(judged({listed({"dock"}, now)}, text_, "visit.arrive", now),
              TokenVerdict{(TokenDenial{expired, "ana", "yard"})});
    EXPECT_EQ(judged({}, text_, "visit.arrive", now), TokenVerdict{TokenDenial{}}) << "revoked";
    const TokenText guessed{.id = token_.id, .secret = new_secret()};
    EXPECT_EQ(judged({listed({"dock"})}, text_of(guessed), "visit.arrive", now),
              TokenVerdict{TokenDenial{}});
    EXPECT_EQ(judged({listed({"dock"})}, "", "visit.arrive", now), TokenVerdict{TokenDenial{}});
}

TEST_F(MqttTokensTest, TheFileIsOnlyForItsOwnerAndHasNoSecrets) {
    const test::TemporaryDirectory directory;
    const auto file = mqtt_tokens_file(directory.path() / "mqtt");
    write_mqtt_tokens(file, {listed({"dock"})});
    struct stat status{};
    ASSERT_EQ(::stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
    std::ifstream stream{file};
    const std::string all{std::istreambuf_iterator<char>{stream}, {}};
    EXPECT_EQ(all.find(token_.secret), all.npos);
    EXPECT_EQ(mqtt_tokens_from(all), std::vector{listed({"dock"})});
    EXPECT_EQ(judged_by(file, text_, "visit.arrive", now), TokenVerdict{ana_});
    write_mqtt_tokens(file, {});
    EXPECT_EQ(judged_by(file, text_, "visit.arrive", now), TokenVerdict{TokenDenial{}});
}

TEST_F(MqttTokensTest, AFileThatIsNoneHasNoTokensInIt) {
    const test::TemporaryDirectory directory;
    const auto file = directory.path() / "tokens.json";
    EXPECT_EQ(judged_by(file, text_, "visit.arrive", now), TokenVerdict{TokenDenial{}});
    for (const auto* text :
         {"", "{", "[]", "{}", "{\"v\":2,\"tokens\":[]}", "{\"v\":1,\"tokens\":[{}]}",
          "{\"v\":1,\"tokens\":[{\"id\":7}]}", "{\"v\":1,\"tokens\":7}"}) {
        std::ofstream{file} << text;
        EXPECT_EQ(judged_by(file, text_, "visit.arrive", now), TokenVerdict{TokenDenial{}}) << text;
    }
}

}  // namespace
}  // namespace sealwarden::identity
