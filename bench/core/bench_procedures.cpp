// What a large site costs the core: 1,000 doors, 200 open visits, 100,000 seals in custody, 10,000
// badges.
//
//     bench_procedures [--json] [--directory DIR] [--doors N] [--seals N] [--people N] [--entries
//     N]
//
// apply    one reading or act, the whole of Site::apply: p99 under 100 us
// memory   what the heap holds for the site: under 64 MiB
// restart  from a log of N entries that holds all of it: memory read and Site built, under 2 s and
//          with less than 64 MiB of heap at any moment; beside it, what reading the same rows
//          takes, and every entry of the log
// day      a day of the doors' openings in virtual time: 10,000 times real time or better
#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>
#include <random>
#include <semaphore>
#include <vector>

#include "bench/options.hpp"
#include "firmware/core/site.hpp"
#include "firmware/eventlog/log.hpp"
#include "firmware/sqlite/sqlite.hpp"

namespace {

using namespace sealwarden;
using namespace std::chrono_literals;
using std::chrono::steady_clock;
using Arguments = std::map<std::string, Datum>;

constexpr double wanted_apply_us = 100, wanted_mib = 64, wanted_restart = 2, wanted_speed = 10'000;
constexpr std::uint64_t open_visits = 200;

struct Amount {
    std::uint64_t doors = 1'000, seals = 100'000, people = 10'000, entries = 1'000'000;
};

double seconds(steady_clock::duration time) {
    return std::chrono::duration<double>(time).count();
}

SiteOptions site_of(const Amount& amount) {
    SiteOptions options;
    options.site = "bench";
    options.gateway = "gw1";
    for (std::uint64_t i = 0; i < amount.doors; ++i) {
        DoorOptions door;
        door.id = fmt::format("d{}", i);
        door.contact.point = PointId{fmt::format("io{}.di{}", i / 16, i % 16)};
        options.doors.push_back(std::move(door));
    }
    for (std::uint64_t i = 0; i < (amount.doors + 15) / 16; ++i) {
        DeviceWatch device;
        device.id = fmt::format("io{}", i);
        for (std::uint64_t n = 0; n < 16 && i * 16 + n < amount.doors; ++n)
            device.points.emplace_back(fmt::format("io{}.di{}", i, n));
        device.silent_after = std::chrono::hours{48};
        options.devices.push_back(std::move(device));
    }
    return options;
}

// A container number with its right check digit (ISO 6346: weights 2^i from the left).
std::string container_number(std::uint64_t serial) {
    static constexpr int letters[] = {10, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 23, 24,
                                      25, 26, 27, 28, 29, 30, 31, 32, 34, 35, 36, 37, 38};
    const auto first = fmt::format("BENU{:06}", serial);
    int sum = 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
        const char c = first[i];
        sum += (c >= 'A' ? letters[c - 'A'] : c - '0') << i;
    }
    return first + static_cast<char>('0' + sum % 11 % 10);
}

// The site, and all that it said.
class Measured {
  public:
    explicit Measured(const Amount& amount) : site_{site_of(amount), {}, Uptime{}} {}

    void act(const std::string& name, const Arguments& arguments) {
        auto act = act_from(name, arguments);
        if (const auto* complaint = std::get_if<std::string>(&act)) fail(name, *complaint);
        Command command{.at = now_,
                        .id = "1",
                        .by = "bench",
                        .channel = "cli",
                        .what = std::get<Act>(std::move(act))};
        const auto begin = steady_clock::now();
        auto events = site_.apply(command);
        took_.push_back(steady_clock::now() - begin);
        for (const auto& event : events)
            if (event.kind == EventKind::command_refused)
                fail(name, std::get<std::string>(event.data.at("message")));
        keep(std::move(events));
    }
    void read(PointId point, bool open) {
        const Reading reading{
            .point = point, .at = now_, .what = Value{open}, .after = {}, .raw = {}};
        const auto begin = steady_clock::now();
        auto events = site_.apply(reading);
        took_.push_back(steady_clock::now() - begin);
        keep(std::move(events));
    }
    void passes(UptimeClock::duration time) {
        now_ += time;
        keep(site_.tick(now_));
    }
    // What the gateway does once for all that came together.
    void shows() { static_cast<void>(site_.take_changes()); }
    [[nodiscard]] std::vector<steady_clock::duration> take_times() {
        return std::exchange(took_, {});
    }
    [[nodiscard]] Events take_events() { return std::exchange(events_, {}); }
    bool keeps = true;

