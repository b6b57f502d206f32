#include "firmware/config/site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <initializer_list>
#include <utility>

#include "drivers/toml/schema.hpp"
#include "firmware/config/procedures.hpp"
#include "firmware/config/references.hpp"
#include "firmware/core/alarm.hpp"

namespace sealwarden::config {

namespace {

std::optional<PointId> maybe(PointId point) {
    return point.empty() ? std::nullopt : std::optional(point);
}

class SiteReader {
  public:
    SiteReader(const Section& root, Points& points, Findings& findings)
        : root_(root), points_(points), findings_(findings) {}

    SiteOptions read() {
        SiteOptions out;
        if (const auto site = root_.section("site")) {
            out.site = site->text("id");
            out.gateway = site->text("gateway");
            out.name = name_of(*site);
        }
        for (const auto& s : sections("door")) out.doors.push_back(door(s));
        for (const auto& s : sections("seal")) out.seals.push_back(seal(s));
        for (const auto& s : sections("reader")) out.readers.push_back(reader(s));
        for (const auto& s : sections("camera")) out.cameras.push_back(camera(s));
        for (const auto& s : sections("power")) out.powers.push_back(power(s));
        for (const auto& s : sections("cabinet")) out.cabinets.push_back(cabinet(s));
        priorities(out);
        read_procedures(root_, points_, findings_, out);
        return out;
    }

  private:
    // The list's tables; every id once.
    std::vector<Section> sections(const std::string& kind) {
        auto out = root_.sections(kind);
        Once ids;
        for (const auto& section : out) {
            const std::string id = section.text("id");
            ids.check(id, section, "id", fmt::format("{} `{}`", kind, id), findings_);
        }
        return out;
    }

    PointId use(const Section& section, std::string_view key, const Wanted& wanted) {
        return points_.use(section, key, wanted, findings_);
    }
    std::optional<PointId> truth(const Section& section, std::string_view key,
                                 std::string_view family) {
        return maybe(use(section, key, a_truth.of(family)));
    }

    void needs_one_of(const Section& section, const std::vector<std::string>& keys) {
        for (const auto& key : keys)
            if (section.has(key)) return;
        findings_.error(section.at(), fmt::format("reads nothing; it needs {}", listed(keys)));
    }

    std::optional<ContactOptions::Loop> loop(const Section& contact) {
        const auto section = contact.section("loop");
        if (!section) return std::nullopt;
        ContactOptions::Loop out{.hysteresis = section->number("hysteresis")};
        const std::array<std::pair<const char*, ContactOptions::Band*>, 4> bands{
            {{"shorted", &out.shorted},
             {"inactive", &out.inactive},
             {"active", &out.active},
             {"cut", &out.cut}}};
        std::vector<std::pair<const char*, ContactOptions::Band>> good;
        for (const auto& [key, band] : bands) {
            const auto ends = section->numbers(key);
            if (ends.size() != 2) continue;
            *band = {ends[0], ends[1]};
            if (band->from > band->to) {
                findings_.error(section->at(key),
                                fmt::format("begins at {}, above its end {}; write the smaller "
                                            "number first",
                                            band->from, band->to));
                continue;
            }
            for (const auto& [other_key, other] : good)
                if (band->from <= other.to && other.from <= band->to)
                    findings_.error(
                        section->at(key),
                        fmt::format("overlaps `{}`; leave a space between the bands", other_key));
            good.emplace_back(key, *band);
        }
        return out;
    }

    ContactOptions contact(const Section& section, std::string_view key,
                           std::string_view active_key, std::string_view family) {
        const bool supervised = section.has("loop");
        const Wanted& wanted = supervised ? a_number : a_truth;
        ContactOptions out{.point = use(section, key, wanted.of(family)),
                           .inverted = section.text(active_key) == "closed",
                           .complement = truth(section, "complement", family),
                           .loop = loop(section),
                           .settle = section.milliseconds("settle_ms")};
        if (supervised && section.written(active_key))
            findings_.error(section.at(active_key),
                            "says nothing on a loop: its bands tell open from closed");
        if (supervised) out.inverted = false;
        if (supervised && section.has("complement"))
            findings_.error(section.at("complement"),
                            "a loop needs no second contact; remove `complement` or `loop`");
        if (out.complement && *out.complement == out.point)
            findings_.error(section.at("complement"),
                            fmt::format("is the same point as `{}`; name the other contact", key));
        if (!out.point.empty()) {
            const auto [first, fresh] = contacts_.emplace(out.point, section.at(key).to_string());
            if (!fresh)
                findings_.warning(section.at(key), fmt::format("{} is also read by {}",
                                                               out.point.name(), first->second));
        }
        return out;
    }

