#include "firmware/notify/news.hpp"

#include <algorithm>

namespace sealwarden::notify {
namespace {

using nlohmann::json;

std::string text_of(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::int64_t number_of(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

bool names(const std::vector<std::string>& list, const std::string& one) {
    return std::ranges::find(list, one) != list.end();
}

}  // namespace

std::optional<News> news_from(const json& record) {
    News news;
    news.event = text_of(record, "kind");
    if (!news.event.starts_with("alarm.")) return std::nullopt;
    const auto data = record.find("data"), subjects = record.find("subj"), time = record.find("t");
    if (data == record.end() || !data->is_object() || time == record.end() || !time->is_object() ||
        subjects == record.end() || !subjects->is_array() || subjects->empty()) {
        return std::nullopt;
    }
    const auto at = wall_time(text_of(*time, "wall"));
    if (!at || !record.at("i").is_number_unsigned()) return std::nullopt;
    news.index = record.at("i").get<std::uint64_t>();
    news.alarm = text_of(subjects->front(), "v");
    news.kind = text_of(*data, "kind");
    news.source_kind = text_of(*data, "source_kind");
    news.source_id = text_of(*data, "source_id");
    news.priority = text_of(*data, "priority");
    news.state = text_of(*data, "state");
    news.active = data->value("active", json{}) == true;
    news.count = number_of(*data, "count");
    news.at = *at;
    news.raised = *at - std::chrono::milliseconds{number_of(*data, "raised_ago_ms")};
    news.group = text_of(*data, "group");
    news.step = number_of(*data, "step");
    news.by = text_of(*data, "acknowledged_by");
    const auto aside = text_of(*data, "set_aside");
    news.set_aside = !aside.empty() && aside != "none";
    if (news.alarm.empty() || news.kind.empty() || news.state.empty()) return std::nullopt;
    return news;
}

bool is_wanted(const News& news, const config::Webhook& webhook) {
    if (!names(webhook.events, news.event)) return false;
    if (news.set_aside && !news.over()) return false;
    if (!webhook.priorities.empty() && !names(webhook.priorities, news.priority)) return false;
    return !news.is_step() || webhook.groups.empty() || names(webhook.groups, news.group);
}

}  // namespace sealwarden::notify
