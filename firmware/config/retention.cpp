#include "firmware/config/retention.hpp"

#include <fmt/format.h>

#include "drivers/toml/schema.hpp"

namespace sealwarden::config {
namespace {

void read_days(const Section& days, Retention& out, Findings& findings) {
    std::vector<std::string> known;
    for (const auto kind : event_kinds()) known.emplace_back(to_string(kind));
    for (const auto& kind : days.keys()) {
        out.personal[kind] = std::chrono::days{days.number(kind)};
        if (event_kind(kind)) continue;
        const auto meant = did_you_mean(kind, known);
        findings.error(days.at(kind),
                       fmt::format("there is no event `{}`{}", kind,
                                   meant.empty() ? "; one of them is `badge.presented`"
                                                 : fmt::format("; did you mean `{}`?", meant)));
    }
}

std::optional<WallTime> moment(const Section& hold, std::string_view key, Findings& findings) {
    const auto text = hold.maybe_text(key);
    if (!text) return std::nullopt;
    auto time = wall_time(*text);
    if (!time) {
        findings.error(hold.at(key),
                       "is no moment: RFC 3339 with a zone, like \"2026-11-24T03:00:00Z\"");
    }
    return time;
}

Hold read_hold(const Section& section, Findings& findings) {
    Hold hold{.id = section.text("id"),
              .why = section.text("why"),
              .subject = std::nullopt,
              .since = moment(section, "since", findings),
              .until = moment(section, "until", findings)};
    if (const auto subject = section.maybe_text("subject")) {
        const auto colon = subject->find(':');
        const auto kind = subject->substr(0, colon);
        if (kind != "reader" && kind != "door" && kind != "camera") {
            findings.error(
                section.at("subject"),
                "covers nothing: what is kept about persons belongs to badge readers, cameras and "
                "their doors, like \"door:d07\", \"reader:r1\" or \"camera:c07\"");
        } else if (colon != std::string::npos) {
            hold.subject =
                Subject{.kind = subject->substr(0, colon), .id = subject->substr(colon + 1)};
        }
    }
    if (hold.since && hold.until && *hold.until <= *hold.since) {
        findings.error(section.at("until"), "is not after `since`: nothing would be held");
    }
    return hold;
}

}  // namespace

Retention read_retention(const Section& root, Findings& findings) {
    Retention out;
    const auto section = root.section("retention");
    if (!section) return out;
    if (const auto days = section->section("personal_days")) read_days(*days, out, findings);
    Once ids;
    for (const auto& hold : section->sections("hold")) {
        ids.check(hold.text("id"), hold, "id", fmt::format("hold id `{}`", hold.text("id")),
                  findings);
        out.holds.push_back(read_hold(hold, findings));
    }
    return out;
}

}  // namespace sealwarden::config
