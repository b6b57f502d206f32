#include "firmware/config/section.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sealwarden::config {

namespace {

// Far above every limit of the schema, and small enough to be multiplied into other units.
constexpr std::int64_t largest_number = 1'000'000'000'000;

std::int64_t bounded(const nlohmann::json& value) {
    if (value.is_number_unsigned() &&
        value.get<std::uint64_t>() > static_cast<std::uint64_t>(largest_number))
        return largest_number;
    return std::clamp(value.get<std::int64_t>(), -largest_number, largest_number);
}

std::string place(const Position& position, const Position& reader) {
    if (position.line == 0) return "at " + position.file;
    if (position.file == reader.file) return fmt::format("in line {}", position.line);
    return fmt::format("at {}:{}", position.file, position.line);
}

}  // namespace

const nlohmann::json* Section::find(std::string_view key) const {
    const auto& node = document_->root.at(at_);
    if (!node.is_object()) return nullptr;
    const auto found = node.find(key);
    return found == node.end() ? nullptr : &*found;
}

bool Section::written(std::string_view key) const {
    return document_->places.contains(at(key).to_string());
}

std::string Section::text(std::string_view key) const {
    return maybe_text(key).value_or("");
}

std::optional<std::string> Section::maybe_text(std::string_view key) const {
    const auto* value = find(key);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return value->get<std::string>();
}

std::vector<std::string> Section::texts(std::string_view key) const {
    std::vector<std::string> out;
    if (const auto* value = find(key); value != nullptr && value->is_array())
        for (const auto& one : *value)
            if (one.is_string()) out.push_back(one.get<std::string>());
    return out;
}

std::int64_t Section::number(std::string_view key) const {
    const auto* value = find(key);
    return value != nullptr && value->is_number_integer() ? bounded(*value) : 0;
}

std::vector<std::int64_t> Section::numbers(std::string_view key) const {
    std::vector<std::int64_t> out;
    if (const auto* value = find(key); value != nullptr && value->is_array())
        for (const auto& one : *value)
            if (one.is_number_integer()) out.push_back(bounded(one));
    return out;
}

bool Section::flag(std::string_view key) const {
    const auto* value = find(key);
    return value != nullptr && value->is_boolean() && value->get<bool>();
}

std::chrono::milliseconds Section::milliseconds(std::string_view key) const {
    return std::chrono::milliseconds{number(key)};
}

std::optional<Section> Section::section(std::string_view key) const {
    const auto* value = find(key);
    if (value == nullptr || !value->is_object()) return std::nullopt;
    return Section(*document_, at(key));
}

std::vector<Section> Section::sections(std::string_view key) const {
    std::vector<Section> out;
    const auto* value = find(key);
    if (value == nullptr || !value->is_array()) return out;
    for (std::size_t i = 0; i < value->size(); ++i)
        if ((*value)[i].is_object()) out.emplace_back(*document_, at(key) / i);
    return out;
}

std::vector<std::string> Section::keys() const {
    std::vector<std::string> out;
    for (const auto& [key, value] : document_->root.at(at_).items()) out.push_back(key);
    return out;
}

void Findings::error(const Pointer& at, std::string message) {
    say(at, std::move(message), FileFinding::Severity::error);
}

void Findings::warning(const Pointer& at, std::string message) {
    say(at, std::move(message), FileFinding::Severity::warning);
}

void Findings::info(const Pointer& at, std::string message) {
    say(at, std::move(message), FileFinding::Severity::info);
}

void Findings::say(const Pointer& at, std::string message, FileFinding::Severity severity) {
    if (refused_.contains(at.to_string())) return;
    all.push_back(finding_at(*document_, at, std::move(message), severity));
}

void Findings::refuse(std::vector<FileFinding> by_schema) {
    for (const auto& finding : by_schema) {
        const Pointer at(finding.path);
        if (document_->root.contains(at) && document_->root.at(at).is_primitive())
            refused_.insert(finding.path);
    }
    add(std::move(by_schema));
}

void Findings::add(std::vector<FileFinding> more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

void Once::check(const std::string& value, const Section& section, std::string_view key,
                 const std::string& what, Findings& findings) {
    if (value.empty()) return;
    const auto [first, fresh] = first_.emplace(value, section.position());
    if (!fresh)
        findings.error(section.at(key), fmt::format("{} stands here twice; the first is {}", what,
                                                    place(first->second, section.position())));
}

}  // namespace sealwarden::config
