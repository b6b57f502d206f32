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

#include "bench/modbus/bare_epoll.hpp"
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
    std::atomic<std::uint64_t> answered{0};  // polls, so that all sides are counted alike
};

// All inputs are open; input 0 of all devices follows the board's level.
test::ModbusDevice::AnswerWith answers(Board& board) {
    return [&board](const test::Asked& asked) {
        board.answered.fetch_add(1, std::memory_order_relaxed);
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

// What one side did in one round.
struct Run {
    Cost cost;
    std::uint64_t polls = 0;
    std::uint64_t late = 0;
    double detection_p50_ms = 0;
    [[nodiscard]] double cpu_us() const {
        return cost.cpu_seconds * 1e6 / static_cast<double>(std::max<std::uint64_t>(1, polls));
    }
};

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

// Sleeps until the end; the cost of the middle, without start and end.
Run during(std::chrono::seconds duration, const Board& board) {
    const modbus::Waker nobody;
    (void)nobody.wait(1s);
    const auto before = cost_so_far();
    const auto polls_before = board.answered.load();
    (void)nobody.wait(duration);
    Run run{.cost = cost_so_far(), .polls = board.answered - polls_before};
    run.cost.cpu_seconds -= before.cpu_seconds;
    run.cost.wakeups -= before.wakeups;
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
    auto run = during(duration, board);
    const std::scoped_lock lock{mutex};
    for (const auto& [name, device] : devices) run.late += device.late_polls;
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
    auto run = during(duration, board);
    const std::scoped_lock lock{mutex};
    run.detection_p50_ms = median(detections);
    return run;
}

Run bare(unsigned count, std::uint16_t port, std::chrono::milliseconds period,
         std::chrono::seconds duration, const Board& board) {
    const BareEpoll loop{count, port, period, inputs};
    return during(duration, board);
}

struct Comparison {
    struct Round {
        Run ours, reference, bare;
    };
    std::vector<Round> rounds;

    // Of the rounds' values: what else the machine does falls on some of them.
    [[nodiscard]] double median_of(const std::function<double(const Round&)>& value) const {
        std::vector<double> values;
        for (const auto& round : rounds) values.push_back(value(round));
        return median(std::move(values));
    }
    [[nodiscard]] double cpu_us(Run Round::* side) const {
        return median_of([&](const Round& round) { return (round.*side).cpu_us(); });
    }
    [[nodiscard]] double ratio(Run Round::* side) const {
        return median_of(
            [&](const Round& round) { return (round.*side).cpu_us() / round.reference.cpu_us(); });
    }
    [[nodiscard]] double wakeups(Run Round::* side) const {
        return median_of([&](const Round& round) {
            return (round.*side).cost.wakeups / static_cast<double>((round.*side).polls);
        });
    }
    [[nodiscard]] double detection_ms(Run Round::* side) const {
        return median_of([&](const Round& round) { return (round.*side).detection_p50_ms; });
    }
};

// The sides take turns, each in a process of its own against the same device.
Comparison compare(unsigned count, std::chrono::milliseconds period, unsigned rounds,
                   std::chrono::seconds duration, std::chrono::microseconds turn_about) {
    auto& board = shared<Board>();
    test::ModbusDevice device{test::Framing::tcp, answers(board)};
    const PeerProcess peer{[&] {
        const std::jthread turner{
            [&](const std::stop_token& stop) { turn_input(board, stop, turn_about); }};
        device.serve({});
    }};
    const auto measure = [&](const auto& side) {
        return measured<Run>([&] { return side(count, device.port(), period, duration, board); });
    };
    Comparison comparison;
    for (unsigned i = 0; i < rounds; ++i) {
        const auto polled = measure(ours);
        const auto compared = measure(reference);
        comparison.rounds.push_back({.ours = polled, .reference = compared, .bare = measure(bare)});
    }
    return comparison;
}

// What a poll costs each side, for the machine.
std::string costs_json(const Comparison& comparison) {
    using Round = Comparison::Round;
    std::string fields;
    for (const auto& [name, side] :
         {std::pair{"", &Round::ours}, {"reference_", &Round::reference}, {"bare_", &Round::bare}})
        fields += fmt::format(
            "\"{0}cpu_ratio\":{1:.4f},\"{0}cpu_us\":{2:.2f},\"{0}wakeups\":{3:.3f},", name,
            comparison.ratio(side), comparison.cpu_us(side), comparison.wakeups(side));
    return fields;
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

Figure many_endpoints(unsigned rounds, std::chrono::seconds duration) {
    using Round = Comparison::Round;
    constexpr unsigned count = 500;
    constexpr auto period = 100ms;
    const auto comparison = compare(count, period, rounds, duration, 1s);
    const auto expected = static_cast<double>(count) * static_cast<double>(duration / period);
    const double on_time = comparison.median_of([&](const Round& round) {
        const auto late = std::min(round.ours.late, round.ours.polls);
        return std::min(1.0, static_cast<double>(round.ours.polls - late) / expected);
    });
    const double ratio = comparison.ratio(&Round::ours), bare = comparison.ratio(&Round::bare);
    Cost most;
    for (const auto& round : comparison.rounds) {
        most.threads = std::max(most.threads, round.ours.cost.threads);
        most.resident_mib = std::max(most.resident_mib, round.ours.cost.resident_mib);
    }
    return {
        .name = "1-many-endpoints",
        .sentence = fmt::format(
            "500 endpoints x 16 inputs at 100 ms: {:.2f} of the CPU of a thread an endpoint "
            "({:.1f} "
            "of {:.1f} us a poll; at most 0.35; bare calls {:.2f}), {:.2f} % of the polls on time "
            "(at least 99.5), {} threads (at most 6), {:.1f} MiB (at most 20)",
            ratio, comparison.cpu_us(&Round::ours), comparison.cpu_us(&Round::reference), bare,
            on_time * 100, most.threads, most.resident_mib),
        .json = costs_json(comparison) +
                fmt::format("\"on_time\":{:.5f},\"threads\":{},\"resident_mib\":{:.2f}", on_time,
                            most.threads, most.resident_mib),
        .good = ratio <= 0.35 && on_time >= 0.995 && most.threads <= 6 && most.resident_mib <= 20};
}

Figure one_fast_endpoint(unsigned rounds, std::chrono::seconds duration) {
    using Round = Comparison::Round;
    const auto comparison = compare(1, 10ms, rounds, duration, 60ms);
    const double count = instructions_per_poll();
    const double ratio = comparison.ratio(&Round::ours), bare = comparison.ratio(&Round::bare);
    const double seen = comparison.detection_ms(&Round::ours);
    return {
        .name = "2-one-fast-endpoint",
        .sentence = fmt::format(
            "one endpoint at 10 ms: {:.2f} of the CPU of a thread round libmodbus ({:.1f} of "
            "{:.1f} "
            "us a poll; at most 0.6; bare calls {:.2f}), a change is seen after {:.2f} ms (p50, "
            "under 6; there {:.2f}), {:.0f} instructions for an unchanged poll (at most 2000)",
            ratio, comparison.cpu_us(&Round::ours), comparison.cpu_us(&Round::reference), bare,
            seen, comparison.detection_ms(&Round::reference), count),
        .json = costs_json(comparison) +
                fmt::format("\"detection_p50_ms\":{:.3f},\"reference_detection_p50_ms\":{:.3f},"
                            "\"instructions\":{:.0f}",
                            seen, comparison.detection_ms(&Round::reference), count),
        .good = ratio <= 0.6 && seen > 0 && seen < 6 && count > 0 && count <= 2000};
}

std::string parts_of_a_poll(unsigned rounds, std::chrono::seconds duration) {
    constexpr auto period = 10ms;
    auto& board = shared<Board>();
    test::ModbusDevice device{test::Framing::tcp, answers(board)};
    const PeerProcess peer{[&] { device.serve({}); }};
    const auto part = [&](Parts parts) {
        return [&, parts] {
            const auto polls = static_cast<std::uint64_t>(duration / period);
            const auto before = cost_so_far();
            bare_thread(parts, device.port(), period, polls);
            Run run{.cost = cost_so_far(), .polls = polls};
            run.cost.cpu_seconds -= before.cpu_seconds;
            run.cost.wakeups -= before.wakeups;
            return run;
        };
    };
    const auto whole = [&](const auto& side) {
        return [&] { return side(1, device.port(), period, duration, board); };
    };
    struct Line {
        const char* name;
        std::function<Run()> measure;
        std::vector<double> cpu_us, share, wakeups;
    };
    std::vector<Line> lines{{"thread round libmodbus (the reference)", whole(reference)},
                            {"sleep until the next period", part(Parts::sleep)},
                            {"  and send the request", part(Parts::sleep_send)},
                            {"  and take the answer (blocking)", part(Parts::sleep_send_recv)},
                            {"the same calls with epoll (bare)", whole(bare)},
                            {"the product's loop", whole(ours)}};
    for (unsigned i = 0; i < rounds; ++i) {
        for (auto& line : lines) {
            const auto run = measured<Run>(line.measure);
            line.cpu_us.push_back(run.cpu_us());
            line.share.push_back(run.cpu_us() / lines.front().cpu_us.back());
            line.wakeups.push_back(run.cost.wakeups / static_cast<double>(run.polls));
        }
    }
    std::string table = "one endpoint at 10 ms, per poll         CPU us  of reference  wake-ups\n";
    for (const auto& line : lines)
        table += fmt::format("{:38} {:7.1f} {:13.2f} {:9.2f}\n", line.name, median(line.cpu_us),
                             median(line.share), median(line.wakeups));
    return table;
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
