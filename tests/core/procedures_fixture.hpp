// A site with its procedures, for tests: people's acts by their names as the door takes them.
#pragma once

#include "firmware/core/procedures.hpp"
#include "tests/core/site_fixture.hpp"

namespace sealwarden {

class ProceduresTest : public SiteTest {
  protected:
    using Arguments = std::map<std::string, Datum>;

    // 2026-11-24 14:00:00 UTC, a Tuesday, at Uptime 0; in Mexico City (UTC-6) it is 08:00.
    static constexpr WallOffset wall{1'795'528'800'000, std::chrono::minutes{-360}};

    void builds(SiteOptions options, SiteMemory memory = {}) {
        memory.wall = wall;
        SiteTest::builds(std::move(options), std::move(memory));
    }

    // Does what a person asks; what was said by it alone is in `said`.
    void does(const std::string& name, const Arguments& arguments) {
        auto act = act_from(name, arguments);
        if (auto* complaint = std::get_if<std::string>(&act)) {
            ADD_FAILURE() << name << ": " << *complaint;
            return;
        }
        const auto before = events_.size();
        keep(site_->apply(Command{.at = now_,
                                  .id = "c1",
                                  .by = "uid:1000(ana)",
                                  .channel = channel,
                                  .what = std::get<Act>(std::move(act))}));
        said.assign(events_.begin() + static_cast<std::ptrdiff_t>(before), events_.end());
    }
    // Does it, and expects that it is done.
    void can(const std::string& name, const Arguments& arguments) {
        does(name, arguments);
        EXPECT_EQ(refusal(), "") << name << ": " << message();
    }
    // Expects that it is refused for this reason.
    void cannot(const std::string& reason, const std::string& name, const Arguments& arguments) {
        does(name, arguments);
        EXPECT_EQ(refusal(), reason) << name << ": " << message();
    }
    [[nodiscard]] std::string refusal() const { return refused_text("reason"); }
    [[nodiscard]] std::string message() const { return refused_text("message"); }

    // What the last act made it say, without the alarms and cases that follow from it.
    [[nodiscard]] std::vector<EventKind> said_kinds() const {
        std::vector<EventKind> kinds;
        for (const auto& event : said)
            if (event.subjects.front().kind != "alarm" && event.subjects.front().kind != "case")
                kinds.push_back(event.kind);
        return kinds;
    }
    [[nodiscard]] static std::int64_t wall_ms(Uptime at) { return Now{at, wall}.wall_ms(); }
    [[nodiscard]] static Datum datum(const Event& event, const std::string& key) {
        const auto found = event.data.find(key);
        return found == event.data.end() ? Datum{} : found->second;
    }
    [[nodiscard]] static std::string text(const Event& event, const std::string& key) {
        const auto found = datum(event, key);
        const auto* words = std::get_if<std::string>(&found);
        return words == nullptr ? std::string{} : *words;
    }

    // The newest of each subject, as the log finds it at a start.
    [[nodiscard]] std::vector<Record> records() const {
        std::map<Subject, Record> newest;
        for (const auto& event : history_)
            for (const auto& kind : record_kinds()) {
                if (event.subjects.front().kind != kind.subject) continue;
                if (std::ranges::find(kind.states, event.kind) == kind.states.end()) continue;
                newest[event.subjects.front()] = {event.kind, event.subjects.front(), event.at,
                                                  event.data, event.personal};
            }
        std::vector<Record> all;
        for (const auto& [subject, record] : newest) {
            bool ended = false;
            for (const auto& kind : record_kinds())
                ended |= subject.kind == kind.subject &&
                         std::ranges::find(kind.ends, record.kind) != kind.ends.end();
            if (!ended) all.push_back(record);
        }
        return all;
    }
    // The gateway starts again and knows only what the events told.
    void restarts() {
        SiteMemory memory;
        memory.wall = wall;
        memory.records = records();
        SiteTest::restarts(std::move(memory));
    }

    Events said;
    std::string channel = "cli";  // by which the acts come

  private:
    [[nodiscard]] std::string refused_text(const std::string& key) const {
        for (const auto& event : said)
            if (event.kind == EventKind::command_refused) return text(event, key);
        return {};
    }
};

}  // namespace sealwarden
