#include "firmware/eventlog/memory.hpp"

#include <fmt/format.h>

#include <limits>
#include <set>

#include "firmware/core/alarm.hpp"
#include "firmware/core/procedures.hpp"
#include "firmware/core/said.hpp"
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
                alarm_from(entry.kind, parts.data, moment_of(entry, parts.boot, now, boot_id));
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

void add_records(sqlite::Connection& connection, const ClockSample& now, const std::string& boot_id,
                 SiteMemory& memory) {
    std::set<std::string_view> kinds;
    for (const auto& kind : record_kinds()) kinds.insert(kind.subject);
    for (const auto kind : kinds) {
        newest_records(connection, kind, std::numeric_limits<std::int64_t>::max(), false,
                       [&](NewestRecord&& newest) {
                           auto& parts = newest.parts;
                           if (const auto told_by = kind_of_state(newest.entry, parts.data)) {
                               memory.records.push_back(
                                   {.kind = *told_by,
                                    .subject = std::move(newest.subject),
                                    .at = moment_of(newest.entry, parts.boot, now, boot_id),
                                    .data = std::move(parts.data),
                                    .personal = std::move(newest.personal)});
                           }
                           return true;
                       });
    }
}

}  // namespace

SiteMemory memory_of(sqlite::Connection& connection, const ClockSample& now,
                     const std::string& boot_id, MemoryParts parts) {
    SiteMemory memory;
    const sqlite::Transaction transaction{connection, sqlite::Access::read};
    add_alarms(connection, now, boot_id, memory);
    add_identities(connection, memory);
    if (parts == MemoryParts::all) add_records(connection, now, boot_id, memory);
    return memory;
}

SiteMemory memory_of_remains(const std::filesystem::path& directory, const Recovery& recovery,
                             const ClockSample& now, const std::string& boot_id) {
    SiteMemory memory;
    const auto attempt = [&](const auto& read) {
        if (recovery.file.empty()) return;
        try {
            sqlite::Connection connection{directory / recovery.file, sqlite::Access::read};
            read(connection);
        } catch (const std::runtime_error&) {
            // Damaged there: what was read until then counts.
        }
    };
    attempt([&](auto& connection) { add_alarms(connection, now, boot_id, memory); });
    attempt([&](auto& connection) { add_identities(connection, memory); });
    attempt([&](auto& connection) { add_records(connection, now, boot_id, memory); });
    return memory;
}

Remembered::Remembered(SiteMemory memory) : identities_{std::move(memory.identities)} {
    for (auto& alarm : memory.alarms) alarms_[alarm.id] = std::move(alarm);
}

void Remembered::take(const Event& written) {
    if (written.subjects.empty()) return;
    const auto& subject = written.subjects.front();
    if (subject.kind == "alarm") {
        const auto alarm = alarm_from(to_string(written.kind), written.data, written.at);
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
