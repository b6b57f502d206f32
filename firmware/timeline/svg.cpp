#include "firmware/timeline/svg.hpp"

#include <fmt/format.h>

#include "firmware/text/markup.hpp"
#include "firmware/timeline/ink.hpp"

namespace sealwarden::timeline {
namespace {

std::string drawn(const Line& line, const Ink& ink) {
    return fmt::format(
        "<path d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\" stroke=\"#{:06x}\" stroke-width=\"{:.1f}\"/>",
        line.x1, line.y1, line.x2, line.y2, ink.stroke, ink.stroke_width);
}

std::string drawn(const Box& box, const Ink& ink) {
    const auto fill = ink.hatched ? "url(#hatch)" : fmt::format("#{:06x}", ink.fill);
    return fmt::format(
        "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\" "
        "stroke=\"#{:06x}\" stroke-width=\"{:.1f}\"{}/>",
        box.x, box.y, box.width, box.height, fill, ink.stroke, ink.stroke_width,
        ink.dashed ? " stroke-dasharray=\"4 2\"" : "");
}

std::string drawn(const Words& words, const Ink& ink) {
    const auto* anchor = words.anchor == Anchor::middle ? " text-anchor=\"middle\""
                         : words.anchor == Anchor::end  ? " text-anchor=\"end\""
                                                        : "";
    return fmt::format(
        "<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{:.1f}\" fill=\"#{:06x}\"{}{}{}>{}</text>",
        words.x, words.y, ink.words_size, ink.words, anchor,
        ink.bold ? " font-weight=\"bold\"" : "",
        ink.halo ? " stroke=\"#ffffff\" stroke-width=\"4\" paint-order=\"stroke\"" : "",
        in_markup(words.text));
}

std::string drawn(const Group& group) {
    const auto ink = ink_of(group.look, group.hollow);
    std::string all = "<g>";
    if (!group.title.empty()) all += "<title>" + in_markup(group.title) + "</title>";
    for (const auto& form : group.forms)
        all += std::visit([&](const auto& one) { return drawn(one, ink); }, form);
    return all + "</g>\n";
}

}  // namespace

std::string svg_of(const Scene& scene, std::string_view title, std::string_view description) {
    constexpr double head = 28, margin = 10;
    const auto hatch = ink_of(Look::hatch, false);
    auto svg = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
        "width=\"{0:.0f}\" height=\"{1:.0f}\" role=\"img\" aria-labelledby=\"title description\" "
        "font-family=\"sans-serif\">\n<title id=\"title\">{2}</title>\n"
        "<desc id=\"description\">{3}</desc>\n"
        "<defs><pattern id=\"hatch\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" "
        "patternTransform=\"rotate(45)\"><rect width=\"7\" height=\"7\" fill=\"#{4:06x}\"/>"
        "<path d=\"M0 0V7\" stroke=\"#{5:06x}\" stroke-width=\"2.5\"/></pattern></defs>\n"
        "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
        "<text x=\"{6:.0f}\" y=\"20\" font-size=\"14\" font-weight=\"bold\">{2}</text>\n",
        scene.width + 2 * margin, scene.height + head + margin, in_markup(title),
        in_markup(description), hatch.fill, hatch.stroke, margin);
    svg += fmt::format("<g transform=\"translate({:.0f} {:.0f})\">\n", margin, head);
    for (const auto& group : scene.groups) svg += drawn(group);
    return svg + "</g>\n</svg>\n";
}

}  // namespace sealwarden::timeline
