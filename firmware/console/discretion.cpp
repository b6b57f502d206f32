#include "firmware/console/discretion.hpp"

#include <algorithm>
#include <string>

namespace sealwarden::console {
namespace {

constexpr std::pair<std::string_view, std::string_view> kinds_of_subjects[] = {
    {"driver", "drivers"}, {"visitor", "access"}, {"presence", "access"}, {"lot", "custody"}};

// Of kinds of entries, by their beginning.
constexpr std::pair<std::string_view, std::string_view> kinds_of_entries[] = {
    {"driver.", "drivers"},
    {"visitor.", "access"},
    {"badge.", "access"},
    {"access.", "access"},
    {"lot.", "custody"},
    {"seals.", "custody"},
    {"custody.issued", "stock.unused"},
    {"custody.returned", "stock.unused"},
    {"custody.void", "stock.unused"},
    {"custody.lost", "stock.unused"}};

// Why something was not done may name what it is about.
constexpr std::pair<std::string_view, std::string_view> acts[] = {
    {"driver.", "drivers"},         {"visitor.", "access"},          {"lot.", "custody"},
    {"seal.issue", "stock.unused"}, {"seal.return", "stock.unused"}, {"seal.void", "stock.unused"},
    {"seal.lose", "stock.unused"}};

bool may_see_refusal(const Who& who, const nlohmann::json& entry) {
    const auto data = entry.find("data");
    if (data == entry.end()) return true;
    const auto act = data->find("command");
    if (act == data->end() || !act->is_string()) return true;
    const auto& name = act->get_ref<const std::string&>();
    return std::ranges::none_of(acts, [&](const auto& restricted) {
        return name.starts_with(restricted.first) && !who.may(restricted.second);
    });
}

// A seal that is on no container yet and could still be copied.
bool is_unused_seal(const nlohmann::json& entry) {
    const auto data = entry.find("data");
    if (data == entry.end()) return false;
    const auto state = data->find("state");
    if (state == data->end() || !state->is_string()) return false;
    const auto& word = state->get_ref<const std::string&>();
    return word == "issued" || word == "in_stock" || word == "received" || word == "quarantined";
}

}  // namespace

std::string_view right_of_kind(std::string_view subject_kind) {
    for (const auto& [kind, right] : kinds_of_subjects)
        if (kind == subject_kind) return right;
    return {};
}

bool may_find(const Who& who, std::string_view subject_kind) {
    const auto right = right_of_kind(subject_kind);
    return right.empty() || who.may(right);
}

bool may_see(const Who& who, const nlohmann::json& entry) {
    const auto& kind = entry.at("kind").get_ref<const std::string&>();
    for (const auto& [prefix, right] : kinds_of_entries)
        if (kind.starts_with(prefix) && !who.may(right)) return false;
    if (kind == "command.refused" && !may_see_refusal(who, entry)) return false;
    const auto& subjects = entry.at("subj");
    // A visit names its driver by a pseudonym, and is no driver's log.
    if (subjects.empty() || kind.starts_with("visit.")) return true;
    const auto& first = subjects[0].at("k").get_ref<const std::string&>();
    if (first == "seal_number" && is_unused_seal(entry) && !who.may("stock.unused")) return false;
    return std::ranges::all_of(subjects, [&](const nlohmann::json& subject) {
        const auto& of = subject.at("k").get_ref<const std::string&>();
        // A lot is named beside many things; its own entries are what is restricted.
        return of == "lot" ? (first != "lot" || may_find(who, of)) : may_find(who, of);
    });
}

// First and last of a lot are serials that nobody has used yet.
bool may_see_whole(const Who& who, const nlohmann::json& entry) {
    if (!may_see(who, entry)) return false;
    const auto& subjects = entry.at("subj");
    const bool tells_unused =
        !subjects.empty() && subjects[0].at("k") == "lot" && entry.at("data").contains("first");
    return !tells_unused || who.may("stock.unused");
}

}  // namespace sealwarden::console
