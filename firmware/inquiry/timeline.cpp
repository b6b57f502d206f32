#include "firmware/inquiry/timeline.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "firmware/inquiry/names.hpp"

namespace sealwarden::inquiry {

using boost::asio::awaitable;
using nlohmann::json;

namespace {

constexpr std::array<std::string_view, 7> lane_ids{"door",   "seal",   "camera", "watched",
                                                   "alarms", "people", "visit"};

struct Family {
    std::string_view prefix, lane;
};
constexpr Family families[] = {
    {"door.", "door"},          {"seal.", "seal"},         {"custody.", "seal"},
    {"seals.", "seal"},         {"lot.", "seal"},          {"camera.", "camera"},
    {"coverage.", "watched"},   {"device.", "watched"},    {"boot", "watched"},
    {"shutdown", "watched"},    {"log.paused", "watched"}, {"alarm.", "alarms"},
    {"cross.", "alarms"},       {"case.", "alarms"},       {"test.", "alarms"},
    {"drill.", "alarms"},       {"access.", "people"},     {"badge.", "people"},
    {"person.", "people"},      {"visitor.", "people"},    {"driver.", "people"},
    {"maintenance.", "people"}, {"command.", "people"},    {"visit.", "visit"},
    {"expected.", "visit"},     {"light.", "door"},        {"power.", "watched"},
    {"cabinet.", "door"},       {"reader.", "watched"},    {"point.", "watched"}};

// Of these the kind itself is the state.
constexpr std::pair<std::string_view, std::string_view> states[] = {
    {"door.opened", "open"},
    {"door.closed", "closed"},
    {"door.unknown", "unknown"},
    {"seal.intact", "intact"},
    {"seal.open", "open"},
    {"seal.tampered", "tampered"},
    {"seal.absent", "absent"},
    {"seal.present", "present"},
    {"seal.unknown", "unknown"},
    {"camera.operating", "operating"},
    {"camera.failed", "failed"},
    {"camera.recording", "recording"},
    {"camera.not_recording", "not_recording"},
    {"camera.tampered", "tampered"},
    {"camera.untampered", "operating"},
    {"camera.unknown", "unknown"},
    {"cabinet.opened", "open"},
    {"cabinet.closed", "closed"},
    {"cabinet.unknown", "unknown"},
    {"maintenance.begun", "maintenance"},
    {"maintenance.ended", ""},
    {"light.on", "on"},
    {"light.off", "off"},
    {"light.unknown", "unknown"}};

bool changes_state(std::string_view kind) {
    return std::ranges::any_of(states, [&](const auto& one) { return one.first == kind; }) ||
           kind.starts_with("visit.") || kind.starts_with("alarm.") || kind.starts_with("custody.");
}

}  // namespace

std::string_view lane_of(std::string_view kind) {
    const auto found = std::ranges::find_if(
        families, [&](const Family& family) { return kind.starts_with(family.prefix); });
    return found == std::end(families) ? std::string_view{} : found->lane;
}

std::string state_behind(const json& entry) {
    const auto& kind = entry.at("kind").get_ref<const std::string&>();
    for (const auto& [name, state] : states)
        if (name == kind) return std::string{state};
    if (kind == "visit.departed" || kind == "visit.cancelled") return {};
    if (kind.starts_with("visit.") || kind.starts_with("custody.")) return datum(entry, "state");
    if (kind.starts_with("alarm.")) {
        const auto state = datum(entry, "state");
        const auto aside = datum(entry, "set_aside");
        if (!aside.empty() && aside != "none") return aside;
        return state == "normal" ? std::string{} : state;
    }
    return {};
}

namespace {

struct Span {
    std::int64_t from = 0;
    std::optional<std::int64_t> to;
    std::string state;
    std::uint64_t index = 0;
    std::string subject;
    std::string priority;  // of an alarm
};

struct Lane {
    std::vector<Span> spans;
    std::vector<json> marks;
    std::map<std::string, std::size_t> open;  // subject -> its span that goes on
};

class Lanes {
  public:
    Lanes(const SiteOptions& site, const TimelineQuestion& question)
        : site_{site}, question_{question} {}

