#include "firmware/evidence/timeline.hpp"

#include <algorithm>

#include "firmware/evidence/sentences.hpp"
#include "firmware/timeline/lanes.hpp"

namespace sealwarden::evidence {
namespace {

using nlohmann::json;
using timeline::Hole;

std::int64_t epoch_ms(Moment moment) {
    return std::chrono::floor<std::chrono::milliseconds>(moment.time_since_epoch()).count();
}

std::int64_t time_of(const json& record) {
    return epoch_ms(moment_of(record.at("t").at("wall").get<std::string>()).value_or(Moment{}));
}

timeline::Sayings sayings(Language language) {
    return {
        .sentence = [language](const json& record) { return sentence_of(record, language); },
        .alarm = [language](const json& record) { return sentence_of_alarm(record, language); }};
}

// When the devices behind the subject were not watched, or the gateway was off. A device of which
// any point was lost counts as not watched.
class Watch {
  public:
    explicit Watch(const Given& given) : since_{epoch_ms(given.query.since)} {
        for (const auto& subject : given.subjects)
            if (subject.kind == "device") devices_.push_back("device:" + subject.id);
        if (devices_.empty()) devices_.emplace_back("gateway:");
    }

    void take(const json& record) {
        const auto kind = record.at("kind").get<std::string>();
        const std::uint64_t index = record.at("i");
        const auto at = time_of(record);
        if (kind == "shutdown" || kind == "boot") {
            // Of a run that ended without a word, the end is its last entry that is given; before
            // the first of all nobody watched.
            const bool unheard = kind == "boot" && text_in(record, "ended") != "shutdown";
            const auto from = !unheard ? at : last_.value_or(since_);
            const auto* why = last_ ? "gateway_off" : "not_begun";
            for (const auto& device : devices_) open(device, std::min(from, at), why, index);
            if (kind == "boot" && devices_.front() == "gateway:") close(devices_.front(), at);
        } else if (kind == "coverage.lost") {
            open(name_in(record), at, text_in(record, "reason"), index);
        } else if (kind == "coverage.regained") {
            if (record.at("data").value("still_lost", std::int64_t{0}) == 0)
                close(name_in(record), at);
        } else if (kind == "log.paused") {
            const auto from = at - record.at("data").value("paused_ms", std::int64_t{0});
            holes_.push_back({.subject = "gateway:",
                              .from = from,
                              .to = at,
                              .why = "log_paused",
                              .index = index,
                              .blinds = true});
        }
        last_ = at;
    }
    [[nodiscard]] const std::vector<Hole>& holes() const { return holes_; }

  private:
    static std::string name_in(const json& record) {
        for (const auto& one : record.at("subj"))
            if (one.at("k") == "device") return "device:" + one.at("v").get<std::string>();
        return {};
    }
    Hole* running(const std::string& name) {
        const auto found = std::ranges::find_if(
            holes_, [&](const Hole& hole) { return hole.subject == name && !hole.to; });
        return found == holes_.end() ? nullptr : &*found;
    }
    void open(const std::string& name, std::int64_t from, std::string why, std::uint64_t index) {
        if (running(name) != nullptr) return;
        holes_.push_back(
            {.subject = name, .from = from, .why = std::move(why), .index = index, .blinds = true});
    }
    void close(const std::string& name, std::int64_t at) {
        if (auto* hole = running(name)) hole->to = std::max(hole->from, at);
    }

    std::vector<std::string> devices_;
    std::vector<Hole> holes_;
    std::int64_t since_;
    std::optional<std::int64_t> last_;
};

bool overlaps(const Hole& hole, const Query& query) {
    return hole.from < epoch_ms(query.until) && (!hole.to || *hole.to > epoch_ms(query.since));
}

// A lane of what nobody asked for would read as "nothing happened there".
void drop_empty_lanes(json& told) {
    auto kept = json::array();
    for (auto& lane : told.at("lanes")) {
        if (lane.at("id") == "watched" || !lane.at("spans").empty() || !lane.at("marks").empty())
            kept.push_back(std::move(lane));
    }
    told["lanes"] = std::move(kept);
}

}  // namespace

timeline::Scene timeline_scene(const Given& given, const Options& options, double width) {
    const auto made = time_of(given.records.at(options.export_entry).json);
    const auto since = epoch_ms(given.query.since), until = epoch_ms(given.query.until);
    timeline::Lanes lanes{{since, until}, sayings(options.language)};
    Watch watch{given};
    for (const auto& [index, record] : given.records) {
        if (index >= given.window.to) continue;
        watch.take(record.json);
        const bool stepped = record.json.at("kind") == "clock.step";
        if (!stepped && !is_about(record.json, given.query.subject)) continue;
        const auto at = time_of(record.json);
        if (at < until) lanes.take(record.json, at, index < given.window.from || at < since);
    }
    for (const auto& hole : watch.holes())
        if (overlaps(hole, given.query)) lanes.take(hole);
    auto told = lanes.told();
    drop_empty_lanes(told);
    return timeline::scene_of(told, {.width = width,
                                     .now = std::min(made, until),
                                     .language = options.language,
                                     .ahead = options.ahead});
}

}  // namespace sealwarden::evidence
