#include "firmware/inquiry/instructions.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

namespace sealwarden::inquiry {
namespace {

// A kind has steps of its own in the catalog, or shares those of what is like it.
constexpr std::pair<std::string_view, std::string_view> alike[] = {
    {"door-between-polls", "door-stuck"},
    {"opened-while-sealed", "seal-open"},
    {"opened-after-denial", "door-forced"},
    {"dock-opened-without-visit", "door-forced"},
    {"camera-unknown", "camera-failed"},
    {"camera-not-recording", "camera-failed"},
    {"camera-gap", "camera-failed"},
    {"camera-no-stored-picture", "camera-failed"},
    {"camera-check-missed", "overdue"},
    {"seal-battery", "device-offline"},
    {"seal-tamper", "seal-open"},
    {"custody-tampered", "custody-mismatch"},
    {"custody-duplicate", "custody-mismatch"},
    {"visit-seal-differs", "custody-mismatch"},
    {"visit-cut-without-authority", "custody-mismatch"},
    {"visit-opened-without-cut", "custody-mismatch"},
    {"visit-opened-unverified", "custody-mismatch"},
    {"visit-left-unsealed", "visit-left-open"},
    {"visit-left-with-case", "visit-left-open"},
    {"custody-by-another", "visit-procedure"},
    {"visit-late-sealing", "visit-procedure"},
    {"visit-not-inspected", "visit-procedure"},
    {"visit-loaded-without-opening", "visit-procedure"},
    {"visit-driver-not-identified", "visit-procedure"},
    {"visit-inspection-failed", "visit-procedure"},
    {"visit-sealed-without-close", "visit-procedure"},
    {"battery-and-cabinet", "cabinet-open"},
    {"device-replaced", "cabinet-open"},
    {"power-low", "power-on-battery"},
    {"light-failed", "device-offline"},
    {"coverage-lost", "device-offline"},
    {"repeated-denials", "badge"},
    {"revoked-badge", "badge"},
    {"visitor-overdue", "overdue"},
    {"driver-overdue", "overdue"},
    {"case-overdue", "overdue"},
    {"test-due", "overdue"},
    {"heads-kept-in", "log"},
    {"log-unsigned", "log"},
    {"witness-contradicts", "log"},
    {"clock-doubted", "log"},
};

std::string shared(std::string_view kind) {
    const auto* const found =
        std::ranges::find(alike, kind, [](const auto& one) { return one.first; });
    if (found != std::end(alike)) return std::string{found->second};
    return std::string{kind.ends_with("-unknown") ? "unknown" : kind};
}

std::string steps(std::string_view kind, const std::map<std::string, Name>& own,
                  Language language) {
    if (const auto here = own.find(std::string{kind}); here != own.end())
        return language == Language::spanish ? here->second.es : here->second.en;
    const auto key = "instructions." + shared(kind);
    return text(language, has_text(key) ? key : "instructions.other");
}

}  // namespace

std::vector<std::string> instructions(std::string_view alarm_kind,
                                      const std::map<std::string, Name>& own, Language language) {
    std::vector<std::string> lines;
    std::istringstream told{steps(alarm_kind, own, language)};
    for (std::string line; std::getline(told, line);)
        if (line.find_first_not_of(" \t\r") != std::string::npos) lines.push_back(line);
    if (lines.empty()) return instructions(alarm_kind, {}, language);
    return lines;
}

}  // namespace sealwarden::inquiry
