#include "firmware/tlog/day_index.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "firmware/tlog/encoding.hpp"

namespace sealwarden::tlog {
namespace {

constexpr DaySalt salt{1, 2, 3};

std::vector<SubjectCount> doors(int count) {
    std::vector<SubjectCount> subjects;
    for (int i = 0; i < count; ++i) {
        subjects.push_back({.kind = "door",
                            .id = "d" + std::to_string(i),
                            .count = static_cast<std::uint32_t>(i + 1),
                            .first = 10,
                            .last = static_cast<std::uint64_t>(100 + i)});
    }
    return subjects;
}

std::string key(std::string_view kind, std::string_view id) {
    std::string text{salt.begin(), salt.end()};
    text.append(kind).append(1, '\0').append(id);
    return std::string{bytes_of(sha256(text))};
}

bool leads_to_root(const DayIndex& index, const DayIndex::Leaf& leaf) {
    return root_from_inclusion(leaf.position, index.size(), leaf_hash(leaf.bytes), leaf.path) ==
           index.root();
}

TEST(DayIndex, ProvesHowOftenASubjectOccurred) {
    const DayIndex index{salt, doors(100)};
    EXPECT_EQ(index.size(), 100u);
    const auto proof = index.proof("door", "d41");
    ASSERT_EQ(proof.size(), 1u);
    EXPECT_EQ(hex(proof[0].bytes),
              hex(key("door", "d41")) + "0000002a" + "000000000000000a" + "000000000000008d");
    EXPECT_TRUE(leads_to_root(index, proof[0]));
}

TEST(DayIndex, ProvesAbsenceByWhatStandsAroundIt) {
    const DayIndex index{salt, doors(20)};
    int between = 0, at_an_end = 0;
    for (int i = 0; i < 200; ++i) {
        const auto id = "x" + std::to_string(i);
        const auto proof = index.proof("door", id);
        for (const auto& leaf : proof) EXPECT_TRUE(leads_to_root(index, leaf));
        if (proof.size() == 2) {
            ++between;
            EXPECT_EQ(proof[0].position + 1, proof[1].position);
            EXPECT_LT(proof[0].bytes.substr(0, 32), key("door", id));
            EXPECT_GT(proof[1].bytes.substr(0, 32), key("door", id));
        } else {
            ++at_an_end;
            ASSERT_EQ(proof.size(), 1u);
            const bool first = proof[0].position == 0;
            EXPECT_TRUE(first || proof[0].position == index.size() - 1);
            EXPECT_EQ(first, proof[0].bytes.substr(0, 32) > key("door", id));
        }
    }
    EXPECT_GT(between, 0);
    EXPECT_GT(at_an_end, 0);
}

TEST(DayIndex, OfNobodyHasTheEmptyTreesRoot) {
    const DayIndex index{salt, {}};
    EXPECT_EQ(index.root(), sha256({}));
    EXPECT_TRUE(index.proof("door", "d1").empty());
}

TEST(DayIndex, DoesNotDependOnTheOrderItWasGiven) {
    auto subjects = doors(9);
    const DayIndex one{salt, subjects};
    std::ranges::reverse(subjects);
    EXPECT_EQ(DayIndex(salt, subjects).root(), one.root());
}

TEST(DayIndex, KindAndIdAreNotMixedUp) {
    const DayIndex index{salt, {{.kind = "ab", .id = "c", .count = 1, .first = 0, .last = 0}}};
    EXPECT_EQ(index.proof("ab", "c")[0].bytes.substr(0, 32), key("ab", "c"));
    EXPECT_NE(index.proof("a", "bc")[0].bytes.substr(0, 32), key("a", "bc"));
}

}  // namespace
}  // namespace sealwarden::tlog