  private:
    [[noreturn]] static void fail(const std::string& name, const std::string& why) {
        fmt::print(stderr, "{}: {}\n", name, why);
        std::exit(2);
    }
    void keep(Events events) {
        if (keeps) std::ranges::move(events, std::back_inserter(events_));
    }
    Site site_;
    Uptime now_{1s};
    std::vector<steady_clock::duration> took_;
    Events events_;
};

void fill(Measured& subject, const Amount& amount) {
    const Arguments ana{{"person", std::string{"ana"}},
                        {"name", std::string{"Ana"}},
                        {"rights", std::string{"seal,stock,inspect,supervise,access,cases"}},
                        {"trained_until", std::string{"2099-12-31"}}};
    subject.act("person.add", ana);
    for (std::uint64_t i = 1; i < amount.people; ++i) {
        subject.act("person.add", {{"person", fmt::format("p{}", i)},
                                   {"name", std::string{"Somebody Somewhere"}},
                                   {"badge", fmt::format("{}", 100'000 + i)},
                                   {"zones", std::string{"*"}}});
    }
    const auto with = [](Arguments more) {
        more["person"] = std::string{"ana"};
        return more;
    };
    subject.act("lot.receive", with({{"lot", std::string{"lot1"}},
                                     {"maker", std::string{"Maker"}},
                                     {"seal_class", std::string{"H"}},
                                     {"certificate", std::string{"LAB-1"}},
                                     {"first", std::string{"HL000000"}},
                                     {"last", fmt::format("HL{:06}", amount.seals - 1)}}));
    const std::string good = "good";
    for (std::uint64_t i = 0; i < amount.seals; ++i) {
        const auto seal = fmt::format("HL{:06}", i);
        subject.act("seal.issue", with({{"seal", seal}, {"to", std::string{"ana"}}}));
        subject.act("seal.affix", with({{"seal", seal},
                                        {"container", container_number(i)},
                                        {"hardware_checked", true},
                                        {"view", good},
                                        {"verify", good},
                                        {"tug", good},
                                        {"twist", good}}));
    }
    for (std::uint64_t i = 0; i < std::min(open_visits, amount.doors); ++i) {
        subject.act("visit.arrive", with({{"door", fmt::format("d{}", i)},
                                          {"container", container_number(i)},
                                          {"purpose", std::string{"unload"}}}));
    }
}

// What people and doors do all day, measured.
std::vector<steady_clock::duration> work(Measured& subject, const Amount& amount) {
    std::mt19937_64 random{17};
    const std::string good = "good";
    static_cast<void>(subject.take_times());
    for (std::uint64_t round = 0; round < 20'000; ++round) {
        subject.passes(200ms);
        const auto door = random() % amount.doors;
        const PointId point{fmt::format("io{}.di{}", door / 16, door % 16)};
        subject.read(point, true);
        subject.passes(200ms);
        subject.read(point, false);
        if (round % 10 != 0) continue;
        const auto seal = random() % amount.seals;
        subject.act("seal.verify", {{"seal", fmt::format("HL{:06}", seal)},
                                    {"container", container_number(seal)},
                                    {"document", fmt::format("HL{:06}", seal)},
                                    {"view", good},
                                    {"verify", good},
                                    {"tug", good},
                                    {"twist", good},
                                    {"person", std::string{"ana"}}});
    }
    return subject.take_times();
}

// A day: every door opens and closes twenty times; its contact is told again every ten seconds.
double day_in_seconds(const Amount& amount) {
    Measured subject{amount};
    subject.keeps = false;
    std::vector<PointId> points;
    for (std::uint64_t i = 0; i < amount.doors; ++i)
        points.emplace_back(fmt::format("io{}.di{}", i / 16, i % 16));
    std::vector<bool> open(points.size());
    std::mt19937_64 random{17};
    const auto begin = steady_clock::now();
    constexpr int looks = 24 * 3600 / 10;
    for (int look = 0; look < looks; ++look) {
        subject.passes(10s);
        for (std::size_t i = 0; i < points.size(); ++i) {
            if (random() % (looks / 40) == 0) open[i] = !open[i];
            subject.read(points[i], open[i]);
        }
        subject.shows();
        static_cast<void>(subject.take_times());
    }
    return seconds(steady_clock::now() - begin);
}

class StillClock final : public Clock {
  public:
    [[nodiscard]] Uptime uptime() const override { return sample().uptime; }
    [[nodiscard]] ClockSample sample() const override {
        return {.uptime = Uptime{24h},
                .wall = WallTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 24}},
                .sync = "ntp",
                .error_ms = 12};
    }
};

