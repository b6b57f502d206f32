#include "firmware/console/target.hpp"

#include <gtest/gtest.h>

namespace sealwarden::console {
namespace {

std::string path(std::string_view target) {
    const auto parsed = parse_target(target);
    return parsed ? parsed->path : "refused";
}

TEST(Target, APathIsDecodedOnce) {
    EXPECT_EQ(path("/"), "/");
    EXPECT_EQ(path("/doors/d07"), "/doors/d07");
    EXPECT_EQ(path("/people/Jos%C3%A9"), "/people/José");
    EXPECT_EQ(path("/a%2Bb+c"), "/a+b+c");
    EXPECT_EQ(path("/a%252e"), "/a%2e");
    EXPECT_EQ(path("/doors/"), "/doors/");
}

TEST(Target, APathThatClimbsOrHidesASlashIsRefused) {
    for (const auto* target : {"/../etc/passwd",
                               "/a/../b",
                               "/a/./b",
                               "/%2e%2e/etc/passwd",
                               "/a/%2E%2E",
                               "/a%2fb",
                               "/a%5cb",
                               "/a\\b",
                               "//a",
                               "/a//b",
                               "/a%00b",
                               "/a%0d%0ab",
                               "/%7f",
                               "/%ff",
                               "/%c0%af",
                               "/%ed%a0%80",
                               "/%",
                               "/%4",
                               "/%zz",
                               "a",
                               "",
                               "*",
                               "http://gw/",
                               "/a#b"}) {
        EXPECT_EQ(path(target), "refused") << target;
    }
}

TEST(Target, AQueryIsNamesAndValues) {
    const auto parsed = parse_target("/search?q=MSKU%20123+4&since=&limit=1&limit=2&&=x&flag");
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->query,
              (Fields{{"q", "MSKU 123 4"}, {"since", ""}, {"limit", "2"}, {"flag", ""}}));
    EXPECT_FALSE(parse_target("/?q=%"));
    EXPECT_FALSE(parse_target("/?q=%00"));
    EXPECT_FALSE(parse_target("/?q=%ff"));
}

TEST(Target, CookiesArePairsAndTheFirstOfANameCounts) {
    EXPECT_EQ(parse_cookies("__Host-session=abc; other=1;x; =y; __Host-session=evil"),
              (Fields{{"__Host-session", "abc"}, {"other", "1"}}));
    EXPECT_TRUE(parse_cookies("").empty());
    EXPECT_TRUE(parse_cookies(";;;").empty());
}

}  // namespace
}  // namespace sealwarden::console