    DoorOptions door(const Section& s) {
        DoorOptions out{
            .id = s.text("id"),
            .name = name_of(s),
            .contact = contact(s, "contact", "contact_active", "door"),
            .held_open_after = std::chrono::seconds{s.number("held_open_after_s")},
            .warn_before_held = std::chrono::seconds{s.number("warn_before_held_s")},
            .stuck_after = std::chrono::hours{s.number("stuck_after_h")},
            .stuck_after_working_days = static_cast<int>(s.number("stuck_after_working_days")),
            .controlled = s.flag("controlled"),
            .reader = refers(root_, s, "reader", "reader", findings_),
            .request_to_exit = truth(s, "request_to_exit", "door"),
            .access_time = s.milliseconds("access_time_ms")};
        if (out.held_open_after.count() > 0 && out.warn_before_held >= out.held_open_after)
            findings_.error(s.at("warn_before_held_s"),
                            "must be less than held_open_after_s: it would warn before the door "
                            "opens");
        if (s.text("kind") == "personnel") out.kind = DoorKind::personnel;
        if (s.text("kind") == "gate") out.kind = DoorKind::gate;
        out.contact.edge_counter = s.has("edge_counter") ? maybe(use(s, "edge_counter", a_counter))
                                                         : points_.counter_of(out.contact.point);
        out.contact.latch = truth(s, "latch", "door");
        if (const auto tamper = truth(s, "tamper", "door"))
            out.tamper = ContactOptions{.point = *tamper,
                                        .inverted = !s.flag("tamper_when"),
                                        .settle = s.milliseconds("settle_ms")};
        return out;
    }

    SealOptions seal(const Section& s) {
        needs_one_of(s, {"number", "present", "intact", "tamper"});
        return {.id = s.text("id"),
                .name = name_of(s),
                .door = refers(root_, s, "door", "door", findings_),
                .number = maybe(use(s, "number", a_label.of("seal"))),
                .present = truth(s, "present", "seal"),
                .intact = truth(s, "intact", "seal"),
                .tamper = truth(s, "tamper", "seal"),
                .battery_low = truth(s, "battery_low", "seal"),
                .settle = s.milliseconds("settle_ms")};
    }

    ReaderOptions reader(const Section& s) {
        return {.id = s.text("id"),
                .name = name_of(s),
                .door = refers(root_, s, "door", "door", findings_),
                .number = use(s, "number", a_label.of("badge")),
                .fresh = maybe(use(s, "fresh", a_sign.of("badge"))),
                .facility = maybe(use(s, "facility", a_label.of("badge")))};
    }

    CameraOptions camera(const Section& s) {
        needs_one_of(s, {"operating", "recording", "untampered", "picture_url", "stored_url"});
        return {.id = s.text("id"),
                .name = name_of(s),
                .operating = truth(s, "operating", "camera"),
                .recording = truth(s, "recording", "camera"),
                .untampered = truth(s, "untampered", "camera"),
                .normally_energised = s.flag("normally_energised"),
                .doors = all_refer(root_, s, "doors", "door", findings_),
                .stored_picture = s.has("stored_url"),
                .settle = s.milliseconds("settle_ms")};
    }

    PowerOptions power(const Section& s) {
        needs_one_of(s, {"on_battery", "low_battery", "charge"});
        return {.id = s.text("id"),
                .name = name_of(s),
                .on_battery = truth(s, "on_battery", "power"),
                .low_battery = truth(s, "low_battery", "power"),
                .charge = maybe(use(s, "charge", a_number.of("power"))),
                .low_below_percent = s.number("low_below_percent"),
                .settle = s.milliseconds("settle_ms")};
    }

    CabinetOptions cabinet(const Section& s) {
        return {.id = s.text("id"),
                .name = name_of(s),
                .lid = contact(s, "lid", "lid_active", "cabinet")};
    }

    void priorities(SiteOptions& out) {
        const auto alarm = root_.section("alarm");
        const auto list = alarm ? alarm->section("priority") : std::nullopt;
        if (!list) return;
        std::vector<std::string> known;
        for (const auto kind : alarm_kinds()) known.emplace_back(kind);
        for (const auto& kind : list->keys()) {
            out.priorities[kind] = list->text(kind);
            if (std::ranges::find(known, kind) != known.end()) continue;
            const std::string meant = did_you_mean(kind, known);
            findings_.error(
                list->at(kind),
                fmt::format("there is no alarm `{}`{}", kind,
                            meant.empty() ? "; one of them is `" + known.front() + "`"
                                          : fmt::format("; did you mean `{}`?", meant)));
        }
    }

    const Section& root_;
    Points& points_;
    Findings& findings_;
    std::map<PointId, std::string> contacts_;
};

}  // namespace

SiteOptions read_site(const Section& root, Points& points, Findings& findings) {
    return SiteReader(root, points, findings).read();
}

void check_time_zone(const Section& site, Findings& findings) {
    namespace fs = std::filesystem;
    const fs::path zones = "/usr/share/zoneinfo";
    const std::string zone = site.text("time_zone");
    std::error_code error;
    if (zone.empty() || !fs::is_directory(zones, error)) return;
    if (fs::is_regular_file(zones / zone, error)) return;
    std::vector<std::string> known;
    for (auto it = fs::recursive_directory_iterator(zones, error);
         it != fs::recursive_directory_iterator(); it.increment(error)) {
        const std::string name = it->path().lexically_relative(zones).string();
        if (name == "posix" || name == "right")
            it.disable_recursion_pending();
        else if (it->is_regular_file(error))
            known.push_back(name);
    }
    const std::string meant = did_you_mean(zone, known);
    findings.error(site.at("time_zone"),
                   fmt::format("there is no time zone `{}`{}", zone,
                               meant.empty() ? std::string("; write one as \"America/Mexico_City\"")
                                             : fmt::format("; did you mean `{}`?", meant)));
}

}  // namespace sealwarden::config
