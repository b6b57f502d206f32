#include "bench/modbus/wrong_values.hpp"

#include <fmt/format.h>

#include <atomic>
#include <random>
#include <unordered_map>

#include "drivers/modbus/bus.hpp"
#include "drivers/modbus/now.hpp"
#include "tests/support/modbus_device.hpp"
#include "tests/support/modbus_site.hpp"

namespace sealwarden::bench {
namespace {

using namespace std::chrono_literals;
using test::Asked;
using test::Framing;
using test::Reply;

constexpr unsigned links = 150;  // of each framing
constexpr auto period = 2ms;
constexpr auto answer_ceiling = 40ms;
constexpr std::uint32_t one_in = 60;  // answers is hostile

// Every register of every unit holds something else, for ever: whatever else is read is wrong.
std::uint16_t holds(std::uint8_t unit, std::uint16_t address) {
    return static_cast<std::uint16_t>((unit * 40'503U) ^ (address * 2'654'435'761U >> 13));
}

// Answers well, and now and then late, in pieces, corrupted, for another unit, of another question.
class Hostile {
  public:
    Hostile(Framing framing, std::atomic<std::uint64_t>& injected)
        : framing_{framing}, injected_{injected} {}

    Reply operator()(const Asked& asked) {
        auto good = test::good_answer(asked, framing_, holds);
        if (random_() % one_in != 0) return test::at_once(std::move(good));
        ++injected_;
        switch (random_() % 8) {
            case 0: return {.pieces = {{.after = answer_ceiling + 5ms, .bytes = good}}};
            case 1: return in_bytes(good);
            case 2: return test::at_once(corrupted(std::move(good)));
            case 3: {
                auto foreign = asked;
                foreign.unit = static_cast<std::uint8_t>(asked.unit ^ 3U);
                return test::at_once(test::good_answer(foreign, framing_, holds));
            }
            case 4: {
                auto other = asked;  // as if the answer before came now
                --other.transaction;
                other.count = framing_ == Framing::tcp
                                  ? asked.count
                                  : static_cast<std::uint16_t>(asked.count - 1);
                other.address = static_cast<std::uint16_t>(asked.address + 1);
                return test::at_once(test::good_answer(other, framing_, holds));
            }
            case 5: good.resize(good.size() - 1); return test::at_once(std::move(good));
            case 6: {
                auto twice = good;
                twice.insert(twice.end(), good.begin(), good.end());
                return test::at_once(std::move(twice));
            }
            default: return {.pieces = {}, .reset = true};
        }
    }

  private:
    static Reply in_bytes(const std::vector<std::uint8_t>& good) {
        Reply reply;
        for (const auto byte : good) reply.pieces.push_back({.after = 200us, .bytes = {byte}});
        return reply;
    }

    // With a CRC any byte; TCP has none, there the bytes before the values.
    std::vector<std::uint8_t> corrupted(std::vector<std::uint8_t> frame) {
        const std::size_t reach = framing_ == Framing::tcp ? 9 : frame.size();
        auto& byte = frame[random_() % reach];
        byte = static_cast<std::uint8_t>(byte ^ (1U << random_() % 8));
        return frame;
    }

    Framing framing_;
    std::atomic<std::uint64_t>& injected_;
    std::minstd_rand random_{7};
};

// Two blocks of four registers that no plan merges: two questions whose answers look alike.
std::shared_ptr<const Profile> two_blocks(std::uint16_t first) {
    auto profile = *test::row_profile(Table::holding_register, 8, first, answer_ceiling);
    for (std::size_t i = 4; i < profile.points.size(); ++i)
        profile.points[i].address = static_cast<std::uint16_t>(first + 1'000 + i);
    return std::make_shared<const Profile>(std::move(profile));
}

}  // namespace

Figure wrong_values(std::uint64_t exchanges) {
    std::atomic<std::uint64_t> asked{0}, injected{0}, wrong{0}, checked{0}, faults{0};
    const auto counting = [&](Framing framing) {
        return [&asked, hostile = Hostile{framing, injected}](const Asked& question) mutable {
            ++asked;
            return hostile(question);
        };
    };
    test::ModbusDevice tcp{Framing::tcp, counting(Framing::tcp)};
    test::ModbusDevice rtu{Framing::rtu, counting(Framing::rtu)};
    tcp.start();
    rtu.start();

    std::unordered_map<PointId, std::uint16_t> truth;
    std::vector<modbus::TcpBuses::Endpoint> endpoints;
    for (unsigned i = 0; i < 2 * links; ++i) {
        const bool rtu_framing = i % 2 == 1;
        const auto id = "io" + std::to_string(i);
        const auto profile = two_blocks(static_cast<std::uint16_t>(i * 16));
        modbus::BusOptions bus{.id = id, .devices = {}, .confirm_after_silence = rtu_framing};
        bus.timeout_floor = answer_ceiling;  // the machine may be busy: only late answers are late
        for (const std::uint8_t unit : {std::uint8_t{1}, std::uint8_t{2}}) {
            const auto name = id + "-" + std::to_string(unit);
            bus.devices.push_back(test::device(name, unit, profile, period));
            for (const auto& point : profile->points)
                truth[PointId{name + "." + point.name}] = holds(unit, point.address);
        }
        endpoints.push_back({.tcp = {.host = "127.0.0.1",
                                     .port = rtu_framing ? rtu.port() : tcp.port(),
                                     .rtu_framing = rtu_framing},
                             .bus = std::move(bus)});
    }
    const auto begin = modbus::now();
    {
        const modbus::TcpBuses buses{
            std::move(endpoints), [&](const std::vector<BusReport>& reports) {
                for (const auto& report : reports) {
                    for (const auto& reading : report.readings) {
                        const auto found = truth.find(reading.point);
                        if (found == truth.end()) continue;
                        ++(reading.fault() ? faults : checked);
                        if (reading.value() &&
                            *reading.value() != Value{std::int64_t{found->second}})
                            ++wrong;
                    }
                }
            }};
        const modbus::Waker nobody;
        while (asked < exchanges && modbus::now() - begin < 60s) (void)nobody.wait(20ms);
    }
    const auto took = std::chrono::duration<double>(modbus::now() - begin).count();
    const bool good = wrong == 0 && asked >= exchanges && checked > 0;
    return {.name = "6-wrong-values",
            .sentence = fmt::format(
                "{} exchanges with {} hostile answers in {:.1f} s: {} wrong values "
                "(at most 0), {} values and {} faults said",
                asked.load(), injected.load(), took, wrong.load(), checked.load(), faults.load()),
            .json = fmt::format("\"exchanges\":{},\"injected\":{},\"wrong\":{},\"seconds\":{:.2f}",
                                asked.load(), injected.load(), wrong.load(), took),
            .good = good};
}

}  // namespace sealwarden::bench
