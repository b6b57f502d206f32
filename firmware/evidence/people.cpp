#include "firmware/evidence/people.hpp"

#include <cassert>

#include "drivers/embedded.hpp"
#include "firmware/evidence/timeline.hpp"
#include "firmware/timeline/svg.hpp"

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

std::string timeline_svg(const Given& given, const Options& options) {
    const std::map<std::string, std::string> places{
        {"subject", given.query.subject.kind + " " + given.query.subject.id},
        {"since", text_of(given.query.since)},
        {"until", text_of(given.query.until)}};
    return timeline::svg_of(timeline_scene(given, options, 1000),
                            text(options.language, "timeline.title", places),
                            text(options.language, "timeline.description"));
}

std::string with_first_signature(std::string_view checkpoint) {
    const auto lines = checkpoint.find("\n\n");
    return std::string{checkpoint.substr(0, checkpoint.find('\n', lines + 2) + 1)};
}

}  // namespace evidence
}  // namespace sealwarden
