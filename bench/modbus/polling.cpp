#include "bench/modbus/polling.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "bench/modbus/thread_per_endpoint.hpp"
#include "drivers/modbus/bus.hpp"
#include "drivers/modbus/now.hpp"
#include "tests/support/modbus_device.hpp"
#include "tests/support/modbus_site.hpp"

namespace sealwarden::bench {
namespace {

using namespace std::chrono_literals;
using modbus::now;

constexpr unsigned inputs = 16;

// What server and measured process tell each other.
struct Board {
    std::atomic<std::int64_t> changed_at{0};  // microseconds; when input 0 last turned
    std::atomic<bool> level{false};
};

// All inputs are open; input 0 of all devices follows the board's level.
test::ModbusDevice::AnswerWith answers(const Board& board) {
    return [&board](const test::Asked& asked) {
        return test::at_once(
            test::good_answer(asked, test::Framing::tcp, [&](std::uint8_t, std::uint16_t address) {
                return static_cast<std::uint16_t>(address == 0 && board.level ? 1 : 0);
            }));
    };
}

// Turns input 0 at moments that have nothing to do with the polls' rhythm.
void turn_input(Board& board, const std::stop_token& stop, std::chrono::microseconds about) {
    std::minstd_rand random{20'26};
    const modbus::Waker waker;
    const std::stop_callback wake{stop, [&] { waker.wake(); }};
    while (!stop.stop_requested()) {
        const auto wait = std::uniform_int_distribution<std::int64_t>{
            about.count() / 2, about.count() * 3 / 2}(random);
        (void)waker.wait(std::chrono::microseconds{wait});
        board.level = !board.level;
        board.changed_at = now().time_since_epoch().count();
    }
}

struct Run {
    Cost cost;
    std::uint64_t polls = 0;
    std::uint64_t late = 0;
    double detection_p50_ms = 0;
};

double median(std::vector<double>& values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

// Sleeps until the end; the cost of the middle, without start and end.
Run during(std::chrono::seconds duration, const std::function<std::uint64_t()>& polls,
           const std::function<std::uint64_t()>& late) {
    const modbus::Waker nobody;
    (void)nobody.wait(2s);
    const auto before = cost_so_far();
    const auto polls_before = polls();
    const auto late_before = late();
    (void)nobody.wait(duration);
    Run run{.cost = cost_so_far(), .polls = polls() - polls_before, .late = late() - late_before};
    run.cost.cpu_seconds -= before.cpu_seconds;
    return run;
}

std::vector<modbus::TcpBuses::Endpoint> endpoints(unsigned count, std::uint16_t port,
                                                  std::chrono::milliseconds period) {
    const auto profile = test::row_profile(Table::discrete_input, inputs);
    std::vector<modbus::TcpBuses::Endpoint> list;
    for (unsigned i = 0; i < count; ++i) {
        const auto id = "io" + std::to_string(i);
        list.push_back({.tcp = {.host = "127.0.0.1", .port = port},
                        .bus = test::bus(id, {test::device(id, 1, profile, period)})});
    }
    return list;
}

Run ours(unsigned count, std::uint16_t port, std::chrono::milliseconds period,
         std::chrono::seconds duration, const Board& board) {
    std::mutex mutex;
    std::map<std::string, DeviceReport> devices;
    std::vector<double> detections;
    const PointId watched{"io0.p0"};
    std::optional<bool> last;
    modbus::TcpBuses buses{
        endpoints(count, port, period), [&](std::vector<BusReport> reports) {
            const std::scoped_lock lock{mutex};
            for (auto& report : reports) {
                for (auto& device : report.devices) devices[device.device] = std::move(device);
                for (const auto& reading : report.readings) {
                    if (reading.point != watched || reading.value() == nullptr) continue;
                    const bool level = std::get<bool>(*reading.value());
                    if (last && *last != level)
                        detections.push_back(static_cast<double>(now().time_since_epoch().count() -
                                                                 board.changed_at) /
                                             1000);
                    last = level;
                }
            }
        }};
    const auto sum = [&](std::uint64_t DeviceReport::* field) {
        const std::scoped_lock lock{mutex};
        std::uint64_t total = 0;
        for (const auto& [name, device] : devices) total += device.*field;
        return total;
    };
    auto run = during(
        duration, [&] { return sum(&DeviceReport::exchanges); },
        [&] { return sum(&DeviceReport::late_polls); });
    const std::scoped_lock lock{mutex};
    run.detection_p50_ms = median(detections);
    return run;
}

Run reference(unsigned count, std::uint16_t port, std::chrono::milliseconds period,
              std::chrono::seconds duration, const Board& board) {
    std::mutex mutex;
    std::vector<double> detections;
    ThreadPerEndpoint loops{
        count, port, period, inputs, [&](unsigned endpoint, unsigned input) {
            if (endpoint != 0 || input != 0) return;
            const std::scoped_lock lock{mutex};
            detections.push_back(
                static_cast<double>(now().time_since_epoch().count() - board.changed_at) / 1000);
        }};
    auto run = during(duration, [&] { return loops.polls(); }, [] { return std::uint64_t{0}; });
    const std::scoped_lock lock{mutex};
    run.detection_p50_ms = median(detections);
    return run;
}

struct Pair {
    Run ours, reference;
    [[nodiscard]] static double cpu_us(const Run& run) {
        return run.cost.cpu_seconds * 1e6 /
               static_cast<double>(std::max<std::uint64_t>(1, run.polls));
    }
    [[nodiscard]] double ratio() const { return cpu_us(ours) / cpu_us(reference); }
};

Pair compare(unsigned count, std::chrono::milliseconds period, std::chrono::seconds duration,
             std::chrono::microseconds turn_about) {
    auto& board = shared<Board>();
    test::ModbusDevice device{test::Framing::tcp, answers(board)};
    const PeerProcess peer{[&] {
        const std::jthread turner{
            [&](const std::stop_token& stop) { turn_input(board, stop, turn_about); }};
        device.serve({});
    }};
    return {
        .ours = measured<Run>([&] { return ours(count, device.port(), period, duration, board); }),
        .reference = measured<Run>(
            [&] { return reference(count, device.port(), period, duration, board); })};
}

// Runs a program without its messages; false when it is not installed or fails.
bool run(std::vector<const char*> words) {
    words.push_back(nullptr);
    posix_spawn_file_actions_t quiet;
    ::posix_spawn_file_actions_init(&quiet);
    ::posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t pid = 0;
    int ended = 1;
    if (::posix_spawnp(&pid, words[0], &quiet, nullptr, const_cast<char* const*>(words.data()),
                       environ) == 0)
        ::waitpid(pid, &ended, 0);
    ::posix_spawn_file_actions_destroy(&quiet);
    return ended == 0;
}

// Instructions that callgrind counts in `program` when it polls `polls` times; 0: not counted.
double instructions(const std::string& program, const std::string& directory, std::uint64_t polls) {
    const auto profile = directory + "/profile." + std::to_string(polls);
    const auto out = "--callgrind-out-file=" + profile;
    const auto count = std::to_string(polls);
    if (!run({"valgrind", "--tool=callgrind", out.c_str(), program.c_str(), "--callgrind-poll",
              count.c_str()}))
        return 0;
    double total = 0;
    std::ifstream file{profile};
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("totals:")) total = std::stod(line.substr(line.find(':') + 1));
    return total;
}

}  // namespace

Figure many_endpoints(std::chrono::seconds duration) {
    constexpr unsigned count = 500;
    constexpr auto period = 100ms;
    const auto pair = compare(count, period, duration, 1s);
    const auto expected = static_cast<double>(count) * static_cast<double>(duration / period);
    const double on_time =
        std::min(1.0, static_cast<double>(pair.ours.polls - pair.ours.late) / expected);
    return {.name = "1-many-endpoints",
            .sentence = fmt::format(
                "500 endpoints x 16 inputs at 100 ms: {:.2f} of the CPU of a thread an endpoint "
                "({:.1f} of {:.1f} us a poll; at most 0.35), {:.2f} % of the polls on time (at "
                "least 99.5), {} threads (at most 6), {:.1f} MiB (at most 20)",
                pair.ratio(), Pair::cpu_us(pair.ours), Pair::cpu_us(pair.reference), on_time * 100,
                pair.ours.cost.threads, pair.ours.cost.resident_mib),
            .json = fmt::format("\"cpu_ratio\":{:.4f},\"on_time\":{:.5f},\"threads\":{},"
                                "\"resident_mib\":{:.2f},\"polls\":{},\"reference_polls\":{}",
                                pair.ratio(), on_time, pair.ours.cost.threads,
                                pair.ours.cost.resident_mib, pair.ours.polls, pair.reference.polls),
            .good = pair.ratio() <= 0.35 && on_time >= 0.995 && pair.ours.cost.threads <= 6 &&
                    pair.ours.cost.resident_mib <= 20};
}

Figure one_fast_endpoint(std::chrono::seconds duration) {
    const auto pair = compare(1, 10ms, duration, 60ms);
    const double count = instructions_per_poll();
    return {.name = "2-one-fast-endpoint",
            .sentence = fmt::format(
                "one endpoint at 10 ms: {:.2f} of the CPU of a thread round libmodbus ({:.1f} of "
                "{:.1f} us a poll; at most 0.6), a change is seen after {:.2f} ms (p50, under 6; "
                "there {:.2f}), {:.0f} instructions for an unchanged poll (at most 2000)",
                pair.ratio(), Pair::cpu_us(pair.ours), Pair::cpu_us(pair.reference),
                pair.ours.detection_p50_ms, pair.reference.detection_p50_ms, count),
            .json = fmt::format("\"cpu_ratio\":{:.4f},\"detection_p50_ms\":{:.3f},"
                                "\"reference_detection_p50_ms\":{:.3f},\"instructions\":{:.0f}",
                                pair.ratio(), pair.ours.detection_p50_ms,
                                pair.reference.detection_p50_ms, count),
            .good = pair.ratio() <= 0.6 && pair.ours.detection_p50_ms > 0 &&
                    pair.ours.detection_p50_ms < 6 && count > 0 && count <= 2000};
}

void fixed_polls(std::uint64_t polls) {
    auto& board = shared<Board>();
    auto& answered = shared<std::atomic<std::uint64_t>>();
    test::ModbusDevice device{test::Framing::tcp, [&, answer = answers(board)](const auto& asked) {
                                  ++answered;
                                  return answer(asked);
                              }};
    const PeerProcess peer{[&] { device.serve({}); }};
    const modbus::Waker nobody;
    modbus::TcpBuses buses{endpoints(1, device.port(), 2ms), [](const auto&) {}};
    while (answered < polls) (void)nobody.wait(5ms);
}

double instructions_per_poll() {
    constexpr std::uint64_t few = 500, many = 2'500;
    std::array<char, 32> directory{"/tmp/bench_modbus_XXXXXX"};
    if (::mkdtemp(directory.data()) == nullptr) return 0;
    // Debian 12's valgrind cannot read clang-19's debug information, so it gets a copy without.
    const auto self = std::filesystem::read_symlink("/proc/self/exe").string();
    const auto stripped = std::string{directory.data()} + "/bench_modbus";
    double first = 0, second = 0;
    if (run({"objcopy", "--strip-debug", self.c_str(), stripped.c_str()})) {
        first = instructions(stripped, directory.data(), few);
        second = instructions(stripped, directory.data(), many);
    }
    std::filesystem::remove_all(directory.data());
    return first == 0 || second == 0 ? 0 : (second - first) / static_cast<double>(many - few);
}

}  // namespace sealwarden::bench
