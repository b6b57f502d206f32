#include "firmware/eventlog/records.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "firmware/core/procedures.hpp"
#include "firmware/core/said.hpp"
#include "firmware/eventlog/personal.hpp"
#include "firmware/eventlog/rows.hpp"

namespace sealwarden::eventlog {
namespace {

// The kinds of events that carry a state of this kind of subject.
struct Kinds {
    std::vector<std::string_view> states;
    [[nodiscard]] bool has(const std::string& kind) const {
        return std::ranges::find(states, std::string_view{kind}) != states.end();
    }
};

Kinds kinds_of(std::string_view subject_kind) {
    Kinds kinds;
    for (const auto& record : record_kinds()) {
        if (record.subject != subject_kind) continue;
        for (const auto kind : record.states) kinds.states.push_back(to_string(kind));
    }
    if (!kinds.states.empty()) kinds.states.push_back(to_string(EventKind::record_carried));
    return kinds;
}

class Finder {
  public:
    Finder(sqlite::Connection& connection, std::string_view subject_kind)
        : kind_{subject_kind},
          kinds_{kinds_of(subject_kind)},
          earlier_{connection.prepare(fmt::format(
              "SELECT {} FROM entry_subject l JOIN entry e ON e.i = l.i WHERE l.s = ? ORDER BY l.i "
              "DESC",
              entry_columns))},
          personal_{connection.prepare("SELECT payload FROM personal WHERE entry = ?")} {}

    [[nodiscard]] const Kinds& kinds() const { return kinds_; }

    // `newest` is where the state should be; damaged, the one before it counts.
    std::optional<NewestRecord> find(std::int64_t number, const std::string& id, Entry newest) {
        const Subject subject{kind_, id};
        auto parts = state_in(newest, subject);
        if (!parts) {
            earlier_.bind(1, number);
            while (!parts && earlier_.step()) {
                newest = entry_of(earlier_);
                parts = state_in(newest, subject);
            }
            earlier_.reset();
            if (!parts) return {};
        }
        NewestRecord record{.subject = subject,
                            .parts = *std::move(parts),
                            .entry = std::move(newest),
                            .personal = {}};
        add_personal(record);
        return record;
    }

  private:
    // An entry may name the subject among others (a case names its visit): that is not its state.
    [[nodiscard]] std::optional<StateParts> state_in(const Entry& entry,
                                                     const Subject& subject) const {
        if (!kinds_.has(entry.kind) || leaf_hash(entry.bytes) != entry.leaf) return {};
        auto parts = parts_of(entry);
        if (parts && parts->main != subject) parts.reset();
        return parts;
    }
    void add_personal(NewestRecord& record) {
        if (!record.parts.has_personal) return;
        if (personal_.bind(1, static_cast<std::int64_t>(record.entry.index)).step()) {
            record.personal = texts_of(personal_.blob(0));
        }
        personal_.reset();
    }

    std::string kind_;
    Kinds kinds_;
    sqlite::Statement earlier_, personal_;
};

}  // namespace

void add_record_table(sqlite::Connection& connection) {
    connection.run(
        "CREATE TABLE IF NOT EXISTS record(s INTEGER PRIMARY KEY, k TEXT NOT NULL, i INTEGER NOT "
        "NULL, over INTEGER NOT NULL) STRICT;"
        "CREATE INDEX IF NOT EXISTS record_kind ON record(k, i)");
}

std::optional<bool> ends_state(const Event& event) {
    static const auto by_kind = [] {
        std::map<EventKind, std::map<std::string, bool, std::less<>>> table;
        for (const auto& record : record_kinds()) {
            for (const auto kind : record.states) table[kind][std::string{record.subject}] = false;
            for (const auto kind : record.ends) table[kind][std::string{record.subject}] = true;
        }
        return table;
    }();
    auto kind = event.kind;
    if (event.subjects.empty()) return {};
    if (kind == EventKind::record_carried) {
        const auto told_by = event_kind(text_of(event, "last_kind"));
        if (!told_by) return {};
        kind = *told_by;
    }
    const auto found = by_kind.find(kind);
    if (found == by_kind.end()) return {};
    const auto subject = found->second.find(event.subjects.front().kind);
    if (subject == found->second.end()) return {};
    return subject->second;
}

void newest_records(sqlite::Connection& connection, std::string_view subject_kind,
                    const WhichRecords& which, const std::function<bool(NewestRecord&&)>& use) {
    Finder finder{connection, subject_kind};
    if (finder.kinds().states.empty()) return;
    auto records = connection.prepare(fmt::format(
        "SELECT {}, s.s, s.v FROM record r JOIN entry e ON e.i = r.i JOIN subject s ON s.s = r.s "
        "WHERE r.k = ? AND r.i < ?{} ORDER BY r.i {}",
        entry_columns, which.with_ended ? "" : " AND r.over = 0",
        which.oldest_first ? "ASC" : "DESC"));
    records.bind(1, subject_kind).bind(2, static_cast<std::int64_t>(which.before));
    constexpr int number_column = 6;
    constexpr int id_column = 7;
    while (records.step()) {
        auto newest = entry_of(records);
        const auto place = newest.index;
        auto record = finder.find(records.number(number_column),
                                  std::string{records.text(id_column)}, std::move(newest));
        if (!record) continue;
        record->place = place;
        if (!use(std::move(*record))) return;
    }
}

std::optional<NewestRecord> newest_record(sqlite::Connection& connection, const Subject& subject) {
    Finder finder{connection, subject.kind};
    if (finder.kinds().states.empty()) return {};
    auto select = connection.prepare(
        fmt::format("SELECT {}, s.s FROM subject s JOIN record r ON r.s = s.s JOIN entry e ON "
                    "e.i = r.i WHERE s.k = ? AND s.v = ?",
                    entry_columns));
    select.bind(1, std::string_view{subject.kind}).bind(2, std::string_view{subject.id});
    if (!select.step()) return {};
    constexpr int number_column = 6;
    auto newest = entry_of(select);
    const auto place = newest.index;
    auto record = finder.find(select.number(number_column), subject.id, std::move(newest));
    if (record) record->place = place;
    return record;
}

std::optional<EventKind> kind_of_state(const Entry& entry, const RecordData& data) {
    if (entry.kind != to_string(EventKind::record_carried)) return event_kind(entry.kind);
    return event_kind(text_of(data, "last_kind"));
}

}  // namespace sealwarden::eventlog
