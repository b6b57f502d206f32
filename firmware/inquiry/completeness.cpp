#include "firmware/inquiry/completeness.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace sealwarden::inquiry {

using boost::asio::awaitable;
using nlohmann::json;

namespace {

class Meter {
  public:
    explicit Meter(const char* what) : what_{what} {}
    void lacks(const std::string& id, const json& index, const std::string& why) {
        ++of_;
        lacking_.push_back({{"id", id}, {"index", index}, {"why", why}});
    }
    void has() { ++of_; }
    [[nodiscard]] json told() const {
        return {{"what", what_},
                {"of", of_},
                {"complete", of_ - lacking_.size()},
                {"lacking", lacking_}};
    }

  private:
    const char* what_;
    std::size_t of_ = 0;
    json::array_t lacking_;
};

bool looks_at_a_seal(const std::string& kind) {
    constexpr std::array kinds{"custody.affixed", "custody.checked", "custody.verified",
                               "custody.mismatch", "custody.removed"};
    return std::ranges::find(kinds, kind) != kinds.end();
}

// Which of the four was not looked at: "tug,twist"; and the document that its number was to be
// compared with.
std::string not_done(const json& entry) {
    std::string missing;
    for (const auto* check : {"view", "verify", "tug", "twist"}) {
        const auto result = datum(entry, check);
        if (!result.empty() && result != "not_done") continue;
        missing += (missing.empty() ? "" : ",") + std::string{check};
    }
    if (entry.at("kind") == "custody.checked")
        missing += (missing.empty() ? "" : ",") + std::string{"document"};
    return missing;
}

bool flag(const json& entry, const char* key) {
    const auto& data = entry.at("data");
    const auto found = data.find(key);
    return found != data.end() && found->is_boolean() && found->get<bool>();
}

bool has_picture(const json& entry) {
    return !datum(entry, "picture").empty() || entry.contains("att");
}

std::string id_of(const json& entry) {
    return entry.at("subj").at(0).at("v");
}

// The newest state of each visit, case and alarm that the period tells of.
struct Newest {
    std::map<std::string, json> visits, cases, alarms;
    void take(const json& entry) {
        const auto& kind = entry.at("kind").get_ref<const std::string&>();
        if (kind.starts_with("visit.")) visits[id_of(entry)] = entry;
        if (kind.starts_with("case.")) cases[id_of(entry)] = entry;
        if (kind.starts_with("alarm.")) alarms[id_of(entry)] = entry;
    }
};

awaitable<json> now_of(Ask ask, Subject subject, json entry) {
    const json query{{"records", subject.kind}, {"subject", to_json(subject)}};
    const auto record = co_await first_entry(ask, query);
    co_return record ? *record : entry;
}

json coverage_meter(const json& covered) {
    Meter meter{"coverage"};
    for (const auto& point : covered.at("points")) {
        const auto& gaps = point.at("gaps");
        if (gaps.empty()) {
            meter.has();
            continue;
        }
        meter.lacks(point.at("point"), gaps.front().at("index"), gaps.front().at("why"));
    }
    return meter.told();
}

}  // namespace

awaitable<json> completeness(Ask ask, const SiteOptions* site, Subject subject, Window window) {
    Meter checks{"checks"};
    Meter pictures{"pictures"};
    Newest newest;
    std::size_t records = 0;
    std::size_t personal = 0;
    const json query{{"subject", to_json(subject)},
                     {"since", rfc3339(window.since)},
                     {"until", rfc3339(window.until)}};
    const std::function<bool(const json&)> use = [&](const json& entry) {
        ++records;
        if (entry.contains("priv")) ++personal;
        newest.take(entry);
        if (!looks_at_a_seal(entry.at("kind"))) return true;
        const auto missing = not_done(entry);
        if (missing.empty())
            checks.has();
        else
            checks.lacks(id_of(entry), entry.at("i"), missing);
        if (has_picture(entry))
            pictures.has();
        else
            pictures.lacks(id_of(entry), entry.at("i"), "no_picture");
        return true;
    };
    co_await each_entry(ask, query, use);

    Meter inspections{"inspections"};
    Meter visits{"visits"};
    for (const auto& [id, told] : newest.visits) {
        const Subject visit{.kind = "visit", .id = id};
        const auto now = co_await now_of(ask, visit, told);
        const auto state = datum(now, "state");
        if (state == "cancelled") continue;
        if (flag(now, "inspected"))
            inspections.has();
        else
            inspections.lacks(id, now.at("i"), "not_inspected");
        if (state == "departed")
            visits.has();
        else
            visits.lacks(id, now.at("i"), state);
    }
    Meter cases{"cases"};
    for (const auto& [id, told] : newest.cases) {
        const Subject one{.kind = "case", .id = id};
        const auto now = co_await now_of(ask, one, told);
        const auto state = datum(now, "state");
        if (state == "closed")
            cases.has();
        else
            cases.lacks(id, now.at("i"), state);
    }
    Meter alarms{"alarms"};
    for (const auto& [id, told] : newest.alarms) {
        const auto state = datum(told, "state");
        if (state == "unack_active" || state == "rtn_unack")
            alarms.lacks(id, told.at("i"), state);
        else
            alarms.has();
    }
    std::optional<Subject> about;
    if (!points_about(*site, subject).empty()) about = subject;
    auto watched = Meter{"coverage"}.told();
    if (about) {
        const auto covered = co_await coverage(ask, site, window, about);
        watched = coverage_meter(covered);
    }
    const json nothing = json::object();
    const auto status = co_await ask("status", nothing);
    co_return json{{"subject", to_json(subject)},
                   {"since_ts", epoch_ms(window.since)},
                   {"until_ts", epoch_ms(window.until)},
                   {"records", records},
                   {"with_personal", personal},
                   {"commissioned", status.at("signing").at("state") != "not_commissioned"},
                   {"meters",
                    {checks.told(), pictures.told(), inspections.told(), visits.told(),
                     cases.told(), alarms.told(), watched}}};
}

}  // namespace sealwarden::inquiry
