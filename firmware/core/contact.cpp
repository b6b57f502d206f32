#include "firmware/core/contact.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

namespace sealwarden {
namespace {

using std::chrono::milliseconds;

// More steps than this between two looks is no door: the counter was reset or set.
constexpr std::int64_t most_steps = 1000;
// Near its end a counter is believed to have rolled over, not restarted.
constexpr std::int64_t roll_over_window = 100;

std::optional<std::int64_t> steps(std::int64_t from, std::int64_t to) {
    if (to >= from) return to - from <= most_steps ? std::optional{to - from} : std::nullopt;
    for (const auto size : {std::int64_t{1} << 16, std::int64_t{1} << 32}) {
        const auto rolled = to + size - from;
        if (from < size && rolled <= roll_over_window) return rolled;
    }
    return {};
}

ContactLevel known(bool active) {
    return {active ? Level::active : Level::inactive, Why::known, {}};
}
ContactLevel trouble(Why why) {
    return {Level::unknown, why, {}};
}
ContactLevel faulty(Fault fault) {
    return {Level::unknown, Why::fault, fault};
}

UptimeClock::duration restless_after(const ContactOptions& options) {
    return std::max<UptimeClock::duration>(options.settle * 10, std::chrono::seconds{1});
}

}  // namespace

std::string_view to_string(Level level) {
    switch (level) {
        case Level::unknown: return "unknown";
        case Level::inactive: return "inactive";
        case Level::active: return "active";
    }
    assert(!"every level has a name");
    return "?";
}

std::string_view to_string(Why why) {
    switch (why) {
        case Why::known: return "known";
        case Why::never_read: return "never_read";
        case Why::fault: return "fault";
        case Why::cut: return "cut";
        case Why::shorted: return "shorted";
        case Why::in_between: return "in_between";
        case Why::disagree: return "disagree";
        case Why::chattering: return "chattering";
    }
    assert(!"every reason has a name");
    return "?";
}

Contact::Contact(ContactOptions options)
    : options_{std::move(options)},
      settle_{ContactLevel{}, options_.settle},
      activations_{options_.settle} {}

std::vector<PointId> Contact::points() const {
    std::vector<PointId> points{options_.point};
    for (const auto& point : {options_.complement, options_.edge_counter, options_.latch})
        if (point) points.push_back(*point);
    return points;
}

void Contact::apply(const Reading& reading, std::vector<ContactNews>& news) {
    if (reading.point == options_.point) {
        main_ = read(reading);
        activations_.looked(reading.at);
        see(reading, news);
    } else if (reading.point == options_.complement) {
        opposite_ = read(reading);
        see(reading, news);
    } else if (reading.point == options_.edge_counter) {
        count(reading, news);
    } else if (reading.point == options_.latch && !options_.edge_counter) {
        latch(reading);
    }
    tell_hidden(reading.at, news);
}

// The band the value is in; the present one is wider by the hysteresis on both sides.
ContactLevel Contact::band(std::int64_t value) const {
    const auto& loop = *options_.loop;
    const auto inside = [&](const ContactOptions::Band& band, std::int64_t margin) {
        return value >= band.from - margin && value <= band.to + margin;
    };
    const std::pair<const ContactOptions::Band*, ContactLevel> bands[] = {
        {&loop.inactive, known(false)},
        {&loop.active, known(true)},
        {&loop.shorted, trouble(Why::shorted)},
        {&loop.cut, trouble(Why::cut)},
    };
    for (const auto& [range, level] : bands)
        if (level == main_ && inside(*range, loop.hysteresis)) return level;
    for (const auto& [range, level] : bands)
        if (inside(*range, 0)) return level;
    return trouble(Why::in_between);
}

ContactLevel Contact::read(const Reading& reading) const {
    if (const auto* fault = reading.fault()) return faulty(*fault);
    if (options_.loop && reading.point == options_.point) {
        if (const auto* measure = std::get_if<std::int64_t>(reading.value())) return band(*measure);
    } else if (const auto* level = std::get_if<bool>(reading.value())) {
        return known(*level != options_.inverted);
    }
    return faulty(Fault::bad_answer);  // a value of the wrong type: nothing can be said of it
}

ContactLevel Contact::together() const {
    if (!options_.complement) return main_;
    for (const auto& one : {main_, opposite_})
        if (one.why == Why::fault) return one;
    for (const auto& one : {main_, opposite_})
        if (one.level == Level::unknown) return one;
    return main_.level == opposite_.level ? trouble(Why::disagree) : main_;
}

void Contact::see(const Reading& reading, std::vector<ContactNews>& news) {
    const auto level = together();
    if (level == settle_.raw() && level.why != Why::fault) {
        tick(reading.at, news);
        return;
    }
    raw_ = reading.raw;
    source_ = reading.point;
    const auto change = level.why == Why::fault ? settle_.set(level, reading.at, reading.after)
                                                : settle_.see(level, reading.at, reading.after);
    if (change) tell(*change, news);
}

void Contact::tell(const Settle<ContactLevel>::Change& change, std::vector<ContactNews>& news) {
    const bool was_unknown = change.from.level == Level::unknown;
    ContactChange told{.from = change.from,
                       .to = change.to,
                       .was = was_,
                       .at = was_unknown ? change.since : change.left,
                       .after = was_unknown ? change.since_after : change.left_after,
                       .source = source_,
                       .raw = raw_};
    if (change.to.level == Level::unknown) {
        if (!was_unknown) known_until_ = change.left_after;
    } else {
        // Behind an unknown the change lies anywhere since the last look that said otherwise; and
        // of what is as it was before, nothing says since when.
        if (was_unknown && was_ != Level::unknown)
            told.after = was_ == change.to.level ? std::nullopt : known_until_;
        if (was_ != Level::active && change.to.level == Level::active && was_ != Level::unknown)
            activations_.saw({told.after.value_or(Uptime::min()), change.since});
        // It was inactive before the gateway ended: one of those that were counted left it so.
        if (was_ == Level::unknown && change.to.level == Level::active && past_ && !past_->active)
            activations_.saw({past_->until, change.since});
        was_ = change.to.level;
    }
    news.emplace_back(told);
}

void Contact::resume(const ContactPast& past) {
    past_ = past;
    counter_ = past.counter;
    unwatched_since_ = past.until;
}

void Contact::count(const Reading& reading, std::vector<ContactNews>& news) {
    const auto* value = reading.value() ? std::get_if<std::int64_t>(reading.value()) : nullptr;
    if (!value) {
        if (counter_ && !unwatched_since_) unwatched_since_ = reading.after.value_or(reading.at);
        return;
    }
    const auto gap = std::exchange(unwatched_since_, {});
    const auto after = gap ? gap : reading.after;
    const auto before = std::exchange(counter_, *value);
    const auto uncounted = past_ ? std::exchange(past_->uncounted, 0) : 0;
    if (!before) return;
    const auto counted = steps(*before, *value);
    if (!counted) {
        activations_.forget();
        news.emplace_back(CounterRestarted{reading.point, reading.at, after, *before, *value});
        return;
    }
    const auto moved = std::max<std::int64_t>(*counted - uncounted, 0);
    if (moved > 0)
        activations_.moved({static_cast<std::uint32_t>(moved),
                            {after.value_or(Uptime::min()), reading.at},
                            reading.point,
                            reading.raw});
    if (gap) news.emplace_back(Recounted{reading.point, reading.at, *gap, *before, *value, moved});
}

void Contact::latch(const Reading& reading) {
    const auto* value = reading.value() ? std::get_if<bool>(reading.value()) : nullptr;
    if (!value) return;
    if (latched_ == false && *value)
        activations_.moved(
            {1, {reading.after.value_or(Uptime::min()), reading.at}, reading.point, reading.raw});
    latched_ = *value;
}

void Contact::tell_hidden(Uptime now, std::vector<ContactNews>& news) {
    const bool resting = settle_.at_rest() && level().level != Level::unknown;
    for (auto& hidden : activations_.take(now, resting)) news.emplace_back(std::move(hidden));
}

void Contact::tick(Uptime now, std::vector<ContactNews>& news) {
    if (const auto change = settle_.tick(now)) tell(*change, news);
    const auto unrest = settle_.unrest_since();
    if (unrest && now - *unrest >= restless_after(options_))
        if (const auto change = settle_.give_up(trouble(Why::chattering), now)) tell(*change, news);
    tell_hidden(now, news);
}

std::optional<Uptime> Contact::deadline() const {
    auto first = settle_.deadline();
    const auto sooner = [&](std::optional<Uptime> other) {
        if (other && (!first || *other < *first)) first = other;
    };
    if (const auto unrest = settle_.unrest_since(); unrest && level().why != Why::chattering)
        sooner(*unrest + restless_after(options_));
    sooner(activations_.deadline());
    return first;
}

}  // namespace sealwarden
