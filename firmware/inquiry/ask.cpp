#include "firmware/inquiry/ask.hpp"

#include <algorithm>

namespace sealwarden::inquiry {

using boost::asio::awaitable;
using nlohmann::json;

awaitable<void> each_entry(Ask ask, json query, std::function<bool(const json&)> use) {
    if (!query.contains("limit")) query["limit"] = 1000;
    const bool down = query.value("newest_first", false) || query.contains("records");
    for (;;) {
        const auto page = co_await ask("query", query);
        for (const auto& entry : page.at("entries")) {
            if (!use(entry)) co_return;
        }
        if (!page.at("more").get<bool>()) co_return;
        query[down ? "before" : "from"] = page.at("next");
    }
}

awaitable<std::optional<json>> first_entry(Ask ask, json query) {
    query["limit"] = 1;
    const auto page = co_await ask("query", query);
    const auto& entries = page.at("entries");
    if (entries.empty()) co_return std::nullopt;
    co_return entries.front();
}

json to_json(const Subject& subject) {
    return {{"k", subject.kind}, {"v", subject.id}};
}

std::optional<Subject> subject_from(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return {};
    return Subject{.kind = std::string{text.substr(0, colon)},
                   .id = std::string{text.substr(colon + 1)}};
}

bool is_about(const json& entry, const Subject& subject) {
    return std::ranges::any_of(entry.at("subj"), [&subject](const json& one) {
        return one.at("k") == subject.kind && one.at("v") == subject.id;
    });
}

std::int64_t epoch_ms(WallTime time) {
    return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

WallTime from_epoch_ms(std::int64_t time) {
    return WallTime{std::chrono::milliseconds{time}};
}

std::int64_t time_of(const json& entry) {
    const auto wall = wall_time(entry.at("t").at("wall").get_ref<const std::string&>());
    return epoch_ms(wall.value_or(WallTime{}));
}

std::int64_t time_of_uptime_ms(const json& entry, std::int64_t uptime_ms) {
    return time_of(entry) + uptime_ms - entry.at("t").at("mono_us").get<std::int64_t>() / 1000;
}

std::string datum(const json& entry, std::string_view key) {
    const auto data = entry.find("data");
    if (data == entry.end()) return {};
    const auto found = data->find(key);
    return found == data->end() || !found->is_string() ? std::string{} : found->get<std::string>();
}

std::vector<std::string> split(std::string_view list, char at) {
    std::vector<std::string> parts;
    while (!list.empty()) {
        const auto end = std::min(list.find(at), list.size());
        if (end > 0) parts.emplace_back(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return parts;
}

}  // namespace sealwarden::inquiry
