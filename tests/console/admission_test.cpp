#include "firmware/console/admission.hpp"

#include <gtest/gtest.h>

namespace sealwarden::console {
namespace {

using namespace std::chrono_literals;
using enum Admission::Verdict;

class AdmissionTest : public testing::Test {
  protected:
    Admission::Answer arrives(const std::string& address) {
        now_ += 1s;
        return admission_.arrives(address, now_);
    }
    Uptime now_{};
    Admission admission_{{.connections = 4, .per_address = 2, .refusals = 1}};
};

TEST_F(AdmissionTest, OneAddressHoldsOnlyItsShare) {
    const auto first = arrives("a"), second = arrives("a");
    EXPECT_EQ(first.verdict, welcome);
    EXPECT_EQ(second.verdict, welcome);
    for (const auto id : {first.id, second.id}) admission_.works(id);
    const auto told = arrives("a");
    EXPECT_EQ(told.verdict, full);
    EXPECT_EQ(arrives("a").verdict, closed);  // one is being told already
    EXPECT_EQ(arrives("b").verdict, welcome);
    admission_.leaves(told.id);
    EXPECT_EQ(arrives("a").verdict, full);
    admission_.leaves(second.id);
    EXPECT_EQ(arrives("a").verdict, welcome);
}

TEST_F(AdmissionTest, WhoKeepsUsWaitingAtAnAddressGivesWayToANewcomerThere) {
    const auto first = arrives("a"), second = arrives("a");
    static_cast<void>(arrives("b"));
    const auto next = arrives("a");
    EXPECT_EQ(next.verdict, welcome);
    EXPECT_EQ(next.evict, first.id);
    EXPECT_EQ(arrives("a").evict, second.id);
}

TEST_F(AdmissionTest, TheGreediestUsersOldestStreamGivesWayToANewcomerAtItsAddress) {
    Admission admission{{.connections = 9, .per_address = 4, .refusals = 1}};
    const auto streams = [&](const std::string& user, const std::string& address) {
        const auto place = admission.arrives(address, now_);
        admission.works(place.id);
        admission.streams(place.id, user);
        return place;
    };
    streams("eva", "a");
    const auto oldest = streams("ana", "a"), newer = streams("ana", "a");
    streams("luis", "a");
    streams("ana", "b");
    EXPECT_EQ(streams("mario", "a").evict, oldest.id);
    const auto last = streams("rosa", "a");
    EXPECT_EQ(last.verdict, full) << "everybody has one: nobody's only stream is taken";
    admission.leaves(newer.id);
    EXPECT_EQ(streams("rosa", "a").verdict, welcome);
}

TEST_F(AdmissionTest, WhenAllPlacesAreTakenTheOneThatKeepsUsWaitingLongestGivesWay) {
    const auto first = arrives("a"), second = arrives("b"), third = arrives("c"),
               fourth = arrives("d");
    admission_.works(first.id);
    admission_.waits(second.id, now_ + 1s);  // it spoke a moment ago
    const auto next = arrives("e");
    EXPECT_EQ(next.verdict, welcome);
    EXPECT_EQ(next.evict, third.id);
    EXPECT_EQ(admission_.connections(), 4u);
    EXPECT_EQ(arrives("f").evict, fourth.id);
}

TEST_F(AdmissionTest, NobodyWhoIsBeingAnsweredGivesWay) {
    for (const auto* address : {"a", "b", "c", "d"}) admission_.works(arrives(address).id);
    const auto late = arrives("e");
    EXPECT_EQ(late.verdict, full);
    EXPECT_FALSE(late.evict);
    EXPECT_EQ(admission_.connections(), 4u);
}

TEST_F(AdmissionTest, AnEvictedConnectionThatLeavesFreesNothingTwice) {
    const auto first = arrives("a");
    for (const auto* address : {"b", "c", "d", "e"}) static_cast<void>(arrives(address));
    admission_.leaves(first.id);
    EXPECT_EQ(admission_.connections(), 4u);
    EXPECT_EQ(arrives("a").verdict, welcome);
    EXPECT_EQ(arrives("a").verdict, welcome);
}

}  // namespace
}  // namespace sealwarden::console
