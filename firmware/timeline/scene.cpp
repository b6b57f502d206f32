#include "firmware/timeline/scene.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "firmware/text/duration.hpp"
#include "firmware/timeline/axis.hpp"

namespace sealwarden::timeline {

using nlohmann::json;

namespace {

// All in pixels of a screen.
constexpr double row_height = 18, lane_gap = 20, axis_height = 24, step_height = 15;
constexpr double narrow_below = 620, names_width = 108, names_height = 18;
constexpr double letter = 7, small_letter = 6.4;

constexpr std::int64_t second = 1'000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;
constexpr std::array tick_sizes{second,     5 * second, 10 * second, 30 * second, minute,
                                2 * minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute,
                                hour,       2 * hour,   3 * hour,    6 * hour,    12 * hour,
                                day,        2 * day,    7 * day};
constexpr double tick_distance = 84;

double letters(std::string_view text) {
    return static_cast<double>(
        std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string clock_of(std::int64_t at, bool seconds) {
    const auto time = fmt::gmtime(static_cast<std::time_t>(at / second));
    return seconds ? fmt::format("{:%H:%M:%S}", time) : fmt::format("{:%H:%M}", time);
}
std::string date_of(std::int64_t at) {
    return fmt::format("{:%Y-%m-%d}", fmt::gmtime(static_cast<std::time_t>(at / second)));
}

std::string word_of(Language language, std::string_view prefix, const std::string& word) {
    const auto key = std::string{prefix} + word;
    if (has_text(key)) return text(language, key);
    const auto state = "state." + word;
    if (has_text(state)) return text(language, state);
    auto plain = word;
    std::ranges::replace(plain, '_', ' ');
    return plain;
}

Look look_of_state(std::string_view lane, std::string_view state) {
    struct One {
        std::string_view lane, state;
        Look look;
    };
    constexpr One all[] = {
        {"door", "open", Look::strong},     {"door", "forced", Look::high},
        {"door", "held", Look::medium},     {"seal", "absent", Look::quiet},
        {"seal", "open", Look::high},       {"seal", "broken", Look::high},
        {"seal", "tampered", Look::high},   {"seal", "mismatch", Look::high},
        {"seal", "duplicate", Look::high},  {"seal", "lost", Look::high},
        {"camera", "failed", Look::medium}, {"camera", "not_recording", Look::medium},
        {"camera", "tampered", Look::high}};
    const auto found = std::ranges::find_if(
        all, [&](const One& one) { return one.lane == lane && one.state == state; });
    if (found != std::end(all)) return found->look;
    return lane == "door" || lane == "camera" ? Look::quiet : Look::soft;
}

Look look_of_priority(const std::string& priority) {
    if (priority == "high") return Look::high;
    return priority == "low" ? Look::low : Look::medium;
}

struct Seen {
    Look look;
    bool hollow = false;
};
Seen look_of(std::string_view lane, const json& span) {
    const auto& state = span.at("state").get_ref<const std::string&>();
    if (lane == "alarms") {
        if (state != "unack_active" && state != "ack_active" && state != "rtn_unack")
            return {Look::soft};
        return {look_of_priority(span.value("prio", "medium")), state == "ack_active"};
    }
    // Only the gaps are told there.
    if (lane == "watched" || state == "unknown") return {Look::hatch};
    return {look_of_state(lane, state)};
}

std::string_view digit_of(Look look) {
    if (look == Look::high) return "1";
    if (look == Look::medium) return "2";
    return look == Look::low ? "3" : "";
}

class Drawing {
  public:
    Drawing(const json& told, const View& view)
        : told_{told},
          view_{view},
          narrow_{view.width < narrow_below},
          axis_{told, narrow_ ? 0 : names_width, view.width} {
        scene_.width = view.width;
    }

    Scene drawn() && {
        double y = axis_height + step_height * place_steps() + (narrow_ ? 20 : 8);
        scene_.top = axis_height - 4;
        std::vector<Group> lanes;
        std::swap(lanes, scene_.groups);
        for (const auto& lane : told_.at("lanes")) {
            add_lane(lane, y);
            y += lane_height_ + lane_gap + (narrow_ ? names_height : 0);
        }
        scene_.bottom = y - (narrow_ ? names_height : 0);
        scene_.height = scene_.bottom + axis_height;
        std::swap(lanes, scene_.groups);
        add_axis();
        std::ranges::move(lanes, std::back_inserter(scene_.groups));
        add_breaks();
        add_now();
        return std::move(scene_);
    }

  private:
    void add(Look look, std::vector<Form> forms) {
        scene_.groups.push_back({.look = look, .forms = std::move(forms)});
    }
    [[nodiscard]] double left() const { return axis_.pieces().front().left; }
    // Words at x that stay inside the picture.
    [[nodiscard]] Words words_at(double x, double y, std::string said, double half) const {
        const auto anchor = x > view_.width - half   ? Anchor::end
                            : x < left() + half - 10 ? Anchor::start
                                                     : Anchor::middle;
        return {x, y, std::move(said), anchor};
    }

    // --- the axis

    [[nodiscard]] std::int64_t ahead(std::int64_t at) const {
        return view_.ahead ? view_.ahead(at) : 0;
    }
    [[nodiscard]] std::int64_t tick_size() const {
        std::int64_t whole = 0;
        double width = 0;
        for (const auto& piece : axis_.pieces()) {
            whole += piece.to - piece.from;
            width += piece.right - piece.left;
        }
        const auto wanted = static_cast<double>(whole) * tick_distance / std::max(width, 1.0);
        const auto found = std::ranges::find_if(
            tick_sizes, [&](std::int64_t size) { return static_cast<double>(size) >= wanted; });
        if (found != tick_sizes.end()) return *found;
        return tick_sizes.back() * (static_cast<std::int64_t>(wanted) / tick_sizes.back() + 1);
    }
    void add_tick(const Axis::Piece& piece, std::int64_t at, std::int64_t size) {
        const auto local = at + ahead(at);
        const bool midnight = local % day == 0;
        const auto x = axis_.x(at, piece.index);
        if (x < ticked_ + tick_distance / 2) return;  // beside a break
        ticked_ = x;
        add(midnight ? Look::midnight : Look::tick,
            {Line{x, axis_height - 4, x, scene_.bottom},
             words_at(x, axis_height - 10,
                      midnight ? date_of(local) : clock_of(local, size < minute), 30)});
        if (!view_.ahead) return;
        add(Look::faint,
            {words_at(x, scene_.bottom + axis_height - 8, clock_of(at, size < minute), 30)});
    }
    void add_axis() {
        const auto size = tick_size();
        for (const auto& piece : axis_.pieces()) {
            const auto offset = ahead(piece.from);
            auto at = (piece.from + offset + size - 1) / size * size - offset;
            for (; at <= piece.to && piece.right > piece.left; at += size)
                add_tick(piece, at, size);
        }
        if (narrow_) return;
        if (!view_.ahead) {
            add(Look::faint, {Words{0, axis_height - 10, "UTC"}});
            return;
        }
        add(Look::faint, {Words{0, axis_height - 10, text(view_.language, "timeline.local")},
                          Words{0, scene_.bottom + axis_height - 8, "UTC"}});
    }

    // --- where the clock was stepped

    struct Break {
        double x = 0;
        Words words;
        std::uint64_t index = 0;
    };
    // Returns how many rows their words need.
    int place_steps() {
        std::vector<double> ends;
        for (std::size_t i = 1; i < axis_.pieces().size(); ++i) {
            const auto& piece = axis_.pieces()[i];
            auto said =
                text(view_.language, piece.by < 0 ? "timeline.step.back" : "timeline.step.forward",
                     {{"by", duration(std::chrono::milliseconds{std::abs(piece.by)})},
                      {"index", std::to_string(piece.index)}});
            const auto width = letters(said) * letter;
            const auto x = piece.left - Axis::gap / 2;
            auto begin = std::max(left(), x - width / 2);
            begin = std::max(0.0, std::min(begin, view_.width - width));
            auto row = std::ranges::find_if(ends, [&](double end) { return end + 8 < begin; });
            if (row == ends.end()) row = ends.insert(row, 0);
            *row = begin + width;
            const auto y =
                axis_height + step_height * (0.7 + static_cast<double>(row - ends.begin()));
            breaks_.push_back({x, Words{begin, y, std::move(said), Anchor::start}, piece.index});
        }
        return static_cast<int>(ends.size());
    }
    void add_breaks() {
        for (auto& one : breaks_) {
            const auto half = Axis::gap / 2;
            const auto top = one.words.y + 9, bottom = scene_.bottom;
            Group group{.look = Look::broken,
                        .title = one.words.text,
                        .reach = {one.x - half, top, Axis::gap, bottom - top}};
            group.forms.emplace_back(Box{one.x - half + 1, top, Axis::gap - 2, bottom - top});
            for (const auto side : {-half + 1, half - 1})
                group.forms.emplace_back(Line{one.x + side, top, one.x + side, bottom});
            // Two strokes aslant at each end, as axes are broken on paper.
            for (const auto y : {top, bottom})
                for (const auto side : {-3.0, 3.0})
                    group.forms.emplace_back(
                        Line{one.x + side - 4, y + 5, one.x + side + 4, y - 5});
            group.forms.emplace_back(std::move(one.words));
            scene_.groups.push_back(std::move(group));
        }
    }
    void add_now() {
        const std::int64_t since = told_.at("since_ts"), until = told_.at("until_ts");
        if (view_.now <= since || view_.now >= until) return;
        const auto x = axis_.x(view_.now, std::numeric_limits<std::uint64_t>::max());
        add(Look::now, {Line{x, scene_.top, x, scene_.bottom}});
    }

    // --- the lanes

    [[nodiscard]] double begin_of(const json& span) const {
        return axis_.x(span.at("from_ts"), span.at("index"));
    }
    [[nodiscard]] double end_of(const json& span) const {
        const auto& to = span.at("to_ts");
        const std::int64_t until = told_.at("until_ts");
        constexpr auto last = std::numeric_limits<std::uint64_t>::max();
        if (to.is_null()) return axis_.x(std::min(view_.now, until), last);
        if (span.contains("to_index")) return axis_.x(to, span.at("to_index"));
        return axis_.end(to, span.at("index"));
    }
    // Spans that overlap lie in rows of their own, the earliest free one.
    [[nodiscard]] std::vector<std::size_t> rows_of(const json& spans) const {
        std::vector<std::size_t> order(spans.size()), rows(spans.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::ranges::sort(order, {},
                          [&](std::size_t i) { return std::pair{begin_of(spans[i]), i}; });
        std::vector<double> ends;
        for (const auto i : order) {
            const auto begin = begin_of(spans[i]);
            auto row = std::ranges::find_if(ends, [&](double end) { return end <= begin; });
            if (row == ends.end()) row = ends.insert(row, 0);
            *row = spans[i].at("to_ts").is_null() ? std::numeric_limits<double>::infinity()
                                                  : std::max(begin, end_of(spans[i]));
            rows[i] = static_cast<std::size_t>(row - ends.begin());
        }
        return rows;
    }

    [[nodiscard]] std::string said_of(std::string_view lane, const json& span) const {
        const auto state = word_of(view_.language, "ui.span.", span.at("state"));
        const auto subject = span.value("subject", "");
        const auto id = subject.substr(std::min(subject.size(), subject.find(':') + 1));
        if (lane == "watched") return state + " · " + id;
        if (lane != "alarms" || subject.empty()) return state;
        return span.value("text", id) + " · " + state;
    }
    [[nodiscard]] std::string clocks_of(const json& span) const {
        const auto one = [this](const json& at) {
            if (at.is_null()) return std::string{"…"};
            const std::int64_t ts = at;
            return clock_of(ts + ahead(ts), true);
        };
        return one(span.at("from_ts")) + " – " + one(span.at("to_ts"));
    }
    static std::string id_of(const std::string& lane, const json& index, const json& at) {
        return lane + "-" + std::to_string(index.get<std::uint64_t>()) + "-" +
               std::to_string(at.get<std::int64_t>());
    }
    // A state that only goes on says its word once.
    [[nodiscard]] static bool goes_on(const json& spans, const json& span) {
        return std::ranges::any_of(spans, [&](const json& other) {
            return other.at("to_ts") == span.at("from_ts") &&
                   other.at("state") == span.at("state") &&
                   other.value("subject", "") == span.value("subject", "");
        });
    }

    void add_span(const std::string& lane, const json& spans, std::size_t i, double top) {
        const auto& span = spans[i];
        const auto [look, hollow] = look_of(lane, span);
        const auto x = begin_of(span);
        const auto width = std::max(end_of(span) - x, 2.0);
        const auto said = said_of(lane, span);
        Group group{.look = look,
                    .hollow = hollow,
                    .id = id_of(lane, span.at("index"), span.at("from_ts")),
                    .title = fmt::format("{} · {} · #{}", said, clocks_of(span),
                                         span.at("index").get<std::uint64_t>()),
                    // Something to hit, however thin it is.
                    .reach = {x, top - 1, std::max(width, 6.0), row_height + 2}};
        if (look == Look::quiet) {
            const auto y = top + row_height / 2;
            group.forms.emplace_back(Line{x, y, x + width, y});
        } else {
            group.forms.emplace_back(Box{x, top + 1, width, row_height - 3});
        }
        const std::string digit{digit_of(look)};
        const auto label = digit.empty() ? said : digit + " " + said;
        // Words do not run across a break of the axis.
        const auto [from, to] = axis_.widest_part(x, x + width);
        if (!goes_on(spans, span) && to - from > letters(label) * letter + 10)
            group.forms.emplace_back(Words{from + 5, top + row_height - 5, label});
        else if (!digit.empty() && to - from > 16)
            group.forms.emplace_back(Words{from + 5, top + row_height - 5, digit});
        scene_.groups.push_back(std::move(group));
    }
    void add_mark(const std::string& lane, const json& mark, double y) {
        const std::int64_t at = mark.at("at_ts");
        const auto x = axis_.x(at, mark.at("index"));
        scene_.groups.push_back(
            {.look = Look::mark,
             .id = id_of(lane, mark.at("index"), mark.at("at_ts")),
             .title =
                 fmt::format("{} · {} · #{}", mark.value("text", ""),
                             clock_of(at + ahead(at), true), mark.at("index").get<std::uint64_t>()),
             .reach = {x - 6, y - 4, 12, row_height + 8},
             .forms = {Line{x, y - 3, x, y + row_height + 1}, Line{x - 4, y - 3, x + 4, y - 3}}});
    }
    // What began here carries its index, as far as there is room.
    void add_indices(const json& lane, double y) {
        const std::int64_t since = told_.at("since_ts"), until = told_.at("until_ts");
        std::set<std::pair<double, std::uint64_t>> places;
        const auto note = [&](const json& at, const json& index) {
            const std::int64_t ts = at;
            if (ts >= since && ts <= until) places.emplace(axis_.x(ts, index), index);
        };
        for (const auto& span : lane.at("spans")) note(span.at("from_ts"), span.at("index"));
        for (const auto& mark : lane.at("marks")) note(mark.at("at_ts"), mark.at("index"));
        Group group{.look = Look::faint};
        auto free = -std::numeric_limits<double>::infinity();
        for (const auto& [x, index] : places) {
            auto said = fmt::format("#{}", index);
            const auto width = letters(said) * small_letter;
            if (x < free || x + width > view_.width) continue;
            free = x + width + 8;
            group.forms.emplace_back(Words{x, y, std::move(said)});
        }
        if (!group.forms.empty()) scene_.groups.push_back(std::move(group));
    }
    void add_lane(const json& lane, double y) {
        const auto id = lane.at("id").get<std::string>();
        const auto& spans = lane.at("spans");
        const auto rows = rows_of(spans);
        const auto most = rows.empty() ? 0 : *std::ranges::max_element(rows);
        lane_height_ = static_cast<double>(most + 1) * row_height;
        add(Look::name, {Words{0, narrow_ ? y - 6 : y + row_height - 5,
                               word_of(view_.language, "ui.lane.", id)}});
        if (id == "watched") {
            const auto middle = y + row_height / 2;
            const auto right =
                axis_.x(std::min(view_.now, told_.at("until_ts").get<std::int64_t>()),
                        std::numeric_limits<std::uint64_t>::max());
            add(Look::base, {Line{left(), middle, right, middle}});
        }
        for (std::size_t i = 0; i < spans.size(); ++i)
            add_span(id, spans, i, y + static_cast<double>(rows[i]) * row_height);
        std::set<std::uint64_t> begun;
        for (const auto& span : spans) begun.insert(span.at("index").get<std::uint64_t>());
        for (const auto& mark : lane.at("marks"))
            if (!begun.contains(mark.at("index"))) add_mark(id, mark, y);
        add_indices(lane, y + lane_height_ + 10);
    }

    const json& told_;
    const View& view_;
    bool narrow_;
    Axis axis_;
    Scene scene_;
    std::vector<Break> breaks_;
    double lane_height_ = 0;
    double ticked_ = -tick_distance;  // the last tick
};

// A tenth of a pixel is enough, and the same on every machine.
double rounded(double value) {
    return std::round(value * 10) / 10;
}

}  // namespace

std::string_view to_string(Look look) {
    switch (look) {
        case Look::tick: return "tick";
        case Look::midnight: return "midnight";
        case Look::faint: return "faint";
        case Look::name: return "name";
        case Look::base: return "base";
        case Look::quiet: return "quiet";
        case Look::soft: return "soft";
        case Look::strong: return "strong";
        case Look::hatch: return "hatch";
        case Look::high: return "high";
        case Look::medium: return "medium";
        case Look::low: return "low";
        case Look::mark: return "mark";
        case Look::broken: return "broken";
        case Look::now: return "now";
    }
    assert(!"every look has a name");
    return "";
}

Scene scene_of(const json& told, const View& view) {
    return Drawing{told, view}.drawn();
}

namespace {

json form_json(const Form& form) {
    if (const auto* line = std::get_if<Line>(&form))
        return {
            {"line", {rounded(line->x1), rounded(line->y1), rounded(line->x2), rounded(line->y2)}}};
    if (const auto* box = std::get_if<Box>(&form))
        return {
            {"box", {rounded(box->x), rounded(box->y), rounded(box->width), rounded(box->height)}}};
    const auto& words = std::get<Words>(form);
    json one{{"words", words.text}, {"at", {rounded(words.x), rounded(words.y)}}};
    if (words.anchor == Anchor::middle) one["anchor"] = "middle";
    if (words.anchor == Anchor::end) one["anchor"] = "end";
    return one;
}

}  // namespace

json to_json(const Scene& scene) {
    auto groups = json::array();
    for (const auto& group : scene.groups) {
        auto forms = json::array();
        for (const auto& form : group.forms) forms.push_back(form_json(form));
        json one{{"look", to_string(group.look)}, {"forms", std::move(forms)}};
        if (group.hollow) one["hollow"] = true;
        if (!group.id.empty()) one["id"] = group.id;
        if (!group.title.empty()) {
            one["title"] = group.title;
            one["reach"] = form_json(group.reach).at("box");
        }
        groups.push_back(std::move(one));
    }
    return {{"width", rounded(scene.width)},
            {"height", rounded(scene.height)},
            {"top", rounded(scene.top)},
            {"bottom", rounded(scene.bottom)},
            {"groups", std::move(groups)}};
}

}  // namespace sealwarden::timeline
