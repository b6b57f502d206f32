// Relays that a profile declares, switched between the polls, in virtual time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "tests/drivers/fake_line.hpp"
#include "tests/drivers/fake_profiles.hpp"

namespace sealwarden::modbus {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Profile with_relays() {
    auto profile = door_profile();
    profile.outputs = {
        {.name = "relay0", .table = Table::coil, .address = 16},
        {.name = "horn", .table = Table::holding_register, .address = 90, .on = 0xFF, .off = 7}};
    return profile;
}

class RelayTest : public testing::Test {
  protected:
    RelayTest() {
        device() = door_device();
        device().coils[16] = false;
        device().holding[90] = 7;
        line.passes(1s);
    }
    void orders(const std::string& output, bool on, const std::string& of = "io") {
        line.poller.set({.device = of,
                         .output = output,
                         .on = on,
                         .done = [kept = answers](bool written) { kept->push_back(written); }},
                        line.now);
    }
    [[nodiscard]] std::vector<std::tuple<Function, std::uint16_t, std::uint16_t>> writes() {
        std::vector<std::tuple<Function, std::uint16_t, std::uint16_t>> all;
        for (const auto& request : device().asked)
            if (request.writes())
                all.emplace_back(request.function, request.address, request.values.at(0));
        return all;
    }
    FakeDevice& device() { return line.devices[1]; }
    FakeLine line{one_device(with_relays(), 100ms)};
    std::shared_ptr<std::vector<bool>> answers = std::make_shared<std::vector<bool>>();
};

TEST_F(RelayTest, ACoilIsWrittenOnceAndConfirmed) {
    orders("relay0", true);
    line.passes(500ms);
    EXPECT_THAT(writes(), ElementsAre(std::tuple{Function::write_single_coil, 16, 1}));
    EXPECT_THAT(*answers, ElementsAre(true));
    EXPECT_TRUE(device().coils[16]);
}

TEST_F(RelayTest, ARegisterGetsTheValuesOfItsProfile) {
    orders("horn", true);
    line.passes(500ms);
    orders("horn", false);
    line.passes(500ms);
    EXPECT_THAT(writes(), ElementsAre(std::tuple{Function::write_single_register, 90, 0xFF},
                                      std::tuple{Function::write_single_register, 90, 7}));
}

TEST_F(RelayTest, NothingElseCanBeWritten) {
    orders("di0", true);
    orders("relay1", true);
    orders("relay0", true, "another");
    line.passes(500ms);
    EXPECT_THAT(writes(), IsEmpty());
    EXPECT_THAT(*answers, ElementsAre(false, false, false));
}

TEST_F(RelayTest, TheNewestOrderTakesThePlaceOfOneThatWaits) {
    orders("relay0", true);
    orders("relay0", false);
    line.passes(500ms);
    EXPECT_THAT(writes(), ElementsAre(std::tuple{Function::write_single_coil, 16, 0}));
    EXPECT_THAT(*answers, ElementsAre(false, true));
}

TEST_F(RelayTest, ItGoesBeforeThePollsThatAreDue) {
    line.passes(99ms);
    orders("relay0", true);
    line.passes(30ms);
    EXPECT_THAT(*answers, ElementsAre(true));
}

TEST_F(RelayTest, ASilentDeviceIsNotWrittenTo) {
    device().alive = false;
    line.passes(10s);
    orders("relay0", true);
    line.passes(1s);
    EXPECT_THAT(writes(), IsEmpty());
    EXPECT_THAT(*answers, ElementsAre(false));
}

TEST_F(RelayTest, OrdersThatAreNotAnsweredCostThePollsASecondEachAtMost) {
    device().on_asked = [&] {
        if (device().asked.back().writes()) device().lose_next = 1;
    };
    const auto before = line.exchanges;
    for (int i = 0; i < 100; ++i) {
        orders("relay0", true);
        line.passes(100ms);
    }
    EXPECT_LE(writes().size(), 11u) << "ten seconds";
    EXPECT_GE(line.exchanges - before, 90u) << "of a hundred polls";
    EXPECT_NE(line.last("io.di0")->value(), nullptr) << "and says nothing of the points";
}

TEST_F(RelayTest, WhatWaitsWhenTheLinkGoesIsAnswered) {
    orders("relay0", true);
    line.poller.link_down(line.now, line.readings);
    EXPECT_THAT(*answers, ElementsAre(false));
}

}  // namespace
}  // namespace sealwarden::modbus
