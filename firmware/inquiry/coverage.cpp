#include "firmware/inquiry/coverage.hpp"

#include <algorithm>

namespace sealwarden::inquiry {

using boost::asio::awaitable;
using nlohmann::json;

namespace {

void add(std::vector<PointId>& points, const std::optional<PointId>& point) {
    if (point) points.push_back(*point);
}

void add(std::vector<PointId>& points, const ContactOptions& contact) {
    points.push_back(contact.point);
    add(points, contact.complement);
    add(points, contact.edge_counter);
    add(points, contact.latch);
}

struct Meaning {
    Subject subject;
    std::vector<PointId> points;
};

std::vector<Meaning> meanings(const SiteOptions& site) {
    std::vector<Meaning> all;
    const auto begin = [&all](const char* kind, const std::string& id) -> std::vector<PointId>& {
        all.push_back({.subject = {kind, id}, .points = {}});
        return all.back().points;
    };
    for (const auto& door : site.doors) {
        auto& points = begin("door", door.id);
        add(points, door.contact);
        if (door.tamper) add(points, *door.tamper);
        add(points, door.request_to_exit);
    }
    for (const auto& seal : site.seals) {
        auto& points = begin("seal", seal.id);
        for (const auto* point :
             {&seal.number, &seal.present, &seal.intact, &seal.tamper, &seal.battery_low})
            add(points, *point);
    }
    for (const auto& reader : site.readers) {
        auto& points = begin("reader", reader.id);
        points.push_back(reader.number);
        add(points, reader.fresh);
        add(points, reader.facility);
    }
    for (const auto& camera : site.cameras) {
        auto& points = begin("camera", camera.id);
        for (const auto* point : {&camera.operating, &camera.recording, &camera.untampered})
            add(points, *point);
    }
    for (const auto& power : site.powers) {
        auto& points = begin("power", power.id);
        for (const auto* point : {&power.on_battery, &power.low_battery, &power.charge})
            add(points, *point);
    }
    for (const auto& cabinet : site.cabinets) add(begin("cabinet", cabinet.id), cabinet.lid);
    for (const auto& light : site.lights) {
        auto& points = begin("light", light.id);
        points.push_back(light.lamp);
        add(points, light.dark);
    }
    return all;
}

}  // namespace

std::vector<Subject> meanings_of(const SiteOptions& site, PointId point) {
    std::vector<Subject> subjects;
    for (auto& meaning : meanings(site)) {
        if (std::ranges::find(meaning.points, point) != meaning.points.end())
            subjects.push_back(std::move(meaning.subject));
    }
    return subjects;
}

std::vector<std::string> points_about(const SiteOptions& site, const Subject& subject) {
    std::vector<std::string> names;
    if (subject.kind == "device") {
        for (const auto& device : site.devices) {
            if (device.id != subject.id) continue;
            for (const auto point : device.points) names.push_back(point.name());
        }
        return names;
    }
    std::vector<Subject> wanted{subject};
    if (subject.kind == "zone") {
        for (const auto& zone : site.zones) {
            if (zone.id != subject.id) continue;
            for (const auto& door : zone.doors) wanted.push_back({"door", door});
            for (const auto& reader : zone.readers) wanted.push_back({"reader", reader});
        }
    }
    for (const auto& meaning : meanings(site)) {
        if (std::ranges::find(wanted, meaning.subject) == wanted.end()) continue;
        for (const auto point : meaning.points) names.push_back(point.name());
    }
    return names;
}

const std::vector<std::string>& CoverageBook::kinds() {
    static const std::vector<std::string> all{"boot", "shutdown", "coverage.lost",
                                              "coverage.regained", "log.paused"};
    return all;
}

CoverageBook::CoverageBook(const SiteOptions& site) {
    for (const auto& device : site.devices) {
        auto& points = devices_[device.id];
        for (const auto point : device.points) {
            points.push_back(point.name());
            gaps_[point.name()];
        }
    }
}

void CoverageBook::open(const std::string& point, std::int64_t from, const std::string& why,
                        std::uint64_t index) {
    auto& gaps = gaps_[point];
    if (!gaps.empty() && !gaps.back().to) {
        gaps.back().from = std::min(gaps.back().from, from);
        return;
    }
    gaps.push_back({.from = from, .to = {}, .why = why, .index = index});
}

void CoverageBook::close(const std::string& point, std::int64_t to) {
    auto& gaps = gaps_[point];
    if (!gaps.empty() && !gaps.back().to) gaps.back().to = std::max(gaps.back().from, to);
}

// An entry that does not list them (there are too many) is about all of the device.
std::vector<std::string> CoverageBook::points_of(const json& entry) const {
    const auto& subjects = entry.at("subj");
    if (subjects.empty()) return {};
    const auto& device = subjects[0].at("v").get_ref<const std::string&>();
    const auto found = devices_.find(device);
    if (found == devices_.end()) return {};  // not configured any more
    const auto list = datum(entry, "list");
    if (list.empty()) return found->second;
    std::vector<std::string> points;
    for (const auto& name : split(list, ',')) {
        const auto point = device + "." + name;
        if (gaps_.contains(point)) points.push_back(point);
    }
    return points;
}

void CoverageBook::take(const json& entry, std::optional<std::int64_t> before) {
    const auto& kind = entry.at("kind").get_ref<const std::string&>();
    const std::uint64_t index = entry.at("i");
    const auto at = time_of(entry);
    if (kind == "shutdown" || kind == "boot") {
        const auto from = kind == "boot" && before ? std::min(*before, at) : at;
        for (const auto& [point, gaps] : gaps_) open(point, from, "gateway_off", index);
    } else if (kind == "log.paused") {
        const auto from = at - entry.at("data").value("paused_ms", std::int64_t{0});
        for (auto& [point, gaps] : gaps_) {
            if (!gaps.empty() && !gaps.back().to) continue;
            gaps.push_back({.from = from, .to = at, .why = "log_paused", .index = index});
        }
    } else if (kind == "coverage.lost") {
        const auto after = entry.at("t").find("after_us");
        const auto from = after == entry.at("t").end()
                              ? at
                              : time_of_uptime_ms(entry, after->get<std::int64_t>() / 1000);
        for (const auto& point : points_of(entry)) open(point, from, datum(entry, "reason"), index);
    } else if (kind == "coverage.regained") {
        for (const auto& point : points_of(entry)) close(point, at);
    }
}

namespace {

// What is known when the window begins: since the last start, or the last end, of the gateway, and
// from then on. Of a log whose first start lies in the window: nothing.
awaitable<std::uint64_t> begin_of_run(Ask ask, WallTime since) {
    const json query{{"kinds", {"boot"}}, {"until", rfc3339(since)}, {"newest_first", true}};
    const auto boot = co_await first_entry(ask, query);
    if (!boot) co_return 0;
    co_return boot->at("i").get<std::uint64_t>();
}

awaitable<std::optional<std::int64_t>> end_of_run_before(Ask ask, json boot) {
    const std::uint64_t index = boot.at("i");
    if (index == 0) co_return std::nullopt;
    const json query{{"from", index - 1}, {"before", index}};
    const auto last = co_await first_entry(ask, query);
    if (!last) co_return std::nullopt;
    co_return time_of(*last);
}

json gap_json(const CoverageGap& gap, std::int64_t since, std::int64_t until) {
    const bool goes_on = !gap.to || *gap.to >= until;
    return {{"from_ts", std::max(gap.from, since)},
            {"to_ts", goes_on ? json(nullptr) : json(*gap.to)},
            {"why", gap.why},
            {"index", gap.index}};
}

json point_json(const SiteOptions& site, PointId point, const std::vector<CoverageGap>& gaps,
                std::int64_t since, std::int64_t until) {
    auto subjects = json::array();
    for (const auto& subject : meanings_of(site, point)) subjects.push_back(to_json(subject));
    auto told = json::array();
    std::int64_t lost = 0;
    auto counted = since;  // gaps may overlap where a wall clock was stepped
    for (const auto& gap : gaps) {
        const auto from = std::max(gap.from, counted);
        const auto to = std::min(gap.to.value_or(until), until);
        if (std::max(gap.from, since) >= to) continue;
        told.push_back(gap_json(gap, since, until));
        if (from >= to) continue;
        lost += to - from;
        counted = to;
    }
    const auto length = until - since;
    return {{"point", point.name()},
            {"subjects", subjects},
            {"gaps", told},
            {"ratio",
             length <= 0 ? 0.0 : static_cast<double>(length - lost) / static_cast<double>(length)}};
}

}  // namespace

awaitable<json> coverage(Ask ask, const SiteOptions* site, Window window,
                         std::optional<Subject> about) {
    const auto run = co_await begin_of_run(ask, window.since);
    std::vector<json> told;
    const json query{
        {"kinds", CoverageBook::kinds()}, {"from", run}, {"until", rfc3339(window.until)}};
    const std::function<bool(const json&)> use = [&told](const json& entry) {
        told.push_back(entry);
        return true;
    };
    co_await each_entry(ask, query, use);
    CoverageBook book{*site};
    for (const auto& entry : told) {
        std::optional<std::int64_t> before;
        if (entry.at("kind") == "boot" && datum(entry, "ended") != "shutdown")
            before = co_await end_of_run_before(ask, entry);
        book.take(entry, before);
    }
    const auto since = epoch_ms(window.since);
    const auto until = epoch_ms(window.until);
    const auto wanted = about ? points_about(*site, *about) : std::vector<std::string>{};
    // Before the first entry of a log that begins inside the window nobody watched.
    const json any = json::object();
    const auto first = co_await first_entry(ask, any);
    const auto begin = first ? time_of(*first) : until;
    auto points = json::array();
    for (const auto& device : site->devices) {
        for (const auto point : device.points) {
            if (about && std::ranges::find(wanted, point.name()) == wanted.end()) continue;
            auto gaps = book.gaps().at(point.name());
            if (begin > since) {
                if (!gaps.empty() && gaps.front().from <= begin)
                    gaps.front().from = since;
                else
                    gaps.insert(gaps.begin(), {since, begin, "not_begun", 0});
            }
            points.push_back(point_json(*site, point, gaps, since, until));
        }
    }
    co_return json{{"since_ts", since}, {"until_ts", until}, {"points", points}};
}

}  // namespace sealwarden::inquiry
