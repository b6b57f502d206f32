#include "bench/modbus/serial_cycle.hpp"

#include <fmt/format.h>

#include <atomic>

#include "drivers/modbus/bus.hpp"
#include "drivers/modbus/now.hpp"
#include "drivers/modbus/serial_timing.hpp"
#include "tests/support/modbus_site.hpp"
#include "tests/support/serial_slave.hpp"

namespace sealwarden::bench {
namespace {

using namespace std::chrono_literals;

constexpr int baud = 19'200;
constexpr unsigned units = 16, dead = 2, inputs = 16;
constexpr double stated_cycle_ms = 174;

// A transaction takes at least: 8 characters of request, the silence by which the slave knows its
// end, 7 characters of answer, the silence before the next request. A character is 11 bits.
constexpr auto transaction = modbus::wire_time(8 + 7, baud) + 2 * modbus::frame_silence(baud);

double milliseconds(std::chrono::microseconds time) {
    return static_cast<double>(time.count()) / 1000;
}

}  // namespace

Figure serial_cycle(std::chrono::seconds duration) {
    std::atomic<std::uint64_t> living{0}, silent{0};
    test::SerialSlave slave{
        baud, [&](const test::Asked& asked) {
            if (asked.unit > units - dead) {
                ++silent;
                return test::Reply{};
            }
            ++living;
            return test::at_once(test::good_answer(asked, test::Framing::rtu,
                                                   [](auto, auto) { return std::uint16_t{0}; }));
        }};
    slave.start();
    // Due all the time, so that the line is never idle.
    const auto profile = test::row_profile(Table::discrete_input, inputs);
    modbus::BusOptions bus{.id = "line", .devices = {}, .confirm_after_silence = true};
    for (unsigned unit = 1; unit <= units; ++unit)
        bus.devices.push_back(test::device("io" + std::to_string(unit),
                                           static_cast<std::uint8_t>(unit), profile, 50ms));
    // No parity, for a pseudo-terminal has none; the second stop bit takes its place on the wire.
    const modbus::SerialLine line{
        {.path = slave.path(), .baud = baud, .parity = modbus::Parity::none, .stop_bits = 2},
        std::move(bus),
        [](const auto&) {}};

    const modbus::Waker nobody;
    (void)nobody.wait(5s);  // until the dead are known to be dead
    const auto begin = modbus::now();
    const auto living_before = living.load();
    const auto silent_before = silent.load();
    (void)nobody.wait(duration);
    const auto time = modbus::now() - begin;
    const auto rounds =
        static_cast<double>(living - living_before) / static_cast<double>(units - dead);
    const double cycle = milliseconds(time) / rounds;
    const double least = milliseconds(transaction) * (units - dead);
    const double ratio = cycle / stated_cycle_ms;
    const auto violations = slave.silence_violations();
    return {
        .name = "5-serial-cycle",
        .sentence = fmt::format(
            "RTU at 19,200 baud, 16 units of which 2 dead: the living are read every {:.1f} ms, "
            "{:.3f} of the stated 174 ms (at most 1.1; {:.3f} of 14 x {:.2f} ms), dead units "
            "asked {} times in {} s, {} silence violations in {} requests (at most 0)",
            cycle, ratio, cycle / least, milliseconds(transaction), silent - silent_before,
            duration.count(), violations, slave.requests()),
        .json = fmt::format("\"cycle_ms\":{:.2f},\"ratio\":{:.4f},\"ratio_of_least\":{:.4f},"
                            "\"dead_requests\":{},\"silence_violations\":{},\"requests\":{}",
                            cycle, ratio, cycle / least, silent - silent_before, violations,
                            slave.requests()),
        .good = ratio <= 1.1 && violations == 0};
}

}  // namespace sealwarden::bench
