#include "firmware/eventlog/memory.hpp"

#include <fmt/format.h>

#include <set>

#include "firmware/core/alarm.hpp"
#include "firmware/core/door_past.hpp"
#include "firmware/core/procedures.hpp"
#include "firmware/core/said.hpp"
#include "firmware/eventlog/personal.hpp"
#include "firmware/eventlog/records.hpp"
#include "firmware/eventlog/rows.hpp"

namespace sealwarden::eventlog {
namespace {

// The entry's moment on this boot's clock; before this boot began it is negative.
Uptime moment_of(const Entry& entry, const std::string& boot, const ClockSample& now,
                 const std::string& boot_id) {
    if (!boot.empty() && boot == boot_id) return entry.at;
    return now.uptime - (now.wall - entry.wall);
}

// The newest entry of each subject of a kind that is of one of these kinds of events: other events
// may name the subject too, e.g. a refused command names the alarm it meant. Only what has its hash
// counts.
template <class Use>
void newest_of_each(sqlite::Connection& connection, std::string_view subject_kind,
                    std::string_view event_kinds, const Use& use) {
    auto subjects = connection.prepare("SELECT s, v FROM subject WHERE k = ?");
    auto newest =
        connection.prepare(fmt::format("SELECT {} FROM entry_subject l JOIN entry e ON e.i = l.i "
                                       "WHERE l.s = ? AND e.kind IN ({}) ORDER BY l.i DESC",
                                       entry_columns, event_kinds));
    subjects.bind(1, subject_kind);
    while (subjects.step()) {
        newest.bind(1, subjects.number(0));
        while (newest.step()) {
            const auto entry = entry_of(newest);
            if (leaf_hash(entry.bytes) != entry.leaf) continue;
            const auto parts = parts_of(entry);
            if (!parts) continue;
            use(std::string{subjects.text(1)}, entry, *parts);
            break;
        }
        newest.reset();
    }
}

std::map<std::string, std::string> personal_of(sqlite::Connection& connection,
                                               std::uint64_t index) {
    auto select = connection.prepare("SELECT payload FROM personal WHERE entry = ?");
    if (!select.bind(1, static_cast<std::int64_t>(index)).step()) return {};
    return texts_of(select.blob(0));
}

void add_alarms(sqlite::Connection& connection, const ClockSample& now, const std::string& boot_id,
                SiteMemory& memory) {
    newest_of_each(
        connection, "alarm",
        "'alarm.raised','alarm.repeated','alarm.cleared','alarm.acknowledged','alarm.carried',"
        "'alarm.shelved','alarm.unshelved','alarm.suppressed','alarm.unsuppressed',"
        "'alarm.out_of_service','alarm.in_service','alarm.reminded','alarm.escalated',"
        "'alarm.silenced'",
        [&](const std::string&, const Entry& entry, const StateParts& parts) {
            const auto alarm =
                alarm_from(entry.kind, parts.data, moment_of(entry, parts.boot, now, boot_id),
                           parts.has_personal ? personal_of(connection, entry.index)
                                              : std::map<std::string, std::string>{});
            if (alarm && !alarm->over()) {
                memory.alarms.push_back(*alarm);
            }
        });
}

void add_identities(sqlite::Connection& connection, SiteMemory& memory) {
    newest_of_each(connection, "device", "'device.identified','device.replaced'",
                   [&](const std::string& device, const Entry&, const StateParts& parts) {
                       memory.identities[device] = text_of(parts.data, "identity");
                   });
}

void each_record(sqlite::Connection& connection, std::string_view kind, const ClockSample& now,
                 const std::string& boot_id, const RecordUse& use) {
    newest_records(connection, kind, {.oldest_first = true}, [&](NewestRecord&& newest) {
        auto& parts = newest.parts;
        if (const auto told_by = kind_of_state(newest.entry, parts.data)) {
            use({.kind = *told_by,
                 .subject = std::move(newest.subject),
                 .at = moment_of(newest.entry, parts.boot, now, boot_id),
                 .data = std::move(parts.data),
                 .personal = std::move(newest.personal)});
        }
        return true;
    });
}

// "'door.opened','door.closed'"
std::string kinds_of_the_past() {
    std::string list;
    for (const auto kind : event_kinds())
        if (tells_of_the_past(kind))
            list += (list.empty() ? "'" : ",'") + std::string{to_string(kind)} + "'";
    return list;
}

void each_door(sqlite::Connection& connection, const ClockSample& now, const std::string& boot_id,
               const RecordUse& use) {
    auto doors = connection.prepare("SELECT s, v FROM subject WHERE k = 'door'");
    auto newest = connection.prepare(
        fmt::format("SELECT {} FROM entry_subject l JOIN entry e ON e.i = l.i WHERE l.s = ? AND "
                    "e.kind IN ({}) ORDER BY l.i DESC LIMIT 1000",
                    entry_columns, kinds_of_the_past()));
    while (doors.step()) {
        newest.bind(1, doors.number(0));
        const Subject door{"door", std::string{doors.text(1)}};
        DoorPast past{door.id};
        while (newest.step()) {
            const auto entry = entry_of(newest);
            const auto kind = event_kind(entry.kind);
            if (!kind || leaf_hash(entry.bytes) != entry.leaf) continue;
            const auto parts = parts_of(entry);
            if (!parts || parts->main != door) continue;
            if (!past.tell(*kind, moment_of(entry, parts->boot, now, boot_id), parts->data)) break;
        }
        newest.reset();
        past.each(use);
    }
}

// What of a damaged file can be read counts.
template <class Read>
void attempt(const std::filesystem::path& file, const Read& read) {
    try {
        sqlite::Connection connection{file, sqlite::Access::read};
        read(connection);
    } catch (const std::runtime_error&) {
        // Damaged there, or gone.
    }
}

// Which subjects have a record in the newer log.
class Newer {
  public:
    explicit Newer(sqlite::Connection& connection)
        : find_{connection.prepare("SELECT 1 FROM subject s JOIN record r ON r.s = s.s WHERE s.k = "
                                   "? AND s.v = ?")} {}
    bool has(const Subject& subject) {
        find_.bind(1, std::string_view{subject.kind}).bind(2, std::string_view{subject.id});
        const bool there = find_.step();
        find_.reset();
        return there;
    }

