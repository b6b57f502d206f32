// Devices that answer late, wrongly, in pieces or not at all: never a wrong value, the others do
// not notice, and the link recovers by itself.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>

#include "tests/integration/modbus/watcher.hpp"
#include "tests/support/modbus_device.hpp"
#include "tests/support/modbus_site.hpp"

namespace sealwarden::test {
namespace {

using namespace std::chrono_literals;
using modbus::TcpBuses;

constexpr auto ceiling = 200ms;  // of an answer
constexpr unsigned registers = 4;

std::uint16_t holds(std::uint8_t unit, std::uint16_t address) {
    return static_cast<std::uint16_t>(1'000 * unit + 7 * address + 3);
}

std::uint16_t lies(std::uint8_t, std::uint16_t) {
    return 0xDEAD;
}

// A good answer, spoiled.
struct Trick {
    std::string name;
    Framing framing;
    std::function<Reply(const Asked&, Framing)> play;
    bool is_good = false;  // spoiled only in its manner: its value may be believed
};
void PrintTo(const Trick& trick, std::ostream* out) {
    *out << trick.name;
}

Reply truth(const Asked& asked, Framing framing) {
    return at_once(good_answer(asked, framing, holds));
}

// An answer that would read 0xDEAD, with one byte turned.
std::function<Reply(const Asked&, Framing)> lie_with(std::size_t at, std::uint8_t mask) {
    return [=](const Asked& asked, Framing framing) {
        auto frame = good_answer(asked, framing, lies);
        frame[at] = static_cast<std::uint8_t>(frame[at] ^ mask);
        return at_once(std::move(frame));
    };
}

std::function<Reply(const Asked&, Framing)> exception(std::uint8_t code) {
    return [=](const Asked& asked, Framing framing) {
        const std::array<std::uint8_t, 2> pdu{static_cast<std::uint8_t>(asked.function | 0x80),
                                              code};
        return at_once(framed(asked, framing, pdu));
    };
}

Reply late(const Asked& asked, Framing framing) {
    return {.pieces = {{.after = ceiling + 20ms, .bytes = good_answer(asked, framing, lies)}}};
}

Reply byte_by_byte(const Asked& asked, Framing framing) {
    Reply reply;
    for (const auto byte : good_answer(asked, framing, holds))
        reply.pieces.push_back({.after = 1ms, .bytes = {byte}});
    return reply;
}

Reply drip(const Asked& asked, Framing framing) {
    Reply reply;
    for (const auto byte : good_answer(asked, framing, lies))
        reply.pieces.push_back({.after = ceiling / 3, .bytes = {byte}});
    return reply;
}

Reply too_short(const Asked& asked, Framing framing) {
    auto frame = good_answer(asked, framing, lies);
    frame.pop_back();
    return at_once(std::move(frame));
}

Reply twice(const Asked& asked, Framing framing) {
    auto frame = good_answer(asked, framing, lies);
    const auto again = frame;
    frame.insert(frame.end(), again.begin(), again.end());
    return at_once(std::move(frame));
}

Reply fewer(const Asked& asked, Framing framing) {
    auto other = asked;
    --other.count;
    return at_once(good_answer(other, framing, lies));
}

Reply silent(const Asked&, Framing) {
    return {};
}

Reply reset(const Asked&, Framing) {
    return {.pieces = {}, .reset = true};
}

Reply reset_in_the_middle(const Asked& asked, Framing framing) {
    auto reply = too_short(asked, framing);
    reply.reset = true;
    return reply;
}

std::vector<Trick> tricks() {
    std::vector<Trick> list{
        {"Late", Framing::tcp, late},
        {"ByteByByte", Framing::tcp, byte_by_byte, true},
        {"Drip", Framing::tcp, drip},
        {"WrongTransaction", Framing::tcp, lie_with(1, 0x40)},
        {"Protocol9", Framing::tcp, lie_with(3, 9)},
        {"LengthTooShort", Framing::tcp, lie_with(5, 1)},
        {"LengthTooLong", Framing::tcp, lie_with(4, 0xFF)},
        {"LengthZero", Framing::tcp, lie_with(5, 11)},
        {"ForeignUnit", Framing::tcp, lie_with(6, 0x44)},
        {"WrongFunction", Framing::tcp, lie_with(7, 0x07)},
        {"WrongByteCount", Framing::tcp, lie_with(8, 0x02)},
        {"FewerRegisters", Framing::tcp, fewer},
        {"TooShort", Framing::tcp, too_short},
        {"Twice", Framing::tcp, twice},
        {"Silent", Framing::tcp, silent},
        {"Reset", Framing::tcp, reset},
        {"ResetInTheMiddle", Framing::tcp, reset_in_the_middle},
        {"DeviceFailure", Framing::tcp, exception(4)},
        {"DeviceBusy", Framing::tcp, exception(6)},
        {"UnknownException", Framing::tcp, exception(77)},
        {"RtuLate", Framing::rtu, late},
        {"RtuByteByByte", Framing::rtu, byte_by_byte, true},
        {"RtuForeignUnit", Framing::rtu, lie_with(0, 0x44)},
        {"RtuWrongFunction", Framing::rtu, lie_with(1, 0x07)},
        {"RtuWrongByteCount", Framing::rtu, lie_with(2, 0x02)},
        {"RtuFewerRegisters", Framing::rtu, fewer},
        {"RtuTooShort", Framing::rtu, too_short},
        {"RtuSilent", Framing::rtu, silent},
        {"RtuReset", Framing::rtu, reset},
    };
    for (std::size_t byte = 0; byte < 3 + 2 * registers + 2; ++byte)
        list.push_back(
            {"RtuCorruptedByte" + std::to_string(byte), Framing::rtu, lie_with(byte, 0x10)});
    return list;
}

// Every trick at once, each by a device of its own behind a connection of its own, and a healthy
// device among them: each test waits for its own to recover, and most have by then.
class Scene {
  public:
    Scene() {
        std::vector<TcpBuses::Endpoint> endpoints;
        const auto profile = row_profile(Table::holding_register, registers, 0, ceiling);
        const auto add = [&](const std::string& id, std::uint8_t unit, Framing framing,
                             ModbusDevice::AnswerWith answer) {
            peers_.push_back(std::make_unique<ModbusDevice>(framing, std::move(answer)));
            peers_.back()->start();
            auto watched = bus(id, {device(id, unit, profile, 50ms)});
            watched.confirm_after_silence = framing == Framing::rtu;
            watched.timeout_floor = ceiling;
            endpoints.push_back({.tcp = {.host = "127.0.0.1",
                                         .port = peers_.back()->port(),
                                         .rtu_framing = framing == Framing::rtu},
                                 .bus = std::move(watched)});
        };
        // A trick is played on requests 5 to 7, when time-outs have been learnt.
        for (const auto& trick : tricks())
            add(trick.name, 1, trick.framing, [trick](const Asked& asked) {
                return asked.number >= 5 && asked.number < 8 ? trick.play(asked, trick.framing)
                                                             : truth(asked, trick.framing);
            });
        add("healthy", 2, Framing::tcp,
            [](const Asked& asked) { return truth(asked, Framing::tcp); });
        buses_ = std::make_unique<TcpBuses>(std::move(endpoints), watcher.tick_sink());
    }

    Watcher watcher;

  private:
    std::vector<std::unique_ptr<ModbusDevice>> peers_;
    std::unique_ptr<TcpBuses> buses_;
};

class HostileDevice : public testing::TestWithParam<Trick> {
  protected:
    static void SetUpTestSuite() { scene = std::make_unique<Scene>(); }
    static void TearDownTestSuite() { scene.reset(); }
    static inline std::unique_ptr<Scene> scene;
};

TEST_P(HostileDevice, NeverBecomesAValueNorDisturbsOthersAndRecovers) {
    const auto& trick = GetParam();
    auto& watcher = scene->watcher;
    ASSERT_TRUE(watcher.until([&] { return watcher.device_report(trick.name).exchanges > 20; }))
        << "it recovers: " << watcher.report_of(trick.name).last_error;
    EXPECT_TRUE(watcher.until([&] { return watcher.device_report("healthy").exchanges > 20; }));

    std::size_t values_seen = 0;
    for (const auto& [point, values] : watcher.values()) {
        const bool own = point.device() == trick.name;
        if (point.point() == online_point || (!own && point.device() != "healthy")) continue;
        const auto address = static_cast<std::uint16_t>(point.point().back() - '0');
        const Value expected{std::int64_t{holds(own ? 1 : 2, address)}};
        for (const auto& value : values) EXPECT_EQ(value, expected) << point.name();
        values_seen += values.size();
    }
    EXPECT_GE(values_seen, 2 * registers);
    const auto good = watcher.report_of("healthy");
    EXPECT_EQ(good.timeouts + good.bad_answers + good.exceptions, 0U);
    const auto bad = watcher.report_of(trick.name);
    if (trick.is_good) EXPECT_EQ(bad.timeouts + bad.bad_answers, 0U);
}

INSTANTIATE_TEST_SUITE_P(Modbus, HostileDevice, testing::ValuesIn(tricks()),
                         [](const auto& test) { return test.param.name; });

// A half-open connection: the device has gone without a word, its address answers nothing.
TEST(ModbusTcp, ADeviceThatFallsSilentForGoodIsUnknownAfterItsTimeOut) {
    std::atomic<bool> dead{false};
    ModbusDevice peer{Framing::tcp, [&](const Asked& asked) {
                          return dead ? Reply{} : truth(asked, Framing::tcp);
                      }};
    peer.start();
    const auto profile = row_profile(Table::holding_register, registers, 0, ceiling);
    Watcher watcher;
    const TcpBuses buses{{{.tcp = {.host = "127.0.0.1", .port = peer.port()},
                           .bus = bus("b", {device("h", 1, profile, 20ms)})}},
                         watcher.tick_sink()};
    ASSERT_TRUE(watcher.reads("h.p0", std::int64_t{holds(1, 0)}));
    dead = true;
    EXPECT_TRUE(watcher.fails("h.p0", Fault::no_answer));
    EXPECT_TRUE(watcher.reads("h.online", false));
    dead = false;
    EXPECT_TRUE(watcher.reads("h.p0", std::int64_t{holds(1, 0)}));
    EXPECT_TRUE(watcher.reads("h.online", true));
}

// A host that is switched off: what goes there is lost, and no reset comes back. A listener whose
// queue is full does the same on loopback.
TEST(ModbusTcp, AnEndpointThatAnswersNoConnectionIsSaidAndHoldsNobodyUp) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const place = reinterpret_cast<sockaddr*>(&address);
    ASSERT_EQ(::bind(listener, place, length), 0);
    ASSERT_EQ(::listen(listener, 0), 0);
    ASSERT_EQ(::getsockname(listener, place, &length), 0);
    std::array<int, 4> queue{};
    for (auto& waiting : queue) {
        waiting = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        (void)::connect(waiting, place, length);
    }
    ModbusDevice peer{Framing::tcp, [](const Asked& asked) { return truth(asked, Framing::tcp); }};
    peer.start();
    const auto profile = row_profile(Table::holding_register, registers, 0, ceiling);
    Watcher watcher;
    const TcpBuses buses{{{.tcp = {.host = "127.0.0.1", .port = ntohs(address.sin_port)},
                           .bus = bus("off", {device("off", 1, profile, 20ms)})},
                          {.tcp = {.host = "127.0.0.1", .port = peer.port()},
                           .bus = bus("on", {device("on", 2, profile, 20ms)})}},
                         watcher.tick_sink()};
    EXPECT_TRUE(watcher.fails("off.p0", Fault::port_gone));
    EXPECT_TRUE(watcher.reads("on.p0", std::int64_t{holds(2, 0)}));
    EXPECT_TRUE(watcher.says("off", "no connection within 3 s"));
    for (const auto waiting : queue) ::close(waiting);
    ::close(listener);
}

TEST(ModbusTcp, TwentyLinksThatBreakTogetherAllComeBack) {
    std::atomic<bool> broken{false};
    ModbusDevice peer{Framing::tcp, [&](const Asked& asked) {
                          return broken ? Reply{.pieces = {}, .reset = true}
                                        : truth(asked, Framing::tcp);
                      }};
    peer.start();
    const auto profile = row_profile(Table::holding_register, registers, 0, ceiling);
    std::vector<TcpBuses::Endpoint> endpoints;
    for (int i = 0; i < 20; ++i) {
        const auto id = "d" + std::to_string(i);
        endpoints.push_back({.tcp = {.host = "127.0.0.1", .port = peer.port()},
                             .bus = bus(id, {device(id, 1, profile, 50ms)})});
    }
    Watcher watcher;
    const TcpBuses buses{endpoints, watcher.tick_sink()};
    const auto all = [&](const Value& value) {
        for (int i = 0; i < 20; ++i)
            if (!watcher.reads("d" + std::to_string(i) + ".online", value)) return false;
        return true;
    };
    EXPECT_TRUE(all(true));
    broken = true;
    EXPECT_TRUE(all(false));
    broken = false;
    EXPECT_TRUE(all(true));
}

}  // namespace
}  // namespace sealwarden::test
