#include "firmware/inquiry/names.hpp"

#include <algorithm>

#include "firmware/inquiry/ask.hpp"

namespace sealwarden::inquiry {
namespace {

template <class List>
const Name* find_in(const List& list, std::string_view id) {
    const auto found = std::ranges::find(list, id, [](const auto& one) { return one.id; });
    return found == list.end() ? nullptr : &found->name;
}

// U+00C0 to U+00FF without their accents; what is no letter, or two, stays.
constexpr char latin[] =
    "aaaaaa\0ceeeeiiii\0nooooo\0\0uuuuy\0\0aaaaaa\0ceeeeiiii\0nooooo\0\0uuuuy\0y";

}  // namespace

const Name* find_name(const SiteOptions& site, std::string_view kind, std::string_view id) {
    if (kind == "door") return find_in(site.doors, id);
    if (kind == "seal") return find_in(site.seals, id);
    if (kind == "reader") return find_in(site.readers, id);
    if (kind == "camera") return find_in(site.cameras, id);
    if (kind == "power") return find_in(site.powers, id);
    if (kind == "cabinet") return find_in(site.cabinets, id);
    if (kind == "light") return find_in(site.lights, id);
    if (kind == "zone") return find_in(site.zones, id);
    if (kind == "gateway") return &site.name;
    return nullptr;
}

std::string name_of(const SiteOptions& site, std::string_view kind, std::string_view id,
                    Language language) {
    const auto* name = find_name(site, kind, id);
    if (name == nullptr) return std::string{id};
    const auto& wanted = language == Language::spanish ? name->es : name->en;
    const auto& other = language == Language::spanish ? name->en : name->es;
    if (!wanted.empty()) return wanted;
    return other.empty() ? std::string{id} : other;
}

std::string name_of_alarm(const nlohmann::json& entry, const SiteOptions& site, Language language) {
    const auto& what = entry.at("kind").get_ref<const std::string&>();
    if (!what.starts_with("alarm.") || datum(entry, "kind").empty()) return {};
    return sentence_of_alarm(
        {{"kind", datum(entry, "kind")},
         {"source", {{"k", datum(entry, "source_kind")}, {"v", datum(entry, "source_id")}}}},
        site, language);
}

std::string sentence_of(const nlohmann::json& entry, const SiteOptions& site, Language language) {
    const auto& kind = entry.at("kind").get_ref<const std::string&>();
    const auto& subjects = entry.at("subj");
    const auto name = subjects.empty()
                          ? std::string{}
                          : name_of(site, subjects[0].at("k").get_ref<const std::string&>(),
                                    subjects[0].at("v").get_ref<const std::string&>(), language);
    const auto key = "event." + kind;
    if (!has_text(key)) return name + ": " + kind;
    auto alarm = name_of_alarm(entry, site, language);
    if (alarm.empty()) alarm = name;
    return text(language, key, {{"name", name}, {"alarm", alarm}});
}

std::string sentence_of_alarm(const nlohmann::json& alarm, const SiteOptions& site,
                              Language language) {
    const auto& source = alarm.at("source");
    const auto& kind = alarm.at("kind").get_ref<const std::string&>();
    const auto key = "alarm." + kind;
    return text(language, has_text(key) ? key : "alarm.other",
                {{"name", name_of(site, source.at("k").get_ref<const std::string&>(),
                                  source.at("v").get_ref<const std::string&>(), language)},
                 {"kind", kind}});
}

std::string folded(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 'A' && byte <= 'Z') {
            plain += static_cast<char>(byte - 'A' + 'a');
        } else if (byte == 0xC3 && i + 1 < text.size()) {
            const auto next = static_cast<unsigned char>(text[i + 1]);
            const char letter =
                next >= 0x80 && next <= 0xBF ? latin[static_cast<std::size_t>(next - 0x80)] : '\0';
            if (letter != '\0') {
                plain += letter;
                ++i;
            } else {
                plain += static_cast<char>(byte);
            }
        } else if (byte == 0xCC && i + 1 < text.size()) {
            ++i;  // U+0300 to U+033F: the accent of a letter that was typed in two parts
        } else {
            plain += static_cast<char>(byte);
        }
    }
    return plain;
}

}  // namespace sealwarden::inquiry
