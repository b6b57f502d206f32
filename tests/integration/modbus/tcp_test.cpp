// TcpBuses against foreign devices: pymodbus and npm's modbus-serial.
#include <gtest/gtest.h>

#include <atomic>

#include "tests/integration/modbus/peer.hpp"
#include "tests/integration/modbus/watcher.hpp"
#include "tests/support/modbus_device.hpp"
#include "tests/support/modbus_site.hpp"

namespace sealwarden::test {
namespace {

using namespace std::chrono_literals;
using modbus::TcpBuses;

const std::string peers = SEALWARDEN_SOURCE_DIR "/tests/peers/";

TcpBuses::Endpoint endpoint(const std::string& host, std::uint16_t port,
                            std::vector<modbus::DeviceOptions> devices) {
    return {.tcp = {.host = host, .port = port}, .bus = bus("tcp-" + devices.front().id, devices)};
}

// Two units: bits of one table, registers of the other.
std::vector<modbus::DeviceOptions> two_units() {
    return {device("bits", 1, row_profile(Table::discrete_input, 20), 50ms),
            device("words", 2, row_profile(Table::holding_register, 10, 30), 50ms)};
}

void expect_two_units(Watcher& watcher) {
    ASSERT_TRUE(watcher.reads("bits.online", true));  // else each line below waits as long
    EXPECT_TRUE(watcher.reads("bits.p0", true));
    EXPECT_TRUE(watcher.reads("bits.p1", false));
    EXPECT_TRUE(watcher.reads("bits.p18", true));
    EXPECT_TRUE(watcher.reads("words.p0", std::int64_t{2'030}));
    EXPECT_TRUE(watcher.reads("words.p9", std::int64_t{2'039}));
}

TEST(ModbusTcp, ReadsPymodbus) {
    const auto port = free_port();
    const Peer peer{{peers + "pymodbus_device.py", "tcp", std::to_string(port)}};
    Watcher watcher;
    const TcpBuses buses{{endpoint("127.0.0.1", port, two_units())}, watcher.tick_sink()};
    expect_two_units(watcher);
}

// What does not fit into one answer comes in several; pymodbus cuts it as the specification says.
TEST(ModbusTcp, ReadsAnIdentificationOfSeveralAnswers) {
    const auto port = free_port();
    const Peer peer{{peers + "pymodbus_device.py", "tcp", std::to_string(port), "talkative"}};
    auto profile = *row_profile(Table::holding_register, 1, 30);
    profile.read_device_identification = true;
    Watcher watcher;
    const TcpBuses buses{
        {endpoint("127.0.0.1", port,
                  {device("words", 2, std::make_shared<const Profile>(profile), 100ms)})},
        watcher.tick_sink()};
    EXPECT_TRUE(watcher.reads("words.identity", "vendor=pymodbus;product=" + std::string(120, 'P') +
                                                    ";revision=" + std::string(120, 'R')))
        << watcher.report_of("words").identity;
}

TEST(ModbusTcp, ReadsModbusSerial) {
    const auto port = free_port();
    const Peer peer{{"node", peers + "modbus_serial_device.js", std::to_string(port)}};
    Watcher watcher;
    const TcpBuses buses{{endpoint("127.0.0.1", port, two_units())}, watcher.tick_sink()};
    expect_two_units(watcher);
}

TEST(ModbusTcp, FindsAnEndpointByItsName) {
    const auto port = free_port();
    const Peer peer{{peers + "pymodbus_device.py", "tcp", std::to_string(port)}};
    Watcher watcher;
    const TcpBuses buses{{endpoint("localhost", port, two_units())}, watcher.tick_sink()};
    EXPECT_TRUE(watcher.reads("words.p0", std::int64_t{2'030}));
}

TEST(ModbusTcp, ANameThatNobodyKnowsIsSaidAndHoldsNobodyUp) {
    const auto port = free_port();
    const Peer peer{{peers + "pymodbus_device.py", "tcp", std::to_string(port)}};
    Watcher watcher;
    const auto nowhere = device("nowhere", 1, row_profile(Table::coil, 1), 50ms);
    const TcpBuses buses{{endpoint("no-such-host.invalid", 502, {nowhere}),
                          endpoint("127.0.0.1", port, two_units())},
                         watcher.tick_sink()};
    EXPECT_TRUE(watcher.reads("words.p0", std::int64_t{2'030}));
    EXPECT_TRUE(watcher.fails("nowhere.p0", Fault::port_gone));
    EXPECT_TRUE(watcher.says("nowhere", "cannot resolve no-such-host.invalid"));
}

TEST(ModbusTcp, AnEndpointThatIsNotThereIsPortGoneUntilItComes) {
    const auto port = free_port();
    Watcher watcher;
    const TcpBuses buses{{endpoint("127.0.0.1", port, two_units())}, watcher.tick_sink()};
    EXPECT_TRUE(watcher.fails("words.p0", Fault::port_gone));
    EXPECT_TRUE(watcher.says("words", "cannot connect: Connection refused"));
    const Peer peer{{peers + "pymodbus_device.py", "tcp", std::to_string(port)}};
    expect_two_units(watcher);
    EXPECT_TRUE(watcher.until([&] { return watcher.device_report("words").last_error.empty(); }));
}

TEST(ModbusTcp, EndsAtOnceWhileNothingIsDue) {
    Watcher watcher;
    const auto begin = std::chrono::steady_clock::now();
    {
        const auto rare = device("rare", 1, row_profile(Table::coil, 1), 60s);
        const TcpBuses buses{{endpoint("127.0.0.1", free_port(), {rare})}, watcher.tick_sink()};
        EXPECT_TRUE(watcher.fails("rare.p0", Fault::port_gone));
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

// A wake-up for nothing is what a fast poll of a lone device cannot afford: one when it is due, one
// when the answer is there. The time-out of an answer that came is no reason to wake.
TEST(ModbusTcp, APollOfALoneDeviceWakesTwice) {
    std::atomic<std::uint64_t> asked_so_far{0};
    ModbusDevice peer{Framing::tcp, [&](const Asked& asked) {
                          ++asked_so_far;
                          return at_once(good_answer(asked, Framing::tcp,
                                                     [](auto, auto) { return std::uint16_t{1}; }));
                      }};
    peer.start();
    Watcher watcher;
    const auto lone = device("lone", 1, row_profile(Table::coil, 1), 40ms);
    const TcpBuses buses{{endpoint("127.0.0.1", peer.port(), {lone})}, watcher.tick_sink()};
    ASSERT_TRUE(watcher.reads("lone.p0", true));
    const auto turns = [&, before = buses.progress()] { return buses.progress() - before; };
    const auto polls = [&, before = asked_so_far.load()] { return asked_so_far - before; };
    ASSERT_TRUE(watcher.until([&] { return polls() >= 50; }));  // looked at with each report
    EXPECT_LE(turns(), polls() * 5 / 2);
}

}  // namespace
}  // namespace sealwarden::test
