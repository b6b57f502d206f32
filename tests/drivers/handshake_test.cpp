// Readers that keep a badge until it is taken, and what a device is: identity and refusals.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/drivers/fake_line.hpp"
#include "tests/drivers/fake_profiles.hpp"

namespace sealwarden::modbus {
namespace {

// Inveo RFID-MB-10: coil 1004 says "new", registers 1000 to 1004 hold the number.
Profile inveo() {
    Profile profile{.id = "inveo"};
    profile.points = {{.name = "new", .table = Table::coil, .address = 1004},
                      {.name = "tag",
                       .table = Table::holding_register,
                       .address = 1000,
                       .registers = 5,
                       .encoding = Encoding::hex}};
    profile.writes = {{.name = "clear",
                       .table = Table::coil,
                       .address = 1004,
                       .reason = "the reader keeps a badge until it is told that it was taken"}};
    profile.handshakes = {{.when = "new", .read = {"tag"}, .write = "clear", .value = 0}};
    return profile;
}

class InveoTest : public testing::Test {
  protected:
    InveoTest() : line{one_device(inveo(), 100ms)} {
        auto& device = reader();
        device.coils[1004] = false;
        for (std::uint16_t at = 1000; at <= 1004; ++at) device.holding[at] = 0;
        line.passes(500ms);
    }
    FakeDevice& reader() { return line.devices[1]; }
    void presents(std::uint16_t number) {
        reader().holding[1004] = number;
        reader().coils[1004] = true;
    }
    [[nodiscard]] std::size_t badges() const { return line.of("io.tag").size(); }
    [[nodiscard]] std::size_t writes() {
        return static_cast<std::size_t>(
            std::count_if(reader().asked.begin(), reader().asked.end(),
                          [](const auto& one) { return one.writes(); }));
    }
    FakeLine line;
};

TEST_F(InveoTest, ABadgeIsReadSaidAndCleared) {
    EXPECT_EQ(badges(), 0U);
    presents(0x1234);
    line.passes(300ms);
    ASSERT_EQ(badges(), 1U);
    EXPECT_EQ(line.last("io.tag")->what, What{Value{"00000000000000001234"}});
    EXPECT_FALSE(reader().coils[1004]);
    EXPECT_EQ(writes(), 1U);
    EXPECT_EQ(line.last("io.new")->what, What{Value{false}});
    line.passes(10s);
    EXPECT_EQ(badges(), 1U);
}

TEST_F(InveoTest, TheSameBadgeAgainIsNews) {
    presents(0x1234);
    line.passes(300ms);
    presents(0x1234);
    line.passes(300ms);
    EXPECT_EQ(badges(), 2U);
}

TEST_F(InveoTest, NothingIsWrittenWithoutABadge) {
    line.passes(60s);
    EXPECT_EQ(writes(), 0U);
}

TEST_F(InveoTest, ABadgeWhoseReadFailsIsReadAtTheNextPeriod) {
    reader().on_asked = [&] {
        auto& asked = reader().asked.back();
        if (asked.function == Function::read_holding_registers && reader().asked.size() < 14)
            reader().lose_next = 1;
    };
    presents(7);
    line.passes(15s);
    EXPECT_EQ(badges(), 1U);
    EXPECT_EQ(writes(), 1U);
}

TEST_F(InveoTest, ARefusedClearingDoesNotRepeatTheBadge) {
    line.wire = [&](const Request& request, std::vector<std::uint8_t>& pdu) {
        pdu = reader().answer(request);
        if (request.writes()) {
            pdu = {0x85, 3};
            reader().coils[1004] = true;
        }
        return Outcome::Kind::answer;
    };
    presents(7);
    line.passes(10s);
    EXPECT_EQ(badges(), 1U);
    presents(8);
    line.passes(1s);
    EXPECT_EQ(badges(), 2U);
}

// The clearing may have worked and the same badge have come again: twice rather than never, but a
// reader whose clearing never answers does not repeat a badge for ever.
TEST_F(InveoTest, AnUnansweredClearingRepeatsTheBadgeAFewTimesAtMost) {
    line.wire = [&](const Request& request, std::vector<std::uint8_t>& pdu) {
        if (request.writes()) return Outcome::Kind::no_answer;
        pdu = reader().answer(request);
        return Outcome::Kind::answer;
    };
    presents(7);
    line.passes(60s);
    EXPECT_GE(badges(), 2U);
    EXPECT_LE(badges(), 4U);
    EXPECT_EQ(line.last("io.online")->what, What{Value{true}});
}

TEST(HandshakeTest, ABalluffMailboxIsReadAndItsFirstRegisterCleared) {
    Profile profile{.id = "balluff"};
    auto length = word("pending", Table::holding_register, 1);
    length.truths = {{0, false}, {8, true}};
    auto tag = word("tag", Table::holding_register, 7);
    tag.registers = 4;
    tag.encoding = Encoding::hex;
    profile.points = {length, tag};
    profile.writes = {
        {.name = "taken", .table = Table::holding_register, .address = 1, .reason = "mailbox"}};
    profile.handshakes = {{.when = "pending", .read = {"tag"}, .write = "taken", .value = 0}};
    FakeLine line{one_device(std::move(profile), 100ms)};
    for (std::uint16_t at = 0; at < 12; ++at) line.devices[1].holding[at] = 0;
    line.passes(500ms);
    line.devices[1].holding[7] = 0xBEEF;
    line.devices[1].holding[1] = 8;
    line.passes(300ms);
    EXPECT_EQ(line.devices[1].holding[1], 0);
    ASSERT_NE(line.last("io.tag"), nullptr);
    EXPECT_EQ(line.last("io.tag")->what, What{Value{"beef000000000000"}});
}

TEST(HandshakeTest, ALoopCounterIsEchoedPlusOneWithinItsModulo) {
    Profile profile{.id = "turck"};
    PointProfile present{.name = "present", .table = Table::input_register, .address = 2};
    present.bit = 0;
    profile.points = {present, word("counter", Table::input_register, 1),
                      word("data", Table::input_register, 12)};
    profile.writes = {{.name = "next",
                       .table = Table::holding_register,
                       .address = 0x801,
                       .reason = "loop counter"}};
    profile.handshakes = {{.when = "present",
                           .read = {"data"},
                           .write = "next",
                           .value = std::nullopt,
                           .echo = "counter",
                           .add = 1,
                           .modulo = 256}};
    FakeLine line{one_device(std::move(profile), 100ms)};
    for (std::uint16_t at = 0; at < 20; ++at) line.devices[1].input[at] = 0;
    line.devices[1].input[1] = 255;
    line.devices[1].input[12] = 99;
    line.devices[1].holding[0x801] = 77;
    line.passes(500ms);
    EXPECT_EQ(line.devices[1].holding[0x801], 77);
    line.devices[1].input[2] = 1;
    line.passes(150ms);
    EXPECT_EQ(line.devices[1].holding[0x801], 0);  // 255 + 1, modulo 256
    EXPECT_EQ(line.last("io.data")->what, What{Value{std::int64_t{99}}});
}

Profile with_identity() {
    auto profile = door_profile();
    profile.groups.push_back({.name = "identity", .period = 60s, .priority = 3});
    profile.points.push_back(word("model", Table::holding_register, 210, "identity"));
    profile.points.push_back(word("firmware", Table::holding_register, 400, "identity"));
    profile.identity = {"model", "firmware"};
    profile.read_device_identification = true;
    return profile;
}

FakeDevice identified() {
    auto device = door_device();
    device.holding = {{210, 4150}, {400, 3}};
    device.objects = {{0, "Acme"}, {1, "DI=16"}, {2, "V1.0"}};
    return device;
}

TEST(IdentityTest, ItIsReadAtConnectEveryMinuteAndAfterSilence) {
    FakeLine line{one_device(with_identity(), 100ms)};
    line.devices[1] = identified();
    line.passes(1s);
    const What expected{Value{"model=4150;firmware=3;vendor=Acme;product=DI?16;revision=V1.0"}};
    ASSERT_EQ(line.of("io.identity").size(), 1U);
    EXPECT_EQ(line.last("io.identity")->what, expected);
    EXPECT_EQ(What{Value{line.report().identity}}, expected);
    line.passes(61s);
    EXPECT_EQ(line.of("io.identity").size(), 2U);

    line.devices[1].alive = false;
    line.passes(10s);
    EXPECT_NE(line.last("io.identity")->fault(), nullptr);
    line.devices[1].holding[400] = 4;
    line.devices[1].alive = true;
    line.passes(10s);
    EXPECT_EQ(line.last("io.identity")->what,
              What{Value{"model=4150;firmware=4;vendor=Acme;product=DI?16;revision=V1.0"}});
}

// Basic, regular and extended objects, two an answer.
TEST(IdentityTest, WhatADeviceSaysBeyondTheBasicObjectsIsPartOfIt) {
    FakeLine line{one_device(with_identity(), 100ms)};
    line.devices[1] = identified();
    line.devices[1].objects = {{0, "Acme"},         {1, "DI"},   {2, "V1"},
                               {3, "acme.example"}, {4, "Door"}, {5, "M4"},
                               {6, "App"},          {128, "x"},  {255, "y"}};
    line.devices[1].objects_an_answer = 2;
    line.passes(1s);
    EXPECT_EQ(line.last("io.identity")->what,
              What{Value{"model=4150;firmware=3;vendor=Acme;product=DI;revision=V1;"
                         "vendor-url=acme.example;product-name=Door;model=M4;application=App;"
                         "object-128=x;object-255=y"}});
}

// The link breaks between two answers, and behind it is another device afterwards: its identity has
// nothing of the first one's.
TEST(IdentityTest, ADeviceSwappedBetweenTwoAnswersIsReadFromItsBeginning) {
    FakeLine line{one_device(with_identity(), 100ms)};
    line.devices[1] = identified();
    bool broken = false;
    line.watch = [&](const Request& request) {
        broken = broken ||
                 (request.function == Function::read_device_identification && request.address == 1);
    };
    while (!broken) line.passes(1ms);
    line.poller.link_down(line.now, line.readings);
    line.devices[1].objects = {{0, "Other"}, {1, "DO"}, {2, "V2"}};
    line.poller.link_up(line.now);
    line.passes(2s);
    EXPECT_EQ(line.last("io.identity")->what,
              What{Value{"model=4150;firmware=3;vendor=Other;product=DO;revision=V2"}});
}

// "More follows" without an end, or back to where it began, is not followed for ever.
TEST(IdentityTest, AnEndlessIdentificationIsNotFollowed) {
    FakeLine line{one_device(with_identity(), 100ms)};
    line.devices[1] = identified();
    line.wire = [&](const Request& request, std::vector<std::uint8_t>& pdu) {
        if (request.function == Function::read_device_identification)
            pdu = {0x2B, 0x0E, 1, 1,  0xFF, static_cast<std::uint8_t>(request.address),
                   1,    0,    1, 'a'};
        else
            pdu = line.devices[1].answer(request);
        return Outcome::Kind::answer;
    };
    line.passes(10s);
    std::size_t doors = 0, identifications = 0;
    for (const auto& request : line.devices[1].asked)
        (request.function == Function::read_device_identification ? identifications : doors)++;
    EXPECT_EQ(identifications, 1U);
    EXPECT_GE(doors, 100U);
}

TEST(IdentityTest, ADeviceWithoutIdentificationStillHasItsRegisters) {
    FakeLine line{one_device(with_identity(), 100ms)};
    line.devices[1] = identified();
    line.devices[1].objects.clear();
    line.passes(1s);
    EXPECT_EQ(line.last("io.identity")->what, What{Value{"model=4150;firmware=3"}});
}

TEST(RefusalTest, AMergedReadIsSplitUntilOnlyTheMissingPointIsRefused) {
    Profile profile{.id = "holes"};
    for (std::uint16_t at = 0; at < 8; ++at)
        profile.points.push_back(word("w" + std::to_string(at), Table::holding_register, at));
    FakeLine line{one_device(std::move(profile), 100ms)};
    for (std::uint16_t at = 0; at < 8; ++at)
        if (at != 5) line.devices[1].holding[at] = at;
    line.passes(2s);
    for (std::int64_t at = 0; at < 8; ++at) {
        const auto* said = line.last("io.w" + std::to_string(at));
        ASSERT_NE(said, nullptr);
        EXPECT_EQ(said->what, at == 5 ? What{Fault::refused} : What{Value{at}});
    }
    EXPECT_NE(line.report().last_error.find("illegal data address"), std::string::npos);

    const auto refusals = line.report().exceptions;
    line.passes(60s);
    EXPECT_EQ(line.report().exceptions, refusals);
    line.devices[1].holding[5] = 5;
    line.passes(10min);
    EXPECT_EQ(line.last("io.w5")->what, What{Value{std::int64_t{5}}});
    EXPECT_EQ(line.report().last_error, "");
}

// A device that leaves one request unanswered (it should refuse it) is not a silent device.
TEST(RefusalTest, ARequestThatIsNeverAnsweredCostsTheOthersNothing) {
    auto profile = door_profile();
    profile.points.push_back(word("odd", Table::holding_register, 900));
    FakeLine line{one_device(std::move(profile), 100ms)};
    line.devices[1] = door_device();
    line.wire = [&](const Request& request, std::vector<std::uint8_t>& pdu) {
        if (request.function == Function::read_holding_registers) return Outcome::Kind::no_answer;
        pdu = line.devices[1].answer(request);
        return Outcome::Kind::answer;
    };
    line.passes(100s);
    EXPECT_EQ(line.last("io.odd")->what, What{Fault::no_answer});
    for (const auto& reading : line.of("io.di0")) EXPECT_EQ(reading.fault(), nullptr);
    const auto online = line.of("io.online");
    for (const auto& reading : online) EXPECT_EQ(reading.what, What{Value{true}});
}

TEST(LinkTest, AnEndedConnectionIsAskedAgainAndOnlyAGoneLinkIsAFault) {
    FakeLine line{one_device(door_profile(), 100ms)};
    line.devices[1] = door_device();
    line.passes(1s);
    int ends = 1;
    line.wire = [&](const Request& request, std::vector<std::uint8_t>& pdu) {
        if (ends-- > 0) return Outcome::Kind::port_gone;
        pdu = line.devices[1].answer(request);
        return Outcome::Kind::answer;
    };
    line.passes(1s);
    EXPECT_EQ(line.last("io.di0")->what, What{Value{false}});
    for (const auto& reading : line.readings) EXPECT_EQ(reading.fault(), nullptr);

    line.poller.link_down(line.now, line.readings);
    EXPECT_EQ(line.last("io.di0")->what, What{Fault::port_gone});
    EXPECT_EQ(line.last("io.online")->what, What{Value{false}});
    EXPECT_EQ(line.poller.next(line.now + 10s), nullptr);
    line.passes(5s);
    line.poller.link_up(line.now);
    line.passes(100ms);
    EXPECT_EQ(line.last("io.di0")->what, What{Value{false}});
}

}  // namespace
}  // namespace sealwarden::modbus
