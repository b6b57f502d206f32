// A process that writes a log, to be killed and to be given a bad disk by the tests around it.
//
//     log_writer DIRECTORY BATCHES IN_FLIGHT
//
// A batch is an alarm and two door events; IN_FLIGHT of them, at most 64, wait for their commit.
//
// Standard output tells, in this order, what was handed back after its commit: "entry INDEX LEAF",
// and "health good|full|failing". It exits 0 when every batch is acknowledged, 1 with a sentence
// when the log does not open.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <semaphore>
#include <string>

#include "firmware/eventlog/log.hpp"

namespace {

using namespace sealwarden;
using namespace sealwarden::eventlog;

constexpr std::ptrdiff_t most_in_flight = 64;

void tell(const std::string& lines) {
    if (::write(STDOUT_FILENO, lines.data(), lines.size()) < 0) std::_Exit(3);
}

std::string_view name(Health health) {
    switch (health) {
        case Health::good: return "good";
        case Health::full: return "full";
        case Health::failing: return "failing";
    }
    return "";
}

Events batch(std::int64_t number, Uptime now) {
    Events events;
    for (std::int64_t part = 0; part < 3; ++part) {
        events.push_back({.kind = part == 0 ? EventKind::alarm_raised : EventKind::door_opened,
                          .at = now,
                          .after = std::nullopt,
                          .subjects = {{"door", fmt::format("d{:02}", number % 7)}},
                          .data = {{"batch", number}, {"part", part}},
                          .personal = {},
                          .source = PointId{"io1.di0"},
                          .raw = 1});
        if (part == 2) events.back().personal = {{"badge", fmt::format("{:06}", number)}};
    }
    return events;
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 4) return 2;
    const auto batches = std::atoll(arguments[2]);
    const auto in_flight = std::min<std::ptrdiff_t>(std::atoll(arguments[3]), most_in_flight);
    const SystemClock clock;
    std::counting_semaphore<most_in_flight> room{in_flight};
    const auto committed = [&](const Committed& what) {
        std::string lines;
        for (const auto& entry : what.entries) {
            lines += fmt::format("entry {} ", entry.index);
            for (const auto byte : entry.leaf) lines += fmt::format("{:02x}", byte);
            lines += '\n';
        }
        tell(lines);
        room.release(static_cast<std::ptrdiff_t>(what.tickets.size()));
    };
    try {
        LogThread log{
            {.directory = arguments[1],
             .boot_id = "5d0c6b3e-0000-4000-8000-000000000001",
             .queue_limit = 65536,
             .ballast_bytes = 1 << 20,
             .gateway = "gw1"},
            clock,
            committed,
            [](Health now, const std::string&) { tell(fmt::format("health {}\n", name(now))); }};
        for (std::int64_t number = 0; number < batches; ++number) {
            room.acquire();
            if (!log.append(batch(number, clock.uptime()))) return 4;
        }
        for (std::ptrdiff_t each = 0; each < in_flight; ++each) room.acquire();
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
    return 0;
}
