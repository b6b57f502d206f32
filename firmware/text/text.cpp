#include "firmware/text/text.hpp"

#include <cassert>
#include <nlohmann/json.hpp>

#include "drivers/embedded.hpp"

namespace sealwarden {
namespace embedded {
std::span<const Embedded> text_catalogs();
}
namespace {

using Catalog = std::map<std::string, std::string, std::less<>>;

Catalog parse(std::string_view name) {
    for (const auto& file : embedded::text_catalogs()) {
        if (file.name == name) return nlohmann::json::parse(file.text).get<Catalog>();
    }
    assert(!"both catalogs are built in");
    return {};
}

const Catalog& catalog(Language language) {
    static const Catalog english = parse("en.json");
    static const Catalog spanish = parse("es.json");
    switch (language) {
        case Language::english: return english;
        case Language::spanish: return spanish;
    }
    assert(!"every language has a catalog");
    return english;
}

// A place nobody filled stays visible as {name}: better than a sentence that says something else.
std::string fill(std::string_view sentence, const std::map<std::string, std::string>& places) {
    std::string filled;
    while (!sentence.empty()) {
        const auto open = sentence.find('{');
        const auto close = open == std::string_view::npos ? open : sentence.find('}', open);
        if (close == std::string_view::npos) break;
        filled += sentence.substr(0, open);
        const std::string name{sentence.substr(open + 1, close - open - 1)};
        const auto place = places.find(name);
        filled += place == places.end() ? "{" + name + "}" : place->second;
        sentence.remove_prefix(close + 1);
    }
    return filled += sentence;
}

}  // namespace

std::string text(Language language, std::string_view key,
                 const std::map<std::string, std::string>& places) {
    const auto& sentences = catalog(language);
    const auto found = sentences.find(key);
    return found == sentences.end() ? std::string{key} : fill(found->second, places);
}

bool has_text(std::string_view key) {
    return catalog(Language::english).contains(key);
}

std::map<std::string, std::string> texts_under(Language language, std::string_view prefix) {
    std::map<std::string, std::string> found;
    const auto& all = catalog(language);
    for (auto at = all.lower_bound(prefix); at != all.end() && at->first.starts_with(prefix);
         ++at) {
        found.insert(*at);
    }
    return found;
}

}  // namespace sealwarden
