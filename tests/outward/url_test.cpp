#include "firmware/outward/url.hpp"

#include <gtest/gtest.h>

namespace sealwarden::outward {
namespace {

TEST(Url, IsTakenApart) {
    EXPECT_EQ(parse_url("http://192.0.2.10:7180"),
              (Url{.host = "192.0.2.10", .port = "7180", .path = "/"}));
    EXPECT_EQ(parse_url("https://tsa.example/tsr?a=b"),
              (Url{.secure = true, .host = "tsa.example", .port = "443", .path = "/tsr?a=b"}));
    EXPECT_EQ(parse_url("http://tsa.example/a:b"),
              (Url{.host = "tsa.example", .port = "80", .path = "/a:b"}));
    EXPECT_EQ(parse_url("http://[2001:db8::10]:81/x"),
              (Url{.host = "2001:db8::10", .port = "81", .path = "/x"}));
    EXPECT_EQ(parse_url("http://[2001:db8::10]"),
              (Url{.host = "2001:db8::10", .port = "80", .path = "/"}));
    for (const auto* bad : {"", "http://", "ftp://a", "http://a:", "http://a:0", "http://a:65536",
                            "http://a:x", "http://[::1", "http://:80"}) {
        EXPECT_FALSE(parse_url(bad)) << bad;
    }
}

}  // namespace
}  // namespace sealwarden::outward
