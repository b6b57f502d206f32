// Figure 4: what group commit gains, and what it costs a lone alarm; and what evidence costs an
// entry: hashing 2 us of the processor above the plain insert, signing every commit 50 us, 40
// bytes. Everything in one run, on one disk, so that only ratios matter.
//
//     bench_eventlog [--json] [--directory DIR] [--events N]
//
// bare      one row of a record's size, one durable commit each, on a connection with our settings:
//           what the disk and SQLite allow
// singly    the log with one commit per event: the next event is given when the last is durable
// grouped   the log with all events given as fast as its queue takes them
// alarm     from append() to the hand-over of one event to an idle log
// question  the slowest kind of question to the log that is then there: 100 entries by subject, by
//           kind, by time, newest first
// opening   the log opened again, its tail checked
// evidence  bench/eventlog/evidence_cost.hpp
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <iostream>
#include <nlohmann/json.hpp>
#include <semaphore>
#include <vector>

#include "bench/door_event.hpp"
#include "bench/eventlog/evidence_cost.hpp"
#include "bench/options.hpp"
#include "firmware/eventlog/log.hpp"
#include "firmware/sqlite/sqlite.hpp"

namespace {

using namespace sealwarden;
using namespace sealwarden::eventlog;
using std::chrono::steady_clock;

constexpr double wanted_ratio = 50;
constexpr double wanted_hash_us = 2, wanted_signature_us = 50, wanted_bytes = 40;

double seconds(steady_clock::duration time) {
    return std::chrono::duration<double>(time).count();
}

double percentile(std::vector<double> values, double part) {
    std::ranges::sort(values);
    return values.at(static_cast<std::size_t>(part * static_cast<double>(values.size() - 1)));
}

// Seconds of each commit.
std::vector<double> bare(const std::filesystem::path& file, std::size_t rows) {
    sqlite::Connection connection{file, sqlite::Access::write};
    connection.run("CREATE TABLE row(i INTEGER PRIMARY KEY, bytes BLOB)");
    auto insert = connection.prepare("INSERT INTO row(bytes) VALUES(?)");
    const std::vector<std::uint8_t> record(400, 'x');
    std::vector<double> taken;
    for (std::size_t i = 0; i < rows; ++i) {
        const auto begin = steady_clock::now();
        sqlite::Transaction transaction{connection, sqlite::Access::write};
        insert.bind_blob(1, record).run();
        transaction.commit();
        taken.push_back(seconds(steady_clock::now() - begin));
        if (connection.wal_pages() > 1000) connection.checkpoint();
    }
    return taken;
}

struct Log {
    explicit Log(const std::filesystem::path& directory)
        : thread{{.directory = directory, .boot_id = "bench", .queue_limit = 65536},
                 clock,
                 [this](const Committed& what) {
                     done.release(static_cast<std::ptrdiff_t>(what.tickets.size()));
                 },
                 [](Health, const std::string& why) { fmt::print(stderr, "{}\n", why); }} {}
    SystemClock clock;
    std::counting_semaphore<> done{0};
    LogThread thread;
};

// Seconds from append() to the hand-over, one event at a time.
std::vector<double> singly(Log& log, std::size_t events) {
    std::vector<double> taken;
    for (std::size_t i = 0; i < events; ++i) {
        auto event = bench::door_event(bench::door_name(i), i, log.clock.uptime());
        const auto begin = steady_clock::now();
        if (!log.thread.append({std::move(event)})) std::abort();
        log.done.acquire();
        taken.push_back(seconds(steady_clock::now() - begin));
    }
    return taken;
}

// Seconds for all; each append() has one event, as a loop that polls gives them.
double grouped(Log& log, std::size_t events) {
    constexpr std::size_t in_flight = 16384;
    const auto begin = steady_clock::now();
    for (std::size_t i = 0; i < events; ++i) {
        if (i >= in_flight) log.done.acquire();
        if (!log.thread.append({bench::door_event(bench::door_name(i), i, log.clock.uptime())}))
            std::abort();
    }
    for (std::size_t i = 0; i < std::min(events, in_flight); ++i) log.done.acquire();
    return seconds(steady_clock::now() - begin);
}

// Seconds of the median answer to the slowest of these questions.
double slowest_question(const std::filesystem::path& directory) {
    Query subject, kind, rare, window, last;
    subject.subject = Subject{"door", "d07"};
    kind.kinds = {"door.closed"};
    rare.kinds = {"door.forced"};
    Reader reader{directory};
    const auto ask = [&](const Query& query) {
        std::promise<Reader::Page> answer;
        reader.query(query, [&](Reader::Page page) { answer.set_value(std::move(page)); });
        return answer.get_future().get();
    };
    last.newest_first = true;
    last.limit = 1;
    const auto newest = ask(last).entries.at(0);
    window.since = newest.wall - std::chrono::milliseconds{500};
    window.until = newest.wall;
    last.kinds = {"door.opened"};
    double slowest = 0;
    for (auto query : {subject, kind, rare, window, last}) {
        query.limit = 100;
        std::vector<double> taken;
        for (std::uint64_t part = 0; part < 20; ++part) {
            if (!query.newest_first) query.from = newest.index / 20 * part;
            const auto begin = steady_clock::now();
            if (const auto page = ask(query); !page.error.empty()) {
                fmt::print(stderr, "{}\n", page.error);
                std::exit(1);
            }
            taken.push_back(seconds(steady_clock::now() - begin));
        }
        slowest = std::max(slowest, percentile(taken, 0.5));
    }
    return slowest;
}

}  // namespace