    // `before`: it only tells how things stood when the window begins.
    void take(const json& entry, bool before) {
        const auto& kind = entry.at("kind").get_ref<const std::string&>();
        const auto lane = lane_of(kind);
        if (lane.empty() || lane == "watched") return;
        const std::uint64_t index = entry.at("i");
        const auto at = time_of(entry);
        auto& of = lanes_[std::string{lane}];
        const auto& subjects = entry.at("subj");
        const auto subject = subjects.empty() ? std::string{}
                                              : subjects[0].at("k").get<std::string>() + ":" +
                                                    subjects[0].at("v").get<std::string>();
        if (!before) {
            of.marks.push_back({{"at_ts", at},
                                {"kind", kind},
                                {"index", index},
                                {"subject", subject},
                                {"text", sentence_of(entry, site_, question_.language)}});
        }
        if (changes_state(kind)) {
            change(of, {.from = at,
                        .to = {},
                        .state = state_behind(entry),
                        .index = index,
                        .subject = subject,
                        .priority = lane == "alarms" ? datum(entry, "priority") : ""});
        }
    }

    // While the gateway was off, or a thing's own point was lost, its state is not known.
    void blind(std::int64_t from, std::optional<std::int64_t> to) { blind_.push_back({from, to}); }

    [[nodiscard]] json told(const json& watched) const {
        auto list = json::array();
        for (const auto id : lane_ids) {
            if (id == "watched") {
                list.push_back(watched);
                continue;
            }
            const auto found = lanes_.find(std::string{id});
            json lane{{"id", id}, {"spans", json::array()}, {"marks", json::array()}};
            if (found != lanes_.end()) {
                const bool real = id == "door" || id == "seal" || id == "camera";
                for (const auto& span : found->second.spans) add(lane["spans"], span, real);
                lane["marks"] = found->second.marks;
            }
            list.push_back(std::move(lane));
        }
        return list;
    }

  private:
    struct Blind {
        std::int64_t from = 0;
        std::optional<std::int64_t> to;
    };

    static void change(Lane& lane, Span next) {
        const auto open = lane.open.find(next.subject);
        if (open != lane.open.end()) {
            auto& before = lane.spans[open->second];
            if (before.state == next.state) return;
            before.to = next.from;
            lane.open.erase(open);
        }
        if (next.state.empty()) return;
        lane.open[next.subject] = lane.spans.size();
        lane.spans.push_back(std::move(next));
    }

    void add_piece(json& list, const Span& span, std::int64_t from, std::optional<std::int64_t> to,
                   const std::string& state) const {
        const auto since = epoch_ms(question_.window.since);
        const auto until = epoch_ms(question_.window.until);
        const auto begin = std::max(from, since);
        if (begin >= until || (to && *to <= since)) return;
        const bool goes_on = !to || *to >= until;
        json piece{{"from_ts", begin},
                   {"to_ts", goes_on ? json(nullptr) : json(*to)},
                   {"state", state},
                   {"index", span.index},
                   {"subject", span.subject}};
        if (!span.priority.empty()) piece["prio"] = span.priority;
        list.push_back(std::move(piece));
    }

    // A sensor's state is only known while somebody looked.
    void add(json& list, const Span& span, bool real) const {
        auto from = span.from;
        if (real && span.state != "unknown" && !span.subject.starts_with("seal_number:")) {
            for (const auto& hole : blind_) {
                if ((hole.to && *hole.to <= from) || (span.to && hole.from >= *span.to)) continue;
                const auto begin = std::max(hole.from, from);
                if (begin > from) add_piece(list, span, from, begin, span.state);
                auto end = hole.to;
                if (span.to && (!end || *end > *span.to)) end = span.to;
                add_piece(list, span, begin, end, "unknown");
                if (!end) return;
                from = *end;
            }
        }
        if (!span.to || from < *span.to) add_piece(list, span, from, span.to, span.state);
    }

