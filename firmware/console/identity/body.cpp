#include "firmware/console/identity/body.hpp"

#include <algorithm>

#include "firmware/console/route.hpp"

namespace sealwarden::identity {
namespace {

[[noreturn]] void wrong(const std::string& sentence) {
    throw console::Problem{400, "usage", sentence};
}

}  // namespace

Body::Body(std::string_view text, std::initializer_list<std::string_view> keys)
    : object_(nlohmann::json::parse(text, nullptr, false)) {
    if (!object_.is_object()) wrong("the body must be a JSON object");
    for (const auto& [key, value] : object_.items()) {
        if (std::ranges::find(keys, std::string_view{key}) != keys.end()) continue;
        std::string known;
        for (const auto one : keys) known += (known.empty() ? "" : ", ") + std::string{one};
        wrong("only these are understood here: " + known);
    }
}

const nlohmann::json* Body::find(const char* key) const {
    const auto found = object_.find(key);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
}

std::string Body::text(const char* key, std::size_t most) const {
    auto found = maybe_text(key, most);
    if (!found) wrong(std::string{"`"} + key + "` must be given");
    return *std::move(found);
}

std::optional<std::string> Body::maybe_text(const char* key, std::size_t most) const {
    const auto* value = find(key);
    if (value == nullptr) return {};
    if (!value->is_string()) wrong(std::string{"`"} + key + "` must be a text");
    auto text = value->get<std::string>();
    if (text.size() > most) wrong(std::string{"`"} + key + "` is too long");
    return text;
}

std::optional<bool> Body::maybe_flag(const char* key) const {
    const auto* value = find(key);
    if (value == nullptr) return {};
    if (!value->is_boolean()) wrong(std::string{"`"} + key + "` must be true or false");
    return value->get<bool>();
}

std::optional<int> Body::maybe_number(const char* key) const {
    const auto* value = find(key);
    if (value == nullptr) return {};
    if (!value->is_number_unsigned() || value->get<std::uint64_t>() > 1'000'000) {
        wrong(std::string{"`"} + key + "` must be a whole number");
    }
    return value->get<int>();
}

std::vector<std::string> Body::list(const char* key, std::size_t most) const {
    const auto* value = find(key);
    if (value == nullptr || !value->is_array() || value->size() > most ||
        !std::ranges::all_of(*value, [](const auto& one) { return one.is_string(); })) {
        wrong(std::string{"`"} + key + "` must be a list of words");
    }
    return value->get<std::vector<std::string>>();
}

}  // namespace sealwarden::identity