int main(int count, char** arguments) {
    std::uint64_t events = 200'000;
    const auto options = bench::parse_options(count, arguments, {{"--events", events}});
    const bench::Folder folder{options.directory, "bench-eventlog"};
    const auto& directory = folder.path();
    constexpr std::size_t commits = 1000;
    std::vector<double> commit, alarm;
    double single_rate = 0;
    double group_rate = 0;
    double opening = 0;
    {
        Log log{directory};
        // Turn and turn about, so that a disk that changes its mind changes it for both.
        for (int round = 0; round < 4; ++round) {
            const auto file = directory / fmt::format("bare{}.db", round);
            std::ranges::copy(bare(file, commits / 4), std::back_inserter(commit));
            std::ranges::copy(singly(log, commits / 4), std::back_inserter(alarm));
        }
        double single_time = 0;
        for (const auto taken : alarm) single_time += taken;
        single_rate = static_cast<double>(alarm.size()) / single_time;
        group_rate = static_cast<double>(events) / grouped(log, events);
    }
    const auto question = slowest_question(directory);
    {
        const auto begin = steady_clock::now();
        const Log again{directory};
        opening = seconds(steady_clock::now() - begin);
    }
    const auto cost = bench::measure_evidence_cost(directory / "evidence", events);

    const double ratio = group_rate / single_rate;
    const double bare_p50 = percentile(commit, 0.5);
    const double alarm_p50 = percentile(alarm, 0.5);
    const double hash = cost.hash_us / wanted_hash_us;
    const double signature = cost.signature_us / wanted_signature_us;
    const double bytes = cost.bytes / wanted_bytes;
    const bool met = ratio >= wanted_ratio && hash <= 1 && signature <= 1 && bytes <= 1;
    if (options.json) {
        std::cout << nlohmann::json{{"bench", "eventlog"},
                                    {"bare_commit_p50_ms", bare_p50 * 1e3},
                                    {"alarm_p50_ms", alarm_p50 * 1e3},
                                    {"alarm_p99_ms", percentile(alarm, 0.99) * 1e3},
                                    {"alarm_to_bare", alarm_p50 / bare_p50},
                                    {"singly_per_s", single_rate},
                                    {"grouped_per_s", group_rate},
                                    {"grouped_to_singly", ratio},
                                    {"question_p50_ms", question * 1e3},
                                    {"opening_ms", opening * 1e3},
                                    {"wanted", wanted_ratio},
                                    {"insert_cpu_us", cost.insert_us},
                                    {"hash_cpu_us", cost.hash_us},
                                    {"hash_to_wanted", hash},
                                    {"commit_cpu_us", cost.commit_us},
                                    {"signature_cpu_us", cost.signature_us},
                                    {"signature_to_wanted", signature},
                                    {"evidence_bytes", cost.bytes},
                                    {"evidence_bytes_to_wanted", bytes},
                                    {"met", met}}
                         .dump()
                  << '\n';
        return met ? 0 : 1;
    }
    fmt::print("bare durable commit      p50 {:8.3f} ms\n", bare_p50 * 1e3);
    fmt::print("lone alarm to durable    p50 {:8.3f} ms   p99 {:.3f} ms   {:.2f} bare commits\n",
               alarm_p50 * 1e3, percentile(alarm, 0.99) * 1e3, alarm_p50 / bare_p50);
    fmt::print("one commit per event     {:12.0f} events/s\n", single_rate);
    fmt::print("group commit             {:12.0f} events/s   {:.1f} times (wanted {})\n",
               group_rate, ratio, wanted_ratio);
    fmt::print("slowest question         p50 {:8.3f} ms\n", question * 1e3);
    fmt::print("opening                      {:8.3f} ms\n", opening * 1e3);
    fmt::print(
        "hashing              CPU p50 {:8.2f} us   {:.2f} of the limit, above an insert of {:.1f} "
        "us\n",
        cost.hash_us, hash, cost.insert_us);
    fmt::print(
        "signing each commit  CPU p50 {:8.2f} us   {:.2f} of the limit, above a commit of {:.1f} "
        "us\n",
        cost.signature_us, signature, cost.commit_us);
    fmt::print("evidence in the database     {:8.1f} bytes an entry   {:.2f} of the limit\n",
               cost.bytes, bytes);
    return met ? 0 : 1;
}
