// The picture of a timeline as a list of lines, boxes and words: the one layout that the console's
// page, the command line's SVG and the report on paper draw. Lanes under each other, the site's
// time on top and UTC below, indices of the log at what they told of, hatch where nobody watched, a
// broken axis where the clock was stepped. Digits, hatch and words say the same in black and white.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "firmware/text/text.hpp"

namespace sealwarden::timeline {

enum class Look {
    tick,      // a moment of the axis
    midnight,  // one where a day begins
    faint,     // words beside
    name,      // of a lane
    base,      // of what was watched
    quiet,     // all as it should be: a line
    soft,      // something is there
    strong,    // open, in use
    hatch,     // nobody knows
    high,
    medium,
    low,
    mark,    // an entry that changes no state
    broken,  // the axis, where the clock was stepped
    now,
};
[[nodiscard]] std::string_view to_string(Look look);

enum class Anchor { start, middle, end };

struct Line {
    double x1 = 0, y1 = 0, x2 = 0, y2 = 0;
};
struct Box {
    double x = 0, y = 0, width = 0, height = 0;
};
struct Words {
    double x = 0, y = 0;  // of the line the letters stand on
    std::string text;
    Anchor anchor = Anchor::start;
};
using Form = std::variant<Line, Box, Words>;

// What is drawn together.
struct Group {
    Look look = Look::faint;
    bool hollow = false;  // an alarm that somebody acknowledged
    std::string id;       // "door-17-1795500000000": lane, index, beginning; empty: no item
    std::string title;    // all of what it says
    Box reach;            // where a pointer hits it
    std::vector<Form> forms;
};

struct Scene {
    double width = 0, height = 0;
    double top = 0, bottom = 0;  // of the lanes
    std::vector<Group> groups;   // in the order they are drawn
};

struct View {
    double width = 800;
    std::int64_t now = 0;  // what goes on goes on until then; epoch milliseconds
    Language language = Language::english;
    // What the site's clocks are ahead of UTC, milliseconds; empty: only UTC is shown.
    std::function<std::int64_t(std::int64_t at)> ahead;
};

// `told`: as Lanes::told().
[[nodiscard]] Scene scene_of(const nlohmann::json& told, const View& view);

// {"width","height","top","bottom","groups":[{"look","hollow"?,"id"?,"title"?,"reach"?,"forms"}]};
// a form is {"line":[x1,y1,x2,y2]}, {"box":[x,y,width,height]} or {"words","at":[x,y],"anchor"?}.
[[nodiscard]] nlohmann::json to_json(const Scene& scene);

}  // namespace sealwarden::timeline
