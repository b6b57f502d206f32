#include "firmware/verify/zip.hpp"

#include <gtest/gtest.h>

#include "firmware/verify/json.hpp"
#include "tests/verify/samples.hpp"

namespace sealwarden::verify {
namespace {

TEST(Zip, ReadsTheStrictForm) {
    const auto zip = test::sample_zip();
    const auto members = parse_zip(zip);
    ASSERT_EQ(members.size(), 3);
    EXPECT_EQ(members[0].name, "a.txt");
    EXPECT_EQ(members[0].bytes, "first");
    EXPECT_EQ(members[1].bytes.size(), 300);
}

TEST(Zip, NoBitCanBeChanged) {
    const auto zip = test::sample_zip();
    for (std::size_t at = 0; at < zip.size() * 8; ++at) {
        auto changed = zip;
        changed[at / 8] = static_cast<char>(changed[at / 8] ^ (1 << at % 8));
        EXPECT_THROW((void)parse_zip(changed), Malformed) << at;
    }
}

TEST(Zip, NothingStandsBeforeBehindOrBetween) {
    const auto zip = test::sample_zip();
    for (const auto& other :
         {"x" + zip, zip + "x", zip + zip, zip.substr(0, zip.size() - 1), std::string{}}) {
        EXPECT_THROW((void)parse_zip(other), Malformed);
    }
}

}  // namespace
}  // namespace sealwarden::verify
