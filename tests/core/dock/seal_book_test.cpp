#include "firmware/core/dock/seal_book.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <new>

// What is allocated in this program, as the allocator rounds it.
#include <malloc.h>

namespace {
std::int64_t allocated = 0;
}

void* operator new(std::size_t size) {
    void* memory = std::malloc(size);
    if (memory == nullptr) throw std::bad_alloc{};
    allocated += static_cast<std::int64_t>(malloc_usable_size(memory)) + 8;
    return memory;
}
void operator delete(void* memory) noexcept {
    if (memory != nullptr) allocated -= static_cast<std::int64_t>(malloc_usable_size(memory)) + 8;
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    operator delete(memory);
}

namespace sealwarden {
namespace {

using namespace std::chrono_literals;

SealRecord seal(const std::string& id, const std::string& container = "MSCU6639870") {
    SealRecord record;
    record.id = id;
    record.as_read = id;
    record.since = Uptime{1s};
    record.state = CustodyState::affixed;
    record.lot = "lot-2026-118";
    record.container = container;
    return record;
}

TEST(SealBookTest, GivesBackWhatWasPut) {
    SealRecord record;
    record.id = "HL1";
    record.since = Uptime{5s};
    record.state = CustodyState::verified;
    record.stock = StockPlace::out;
    record.as_read = "hl-1";
    record.lot = "l1";
    record.container = "MSCU6639870";
    record.door = "d07";
    record.holder = "ana";
    record.person = "eva";
    record.checks = {Check::good, Check::good, Check::not_done, Check::bad};
    record.document = "HL1,HL2";
    record.authority = std::string(300, 'x');
    record.replaces = "HL0";
    record.replaced_by = "HL2";
    record.held_at = "safe";
    record.foreign = true;
    record.inside_found = true;
    record.duplicate = true;
    record.was = CustodyState::removed;
    record.was_container = "CSQU3054383";
    record.issues = 3;
    record.returns = 2;
    SealBook book;
    book.put(record);
    EXPECT_EQ(book.find("HL1"), record);
    record.authority.clear();
    record.document = record.id;
    record.as_read = record.id;
    book.put(record);
    EXPECT_EQ(book.find("HL1"), record);
    EXPECT_EQ(book.size(), 1U);
    EXPECT_EQ(book.find("HL2"), std::nullopt);
}

TEST(SealBookTest, KnowsWhichOfOurSealsAreOnAContainer) {
    SealBook book;
    book.put(seal("HL3"));
    book.put(seal("HL1"));
    book.put(seal("HL2"));
    book.put(seal("HL9", "CSQU3054383"));
    auto foreign = seal("X1");
    foreign.lot.clear();
    book.put(foreign);
    using List = std::vector<std::string>;
    EXPECT_EQ(book.own_in_use_on("MSCU6639870", Uptime::min()), (List{"HL1", "HL2", "HL3"}));
    EXPECT_EQ(book.own_in_use_on("MSCU6639870", Uptime{2s}), List{});
    EXPECT_EQ(book.own_in_use_on("", Uptime::min()), List{});
    EXPECT_EQ(book.own_in_use_on("HLXU2008419", Uptime::min()), List{});
    auto gone = seal("HL1");
    gone.state = CustodyState::removed;
    book.put(gone);
    book.put(seal("HL3", "CSQU3054383"));
    EXPECT_EQ(book.own_in_use_on("MSCU6639870", Uptime::min()), List{"HL2"});
    EXPECT_EQ(book.own_in_use_on("CSQU3054383", Uptime::min()), (List{"HL3", "HL9"}));
    const auto copy = book;
    EXPECT_EQ(copy.own_in_use_on("CSQU3054383", Uptime::min()), (List{"HL3", "HL9"}));
    EXPECT_EQ(copy.find("HL1"), gone);
}

TEST(SealBookTest, AHundredThousandSealsTakeLessThan30MiB) {
    const auto before = allocated;
    SealBook book;
    for (int i = 0; i < 100'000; ++i) {
        // Each on a container of its own, written with a hyphen, checked against another number.
        auto record =
            seal("HLB" + std::to_string(10'000'000 + i), "MSCU" + std::to_string(1'000'000 + i));
        record.as_read = "hlb-" + std::to_string(10'000'000 + i);
        record.document = "HLB " + std::to_string(10'000'000 + i);
        record.holder = "person-" + std::to_string(i % 300);
        record.person = record.holder;
        record.door = "d" + std::to_string(i % 1000);
        book.put(record);
    }
    const auto taken = allocated - before;
    EXPECT_GT(taken, 5 << 20);  // it was measured
    EXPECT_LT(taken, 30 << 20);
    RecordProperty("mebibytes", static_cast<int>(taken >> 20));
    for (int i = 0; i < 100'000; i += 997)
        EXPECT_TRUE(book.find("HLB" + std::to_string(10'000'000 + i)));
}

}  // namespace
}  // namespace sealwarden