struct Restart {
    double taken = 0, processor = 0, read_rows = 0, read_all = 0;  // seconds
    std::uint64_t entries = 0;
    std::size_t records = 0;
    double peak_mib = 0;  // of the heap, above what it had before
};

double heap_mib() {
    const auto info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd) / (1024 * 1024);
}

// The records' entries, their bytes looked at and no more.
double seconds_to_read_rows(const std::filesystem::path& directory) {
    const auto begin = steady_clock::now();
    sqlite::Connection connection{directory / "log.db", sqlite::Access::read};
    auto rows = connection.prepare(
        "SELECT e.bytes FROM record r JOIN entry e ON e.i = r.i WHERE r.over = 0 ORDER BY r.k, "
        "r.i");
    std::size_t bytes = 0;
    while (rows.step())
        for (const auto byte : rows.blob(0)) bytes += byte == '{' ? 1 : 0;
    if (bytes == 0) std::abort();
    return seconds(steady_clock::now() - begin);
}

Restart restart(const std::filesystem::path& directory, Events events, const Amount& amount) {
    const StillClock clock;
    Restart result;
    {
        std::counting_semaphore<> durable{0};
        eventlog::LogThread log{{.directory = directory, .boot_id = "bench", .gateway = "gw1"},
                                clock,
                                [&](const eventlog::Committed& committed) {
                                    for (std::size_t i = 0; i < committed.tickets.size(); ++i)
                                        durable.release();
                                },
                                [](eventlog::Health, const std::string&) {}};
        const auto write = [&](Events some) {
            result.entries += some.size();
            if (!log.append(std::move(some))) std::abort();
            durable.acquire();
        };
        constexpr std::size_t batch = 2'000;
        for (std::size_t from = 0; from < events.size(); from += batch) {
            const auto until = std::min(events.size(), from + batch);
            write({std::make_move_iterator(events.begin() + static_cast<std::ptrdiff_t>(from)),
                   std::make_move_iterator(events.begin() + static_cast<std::ptrdiff_t>(until))});
        }
        while (result.entries < amount.entries) {
            Events filler;
            for (std::size_t i = 0; i < batch; ++i) {
                Event event;
                event.kind = i % 2 == 0 ? EventKind::door_opened : EventKind::door_closed;
                event.at = clock.uptime();
                event.subjects = {
                    {"door", fmt::format("d{}", (result.entries + i) % amount.doors)}};
                filler.push_back(std::move(event));
            }
            write(std::move(filler));
        }
    }
    malloc_trim(0);
    const auto before = heap_mib();
    const auto ticks = std::clock();
    const auto begin = steady_clock::now();
    eventlog::LogThread log{{.directory = directory, .boot_id = "bench", .gateway = "gw1"},
                            clock,
                            [](const eventlog::Committed&) {},
                            [](eventlog::Health, const std::string&) {}};
    auto memory = log.memory(clock.sample());
    memory.stored = [&, stored = std::move(memory.stored)](const RecordUse& use) {
        stored([&](const Record& record) {
            if (++result.records % 1'000 == 0)
                result.peak_mib = std::max(result.peak_mib, heap_mib() - before);
            use(record);
        });
    };
    const Site site{site_of(amount), std::move(memory), clock.uptime()};
    result.taken = seconds(steady_clock::now() - begin);
    result.processor = static_cast<double>(std::clock() - ticks) / CLOCKS_PER_SEC;
    result.peak_mib = std::max(result.peak_mib, heap_mib() - before);
    result.read_rows = seconds_to_read_rows(directory);

    eventlog::Reader reader{directory};
    const auto reads = steady_clock::now();
    for (std::uint64_t from = 0;;) {
        std::binary_semaphore answered{0};
        eventlog::Reader::Page page;
        reader.query({.from = from, .limit = 10'000}, [&](eventlog::Reader::Page told) {
            page = std::move(told);
            answered.release();
        });
        answered.acquire();
        if (!page.more || !page.error.empty()) break;
        from = page.next;
    }
    result.read_all = seconds(steady_clock::now() - reads);
    return result;
}

double micros(steady_clock::duration time) {
    return seconds(time) * 1e6;
}

}  // namespace

