#include "firmware/tlog/cosignature.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sealwarden::tlog {
namespace {

// Made by Python's cryptography (OpenSSL) with 32 times 07 as the seed, by the words of C2SP
// tlog-cosignature.
constexpr std::string_view office = "office+cdf93794+BOpKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs";
constexpr std::string_view checkpoint =
    "sealwarden/dc7/gw1/g1\n3\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n";
constexpr std::uint64_t time = 1795546800;
constexpr std::string_view line =
    "\u2014 office "
    "zfk3lAAAAABrBd6w20RRkUJIoNcpbA7Ht7H7oRIXFeXYgb/"
    "w7SAOacRhF8lOQKcRgQv9cFuWcSi38QI8GML6hlutNPZDgFrB57yFBQ==";

SigningKey sevens() {
    Seed seed;
    std::ranges::fill(seed.bytes(), std::uint8_t{7});
    return SigningKey{seed.bytes()};
}

TEST(Cosignature, IsTheOneThatForeignCodeMakes) {
    EXPECT_EQ(cosignature_line("office", sevens(), time, checkpoint), std::string{line} + '\n');
}

TEST(Cosignature, TellsItsTimeToWhoeverHasTheKey) {
    const auto key = key_from_vkey(office).value();
    EXPECT_EQ(cosigned_at(parse_note_line(line).value(), key, checkpoint), time);
}

TEST(Cosignature, ASecondMoreAnotherTextKeyOrNameDoesNotHold) {
    const auto key = key_from_vkey(office).value();
    const auto good = parse_note_line(line).value();
    auto changed = good;
    changed.signature[7] ^= 1;  // the time's last byte
    EXPECT_FALSE(cosigned_at(changed, key, checkpoint));
    changed = good;
    changed.signature.pop_back();
    EXPECT_FALSE(cosigned_at(changed, key, checkpoint));
    changed = good;
    changed.name = "dock";
    EXPECT_FALSE(cosigned_at(changed, key, checkpoint));
    EXPECT_FALSE(cosigned_at(good, key, "sealwarden/dc7/gw1/g2\n3\n"));
    auto other = key;
    other.key[0] ^= 1;
    EXPECT_FALSE(cosigned_at(good, other, checkpoint));
}

// "MUST NOT exceed 2^63 - 1", although the signature may hold.
TEST(Cosignature, ATimeBeyondWhatATimeMayBeIsNone) {
    const auto key = key_from_vkey(office).value();
    const auto last = (std::uint64_t{1} << 63) - 1;
    const auto at = [&](std::uint64_t when) {
        auto text = cosignature_line("office", sevens(), when, checkpoint);
        text.pop_back();
        return cosigned_at(parse_note_line(text).value(), key, checkpoint);
    };
    EXPECT_EQ(at(last), last);
    EXPECT_FALSE(at(last + 1));
}

}  // namespace
}  // namespace sealwarden::tlog
