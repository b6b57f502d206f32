#include "firmware/identity/rights.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sealwarden::identity {
namespace {

constexpr std::array<std::string_view, 17> rights{
    "live",     "respond", "shelve",   "dock",   "custody",  "stock.unused",
    "access",   "drivers", "people",   "search", "evidence", "export",
    "personal", "devices", "settings", "users",  "metrics"};

// The first that fits: the act itself, or all of its noun.
constexpr std::pair<std::string_view, std::string_view> acts[] = {
    {"acknowledge", "respond"}, {"alarm.silence", "respond"},
    {"alarm.", "shelve"},       {"case.", "respond"},
    {"visit.", "dock"},         {"camera.", "dock"},  // the daily look at stored pictures
    {"seal.affix", "dock"},     {"seal.verify", "dock"},
    {"seal.break", "dock"},     {"seal.remove", "dock"},
    {"seal.tampered", "dock"},  {"seal.hold", "dock"},
    {"seal.", "custody"},  // issue, return, void, lose, dispose, sample; and what ends a hold
    {"lot.", "custody"},        {"person.", "people"},
    {"visitor.", "access"},     {"maintenance.", "access"},
    {"driver.", "drivers"},     {"test.", "devices"},
    {"output.", "devices"},     {"drill.", "devices"},
};

}  // namespace

std::span<const std::string_view> all_rights() {
    return rights;
}

bool is_right(std::string_view word) {
    return std::ranges::find(rights, word) != rights.end();
}

std::string_view right_of_act(std::string_view act) {
    for (const auto& [name, right] : acts) {
        if (name.ends_with('.') ? act.starts_with(name) && act.size() > name.size() : act == name) {
            return right;
        }
    }
    return {};
}

}  // namespace sealwarden::identity