int main(int count, char** arguments) {
    Amount amount;
    const auto options = bench::parse_options(count, arguments,
                                              {{"--doors", amount.doors},
                                               {"--seals", amount.seals},
                                               {"--people", amount.people},
                                               {"--entries", amount.entries}});
    const auto empty = heap_mib();
    auto subject = std::make_unique<Measured>(amount);
    fill(*subject, amount);
    auto events = subject->take_events();
    auto filling = subject->take_times();
    // What was said is not the site's.
    bench::Folder folder{options.directory, "bench-procedures"};
    const auto restarted = restart(folder.path(), std::move(events), amount);
    events = {};
    filling = {};
    auto took = work(*subject, amount);
    static_cast<void>(subject->take_events());
    std::ranges::sort(took);
    const auto p99 = micros(took.at(took.size() * 99 / 100));
    const auto median = micros(took.at(took.size() / 2));
    took = {};
    malloc_trim(0);
    const auto mib = heap_mib() - empty;
    subject.reset();
    const auto day = day_in_seconds(amount);
    const auto speed = 86'400 / day;

    const bool well = p99 < wanted_apply_us && mib < wanted_mib &&
                      restarted.peak_mib < wanted_mib && restarted.taken < wanted_restart &&
                      speed >= wanted_speed;
    if (options.json) {
        fmt::print("{}\n", nlohmann::json{{"bench", "procedures"},
                                          {"apply_p99_us", p99},
                                          {"apply_p50_us", median},
                                          {"heap_mib", mib},
                                          {"restart_s", restarted.taken},
                                          {"restart_records", restarted.records},
                                          {"restart_heap_mib", restarted.peak_mib},
                                          {"restart_processor_s", restarted.processor},
                                          {"read_rows_s", restarted.read_rows},
                                          {"log_entries", restarted.entries},
                                          {"read_whole_log_s", restarted.read_all},
                                          {"day_s", day},
                                          {"day_speed", speed},
                                          {"well", well}}
                               .dump());
    } else {
        fmt::print("apply    p50 {:.1f} us, p99 {:.1f} us (wanted {:.0f})\n", median, p99,
                   wanted_apply_us);
        fmt::print("memory   {:.1f} MiB (wanted {:.0f})\n", mib, wanted_mib);
        fmt::print(
            "restart  {:.2f} s ({:.2f} of a processor) and {:.1f} MiB for {} records of {} entries "
            "(wanted {:.0f}, "
            "{:.0f}); "
            "reading their rows takes {:.2f} s, the whole log {:.2f} s\n",
            restarted.taken, restarted.processor, restarted.peak_mib, restarted.records,
            restarted.entries, wanted_restart, wanted_mib, restarted.read_rows, restarted.read_all);
        fmt::print("day      {:.1f} s of {} doors, {:.0f} times real time (wanted {:.0f})\n", day,
                   amount.doors, speed, wanted_speed);
    }
    return well ? 0 : 1;
}