    const SiteOptions& site_;
    const TimelineQuestion& question_;
    std::map<std::string, Lane> lanes_;
    std::vector<Blind> blind_;
};

// What else is looked at with it.
std::vector<Subject> related(const SiteOptions& site, const Subject& subject) {
    std::vector<Subject> all{subject};
    std::optional<std::string> door;
    if (subject.kind == "door") door = subject.id;
    if (subject.kind == "seal") {
        for (const auto& seal : site.seals)
            if (seal.id == subject.id) door = seal.door;
        if (door) all.push_back({"door", *door});
    }
    if (!door) return all;
    for (const auto& seal : site.seals)
        if (seal.door == door && seal.id != subject.id) all.push_back({"seal", seal.id});
    for (const auto& camera : site.cameras)
        if (std::ranges::find(camera.doors, *door) != camera.doors.end())
            all.push_back({"camera", camera.id});
    return all;
}

json watched_lane(const json& coverage, Lanes& lanes, const Subject& subject) {
    json lane{{"id", "watched"}, {"spans", json::array()}, {"marks", json::array()}};
    std::vector<std::pair<std::int64_t, std::optional<std::int64_t>>> holes;
    for (const auto& point : coverage.at("points")) {
        const bool own = std::ranges::any_of(point.at("subjects"), [&](const json& one) {
            return one.at("k") == subject.kind && one.at("v") == subject.id;
        });
        for (const auto& gap : point.at("gaps")) {
            lane["spans"].push_back({{"from_ts", gap.at("from_ts")},
                                     {"to_ts", gap.at("to_ts")},
                                     {"state", gap.at("why")},
                                     {"index", gap.at("index")},
                                     {"subject", "point:" + point.at("point").get<std::string>()}});
            if (!own && gap.at("why") != "gateway_off") continue;
            std::optional<std::int64_t> to;
            if (!gap.at("to_ts").is_null()) to = gap.at("to_ts").get<std::int64_t>();
            holes.emplace_back(gap.at("from_ts").get<std::int64_t>(), to);
        }
    }
    std::ranges::sort(holes);
    for (const auto& [from, to] : holes) lanes.blind(from, to);
    return lane;
}

}  // namespace

awaitable<json> timeline(Ask ask, const SiteOptions& site, TimelineQuestion question) {
    Lanes lanes{site, question};
    const auto subjects = related(site, question.subject);
    std::map<std::uint64_t, json> before;
    std::map<std::uint64_t, json> entries;
    bool more = false;
    for (const auto& subject : subjects) {
        // How each lane stood: the newest entries of before the window, a page of them.
        const json earlier{{"subject", to_json(subject)},
                           {"until", rfc3339(question.window.since)},
                           {"newest_first", true},
                           {"limit", 100}};
        const auto page = co_await ask("query", earlier);
        for (const auto& entry : page.at("entries")) before.emplace(entry.at("i"), entry);

        const json within{{"subject", to_json(subject)},
                          {"since", rfc3339(question.window.since)},
                          {"until", rfc3339(question.window.until)}};
        const std::function<bool(const json&)> use = [&](const json& entry) {
            if (entries.size() >= question.most) {
                more = true;
                return false;
            }
            entries.emplace(entry.at("i").get<std::uint64_t>(), entry);
            return true;
        };
        co_await each_entry(ask, within, use);
    }
    for (const auto& [index, entry] : before)
        if (question.may_see(entry)) lanes.take(entry, true);
    for (const auto& [index, entry] : entries)
        if (question.may_see(entry)) lanes.take(entry, false);

    std::optional<Subject> about;
    if (!points_about(site, question.subject).empty()) about = question.subject;
    auto lane = json{{"id", "watched"}, {"spans", json::array()}, {"marks", json::array()}};
    if (about) {
        const auto watched = co_await coverage(ask, site, question.window, about);
        lane = watched_lane(watched, lanes, question.subject);
    }
    co_return json{{"since_ts", epoch_ms(question.window.since)},
                   {"until_ts", epoch_ms(question.window.until)},
                   {"subject", to_json(question.subject)},
                   {"more", more},
                   {"lanes", lanes.told(lane)}};
}

}  // namespace sealwarden::inquiry
