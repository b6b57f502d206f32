#include "tests/eventlog/log_fixture.hpp"

#include <stdlib.h>

#include <algorithm>
#include <future>
#include <nlohmann/json.hpp>

#include "firmware/eventlog/directory.hpp"

namespace sealwarden::eventlog {

TempDirectory::TempDirectory(const std::filesystem::path& under) {
    auto name = (under / "sealwarden-log-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no temporary directory"};
    path_ = name;
}

TempDirectory::~TempDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

ClockSample FakeClock::sample() const {
    const std::lock_guard guard{mutex_};
    return sample_;
}

void FakeClock::set(ClockSample sample) {
    const std::lock_guard guard{mutex_};
    sample_ = std::move(sample);
}

void Heard::committed(Committed what) {
    const std::lock_guard gate{gate_};
    {
        const std::lock_guard guard{mutex_};
        transactions_.push_back(what.entries.size());
        generation_ = what.generation;
        syncs_ += what.syncs;
        std::ranges::move(what.entries, std::back_inserter(entries_));
        std::ranges::move(what.tickets, std::back_inserter(tickets_));
    }
    changed_.notify_all();
}

Durations Heard::syncs() const {
    const std::lock_guard guard{mutex_};
    return syncs_;
}

void Heard::health(Health now, const std::string&) {
    {
        const std::lock_guard guard{mutex_};
        healths_.push_back(now);
    }
    changed_.notify_all();
}

bool Heard::wait(const std::function<bool()>& met) {
    std::unique_lock guard{mutex_};
    return changed_.wait_for(guard, std::chrono::seconds{30}, met);
}

bool Heard::wait_for_ticket(std::uint64_t ticket) {
    return wait([&] { return std::ranges::count(tickets_, ticket) > 0; });
}

bool Heard::wait_for_health(Health health) {
    return wait([&] { return std::ranges::count(healths_, health) > 0; });
}

bool Heard::wait_for_ticket_or(std::uint64_t ticket, Health health) {
    return wait([&] {
        return std::ranges::count(tickets_, ticket) > 0 || std::ranges::count(healths_, health) > 0;
    });
}

bool Heard::wait_for_entries(std::size_t count) {
    return wait([&] { return entries_.size() >= count; });
}

std::vector<Entry> Heard::entries() const {
    const std::lock_guard guard{mutex_};
    return entries_;
}

std::vector<std::uint64_t> Heard::tickets() const {
    const std::lock_guard guard{mutex_};
    return tickets_;
}

std::vector<std::size_t> Heard::transactions() const {
    const std::lock_guard guard{mutex_};
    return transactions_;
}

std::uint64_t Heard::generation() const {
    const std::lock_guard guard{mutex_};
    return generation_;
}

std::vector<Health> Heard::healths() const {
    const std::lock_guard guard{mutex_};
    return healths_;
}

std::unique_ptr<LogThread> open_log(LogOptions options, const Clock& clock, Heard& heard) {
    return std::make_unique<LogThread>(
        std::move(options), clock, [&heard](Committed what) { heard.committed(std::move(what)); },
        [&heard](Health now, const std::string& why) { heard.health(now, why); });
}

Event door_event(EventKind kind, const std::string& door, Uptime at) {
    return {.kind = kind,
            .at = at,
            .after = std::nullopt,
            .subjects = {{"door", door}},
            .data = {},
            .personal = {},
            .source = PointId{"io1.di0"},
            .raw = 1};
}

std::string text(const Entry& entry, const std::string& pointer) {
    return nlohmann::json::parse(entry.bytes).at(nlohmann::json::json_pointer{pointer}).dump();
}

void LogTest::start() {
    log.reset();
    heard = std::make_unique<Heard>();
    log = open_log(options, clock, *heard);
}

std::uint64_t LogTest::append(Events events) {
    const auto ticket = log->append(std::move(events));
    EXPECT_TRUE(ticket.has_value());
    return ticket.value_or(0);
}

void LogTest::append_and_wait(Events events) {
    ASSERT_TRUE(heard->wait_for_ticket(append(std::move(events))));
}

void LogTest::write(std::size_t entries) {
    Events events;
    for (std::size_t i = 0; i < entries; ++i) {
        events.push_back(door_event(i % 2 == 0 ? EventKind::door_opened : EventKind::door_closed,
                                    i % 3 == 0 ? "d07" : "d08",
                                    clock.uptime() - std::chrono::milliseconds{entries - i}));
    }
    append_and_wait(std::move(events));
}

Reader::Page LogTest::ask(Query query) {
    Reader reader{directory.path()};
    std::promise<Reader::Page> answer;
    reader.query(std::move(query), [&](Reader::Page page) { answer.set_value(std::move(page)); });
    return answer.get_future().get();
}

std::vector<std::uint64_t> LogTest::indexes(Query query) {
    const auto page = ask(std::move(query));
    EXPECT_EQ(page.error, "");
    std::vector<std::uint64_t> found;
    for (const auto& entry : page.entries) found.push_back(entry.index);
    return found;
}

void LogTest::change_database(const std::string& sql) {
    sqlite::Connection connection{database_file(directory.path()), sqlite::Access::write};
    connection.run(sql);
    connection.checkpoint(true);
}

}  // namespace sealwarden::eventlog
