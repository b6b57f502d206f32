#include "firmware/console/identity/credentials.hpp"

#include <gtest/gtest.h>

#include "firmware/identity/secrets.hpp"

namespace sealwarden::identity {
namespace {

TEST(SessionCookieTest, IsFoundAmongOthersAndNothingElseIsTaken) {
    const auto id = new_secret();
    const auto ours = "__Host-session=" + id;
    EXPECT_EQ(session_in(ours), id);
    EXPECT_EQ(session_in("a=b; " + ours + "; c=d"), id);
    EXPECT_EQ(session_in("a=b;" + ours + ";"), id);
    for (const auto& header :
         {std::string{}, std::string{";"}, std::string{"="}, std::string{"__Host-session"},
          "__Host-session=" + id.substr(1), "__Host-session=" + id + "x", "session=" + id,
          "__host-session=" + id, "__Host-session=\"" + id + "\"",
          ours + "; " + "__Host-session=" + new_secret(), ours + "; " + ours}) {
        EXPECT_EQ(session_in(header), "") << header;
    }
}

TEST(SessionCookieTest, IsOnlyForThisHostOverTlsAndForNoScript) {
    EXPECT_EQ(set_cookie("x"), "__Host-session=x; Path=/; Secure; HttpOnly; SameSite=Strict");
    EXPECT_EQ(set_cookie(""),
              "__Host-session=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
}

TEST(BearerTokenTest, IsReadFromTheHeaderAndFromNothingLikeIt) {
    const auto token = new_token();
    const auto text = text_of(token);
    EXPECT_EQ(token_in("Bearer " + text)->id, token.id);
    EXPECT_EQ(token_in("bearer " + text)->secret, token.secret);
    for (const auto& wrong :
         {std::string{}, std::string{"Bearer"}, std::string{"Bearer "}, text, "Basic " + text,
          "Bearer  " + text, "Bearer " + text + " ", "Bearer " + text.substr(1),
          "Bearer sw2_" + text.substr(4), "Bearer " + text + text}) {
        EXPECT_FALSE(token_in(wrong)) << wrong;
    }
}

}  // namespace
}  // namespace sealwarden::identity
