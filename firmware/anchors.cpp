#include "firmware/anchors.hpp"

#include <algorithm>

#include "firmware/anchor/time_stamp.hpp"
#include "firmware/clock.hpp"
#include "firmware/tlog/cosignature.hpp"
#include "firmware/tlog/encoding.hpp"

namespace sealwarden {
namespace {

using Judged = std::variant<eventlog::Anchor, std::string>;

std::string moment(std::int64_t seconds) {
    return rfc3339(WallTime{std::chrono::seconds{seconds}});
}

Event entry_of(EventKind kind, Subject subject, std::uint64_t size, std::int64_t time, Uptime now) {
    Event event;
    event.kind = kind;
    event.at = now;
    event.subjects = {std::move(subject)};
    event.data = {{"size", static_cast<std::int64_t>(size)}, {"time", moment(time)}};
    return event;
}

// The witness is the entry's subject: the gateway's own entries go into every bundle, and one a
// minute would fill them.
Judged cosignature(const local::Anchor& given, std::string_view text,
                   const config::Evidence& evidence, Uptime now) {
    constexpr std::uint64_t end_of_time = 253'402'300'800U;  // the year 10000: no RFC 3339 for it
    const auto line = tlog::parse_note_line(given.cosignature);
    if (!line) return "the cosignature is no signature line of a note";
    for (const auto& [url, key, period] : evidence.witnesses) {
        const auto time = tlog::cosigned_at(*line, key, text);
        if (!time) continue;
        if (*time == 0 || *time >= end_of_time) return "the cosignature claims no time";
        eventlog::Anchor anchor{
            .size = given.size,
            .entry = entry_of(EventKind::anchor_witness, {"witness", key.name}, given.size,
                              static_cast<std::int64_t>(*time), now),
            .witness = key.name,
            .signature = given.cosignature + '\n'};
        anchor.entry.data["witness"] = key.name;
        return anchor;
    }
    return "no configured witness signed this head so";
}

Judged stamp(const local::Anchor& given, std::string_view note, const config::Evidence& evidence,
             const std::string& gateway, Uptime now) {
    if (!evidence.time_stamps) return "no time-stamp authority is configured";
    const auto checked = anchor::check_stamp(given.stamp, note, evidence.time_stamps->certificates);
    if (!checked.fault.empty()) return checked.fault;
    eventlog::Anchor anchor{.size = given.size,
                            .entry = entry_of(EventKind::anchor_tsa, {"gateway", gateway},
                                              given.size, checked.time, now),
                            .stamp = given.stamp,
                            .certificates = checked.certificates};
    // Everything behind this entry is younger than the stamp: its hash says which one.
    anchor.entry.data["sha256"] = tlog::hex(tlog::bytes_of(tlog::sha256(given.stamp)));
    return anchor;
}

}  // namespace

Judged judged(const local::Anchor& given, std::string_view note, const config::Evidence& evidence,
              const std::string& gateway, Uptime now) {
    if (!given.stamp.empty()) return stamp(given, note, evidence, gateway, now);
    const auto parsed = tlog::parse_note(note);
    if (!parsed) return "the head of that size cannot be read";
    return cosignature(given, parsed->text, evidence, now);
}

bool contradicts(const std::string& witness, const std::vector<Alarm>& alarms) {
    return std::ranges::any_of(alarms, [&](const Alarm& alarm) {
        return alarm.kind == "witness-contradicts" && alarm.source.id == witness && alarm.active;
    });
}

Event contradiction(const local::Contradiction& said, Uptime now) {
    Event event;
    event.kind = said.holds ? EventKind::anchor_contradicted : EventKind::anchor_agrees;
    event.at = now;
    event.subjects = {{"witness", said.where}};
    event.data = {{"witness", said.where}};
    if (said.holds) event.data["why"] = said.why;
    return event;
}

}  // namespace sealwarden
