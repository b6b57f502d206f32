#include "firmware/verify/workers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

namespace sealwarden::verify {
namespace {

TEST(Workers, DoEachPieceOnceAndAreDoneWhenTheCallReturns) {
    for (const auto count : std::vector<std::size_t>{0, 1, 2, 1000}) {
        std::vector<std::atomic<int>> done(count);
        work_through(count, [&](std::size_t i) { ++done[i]; });
        for (const auto& times : done) EXPECT_EQ(times, 1);
    }
}

}  // namespace
}  // namespace sealwarden::verify