  private:
    sqlite::Statement find_;
};

}  // namespace

SiteMemory memory_of(sqlite::Connection& connection, const ClockSample& now,
                     const std::string& boot_id) {
    SiteMemory memory;
    const sqlite::Transaction transaction{connection, sqlite::Access::read};
    add_alarms(connection, now, boot_id, memory);
    add_identities(connection, memory);
    return memory;
}

SiteMemory memory_of_remains(const std::filesystem::path& file, const ClockSample& now,
                             const std::string& boot_id) {
    SiteMemory memory;
    attempt(file, [&](auto& connection) { add_alarms(connection, now, boot_id, memory); });
    attempt(file, [&](auto& connection) { add_identities(connection, memory); });
    return memory;
}

RecordSource records_of(const std::filesystem::path& database, const std::filesystem::path& aside,
                        const ClockSample& now, const std::string& boot_id) {
    return [=](const RecordUse& use) {
        std::set<std::string_view> kinds;
        for (const auto& kind : record_kinds()) kinds.insert(kind.subject);
        sqlite::Connection connection{database, sqlite::Access::read};
        const sqlite::Transaction transaction{connection, sqlite::Access::read};
        Newer newer{connection};
        for (const auto kind : kinds) {
            const auto use_old = [&](const Record& record) {
                if (!newer.has(record.subject)) use(record);
            };
            if (!aside.empty())
                attempt(aside, [&](auto& old) { each_record(old, kind, now, boot_id, use_old); });
            each_record(connection, kind, now, boot_id, use);
        }
        each_door(connection, now, boot_id, use);
    };
}

Remembered::Remembered(SiteMemory memory) : identities_{std::move(memory.identities)} {
    for (auto& alarm : memory.alarms) alarms_[alarm.id] = std::move(alarm);
}

void Remembered::take(const Event& written) {
    if (written.subjects.empty()) return;
    const auto& subject = written.subjects.front();
    if (subject.kind == "alarm") {
        const auto alarm =
            alarm_from(to_string(written.kind), written.data, written.at, written.personal);
        if (!alarm) return;
        if (alarm->over())
            alarms_.erase(alarm->id);
        else
            alarms_[alarm->id] = *alarm;
    } else if (written.kind == EventKind::device_identified ||
               written.kind == EventKind::device_replaced) {
        const auto found = written.data.find("identity");
        if (found == written.data.end()) return;
        if (const auto* text = std::get_if<std::string>(&found->second)) {
            identities_[subject.id] = *text;
        }
    }
}

std::optional<Entry> newest_of(sqlite::Connection& connection, const Subject& subject) {
    auto select =
        connection.prepare(fmt::format("SELECT {} FROM subject s JOIN entry e ON e.i = s.last "
                                       "WHERE s.k = ? AND s.v = ?",
                                       entry_columns));
    select.bind(1, std::string_view{subject.kind}).bind(2, std::string_view{subject.id});
    return select.step() ? std::optional{entry_of(select)} : std::nullopt;
}

}  // namespace sealwarden::eventlog
