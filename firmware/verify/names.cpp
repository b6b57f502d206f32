#include "firmware/verify/names.hpp"

#include <algorithm>
#include <array>

#include "firmware/verify/bytes.hpp"

namespace sealwarden::verify {
namespace {

constexpr std::array<std::string_view, 13> fixed_names{
    "START-HERE.html", "VERIFY.txt",   "SHA256SUMS",     "manifest.json", "manifest.note",
    "sheet.txt",       "report.pdf",   "records.csv",    "gaps.csv",      "timeline.svg",
    "policy.txt",      "custody.json", "anchors/tsa.pem"};

struct Pattern {
    std::string_view folder;
    std::string_view ending;
    FileKind kind;
};
constexpr std::array<Pattern, 9> numbered{{{"leaves/", ".bin", FileKind::leaf},
                                           {"proofs/", ".tlog-proof", FileKind::proof},
                                           {"payload/", ".json", FileKind::payload},
                                           {"days/", ".json", FileKind::day},
                                           {"checkpoints/", ".txt", FileKind::checkpoint},
                                           {"epochs/", ".tlog-proof", FileKind::epoch_proof},
                                           {"epochs/", ".bin", FileKind::epoch_leaf},
                                           {"anchors/", ".tsr", FileKind::stamp},
                                           {"range/", ".txt", FileKind::range}}};

bool is_picture(std::string_view name) {
    if (name.size() < 66 || name[64] != '.' || !hash_of_hex(name.substr(0, 64))) return false;
    const auto ending = name.substr(65);
    return ending.size() <= 5 && std::ranges::all_of(ending, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
           });
}

FileName pair_of(FileKind kind, std::string_view text) {
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) return {};
    const auto first = number(text.substr(0, dash));
    const auto second = number(text.substr(dash + 1));
    if (!first || !second) return {};
    return {.kind = kind, .first = *first, .second = *second};
}

}  // namespace

FileName file_name(std::string_view name) {
    if (std::ranges::find(fixed_names, name) != fixed_names.end()) return {.kind = FileKind::fixed};
    if (name.starts_with("files/")) {
        return {.kind = is_picture(name.substr(6)) ? FileKind::picture : FileKind::unknown};
    }
    if (name.starts_with("consistency/") && name.ends_with(".txt")) {
        return pair_of(FileKind::consistency, name.substr(12, name.size() - 16));
    }
    for (const auto& pattern : numbered) {
        if (!name.starts_with(pattern.folder) || !name.ends_with(pattern.ending)) continue;
        if (name.size() <= pattern.folder.size() + pattern.ending.size()) continue;
        const auto middle = name.substr(
            pattern.folder.size(), name.size() - pattern.folder.size() - pattern.ending.size());
        if (pattern.kind == FileKind::range) return pair_of(pattern.kind, middle);
        if (const auto value = number(middle)) return {.kind = pattern.kind, .first = *value};
    }
    return {};
}

}  // namespace sealwarden::verify
