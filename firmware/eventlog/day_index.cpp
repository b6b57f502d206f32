#include "firmware/eventlog/day_index.hpp"

#include <openssl/rand.h>

#include <cassert>

#include "firmware/clock.hpp"
#include "firmware/tlog/encoding.hpp"

namespace sealwarden::eventlog {

std::vector<tlog::SubjectCount> subject_counts(sqlite::Connection& connection, std::uint64_t from,
                                               std::uint64_t to) {
    std::vector<tlog::SubjectCount> counts;
    auto subjects = connection.prepare("SELECT s, k, v FROM subject WHERE last >= ?");
    auto entries = connection.prepare(
        "SELECT count(*), min(i), max(i) FROM entry_subject WHERE s = ? AND i >= ? AND i < ?");
    subjects.bind(1, static_cast<std::int64_t>(from));
    while (subjects.step()) {
        entries.bind(1, subjects.number(0))
            .bind(2, static_cast<std::int64_t>(from))
            .bind(3, static_cast<std::int64_t>(to));
        if (entries.step() && entries.number(0) > 0) {
            counts.push_back({.kind = std::string{subjects.text(1)},
                              .id = std::string{subjects.text(2)},
                              .count = static_cast<std::uint32_t>(entries.number(0)),
                              .first = static_cast<std::uint64_t>(entries.number(1)),
                              .last = static_cast<std::uint64_t>(entries.number(2))});
        }
        entries.reset();
    }
    return counts;
}

Event day_index_event(sqlite::Connection& connection, std::uint64_t to, std::chrono::sys_days day,
                      Uptime at) {
    const auto from = static_cast<std::uint64_t>(
        connection.number("SELECT coalesce(max(i) + 1, 0) FROM entry WHERE kind = 'day.index'"));
    tlog::DaySalt salt{};
    const auto drawn = RAND_bytes(salt.data(), static_cast<int>(salt.size()));
    assert(drawn == 1 && "a guessable salt would tell neighbours' names");
    const tlog::DayIndex index{salt, subject_counts(connection, from, to)};
    Event event;
    event.kind = EventKind::day_index;
    event.at = at;
    event.data = {{"from", static_cast<std::int64_t>(from)},
                  {"to", static_cast<std::int64_t>(to)},
                  {"count", static_cast<std::int64_t>(index.size())},
                  {"root", tlog::hex(tlog::bytes_of(index.root()))},
                  {"salt", tlog::hex({reinterpret_cast<const char*>(salt.data()), salt.size()})},
                  {"day", rfc3339(WallTime{day}).substr(0, 10)}};
    return event;
}

}  // namespace sealwarden::eventlog
