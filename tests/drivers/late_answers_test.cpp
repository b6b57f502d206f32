// The trap of RTU: nothing in an answer says which request it answers. Devices here hold answers
// back and give them to later requests, with right checksums; no value may come of that.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>

#include "drivers/modbus/stragglers.hpp"
#include "tests/drivers/fake_line.hpp"
#include "tests/drivers/fake_profiles.hpp"

namespace sealwarden::modbus {
namespace {

using Bytes = std::vector<std::uint8_t>;

// Two single registers far apart, alike to the eye: value 1,000 + address.
Profile twins() {
    Profile profile{.id = "twins"};
    profile.points = {word("a", Table::holding_register, 1),
                      word("b", Table::holding_register, 40)};
    return profile;
}

FakeDevice twin_device() {
    FakeDevice device;
    device.holding = {{1, 1001}, {40, 1040}};
    return device;
}

BusOptions confirming(Profile profile) {
    auto bus = one_device(std::move(profile), 100ms);
    bus.confirm_after_silence = true;
    return bus;
}

// Keeps answers back: a request is answered by the oldest answer not given yet, `behind` late.
struct Late {
    FakeLine& line;
    std::size_t behind = 0;
    std::deque<Bytes> held{};

    void install() {
        line.wire = [this](const Request& request, Bytes& pdu) {
            held.push_back(line.devices[request.unit].answer(request));
            if (held.size() <= behind) return Outcome::Kind::no_answer;
            pdu = held.front();
            held.pop_front();
            return Outcome::Kind::answer;
        };
    }
    // As a device that was slow, and is itself again: what it still holds is lost.
    void heals() {
        behind = 0;
        held.clear();
    }
};

void expect_no_wrong_value(const FakeLine& line) {
    for (const auto& reading : line.readings) {
        if (reading.value() == nullptr || !std::holds_alternative<std::int64_t>(*reading.value()))
            continue;
        const std::int64_t right = reading.point == PointId{"io.a"} ? 1001 : 1040;
        EXPECT_EQ(std::get<std::int64_t>(*reading.value()), right) << reading.point.name();
    }
}

// First, that the trap is one: without the confirmation wrong values come for ever.
TEST(LateAnswersTest, WithoutMindingThemOneLateAnswerShiftsAllValues) {
    FakeLine line{one_device(twins(), 100ms)};
    line.devices[1] = twin_device();
    Late late{line};
    late.install();
    line.passes(1s);
    late.behind = 1;
    line.passes(10s);
    bool wrong = false;
    for (const auto& reading : line.of("io.a"))
        wrong = wrong || reading.what == What{Value{std::int64_t{1040}}};
    EXPECT_TRUE(wrong);
}

TEST(LateAnswersTest, AnswersOneTwoOrThreeExchangesLateNeverBecomeValues) {
    for (std::size_t behind = 1; behind <= Stragglers::depth; ++behind) {
        FakeLine line{confirming(twins())};
        line.devices[1] = twin_device();
        Late late{line};
        late.install();
        line.passes(1s);
        late.behind = behind;
        line.passes(100s);
        expect_no_wrong_value(line);
        late.heals();
        line.passes(15s);
        expect_no_wrong_value(line);
        EXPECT_EQ(line.last("io.a")->what, What{Value{std::int64_t{1001}}}) << behind;
        EXPECT_EQ(line.last("io.b")->what, What{Value{std::int64_t{1040}}}) << behind;
    }
}

TEST(LateAnswersTest, ADeviceThatFallsBehindAndCatchesUpAtRandomGivesNoWrongValue) {
    for (unsigned seed = 0; seed < 50; ++seed) {
        std::mt19937 random{seed};
        FakeLine line{confirming(twins())};
        line.devices[1] = twin_device();
        Late late{line};
        late.install();
        for (int step = 0; step < 100; ++step) {
            line.passes(std::chrono::milliseconds{random() % 2000});
            if (random() % 2 == 0)
                late.behind = random() % (Stragglers::depth + 1);
            else
                late.heals();
        }
        expect_no_wrong_value(line);
        late.heals();
        line.passes(20s);
        EXPECT_EQ(line.last("io.a")->what, What{Value{std::int64_t{1001}}}) << "seed " << seed;
    }
}

// Two retries of one read leave two equal answers behind: reading twice alike would believe them.
TEST(LateAnswersTest, EqualLateAnswersDoNotConfirmEachOther) {
    Stragglers late;
    const Request b{.unit = 1, .address = 40, .count = 1};
    const Request a{.unit = 1, .address = 1, .count = 1};
    late.asked(b);
    late.asked(b);
    EXPECT_FALSE(late.tells(a, false));
    const auto marker = late.marker(a, {});
    ASSERT_TRUE(marker);
    EXPECT_TRUE(late.tells(*marker, true));
    EXPECT_FALSE(marker->writes());
}

TEST(LateAnswersTest, AnIgnoredMarkerDoesNotMakeADeviceUnreadable) {
    FakeLine line{confirming(twins())};
    line.devices[1] = twin_device();
    line.wire = [&](const Request& request, Bytes& pdu) {
        if (request.function != Function::read_holding_registers) return Outcome::Kind::no_answer;
        auto& device = line.devices[1];
        pdu = device.answer(request);
        return device.lose_next > 0 && device.lose_next-- > 0 ? Outcome::Kind::no_answer
                                                              : Outcome::Kind::answer;
    };
    line.passes(1s);
    for (int i = 0; i < 10; ++i) {
        line.devices[1].lose_next = 1;
        line.passes(30s);
        EXPECT_EQ(line.last("io.a")->what, What{Value{std::int64_t{1001}}});
    }
    expect_no_wrong_value(line);
}

// Everything at once, seeded: lost, late, cut, foreign, mutated and doubled answers. Data bytes of
// a frame that fits its question cannot be told from true ones, so damage here is to what can be
// told.
TEST(LateAnswersTest, AHostileDeviceGetsNoWrongValueInTwoHundredThousandExchanges) {
    FakeLine line{confirming(twins())};
    line.devices[1] = twin_device();
    std::mt19937 random{20260101};
    std::deque<Bytes> held;
    line.wire = [&](const Request& request, Bytes& pdu) {
        held.push_back(line.devices[1].answer(request));
        if (held.size() > Stragglers::depth) held.pop_front();
        const auto luck = random() % 100;
        if (luck < 5) return Outcome::Kind::no_answer;  // late: the next request may get it
        if (luck < 8) {
            held.pop_back();
            return Outcome::Kind::no_answer;  // lost
        }
        if (luck < 10) return Outcome::Kind::bad_frame;
        if (luck < 90) held = {held.back()};  // on time, and what was before is lost
        pdu = held.front();
        held.pop_front();
        if (luck == 10) pdu[0] = static_cast<std::uint8_t>(random());
        if (luck == 11) pdu.resize(random() % pdu.size());
        if (luck == 12) pdu.resize(pdu.size() + 1 + random() % 20);
        if (luck == 13) pdu[1] = static_cast<std::uint8_t>(pdu[1] + 1 + random() % 255);
        if (luck == 14) pdu = {0x83, static_cast<std::uint8_t>(random() % 12)};
        return Outcome::Kind::answer;
    };
    std::size_t values = 0;
    while (line.exchanges < 200'000) {
        line.passes(100s);
        expect_no_wrong_value(line);
        for (const auto& reading : line.readings) values += reading.value() != nullptr;
        line.readings.clear();
    }
    EXPECT_GT(values, 1000U);
}

}  // namespace
}  // namespace sealwarden::modbus
