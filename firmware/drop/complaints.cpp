#include "firmware/drop/complaints.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace sealwarden::drop {
namespace {

constexpr std::string_view keys = "complaint.";

// "the check digit is {a}; of {b} it is {c}" cut at its places: texts in between, and names.
struct Pattern {
    std::string key;
    std::vector<std::string> literals;
    std::vector<std::string> places;
};

Pattern cut(const std::string& key, std::string_view sentence) {
    Pattern pattern{.key = key, .literals = {}, .places = {}};
    for (;;) {
        const auto open = sentence.find('{');
        const auto close = sentence.find('}', open);
        pattern.literals.emplace_back(sentence.substr(0, open));
        if (open == std::string_view::npos || close == std::string_view::npos) return pattern;
        pattern.places.emplace_back(sentence.substr(open + 1, close - open - 1));
        sentence.remove_prefix(close + 1);
    }
}

// Those with most literal text first: `{a} is {b}; it must be …` fits much.
const std::vector<Pattern>& patterns() {
    static const auto all = [] {
        std::vector<Pattern> cuts;
        for (const auto& [key, sentence] : texts_under(Language::english, keys))
            cuts.push_back(cut(key, sentence));
        std::ranges::sort(cuts, std::ranges::greater{}, [](const Pattern& pattern) {
            std::size_t sum = 0;
            for (const auto& literal : pattern.literals) sum += literal.size();
            return std::pair{sum, pattern.key};
        });
        return cuts;
    }();
    return all;
}

std::optional<std::map<std::string, std::string>> match(const Pattern& pattern,
                                                        std::string_view sentence) {
    std::map<std::string, std::string> places;
    const auto& literals = pattern.literals;
    if (!sentence.starts_with(literals.front())) return std::nullopt;
    sentence.remove_prefix(literals.front().size());
    for (std::size_t i = 0; i < pattern.places.size(); ++i) {
        const auto& next = literals[i + 1];
        const bool last = i + 1 == pattern.places.size();
        if (last && !sentence.ends_with(next)) return std::nullopt;
        const auto end = last ? sentence.size() - next.size() : sentence.find(next);
        if (end == std::string_view::npos || end == 0) return std::nullopt;
        places[pattern.places[i]] = std::string{sentence.substr(0, end)};
        sentence.remove_prefix(end + next.size());
    }
    if (!sentence.empty()) return std::nullopt;
    return places;
}

std::optional<std::string> known(Language language, std::string_view sentence) {
    for (const auto& pattern : patterns()) {
        if (pattern.key == "complaint.line") continue;
        if (const auto places = match(pattern, sentence)) {
            return text(language, pattern.key, *places);
        }
    }
    return std::nullopt;
}

// Several sentences with semicolons in between, and semicolons within them: the longest first.
std::string sentences_in(Language language, std::string_view told) {
    for (auto end = told.size(); end != std::string_view::npos && end > 0;
         end = told.rfind("; ", end - 1)) {
        if (const auto found = known(language, told.substr(0, end))) {
            if (end == told.size()) return *found;
            return *found + "; " + sentences_in(language, told.substr(end + 2));
        }
    }
    return std::string{told};
}

// "line 3: `container`: sentences"
std::string complaint_in(Language language, std::string_view told) {
    constexpr std::string_view line = "line ";
    const auto colon = told.find(": ");
    if (!told.starts_with(line) || colon == std::string_view::npos) {
        return sentences_in(language, told);
    }
    const std::string number{told.substr(line.size(), colon - line.size())};
    auto rest = told.substr(colon + 2);
    std::string column;
    if (const auto end = rest.find("`: "); rest.starts_with('`') && end != std::string_view::npos) {
        column = rest.substr(0, end + 3);
        rest.remove_prefix(end + 3);
    }
    return text(language, "complaint.line",
                {{"a", number}, {"b", column + sentences_in(language, rest)}});
}

// Where the next complaint begins: "; line 7: …", "; and 12 more".
std::size_t next_complaint(std::string_view message, std::size_t from) {
    constexpr std::string_view digits = "0123456789";
    for (auto at = message.find("; ", from); at != std::string_view::npos;
         at = message.find("; ", at + 2)) {
        const auto rest = message.substr(at + 2);
        for (const std::string_view begins : {"line ", "and "}) {
            if (rest.starts_with(begins) && rest.size() > begins.size() &&
                digits.find(rest[begins.size()]) != std::string_view::npos) {
                return at;
            }
        }
    }
    return std::string_view::npos;
}

}  // namespace

std::string complaints_in(Language language, std::string_view message) {
    std::string all;
    for (;;) {
        const auto end = next_complaint(message, 0);
        if (!all.empty()) all += '\n';
        all += complaint_in(language, message.substr(0, end));
        if (end == std::string_view::npos) return all;
        message.remove_prefix(end + 2);
    }
}

}  // namespace sealwarden::drop
