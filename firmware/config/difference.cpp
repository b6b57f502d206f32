#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "firmware/config/config.hpp"

namespace sealwarden::config {

namespace {

using nlohmann::json;

// What is opened or written once, at the start.
constexpr std::array needs_restart{"evidence.keys", "evidence.log_key", "evidence.origin",
                                   "local.socket",  "log.directory",    "site.gateway",
                                   "site.id",       "site.time_zone"};

bool has_ids(const json& list) {
    return list.is_array() && std::all_of(list.begin(), list.end(), [](const json& one) {
               return one.is_object() && one.contains("id");
           });
}

json by_id(const json& list) {
    json out = json::object();
    for (const auto& one : list) out[one["id"].get<std::string>()] = one;
    return out;
}

std::string below(const std::string& path, const std::string& key) {
    return path.empty() ? key : path + "." + key;
}

void compare(const json& old, const json& next, const std::string& path,
             std::vector<std::string>& changed) {
    if (old == next) return;
    if (old.is_object() && next.is_object()) {
        for (const auto& [key, value] : old.items()) {
            if (next.contains(key))
                compare(value, next[key], below(path, key), changed);
            else
                changed.push_back("-" + below(path, key));
        }
        for (const auto& [key, value] : next.items())
            if (!old.contains(key)) changed.push_back("+" + below(path, key));
        return;
    }
    if (has_ids(old) && has_ids(next)) {
        const std::size_t before = changed.size();
        compare(by_id(old), by_id(next), path, changed);
        if (changed.size() > before) return;  // else only their order changed
    }
    changed.push_back(path);
}

json effective(const Config& config) {
    return config.effective.empty() ? json::object() : json::parse(config.effective);
}

}  // namespace

Difference difference(const Config& old, const Config& next) {
    Difference out;
    compare(effective(old), effective(next), "", out.changed);
    std::sort(out.changed.begin(), out.changed.end());
    for (const std::string_view key : needs_restart)
        if (std::find(out.changed.begin(), out.changed.end(), key) != out.changed.end())
            out.needs_restart.emplace_back(key);
    return out;
}

}  // namespace sealwarden::config
