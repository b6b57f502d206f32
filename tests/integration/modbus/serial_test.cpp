// SerialLine on pseudo-terminals: pymodbus behind socat, and slaves of our own that keep the byte
// timing of a real line. Pseudo-terminals have no parity, so every line here has none.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include "tests/integration/modbus/peer.hpp"
#include "tests/integration/modbus/watcher.hpp"
#include "tests/support/modbus_site.hpp"
#include "tests/support/serial_slave.hpp"
#include "tests/support/temporary_directory.hpp"

namespace sealwarden::test {
namespace {

using namespace std::chrono_literals;
using modbus::BusOptions;
using modbus::SerialLine;
using modbus::SerialOptions;

const std::string peers = SEALWARDEN_SOURCE_DIR "/tests/peers/";

SerialOptions on(const std::string& path) {
    return {.path = path, .baud = 19'200, .parity = modbus::Parity::none, .stop_bits = 2};
}

BusOptions line_of(std::vector<modbus::DeviceOptions> devices) {
    auto options = bus("line", std::move(devices));
    options.confirm_after_silence = true;
    return options;
}

std::uint16_t holds(std::uint8_t unit, std::uint16_t address) {
    return static_cast<std::uint16_t>(1'000 * unit + address);
}

Reply truth(const Asked& asked) {
    return at_once(good_answer(asked, Framing::rtu, holds));
}

// Two ends of one line.
class Socat {
  public:
    explicit Socat(const TemporaryDirectory& folder)
        : ours{folder.path() / "ours"},
          theirs{folder.path() / "theirs"},
          peer_{{"socat", "pty,raw,echo=0,link=" + ours, "pty,raw,echo=0,link=" + theirs}} {
        EXPECT_TRUE(appears(ours));
        EXPECT_TRUE(appears(theirs));
    }
    std::string ours, theirs;

  private:
    Peer peer_;
};

class Line : public testing::Test {
  protected:
    TemporaryDirectory folder;
    Watcher watcher;
};

TEST_F(Line, ReadsPymodbus) {
    const Socat socat{folder};
    const Peer slave{{peers + "pymodbus_device.py", "rtu", socat.theirs}};
    auto profile = *row_profile(Table::holding_register, 10, 30);
    profile.read_device_identification = true;
    const SerialLine line{
        on(socat.ours),
        line_of({device("bits", 1, row_profile(Table::discrete_input, 20), 100ms),
                 device("words", 2, std::make_shared<const Profile>(profile), 100ms)}),
        watcher.sink()};
    EXPECT_TRUE(watcher.reads("bits.p0", true));
    EXPECT_TRUE(watcher.reads("bits.p1", false));
    EXPECT_TRUE(watcher.reads("words.p0", std::int64_t{2'030}));
    EXPECT_TRUE(watcher.reads("words.p9", std::int64_t{2'039}));
    EXPECT_TRUE(watcher.until([&] {
        return watcher.device_report("words").identity.find("pymodbus") != std::string::npos;
    })) << "function 43 over RTU: "
        << watcher.report_of("words").identity;
}

TEST_F(Line, ReadsAnIdentificationOfSeveralAnswers) {
    const Socat socat{folder};
    const Peer slave{{peers + "pymodbus_device.py", "rtu", socat.theirs, "talkative"}};
    auto profile = *row_profile(Table::holding_register, 1, 30);
    profile.read_device_identification = true;
    const SerialLine line{
        on(socat.ours),
        line_of({device("words", 2, std::make_shared<const Profile>(profile), 100ms)}),
        watcher.sink()};
    EXPECT_TRUE(watcher.reads("words.identity", "vendor=pymodbus;product=" + std::string(120, 'P') +
                                                    ";revision=" + std::string(120, 'R')))
        << watcher.report_of("words").identity;
}

TEST_F(Line, SurvivesAPortThatVanishesAndReturnsUnderItsPath) {
    auto socat = std::make_unique<Socat>(folder);
    auto slave = std::make_unique<Peer>(
        std::vector<std::string>{peers + "pymodbus_device.py", "rtu", socat->theirs});
    const SerialLine line{
        on(socat->ours),
        line_of({device("words", 2, row_profile(Table::holding_register, 4), 50ms)}),
        watcher.sink()};
    ASSERT_TRUE(watcher.reads("words.p0", std::int64_t{2'000}));

    slave.reset();
    socat.reset();
    EXPECT_TRUE(watcher.fails("words.p0", Fault::port_gone));
    EXPECT_TRUE(watcher.reads("words.online", false));

    socat = std::make_unique<Socat>(folder);
    slave = std::make_unique<Peer>(
        std::vector<std::string>{peers + "pymodbus_device.py", "rtu", socat->theirs});
    EXPECT_TRUE(watcher.reads("words.p0", std::int64_t{2'000}));
    EXPECT_TRUE(watcher.reads("words.online", true));
}

TEST_F(Line, IsUsedByOneOnlyAndTheOtherSaysWhoHoldsIt) {
    SerialSlave slave{19'200, truth};
    slave.start();
    const auto profile = row_profile(Table::holding_register, 4);
    const SerialLine first{on(slave.path()), line_of({device("first", 1, profile, 50ms)}),
                           watcher.sink()};
    ASSERT_TRUE(watcher.reads("first.p0", std::int64_t{1'000}));
    const SerialLine second{on(slave.path()), line_of({device("second", 1, profile, 50ms)}),
                            watcher.sink()};
    EXPECT_TRUE(watcher.says("second", "in use by another program (held by"));
    EXPECT_TRUE(watcher.says("second", "pid " + std::to_string(::getpid())));
    EXPECT_TRUE(watcher.fails("second.p0", Fault::port_gone));
    const auto exchanges = watcher.report_of("first").exchanges;
    EXPECT_TRUE(
        watcher.until([&] { return watcher.device_report("first").exchanges > exchanges + 5; }));
}

TEST_F(Line, IsTakenWhenTheProgramThatHeldItEnds) {
    SerialSlave slave{19'200, truth};
    slave.start();
    const int other = ::open(slave.path().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    ASSERT_EQ(::flock(other, LOCK_EX | LOCK_NB), 0);
    const SerialLine line{on(slave.path()),
                          line_of({device("io", 1, row_profile(Table::holding_register, 4), 50ms)}),
                          watcher.sink()};
    EXPECT_TRUE(watcher.says("io", "in use by another program"));
    ::close(other);
    EXPECT_TRUE(watcher.reads("io.p0", std::int64_t{1'000}));
}

TEST_F(Line, SaysThatThereIsNoPort) {
    const SerialLine line{on(folder.path() / "nothing"),
                          line_of({device("io", 1, row_profile(Table::coil, 1), 50ms)}),
                          watcher.sink()};
    EXPECT_TRUE(watcher.says("io", "No such file or directory"));
    EXPECT_TRUE(watcher.fails("io.p0", Fault::port_gone));
}

TEST_F(Line, SaysThatADriverCannotSwitchTheDirection) {
    const SerialSlave slave{19'200, truth};
    auto options = on(slave.path());
    options.rs485 = true;
    const SerialLine line{options, line_of({device("io", 1, row_profile(Table::coil, 1), 50ms)}),
                          watcher.sink()};
    EXPECT_TRUE(watcher.says("io", "cannot switch the RS-485 direction"));
}

TEST_F(Line, RefusesBaudRatesAndUnitsThatNoLineHas) {
    auto options = on("/dev/null");
    options.baud = 12'345;
    const auto unit = [](std::uint8_t number) {
        return line_of({device("io", number, row_profile(Table::coil, 1), 50ms)});
    };
    EXPECT_THROW((SerialLine{options, unit(1), watcher.sink()}), std::invalid_argument);
    EXPECT_THROW((SerialLine{on("/dev/null"), unit(0), watcher.sink()}), std::invalid_argument);
    EXPECT_THROW((SerialLine{on("/dev/null"), unit(248), watcher.sink()}), std::invalid_argument);
}

TEST_F(Line, KeepsThreeAndAHalfCharactersOfSilenceBeforeEveryRequest) {
    SerialSlave slave{19'200,
                      [](const Asked& asked) { return asked.unit == 9 ? Reply{} : truth(asked); }};
    slave.start();
    std::vector<modbus::DeviceOptions> devices;
    for (const std::uint8_t unit : std::initializer_list<std::uint8_t>{1, 2, 3, 9})
        devices.push_back(device("io" + std::to_string(unit), unit,
                                 row_profile(Table::discrete_input, 16, 0, 100ms), 10ms));
    const SerialLine line{on(slave.path()), line_of(devices), watcher.sink()};
    EXPECT_TRUE(watcher.until([&] { return watcher.device_report("io3").exchanges > 50; }));
    EXPECT_EQ(slave.silence_violations(), 0U);
}

// 125 characters at 9,600 baud take 143 ms: a time-out that had them in it would be longer still,
// and a dead unit would hold up its neighbours for all of it.
TEST_F(Line, LearnsTimeOutsWithoutTheTimeThatBytesTakeOnTheWire) {
    SerialSlave slave{9'600, truth};
    slave.start();
    const auto profile = row_profile(Table::holding_register, 60);
    auto options = on(slave.path());
    options.baud = 9'600;
    const SerialLine line{options,
                          line_of({device("a", 1, profile, 200ms), device("b", 2, profile, 200ms)}),
                          watcher.sink()};
    EXPECT_TRUE(watcher.until([&] {
        const auto& learnt = watcher.device_report("a");
        return learnt.exchanges > 4 && learnt.timeout < 140ms;
    })) << watcher.report_of("a").timeout.count()
        << " us";
}

// What the line does with spoiled answers to requests 8 to 11 of unit 1.
struct Spoiled {
    std::string name;
    std::function<Reply(const Asked&)> play;
};
void PrintTo(const Spoiled& spoiled, std::ostream* out) {
    *out << spoiled.name;
}

class SpoiledAnswer : public testing::TestWithParam<Spoiled> {};

TEST_P(SpoiledAnswer, NeverBecomesAValueAndTheLineRecovers) {
    const auto& spoiled = GetParam();
    SerialSlave slave{19'200, [&](const Asked& asked) {
                          return asked.number >= 8 && asked.number < 12 ? spoiled.play(asked)
                                                                        : truth(asked);
                      }};
    slave.start();
    // Two blocks that look alike: a late answer to one would pass for the other's.
    auto profile = *row_profile(Table::holding_register, 4, 0, 150ms);
    profile.points[2].address = 200;
    profile.points[3].address = 201;
    const auto shared = std::make_shared<const Profile>(profile);
    Watcher watcher;
    const SerialLine line{on(slave.path()),
                          line_of({device("a", 1, shared, 50ms), device("b", 2, shared, 50ms)}),
                          watcher.sink()};
    ASSERT_TRUE(watcher.until([&] {
        return watcher.device_report("a").exchanges > 20 &&
               watcher.device_report("b").exchanges > 20;
    })) << watcher.report_of("a").last_error;
    for (const auto& [point, values] : watcher.values()) {
        if (point.point() == online_point) continue;
        const auto index = static_cast<std::size_t>(point.point().back() - '0');
        const auto unit = static_cast<std::uint8_t>(point.device() == "a" ? 1 : 2);
        const Value expected{std::int64_t{holds(unit, profile.points[index].address)}};
        for (const auto& value : values) EXPECT_EQ(value, expected) << point.name();
    }
    EXPECT_FALSE(watcher.has_failed(Fault::port_gone))
        << "bytes that nobody waits for take no port away";
    EXPECT_EQ(slave.silence_violations(), 0U);
}

std::vector<Spoiled> spoiled_answers() {
    const auto frame = [](const Asked& asked) { return good_answer(asked, Framing::rtu, holds); };
    const auto wrong = [](const Asked& asked) {
        return good_answer(asked, Framing::rtu, [](auto, auto) { return std::uint16_t{0xDEAD}; });
    };
    return {
        {"LateByTwentyMilliseconds",
         [=](const Asked& asked) {
             return Reply{.pieces = {{.after = 170ms, .bytes = frame(asked)}}};
         }},
        {"LateWithinTheCeiling",
         [=](const Asked& asked) {
             return Reply{.pieces = {{.after = 70ms, .bytes = frame(asked)}}};
         }},
        {"Truncated",
         [=](const Asked& asked) {
             auto bytes = wrong(asked);
             bytes.resize(bytes.size() - 2);
             return at_once(bytes);
         }},
        {"NoiseBefore",
         [=](const Asked& asked) {
             auto bytes = wrong(asked);
             bytes.insert(bytes.begin(), 0x00);
             return at_once(bytes);
         }},
        {"CorruptedValue",
         [=](const Asked& asked) {
             auto bytes = wrong(asked);
             bytes[4] = static_cast<std::uint8_t>(bytes[4] ^ 1);
             return at_once(bytes);
         }},
        {"ForeignUnit",
         [=](const Asked& asked) {
             auto other = asked;
             other.unit = static_cast<std::uint8_t>(3 - asked.unit);
             return at_once(wrong(other));
         }},
        {"Broadcast",
         [=](const Asked& asked) {
             auto other = asked;
             other.unit = 0;
             return at_once(wrong(other));
         }},
        {"Babble", [](const Asked&) { return at_once(std::vector<std::uint8_t>(200, 0x55)); }},
        {"Silent", [](const Asked&) { return Reply{}; }},
        // A byte now and then, for longer than any answer may take.
        {"Dripping",
         [=](const Asked& asked) {
             Reply reply;
             for (const auto byte : wrong(asked))
                 reply.pieces.push_back({.after = 60ms, .bytes = {byte}});
             return reply;
         }},
    };
}

INSTANTIATE_TEST_SUITE_P(Modbus, SpoiledAnswer, testing::ValuesIn(spoiled_answers()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace sealwarden::test
