// What evidence costs from a large log: the bundle of 40 entries over seven days under 1 MB and
// built in 2 s, an inclusion proof from the database in 1 ms.
//
//     bench_evidence [--json] [--directory DIR] [--entries N] [--weekly N]
//
// log     N entries, so many a week, written by the log thread under signed heads, an epoch an hour
// bundle  from opening the database to the whole ZIP, in English; its parts by size
// proof   one entry's path to the head, entries all over the log, each from a cold statement
// row     that entry itself, by its index: what a single look into the database costs
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <semaphore>
#include <vector>

#include "bench/door_event.hpp"
#include "bench/options.hpp"
#include "firmware/eventlog/log.hpp"
#include "firmware/evidence/commission.hpp"
#include "firmware/evidence/zip.hpp"
#include "firmware/export/database_view.hpp"

namespace {

using namespace sealwarden;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr double wanted_bytes = 1e6, wanted_build = 2, wanted_proof = 1e-3;
constexpr std::uint64_t asked_for = 40;  // entries of the door, in the last week
constexpr std::uint64_t hours_a_week = 7 * 24;

struct Amount {
    std::uint64_t entries = 1'000'000, weekly = 35'000;
};

// Hours pass when told.
class HourClock final : public Clock {
  public:
    [[nodiscard]] Uptime uptime() const override { return sample().uptime; }
    [[nodiscard]] ClockSample sample() const override {
        const auto passed = std::chrono::hours{hour_.load()};
        return {.uptime = Uptime{passed},
                .wall = WallTime{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}} + passed,
                .sync = "ntp",
                .error_ms = 12};
    }
    void passes() { ++hour_; }

  private:
    std::atomic<int> hour_{0};
};

double seconds(steady_clock::duration time) {
    return std::chrono::duration<double>(time).count();
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values.at(values.size() / 2);
}

struct Made {
    evidence::Query query;
    tlog::Sheet sheet;
    std::shared_ptr<evidence::Keys> keys;
    std::uint64_t export_entry = 0;
};

Made make_log(const std::filesystem::path& directory, const Amount& amount) {
    HourClock clock;
    Made made;
    const evidence::KeyFiles files{directory / "keys"};
    const auto hours = amount.entries * hours_a_week / amount.weekly;
    made.sheet = evidence::commission(
        files, {.origin = "bench",
                .now = std::chrono::floor<std::chrono::seconds>(clock.sample().wall),
                .keys = 87'672,  // ten years
                .log = {.generation = 1, .size = 0, .root = tlog::sha256({})}});
    made.keys = std::make_shared<evidence::Keys>(
        files, evidence::read_file(files.log_key(), 1024).substr(0, 64));
    std::binary_semaphore durable{0};
    eventlog::LogThread log{
        {.directory = directory, .boot_id = "bench", .gateway = "gw1", .signer = made.keys},
        clock,
        [&](const eventlog::Committed& committed) {
            for (const auto& entry : committed.entries) {
                if (entry.kind == "export.made") {
                    made.export_entry = entry.index;
                }
            }
            if (!committed.tickets.empty()) durable.release();
        },
        [](eventlog::Health, const std::string& why) { fmt::print(stderr, "{}\n", why); }};
    const auto write = [&](Events events) {
        if (!log.append(std::move(events))) std::abort();
        durable.acquire();
    };
    const auto last_week = hours - std::min(hours, hours_a_week);
    std::uint64_t written = 0, asked = 0;
    for (std::uint64_t hour = 0; hour < hours; ++hour) {
        Events events;
        for (; written < amount.entries * (hour + 1) / hours; ++written) {
            events.push_back(bench::door_event(bench::door_name(written), written, clock.uptime()));
        }
        if (hour >= last_week && asked * hours_a_week < asked_for * (hour - last_week + 1)) {
            events.push_back(bench::door_event("asked", asked++, clock.uptime()));
        }
        write(std::move(events));
        clock.passes();
    }
    const auto now = clock.sample().wall;
    made.query = {.subject = {.kind = "door", .id = "asked"},
                  .since = now - std::chrono::days{7},
                  .until = now};
    Event exported{.kind = EventKind::export_made, .at = clock.uptime()};
    exported.subjects = {{"gateway", "gw1"}};
    exported.data = {{"who", std::string{"bench"}},
                     {"for", std::string{"bench"}},
                     {"why", std::string{"bench"}}};
    write({exported});
    return made;
}

