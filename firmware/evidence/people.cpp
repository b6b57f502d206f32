#include "firmware/evidence/people.hpp"

#include <fmt/core.h>

#include <cassert>

#include "drivers/embedded.hpp"
#include "firmware/evidence/tables.hpp"

namespace sealwarden {
namespace embedded {
std::span<const Embedded> people_texts();
}
namespace evidence {
namespace {

std::string source(std::string_view name) {
    for (const auto& file : embedded::people_texts()) {
        if (file.name == name) return std::string{file.text};
    }
    assert(!"both languages are built in");
    return {};
}

void replace(std::string& text, std::string_view place, std::string_view by) {
    for (std::size_t at = 0; (at = text.find(place, at)) != std::string::npos; at += by.size()) {
        text.replace(at, place.size(), by);
    }
}

std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : text) {
        switch (c) {
            case '&': safe += "&amp;"; break;
            case '<': safe += "&lt;"; break;
            case '>': safe += "&gt;"; break;
            case '"': safe += "&quot;"; break;
            default: safe += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        }
    }
    return safe;
}

}  // namespace

std::string verify_txt(const Given& given, const LogView& log, const Options& options) {
    const auto english = source("VERIFY.en.txt");
    auto text = english;
    if (options.language == Language::spanish) {
        text = source("VERIFY.es.txt");
        replace(text, "{{commands}}\n", english.substr(english.find("    set -eu")));
    }
    replace(text, "{{base}}", options.sheet.origin);
    replace(text, "{{generation}}", std::to_string(log.generation()));
    replace(text, "{{epoch}}", std::to_string(given.head_epoch));
    replace(text, "{{head}}", std::to_string(given.head));
    return text;
}

std::string timeline_svg(const Given& given, Language language) {
    constexpr double left = 90, width = 880;
    const auto since = text_of(given.query.since), until = text_of(given.query.until);
    const auto subject = given.query.subject.kind + " " + given.query.subject.id;
    std::string marks;
    std::size_t count = 0, gaps = 0;
    const double length = static_cast<double>((given.query.until - given.query.since).count());
    for (const auto& [index, record] : given.records) {
        const bool gap = tells_of_gaps(record.json);
        if (!given.window.holds(index) || (!gap && !is_about(record.json, given.query.subject))) {
            continue;
        }
        const auto wall = record.json.at("t").at("wall").get<std::string>();
        const auto moment = moment_of(wall);
        if (!moment || *moment < given.query.since || *moment >= given.query.until) continue;
        ++(gap ? gaps : count);
        const auto x =
            left + width * static_cast<double>((*moment - given.query.since).count()) / length;
        marks += fmt::format(
            "<g><title>{}: {}, {}</title><rect x=\"{:.1f}\" y=\"{}\" width=\"3\" height=\"30\" "
            "fill=\"{}\"/></g>\n",
            index, wall, escaped(record.json.at("kind").get<std::string>()), x, gap ? 95 : 45,
            gap ? "#6b7280" : "#0b5cad");
    }
    const std::map<std::string, std::string> places{{"subject", subject},
                                                    {"since", since},
                                                    {"until", until},
                                                    {"count", std::to_string(count)},
                                                    {"gaps", std::to_string(gaps)}};
    const auto say = [&](const char* key) { return escaped(text(language, key, places)); };
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1000 170\" role=\"img\" "
        "aria-labelledby=\"title description\" font-family=\"sans-serif\" font-size=\"13\">\n"
        "<title id=\"title\">{}</title>\n<desc id=\"description\">{}</desc>\n"
        "<rect width=\"1000\" height=\"170\" fill=\"#ffffff\"/>\n"
        "<text x=\"10\" y=\"20\" font-weight=\"bold\">{}</text>\n"
        "<text x=\"10\" y=\"65\">{}</text>\n<text x=\"10\" y=\"115\">{}</text>\n"
        "<path d=\"M90 75H970M90 125H970\" stroke=\"#9ca3af\"/>\n{}"
        "<text x=\"90\" y=\"150\">{}</text>\n<text x=\"970\" y=\"150\" "
        "text-anchor=\"end\">{}</text>\n</svg>\n",
        say("timeline.title"), say("timeline.description"), say("timeline.title"),
        say("timeline.subject"), say("timeline.gaps"), marks, since, until);
}

std::string with_first_signature(std::string_view checkpoint) {
    const auto lines = checkpoint.find("\n\n");
    return std::string{checkpoint.substr(0, checkpoint.find('\n', lines + 2) + 1)};
}

}  // namespace evidence
}  // namespace sealwarden
