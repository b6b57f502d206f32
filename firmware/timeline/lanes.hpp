// Entries about one thing, in the log's order, become lanes side by side: spans of a state, and
// marks. Pure; who reads a log or a bundle brings the entries.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sealwarden::timeline {

// The lane of a kind of entry ("door.opened": "door"); empty: it belongs into none.
[[nodiscard]] std::string_view lane_of(std::string_view kind);
// What the thing's state is behind an entry of this kind; empty: it changes none.
[[nodiscard]] std::string state_behind(const nlohmann::json& entry);

struct Period {
    std::int64_t since = 0, until = 0;  // epoch milliseconds; [since, until)
};

// What an entry says, in the reader's language.
struct Sayings {
    std::function<std::string(const nlohmann::json& entry)> sentence;
    std::function<std::string(const nlohmann::json& entry)> alarm;  // of an alarm's entry: its name
};

// A time in which a point, or a device, was not watched.
struct Hole {
    std::string subject;             // "point:io1.di0"
    std::int64_t from = 0;           // epoch milliseconds
    std::optional<std::int64_t> to;  // empty: it goes on
    std::string why;
    std::uint64_t index = 0;  // of the entry that told of it
    bool blinds = false;      // the thing that is asked for hangs on it
};

class Lanes {
  public:
    Lanes(Period period, Sayings sayings) : period_{period}, sayings_{std::move(sayings)} {}

    // `at`: its time, epoch milliseconds. `before`: it only tells how things stood when the period
    // begins. A clock.step breaks the axis from its index on.
    void take(const nlohmann::json& entry, std::int64_t at, bool before);
    void take(Hole hole);

    // {"since_ts","until_ts","lanes":[{"id","spans","marks"}],"steps":[{at_ts,by_ms,index}]}: lanes
    // in the order door, seal, camera, watched, alarms, people, visit; those with nothing in them
    // too. span: {from_ts,to_ts,state,index,subject}, with to_index of the entry that ended it; one
    // of an alarm has its `prio` and its name as `text`. One that goes on has to_ts null; across a
    // step back it may end at an earlier time than it begins. mark:
    // {at_ts,kind,index,subject,text}; what somebody did stands in the lane of people too, there
    // with `who`. While nobody watched, what a lane says is `unknown`.
    [[nodiscard]] nlohmann::json told() const;

  private:
    struct Span {
        std::int64_t from = 0;
        std::optional<std::int64_t> to;
        std::string state;
        std::uint64_t index = 0;
        std::optional<std::uint64_t> to_index;
        std::string subject;
        std::string priority, text;  // of an alarm
    };
    struct Lane {
        std::vector<Span> spans;
        std::vector<nlohmann::json> marks;
        std::map<std::string, std::size_t> open;  // subject -> its span that goes on
    };
    struct Step {
        std::int64_t at = 0, by = 0;  // its time as the clock says it from then on; milliseconds
        std::uint64_t index = 0;
    };

    static void change(Lane& lane, Span next);
    [[nodiscard]] bool stepped_within(const Span& span) const;
    void add_piece(nlohmann::json& list, const Span& span, std::int64_t from,
                   std::optional<std::int64_t> to, const std::string& state) const;
    void add(nlohmann::json& list, const Span& span, bool sensed) const;
    [[nodiscard]] nlohmann::json watched() const;

    Period period_;
    Sayings sayings_;
    std::map<std::string, Lane, std::less<>> lanes_;
    std::vector<Hole> holes_;
    std::vector<Step> steps_;
};

}  // namespace sealwarden::timeline
