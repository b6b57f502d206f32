#include "firmware/inquiry/timeline.hpp"

#include <algorithm>

#include "firmware/inquiry/names.hpp"
#include "firmware/inquiry/times.hpp"
#include "firmware/timeline/lanes.hpp"

namespace sealwarden::inquiry {

using boost::asio::awaitable;
using nlohmann::json;

namespace {

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

// When its points were not watched.
void add_holes(timeline::Lanes& lanes, const json& coverage, const Subject& subject) {
    for (const auto& point : coverage.at("points")) {
        const bool own = std::ranges::any_of(point.at("subjects"), [&](const json& one) {
            return one.at("k") == subject.kind && one.at("v") == subject.id;
        });
        for (const auto& gap : point.at("gaps")) {
            timeline::Hole hole{.subject = "point:" + point.at("point").get<std::string>(),
                                .from = gap.at("from_ts"),
                                .why = gap.at("why"),
                                .index = gap.at("index"),
                                .blinds = own || gap.at("why") == "gateway_off"};
            if (!gap.at("to_ts").is_null()) hole.to = gap.at("to_ts").get<std::int64_t>();
            lanes.take(std::move(hole));
        }
    }
}

timeline::Sayings sayings(const SiteOptions& site, Language language) {
    return {.sentence =
                [&site, language](const json& entry) { return sentence_of(entry, site, language); },
            .alarm = [&site, language](
                         const json& entry) { return name_of_alarm(entry, site, language); }};
}

}  // namespace

awaitable<bool> is_known(Ask ask, const SiteOptions* site, Subject subject) {
    if (find_name(*site, subject.kind, subject.id) != nullptr) co_return true;
    const json query{{"subject", to_json(subject)}};
    const auto any = co_await first_entry(ask, query);
    co_return any.has_value();
}

awaitable<json> timeline(Ask ask, const SiteOptions* site, TimelineQuestion question) {
    const timeline::Period period{epoch_ms(question.window.since), epoch_ms(question.window.until)};
    timeline::Lanes lanes{period, sayings(*site, question.language)};
    const auto subjects = related(*site, question.subject);
    std::map<std::uint64_t, json> before;
    std::map<std::uint64_t, json> entries;
    bool more = false;
    const std::function<bool(const json&)> use = [&](const json& entry) {
        if (entries.size() >= question.most) {
            more = true;
            return false;
        }
        entries.emplace(entry.at("i").get<std::uint64_t>(), entry);
        return true;
    };
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
        co_await each_entry(ask, within, use);
    }
    const json stepped{{"kinds", {"clock.step"}},
                       {"since", rfc3339(question.window.since)},
                       {"until", rfc3339(question.window.until)}};
    co_await each_entry(ask, stepped, use);
    for (const auto& [index, entry] : before)
        if (question.may_see(entry) && !entries.contains(index))
            lanes.take(entry, time_of(entry), true);
    for (const auto& [index, entry] : entries)
        if (question.may_see(entry)) lanes.take(entry, time_of(entry), false);

    std::optional<Subject> about;
    if (!points_about(*site, question.subject).empty()) about = question.subject;
    if (about) {
        const auto watched = co_await coverage(ask, site, question.window, about);
        add_holes(lanes, watched, question.subject);
    }
    auto told = lanes.told();
    told["subject"] = to_json(question.subject);
    told["more"] = more;
    co_return told;
}

timeline::Scene picture_of(const json& told, double width, WallTime now, Language language) {
    return timeline::scene_of(
        told, {.width = width, .now = epoch_ms(now), .language = language, .ahead = ahead_of_utc});
}

}  // namespace sealwarden::inquiry
