// A site for tests: readings in, events out, time only passes when the test says so.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "firmware/core/site.hpp"
#include "tests/support/door_records.hpp"

namespace sealwarden {

using namespace std::chrono_literals;

class SiteTest : public testing::Test {
  protected:
    void builds(SiteOptions options, SiteMemory memory = {}) {
        options_ = std::move(options);
        options_.site = "dc7";
        options_.gateway = "gw1";
        site_.emplace(options_, std::move(memory), now_);
    }

    // `after` is the last look at this point, as a poller fills it.
    void reads(PointId point, std::variant<Value, Fault> what) {
        Reading reading{
            .point = point, .at = now_, .what = std::move(what), .after = {}, .raw = {}};
        if (const auto last = site_->last(point); last && last->value()) reading.after = last->at;
        keep(site_->apply(reading));
    }
    void reads(const char* point, const char* text) {
        reads(PointId{point}, Value{std::string{text}});
    }

    void passes(UptimeClock::duration time) {
        now_ += time;
        keep(site_->tick(now_));
    }
    void acknowledges(const std::string& alarm) {
        keep(site_->apply(Command{.at = now_,
                                  .id = "c1",
                                  .by = "uid:1000(ana)",
                                  .channel = "cli",
                                  .what = AcknowledgeAlarm{alarm}}));
    }
    // The gateway starts again and knows only what the events told.
    void restarts(SiteMemory memory = {}) {
        std::map<std::string, Alarm> alarms;
        for (const auto& event : history_) {
            if (auto alarm =
                    alarm_from(to_string(event.kind), event.data, event.at, event.personal))
                alarms[alarm->id] = *alarm;
            if (event.kind == EventKind::device_identified ||
                event.kind == EventKind::device_replaced)
                memory.identities[event.subjects.front().id] =
                    std::get<std::string>(event.data.at("identity"));
        }
        for (const auto& [id, alarm] : alarms)
            if (!alarm.over()) memory.alarms.push_back(alarm);
        std::ranges::move(test::door_records(history_), std::back_inserter(memory.records));
        site_.emplace(options_, std::move(memory), now_);
    }
    void reloads() { reloads(options_); }
    void reloads(SiteOptions options) {
        options_ = std::move(options);
        site_.emplace(options_, site_->memory(), now_);
    }

    // What was said since the last call of forget(), without alarms, the cases they open, coverage
    // and walk-tests.
    [[nodiscard]] std::vector<EventKind> kinds() const {
        std::vector<EventKind> kinds;
        for (const auto& event : events_)
            if (!about_alarms(event) && !about_coverage(event) && !about_response(event))
                kinds.push_back(event.kind);
        return kinds;
    }
    // "alarm.raised door-forced-d07"
    [[nodiscard]] std::vector<std::string> alarms() const {
        std::vector<std::string> alarms;
        for (const auto& event : events_)
            if (about_alarms(event))
                alarms.push_back(std::string{to_string(event.kind)}.substr(6) + " " +
                                 event.subjects.front().id);
        return alarms;
    }
    [[nodiscard]] std::vector<Event> events(EventKind kind) const {
        std::vector<Event> events;
        for (const auto& event : events_)
            if (event.kind == kind) events.push_back(event);
        return events;
    }
    [[nodiscard]] Event the(EventKind kind) const {
        const auto found = events(kind);
        EXPECT_EQ(found.size(), 1U) << to_string(kind);
        return found.empty() ? Event{} : found.front();
    }
    [[nodiscard]] Datum state(const std::string& kind, const std::string& id,
                              const std::string& key) const {
        for (const auto& state : site_->states())
            if (state.subject == Subject{kind, id}) {
                const auto found = state.values.find(key);
                return found == state.values.end() ? Datum{} : found->second;
            }
        ADD_FAILURE() << "there is no " << kind << " " << id;
        return {};
    }
    void forget() { events_.clear(); }

    Uptime now_{100s};
    SiteOptions options_;
    std::optional<Site> site_;
    Events events_, history_;

  private:
    static bool about_alarms(const Event& event) {
        return to_string(event.kind).starts_with("alarm.");
    }
    static bool about_response(const Event& event) {
        const auto& kind = event.subjects.front().kind;
        return kind == "case" || kind == "test";
    }
    static bool about_coverage(const Event& event) {
        return event.kind == EventKind::coverage_lost || event.kind == EventKind::coverage_regained;
    }

  protected:
    void keep(Events events) {
        for (auto& event : events) {
            history_.push_back(event);
            events_.push_back(std::move(event));
        }
    }
};

[[nodiscard]] inline Datum text(const char* value) {
    return Datum{std::string{value}};
}

}  // namespace sealwarden
