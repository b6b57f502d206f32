// Questions from outside the poll plan, in virtual time: answered in between, and nothing follows.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>

#include "tests/drivers/fake_line.hpp"
#include "tests/drivers/fake_profiles.hpp"

namespace sealwarden::modbus {
namespace {

// 19,200 baud: a character takes 573 µs, the silence before a request 2 ms.
constexpr FakeLine::Options serial{.gap = 2'005us, .character = 573us, .drains = true};
constexpr std::uint16_t place = 48;  // nothing polls it

// Replies as they come, in the order of the questions.
class Asker {
  public:
    explicit Asker(FakeLine& line) : line_{line} {}
    std::size_t asks(Question question) {
        const auto number = replies.size();
        replies.emplace_back();
        question.done = [kept = kept_, number](Reply reply) {
            auto& replies = *kept;
            EXPECT_FALSE(replies[number]) << "answered twice";
            replies[number] = std::move(reply);
        };
        line_.poller.ask(std::move(question), line_.now);
        return number;
    }
    [[nodiscard]] Reply::Kind kind(std::size_t number) const {
        EXPECT_TRUE(replies.at(number)) << "not answered";
        return replies.at(number).value_or(Reply{}).kind;
    }

  private:
    FakeLine& line_;
    // Shared: a poller that ends answers what is still open.
    std::shared_ptr<std::deque<std::optional<Reply>>> kept_ =
        std::make_shared<std::deque<std::optional<Reply>>>();

  public:
    std::deque<std::optional<Reply>>& replies = *kept_;
};

Question registers(const std::string& device = "io", std::uint16_t count = 2) {
    return {.device = device, .table = Table::holding_register, .address = place, .count = count};
}

FakeDevice talkative() {
    auto device = door_device();
    for (std::uint16_t i = 0; i < 4; ++i)
        device.holding[place + i] = static_cast<std::uint16_t>(700 + i);
    return device;
}

class QuestionTest : public testing::Test {
  protected:
    QuestionTest() {
        device() = talkative();
        line.passes(1s);
    }
    FakeDevice& device() { return line.devices[1]; }
    FakeLine line{one_device(door_profile(), 100ms)};
    Asker asker{line};
};

TEST_F(QuestionTest, IsAnsweredBetweenThePolls) {
    const auto polls = line.exchanges;
    asker.asks(registers());
    line.passes(50ms);
    ASSERT_TRUE(asker.replies[0]);
    EXPECT_EQ(asker.replies[0]->kind, Reply::Kind::values);
    EXPECT_EQ(asker.replies[0]->values, (std::vector<std::uint16_t>{700, 701}));
    line.passes(950ms);
    EXPECT_EQ(line.exchanges, polls + 10 + 1) << "the polls are as many as ever";
    EXPECT_EQ(line.report().late_polls, 0U);
}

TEST_F(QuestionTest, BitsComeAsZeroAndOne) {
    device().discrete[17] = true;
    device().discrete[16] = device().discrete[18] = false;
    asker.asks({.device = "io", .table = Table::discrete_input, .address = 16, .count = 3});
    line.passes(50ms);
    ASSERT_TRUE(asker.replies[0]);
    EXPECT_EQ(asker.replies[0]->values, (std::vector<std::uint16_t>{0, 1, 0}));
}

TEST_F(QuestionTest, AnIdentificationComesAsItsBytes) {
    device().objects = {{0, "ab"}};
    asker.asks({.device = "io", .table = std::nullopt, .address = 0, .count = 1});
    line.passes(50ms);
    ASSERT_TRUE(asker.replies[0]);
    EXPECT_EQ(asker.replies[0]->values,
              (std::vector<std::uint16_t>{1, 1, 0, 0, 1, 0, 2, 'a', 'b'}));
}

TEST_F(QuestionTest, ANoIsHandedOnWithItsCodeAndChangesNoPoint) {
    line.readings.clear();
    auto question = registers();
    question.address = 9'000;
    asker.asks(question);
    line.passes(2s);
    ASSERT_TRUE(asker.replies[0]);
    EXPECT_EQ(asker.replies[0]->kind, Reply::Kind::refused);
    EXPECT_EQ(asker.replies[0]->exception, illegal_data_address);
    EXPECT_EQ(line.report().exceptions, 0U) << "the device's polls were not refused";
    EXPECT_EQ(line.report().last_error, "");
    for (const auto& reading : line.readings) EXPECT_EQ(reading.fault(), nullptr);
}

TEST_F(QuestionTest, OneThatIsNotAnsweredLeavesDeviceAndTimeOutAsTheyWere) {
    line.wire = [&](const Request& request, std::vector<std::uint8_t>& pdu) {
        if (request.function == Function::read_holding_registers) return Outcome::Kind::no_answer;
        pdu = device().answer(request);
        return Outcome::Kind::answer;
    };
    const auto timeout = line.report().timeout;
    asker.asks(registers());
    line.passes(2s);
    EXPECT_EQ(asker.kind(0), Reply::Kind::no_answer);
    EXPECT_EQ(line.report().timeouts, 0U);
    EXPECT_EQ(line.report().timeout, timeout);
    EXPECT_TRUE(line.report().online);
    for (const auto& reading : line.readings) EXPECT_EQ(reading.fault(), nullptr);
}

// The answer to the question comes late, and looks like an answer to the poll.
TEST_F(QuestionTest, ItsLateAnswerNeverBecomesAPointsValue) {
    Profile profile{.id = "words"};
    profile.points = {word("a", Table::holding_register, 1)};
    auto bus = one_device(profile, 100ms);
    bus.confirm_after_silence = true;
    FakeLine rtu{bus};
    rtu.devices[1].holding = {{1, 1001}, {place, 700}};
    std::deque<std::vector<std::uint8_t>> held;
    bool behind = false;
    rtu.wire = [&](const Request& request, std::vector<std::uint8_t>& pdu) {
        held.push_back(rtu.devices[1].answer(request));
        if (request.address == place && request.function == Function::read_holding_registers)
            behind = true;  // and so for ever
        if (behind && held.size() < 2) return Outcome::Kind::no_answer;
        pdu = held.front();
        held.pop_front();
        return Outcome::Kind::answer;
    };
    Asker late{rtu};
    rtu.passes(1s);
    late.asks(registers("io", 1));
    rtu.passes(30s);
    EXPECT_EQ(late.kind(0), Reply::Kind::no_answer);
    for (const auto& reading : rtu.of("io.a"))
        if (reading.value() != nullptr) EXPECT_EQ(reading.what, What{Value{std::int64_t{1001}}});
}

// And the other way round: while a poll's answer may still come, nothing alike is asked.
TEST_F(QuestionTest, APollsLateAnswerNeverAnswersAQuestion) {
    Profile profile{.id = "words"};
    profile.points = {word("a", Table::holding_register, 1)};
    auto bus = one_device(profile, 100ms);
    bus.confirm_after_silence = true;
    FakeLine rtu{bus};
    rtu.devices[1].holding = {{1, 1001}, {place, 700}};
    std::deque<std::vector<std::uint8_t>> held;
    std::size_t behind = 0;
    rtu.wire = [&](const Request& request, std::vector<std::uint8_t>& pdu) {
        held.push_back(rtu.devices[1].answer(request));
        if (held.size() <= behind) return Outcome::Kind::no_answer;
        pdu = held.front();
        held.pop_front();
        return Outcome::Kind::answer;
    };
    Asker asked{rtu};
    rtu.passes(1s);
    for (int round = 0; round < 30; ++round) {
        behind = 1 + static_cast<std::size_t>(round) % 3;
        rtu.passes(50ms + round * 7ms);
        asked.asks(registers("io", 1));
        rtu.passes(round * 13ms);
        behind = 0;  // and itself again
        held.clear();
        asked.asks(registers("io", 1));
        rtu.passes(20s);
        asked.asks(registers("io", 1));
        rtu.passes(1s);
    }
    std::size_t answered = 0;
    for (const auto& reply : asked.replies) {
        ASSERT_TRUE(reply);
        if (reply->kind != Reply::Kind::values) continue;
        EXPECT_EQ(reply->values, std::vector<std::uint16_t>{700});
        ++answered;
    }
    EXPECT_GE(answered, 30U);
}

TEST_F(QuestionTest, ASilentDeviceIsNotAskedAndSaidToBeSilent) {
    device().alive = false;
    line.passes(2s);
    const auto asked = line.exchanges;
    asker.asks(registers());
    line.passes(1us);
    EXPECT_EQ(asker.kind(0), Reply::Kind::no_answer);
    EXPECT_NE(asker.replies[0]->why.find("io is silent: does not answer"), std::string::npos);
    EXPECT_EQ(line.exchanges, asked);
}

TEST_F(QuestionTest, ALinkThatIsDownOrGoesDownAnswersAtOnce) {
    asker.asks(registers());
    line.poller.link_down(line.now, line.readings);
    EXPECT_EQ(asker.kind(0), Reply::Kind::port_gone);
    asker.asks(registers());
    EXPECT_EQ(asker.kind(1), Reply::Kind::port_gone);
}

TEST_F(QuestionTest, WhatCannotBeAskedIsSaid) {
    for (const Question& question : std::vector<Question>{
             {.device = "other", .table = Table::coil},
             {.device = "io", .table = Table::coil, .count = 0},
             {.device = "io", .table = Table::coil, .count = 2001},
             {.device = "io", .table = Table::holding_register, .count = 126},
             {.device = "io", .table = Table::holding_register, .address = 65'535, .count = 2},
             {.device = "io", .table = std::nullopt, .count = 5},
             {.device = "io", .table = std::nullopt, .address = 256}}) {
        const auto number = asker.asks(question);
        EXPECT_EQ(asker.kind(number), Reply::Kind::not_asked);
        EXPECT_FALSE(asker.replies[number].value_or(Reply{}).why.empty());
    }
    EXPECT_EQ(asker.asks({.device = "io", .table = Table::coil, .address = 63'536, .count = 2000}),
              7U);
    EXPECT_FALSE(asker.replies[7]) << "just within the limits: it waits";
}

TEST_F(QuestionTest, NoMoreAreTakenThanTheDevicesProfileAllows) {
    auto profile = door_profile();
    profile.timing.max_registers = 8;
    FakeLine small{one_device(profile, 100ms)};
    Asker asked{small};
    EXPECT_EQ(asked.asks(registers("io", 9)), 0U);
    EXPECT_EQ(asked.replies[0].value_or(Reply{}).why, "io takes 1 to 8 registers a read");
}

TEST_F(QuestionTest, TheNinthThatWaitsIsRefused) {
    for (int i = 0; i < 9; ++i) asker.asks(registers());
    EXPECT_EQ(asker.kind(8), Reply::Kind::not_asked);
    line.passes(1s);
    for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(asker.kind(i), Reply::Kind::values);
}

TEST_F(QuestionTest, ThoseThatWaitAreAnsweredWhenTheBusEnds) {
    Asker asked{line};
    {
        Poller poller{one_device(door_profile(), 100ms), line.now};
        poller.ask({.device = "io",
                    .table = Table::coil,
                    .done = [&](Reply reply) { asked.replies.emplace_back(std::move(reply)); }},
                   line.now);
        EXPECT_TRUE(asked.replies.empty());
    }
    EXPECT_EQ(asked.kind(0), Reply::Kind::not_asked);
}

// --- a line that is never idle -----------------------------------------------------------------

class BusyLineTest : public testing::Test {
  protected:
    BusyLineTest() {
        for (std::uint8_t unit = 1; unit <= 16; ++unit) line.devices[unit] = talkative();
        line.passes(5s);
    }
    static BusOptions crowded() {
        BusOptions bus{.id = "line", .confirm_after_silence = true, .character_time = 573us};
        for (unsigned unit = 1; unit <= 16; ++unit)
            bus.devices.push_back(device_of("io" + std::to_string(unit),
                                            static_cast<std::uint8_t>(unit), door_profile(), 50ms));
        return bus;
    }
    FakeLine line{crowded(), serial};
    Asker asker{line};
};

TEST_F(BusyLineTest, AQuestionWaitsForOneExchangeAtMost) {
    std::vector<Function> order;
    line.watch = [&](const Request& request) {
        order.push_back(request.function);
        if (order.size() == 1) asker.asks(registers("io3"));  // while this one is on the wire
    };
    line.passes(100ms);
    ASSERT_GE(order.size(), 2U);
    EXPECT_EQ(order[1], Function::read_holding_registers);
    EXPECT_EQ(asker.kind(0), Reply::Kind::values);
}

TEST_F(BusyLineTest, QuestionsTogetherCostATwentiethOfTheLine) {
    const auto share = [&] {
        std::chrono::microseconds spent{0};
        std::optional<Uptime> began;
        const auto start = line.now;
        line.watch = [&](const Request& request) {
            if (began) spent += line.now - *std::exchange(began, std::nullopt);
            if (request.function == Function::read_holding_registers) began = line.now;
        };
        for (int i = 0; i < 10'000; ++i) {
            asker.asks(registers("io" + std::to_string(1 + i % 16)));
            line.passes(10ms);
        }
        return std::chrono::duration<double>{spent} / (line.now - start);
    };
    const auto answered = share();
    EXPECT_LE(answered, 0.05);
    EXPECT_GE(answered, 0.03) << "it is used";
    for (auto& [unit, device] : line.devices) device.holding.clear();
    EXPECT_LE(share(), 0.05) << "refused ones count alike";
}

TEST_F(BusyLineTest, UnansweredQuestionsCostATwentiethOfAnyLine) {
    auto bus = crowded();
    for (auto& device : bus.devices) device.period = 10s;  // mostly idle
    FakeLine idle{bus, serial};
    for (std::uint8_t unit = 1; unit <= 16; ++unit) idle.devices[unit] = talkative();
    idle.wire = [&](const Request& request, std::vector<std::uint8_t>& pdu) {
        if (request.function == Function::read_holding_registers) return Outcome::Kind::no_answer;
        pdu = idle.devices[request.unit].answer(request);
        return Outcome::Kind::answer;
    };
    Asker asked{idle};
    idle.passes(5s);
    idle.busy.clear();
    idle.exchanges = 0;
    std::size_t questions = 0;
    idle.watch = [&](const Request& request) {
        questions += request.function == Function::read_holding_registers;
    };
    for (int i = 0; i < 10'000; ++i) {
        asked.asks(registers("io3"));
        idle.passes(10ms);
    }
    EXPECT_GT(questions, 10U);
    EXPECT_LE(idle.busy[3], 5s + 10 * 50ms) << "and its own ten polls";
}

TEST_F(BusyLineTest, AQuestionWhoseTurnDoesNotComeInTimeIsToldSo) {
    asker.asks(registers("io1"));
    line.passes(30ms);
    auto hurried = registers("io2");
    hurried.patience = 10ms;
    asker.asks(hurried);
    line.passes(100ms);
    EXPECT_EQ(asker.kind(0), Reply::Kind::values);
    EXPECT_EQ(asker.kind(1), Reply::Kind::not_asked);
}

// Between reading a badge and clearing it nothing else is asked.
TEST(QuestionAndHandshake, AQuestionDoesNotComeBetweenABadgeAndItsClearing) {
    Profile profile{.id = "reader"};
    profile.points = {{.name = "new", .table = Table::coil, .address = 4},
                      word("tag", Table::holding_register, 1)};
    profile.writes = {{.name = "clear", .table = Table::coil, .address = 4, .reason = "taken"}};
    profile.handshakes = {{.when = "new", .read = {"tag"}, .write = "clear", .value = 0}};
    FakeLine line{one_device(profile, 100ms)};
    auto& reader = line.devices[1];
    reader.coils[4] = false;
    reader.holding[1] = 7;
    reader.input[9] = 9;
    line.passes(500ms);
    reader.coils[4] = true;
    Asker asker{line};
    std::vector<Function> order;
    line.watch = [&](const Request& request) {
        order.push_back(request.function);
        if (order.size() == 1)
            asker.asks({.device = "io", .table = Table::input_register, .address = 9});
    };
    line.passes(60ms);
    EXPECT_EQ(order, (std::vector{Function::read_coils, Function::read_holding_registers,
                                  Function::write_single_coil, Function::read_input_registers}));
    EXPECT_EQ(asker.kind(0), Reply::Kind::values);
}

}  // namespace
}  // namespace sealwarden::modbus
