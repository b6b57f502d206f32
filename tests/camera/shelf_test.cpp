#include "firmware/camera/shelf.hpp"

#include <gtest/gtest.h>

namespace sealwarden::camera {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr std::int64_t mib = 1 << 20;
const WallTime now{days{20'000}};

Shelved picture(const char* name, std::optional<int> days_ago, bool held = false,
                std::int64_t bytes = mib) {
    return {.sha256 = name,
            .bytes = bytes,
            .entry = 7,
            .recorded = days_ago ? std::optional{now - days{*days_ago}} : std::nullopt,
            .held = held};
}

std::vector<std::string> names(const std::vector<Goes>& goes) {
    std::vector<std::string> all;
    for (const auto& one : goes) all.push_back(one.sha256);
    return all;
}
using Names = std::vector<std::string>;

TEST(ShelfTest, WhatIsOlderThanItsTimeGoesUnlessAHoldCoversIt) {
    Shelf shelf{days{90}, 100 * mib};
    shelf.add(picture("a", 100));
    shelf.add(picture("b", 95, true));
    shelf.add(picture("c", 91));
    shelf.add(picture("d", 90));
    const auto goes = shelf.aged(now);
    EXPECT_EQ(names(goes), (Names{"a", "c"}));
    EXPECT_EQ(goes[0].rule, "older than 90 days");
    EXPECT_EQ(goes[0].entry, 7U);
}

TEST(ShelfTest, WhatHasNoTrustedTimeIsNotYoungerThanTheNextOneThatHas) {
    Shelf shelf{days{90}, 100 * mib};
    shelf.add(picture("a", {}));
    shelf.add(picture("b", 91));
    shelf.add(picture("c", {}));
    shelf.add(picture("d", 10));
    shelf.add(picture("e", {}));
    EXPECT_EQ(names(shelf.aged(now)), (Names{"a", "b"}));
}

TEST(ShelfTest, TheOldestThatNoHoldCoversMakeRoom) {
    Shelf shelf{days{90}, 4 * mib};
    shelf.add(picture("a", 3, true));
    shelf.add(picture("b", 2));
    shelf.add(picture("c", 1));
    EXPECT_EQ(shelf.room_for(mib).goes, std::vector<Goes>{});
    const auto room = shelf.room_for(2 * mib);
    EXPECT_EQ(names(room.goes), Names{"b"});
    EXPECT_EQ(room.goes[0].rule, "more than 4 MiB");
    EXPECT_EQ(room.full, "");
    shelf.remove("b");
    EXPECT_EQ(shelf.bytes(), 2 * mib);
    EXPECT_EQ(names(shelf.room_for(3 * mib).goes), Names{"c"});
    const auto none = shelf.room_for(4 * mib);
    EXPECT_EQ(none.goes, std::vector<Goes>{}) << "nothing goes for a picture that finds no room";
    EXPECT_NE(none.full, "");
}

TEST(ShelfTest, APictureNamedAgainCountsFromTheLaterEntryAndStaysHeld) {
    Shelf shelf{days{90}, 4 * mib};
    shelf.add(picture("a", 100, true));
    shelf.add(picture("b", 50));
    shelf.add(picture("a", 10));
    EXPECT_EQ(shelf.bytes(), 2 * mib);
    EXPECT_EQ(names(shelf.room_for(3 * mib).goes), Names{"b"});
    EXPECT_EQ(names(shelf.aged(now + days{85})), Names{"b"});
}

}  // namespace
}  // namespace sealwarden::camera
