#include "firmware/mqtt/cursor_file.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temporary_directory.hpp"

namespace sealwarden::mqtt_front {
namespace {

TEST(CursorFile, WhatWasSavedIsLoadedAgain) {
    const sealwarden::test::TemporaryDirectory directory;
    const Saved saved{
        .next = 4711, .alarms = {"door-forced-d07", "door-held-d08"}, .generation = 3};
    EXPECT_TRUE(CursorFile{directory.path() / "mqtt"}.save(saved));
    EXPECT_EQ(CursorFile{directory.path() / "mqtt"}.load(), saved);
}

TEST(CursorFile, WithoutAFileOrWithADamagedOneTheLogIsPublishedFromItsBeginning) {
    const sealwarden::test::TemporaryDirectory directory;
    const CursorFile file{directory.path()};
    EXPECT_EQ(file.load(), Saved{});
    for (const auto* text : {"", "{", "[]", R"({"next":-1})", R"({"next":"7"})"}) {
        std::ofstream{directory.path() / "cursor"} << text;
        EXPECT_EQ(file.load(), Saved{}) << text;
    }
}

TEST(CursorFile, TheSecretStaysTheSameAndIsNobodyElses) {
    const sealwarden::test::TemporaryDirectory one, other;
    const auto secret = CursorFile{one.path()}.secret();
    EXPECT_EQ(secret.size(), 32u);
    EXPECT_EQ(CursorFile{one.path()}.secret(), secret);
    EXPECT_NE(CursorFile{other.path()}.secret(), secret);
    std::ofstream{one.path() / "secret"} << "short";
    EXPECT_EQ(CursorFile{one.path()}.secret().size(), 32u);
}

TEST(CursorFile, ADirectoryThatCannotBeMadeIsSaidAtOnce) {
    EXPECT_THROW(CursorFile{"/proc/nothing/mqtt"}, std::runtime_error);
}

}  // namespace
}  // namespace sealwarden::mqtt_front
