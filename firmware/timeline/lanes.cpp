#include "firmware/timeline/lanes.hpp"

#include <algorithm>
#include <array>

namespace sealwarden::timeline {

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

// Of an entry's data: a text, or "" when it is none.
std::string text_in(const json& entry, std::string_view key) {
    const auto data = entry.find("data");
    if (data == entry.end()) return {};
    const auto found = data->find(key);
    return found == data->end() || !found->is_string() ? std::string{} : found->get<std::string>();
}

std::string main_subject(const json& entry) {
    const auto& subjects = entry.at("subj");
    if (subjects.empty()) return {};
    return subjects[0].at("k").get<std::string>() + ":" + subjects[0].at("v").get<std::string>();
}

// Who did it, or was there: "ana-r". Empty: nobody is named.
std::string who_of(const json& entry) {
    for (const auto& subject : entry.at("subj"))
        if (subject.at("k") == "person") return subject.at("v");
    for (const auto* key : {"person", "by"})
        if (auto who = text_in(entry, key); !who.empty()) return who;
    return {};
}

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
    if (kind.starts_with("visit.") || kind.starts_with("custody.")) return text_in(entry, "state");
    if (kind.starts_with("alarm.")) {
        const auto state = text_in(entry, "state");
        const auto aside = text_in(entry, "set_aside");
        if (!aside.empty() && aside != "none") return aside;
        return state == "normal" ? std::string{} : state;
    }
    return {};
}

void Lanes::take(const json& entry, std::int64_t at, bool before) {
    const auto& kind = entry.at("kind").get_ref<const std::string&>();
    const std::uint64_t index = entry.at("i");
    if (kind == "clock.step" && !before) {
        steps_.push_back(
            {.at = at, .by = entry.at("data").value("by_ms", std::int64_t{0}), .index = index});
    }
    const auto lane = lane_of(kind);
    if (lane.empty() || lane == "watched") return;
    auto& of = lanes_[std::string{lane}];
    const auto subject = main_subject(entry);
    if (!before) {
        json mark{{"at_ts", at},
                  {"kind", kind},
                  {"index", index},
                  {"subject", subject},
                  {"text", sayings_.sentence(entry)}};
        const auto who = who_of(entry);
        if (!who.empty()) {
            auto by = mark;
            by["who"] = who;
            by["text"] = who + ": " + mark.at("text").get<std::string>();
            lanes_["people"].marks.push_back(std::move(by));
        }
        if (who.empty() || lane != "people") of.marks.push_back(std::move(mark));
    }
    if (!changes_state(kind)) return;
    const bool alarm = kind.starts_with("alarm.");
    change(of, {.from = at,
                .to = {},
                .state = state_behind(entry),
                .index = index,
                .to_index = {},
                .subject = subject,
                .priority = lane == "alarms" ? text_in(entry, "priority") : "",
                .text = alarm ? sayings_.alarm(entry) : ""});
}

void Lanes::take(Hole hole) {
    const auto place = std::ranges::upper_bound(holes_, hole.from, {}, &Hole::from);
    holes_.insert(place, std::move(hole));
}

void Lanes::change(Lane& lane, Span next) {
    const auto open = lane.open.find(next.subject);
    if (open != lane.open.end()) {
        auto& before = lane.spans[open->second];
        if (before.state == next.state) return;
        before.to = next.from;
        before.to_index = next.index;
        lane.open.erase(open);
    }
    if (next.state.empty()) return;
    lane.open[next.subject] = lane.spans.size();
    lane.spans.push_back(std::move(next));
}

bool Lanes::stepped_within(const Span& span) const {
    return std::ranges::any_of(steps_, [&](const Step& step) {
        return span.index < step.index && (!span.to_index || step.index <= *span.to_index);
    });
}

void Lanes::add_piece(json& list, const Span& span, std::int64_t from,
                      std::optional<std::int64_t> to, const std::string& state) const {
    // A clock that was set back may say of its end what lies before the period, or before its
    // beginning; it is told all the same.
    const bool stepped = stepped_within(span);
    const auto begin = std::max(from, period_.since);
    if (begin >= period_.until || (to && *to <= period_.since && !stepped)) return;
    const bool goes_on = !to || (*to >= period_.until && !stepped);
    json piece{{"from_ts", begin},
               {"to_ts", goes_on ? json(nullptr) : json(*to)},
               {"state", state},
               {"index", span.index},
               {"subject", span.subject}};
    if (!goes_on && to == span.to && span.to_index) piece["to_index"] = *span.to_index;
    if (!span.priority.empty()) piece["prio"] = span.priority;
    if (!span.text.empty()) piece["text"] = span.text;
    list.push_back(std::move(piece));
}

// A sensor's state is only known while somebody looked.
void Lanes::add(json& list, const Span& span, bool sensed) const {
    auto from = span.from;
    if (sensed && span.state != "unknown" && !span.subject.starts_with("seal_number:")) {
        for (const auto& hole : holes_) {
            if (!hole.blinds) continue;
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
    if (!span.to || from < *span.to || stepped_within(span))
        add_piece(list, span, from, span.to, span.state);
}

json Lanes::watched() const {
    json lane{{"id", "watched"}, {"spans", json::array()}, {"marks", json::array()}};
    for (const auto& hole : holes_) {
        lane["spans"].push_back({{"from_ts", hole.from},
                                 {"to_ts", hole.to ? json(*hole.to) : json(nullptr)},
                                 {"state", hole.why},
                                 {"index", hole.index},
                                 {"subject", hole.subject}});
    }
    return lane;
}

json Lanes::told() const {
    auto list = json::array();
    for (const auto id : lane_ids) {
        if (id == "watched") {
            list.push_back(watched());
            continue;
        }
        json lane{{"id", id}, {"spans", json::array()}, {"marks", json::array()}};
        if (const auto found = lanes_.find(id); found != lanes_.end()) {
            const bool sensed = id == "door" || id == "seal" || id == "camera";
            for (const auto& span : found->second.spans) add(lane["spans"], span, sensed);
            lane["marks"] = found->second.marks;
        }
        list.push_back(std::move(lane));
    }
    auto steps = json::array();
    for (const auto& step : steps_)
        steps.push_back({{"at_ts", step.at}, {"by_ms", step.by}, {"index", step.index}});
    return {{"since_ts", period_.since},
            {"until_ts", period_.until},
            {"lanes", std::move(list)},
            {"steps", std::move(steps)}};
}

}  // namespace sealwarden::timeline