class Signer final : public evidence::BundleSigner {
  public:
    explicit Signer(const evidence::Keys& keys) : keys_{keys} {}
    [[nodiscard]] std::string sign(const tlog::Hash& manifest) const override {
        return keys_.bundle_line(manifest);
    }

  private:
    const evidence::Keys& keys_;
};

struct Bundle {
    double taken = 0;  // seconds
    std::size_t bytes = 0;
    std::uint64_t records = 0;
    std::map<std::string, std::size_t> parts;  // bytes, by folder or name
};

evidence::DatabaseView view(const std::filesystem::path& directory, const Made& made) {
    return {directory, {directory / "keys"}, made.export_entry, steady_clock::now() + 60s};
}

Bundle build(const std::filesystem::path& directory, const Made& made) {
    const auto begin = steady_clock::now();
    const auto files = evidence::build(made.query, view(directory, made),
                                       {.sheet = made.sheet,
                                        .gateway = {.kind = "gateway", .id = "gw1"},
                                        .export_entry = made.export_entry,
                                        .tool = "bench"},
                                       Signer{*made.keys});
    const auto zip = evidence::zip_of(files);
    Bundle bundle{.taken = seconds(steady_clock::now() - begin), .bytes = zip.size()};
    bundle.records = nlohmann::json::parse(files.at("manifest.json")).at("records");
    for (const auto& [name, bytes] : files) {
        bundle.parts[name.substr(0, name.find('/'))] += bytes.size();
    }
    return bundle;
}

// Median seconds of a proof and of a row.
std::pair<double, double> proofs(const std::filesystem::path& directory, const Made& made) {
    const auto log = view(directory, made);
    std::vector<double> proof, row;
    std::uint64_t at = 12345;
    for (int i = 0; i < 1001; ++i) {
        at = (at * 6364136223846793005u + 1442695040888963407u) % log.size();
        auto begin = steady_clock::now();
        static_cast<void>(log.record(at));
        row.push_back(seconds(steady_clock::now() - begin));
        begin = steady_clock::now();
        static_cast<void>(tlog::inclusion_proof(log.hashes(), at, log.size()));
        proof.push_back(seconds(steady_clock::now() - begin));
    }
    return {median(proof), median(row)};
}

}  // namespace

int main(int count, char** arguments) {
    Amount amount;
    const auto options = bench::parse_options(
        count, arguments, {{"--entries", amount.entries}, {"--weekly", amount.weekly}});
    const bench::Folder folder{options.directory, "bench-evidence"};
    const auto& directory = folder.path();
    const auto made = make_log(directory, amount);
    std::vector<double> builds;
    Bundle bundle;
    for (int i = 0; i < 5; ++i) {
        bundle = build(directory, made);
        builds.push_back(bundle.taken);
    }
    const auto built = median(builds);
    const auto [proof, row] = proofs(directory, made);

    const auto size = static_cast<double>(bundle.bytes);
    const bool met = size <= wanted_bytes && built <= wanted_build && proof <= wanted_proof;
    if (options.json) {
        std::cout << nlohmann::json{{"bench", "evidence"},
                                    {"entries", amount.entries},
                                    {"weekly", amount.weekly},
                                    {"records", bundle.records},
                                    {"bundle_bytes", bundle.bytes},
                                    {"bundle_to_wanted", size / wanted_bytes},
                                    {"parts", bundle.parts},
                                    {"build_p50_s", built},
                                    {"build_to_wanted", built / wanted_build},
                                    {"proof_p50_ms", proof * 1e3},
                                    {"proof_to_wanted", proof / wanted_proof},
                                    {"proof_to_row", proof / row},
                                    {"met", met}}
                         .dump()
                  << '\n';
        return met ? 0 : 1;
    }
    fmt::print("bundle of {} entries of {}    {:9.0f} bytes    {:.2f} of the limit of 1 MB\n",
               bundle.records, amount.entries, size, size / wanted_bytes);
    for (const auto& [part, bytes] : bundle.parts) fmt::print("    {:<20} {:9}\n", part, bytes);
    fmt::print("built                    p50 {:8.3f} s      {:.2f} of the limit of 2 s\n", built,
               built / wanted_build);
    fmt::print(
        "inclusion proof          p50 {:8.3f} ms     {:.2f} of the limit of 1 ms, {:.1f} "
        "rows by index\n",
        proof * 1e3, proof / wanted_proof, proof / row);
    return met ? 0 : 1;
}
