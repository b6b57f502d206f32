// The words of findings: how one is printed, what was probably meant, how choices are listed.
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "drivers/toml/finding.hpp"
#include "drivers/toml/schema.hpp"

namespace sealwarden {

namespace {

// Optimal string alignment: insert, delete, replace, or swap two neighbours.
std::size_t typing_errors(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        now[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = std::min(now[j], before[j - 2] + 1);
        }
        before.swap(last);
        last.swap(now);
    }
    return last[b.size()];
}

}  // namespace

std::string to_string(const FileFinding& finding) {
    std::string out = finding.file;
    if (finding.line != 0) out += fmt::format(":{}:{}", finding.line, finding.column);
    if (finding.severity == FileFinding::Severity::warning) out += ": warning";
    if (finding.severity == FileFinding::Severity::info) out += ": info";
    if (!finding.path.empty()) out += ": " + finding.path;
    return out + ": " + finding.message;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
    constexpr std::size_t longest_word = 64;  // longer ones are not slips of the finger
    if (word.empty() || word.size() > longest_word) return {};
    const std::string* best = nullptr;
    std::size_t fewest = (word.size() <= 3 ? 1 : 2) + 1;
    for (const auto& candidate : candidates) {
        const std::size_t errors = typing_errors(word, candidate);
        if (errors < fewest) {
            fewest = errors;
            best = &candidate;
        }
    }
    if (best != nullptr) return *best;
    const auto starts = [&](const std::string& c) { return c.starts_with(word); };
    if (word.size() >= 2 && std::count_if(candidates.begin(), candidates.end(), starts) == 1)
        return *std::find_if(candidates.begin(), candidates.end(), starts);
    return {};
}

std::string listed(const std::vector<std::string>& words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
        out += "`" + words[i] + "`";
    }
    return out;
}

}  // namespace sealwarden
