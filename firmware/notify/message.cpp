#include "firmware/notify/message.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <nlohmann/json.hpp>
#include <string_view>

#include "firmware/notify/signature.hpp"
#include "firmware/text/text.hpp"
#include "firmware/tlog/encoding.hpp"

namespace sealwarden::notify {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

// Ids of the configuration: they name no container, seal or person.
constexpr std::array<std::string_view, 14> open_sources{
    "door",   "seal",    "reader",  "camera", "power",   "cabinet", "light",
    "device", "gateway", "witness", "zone",   "webhook", "output",  "test"};

constexpr std::size_t alias_digits = 12;

std::string dumped(const ordered_json& json) {
    return json.dump(-1, ' ', false, json::error_handler_t::replace);
}

// Alertmanager resolves by itself what it does not hear of again within minutes.
constexpr std::chrono::hours stays_firing{24 * 7};

Message own_form(const News& news, const config::Webhook& webhook, const Words& words,
                 const Going& going) {
    const bool full = webhook.full_detail;
    const auto sentence = words.sentence(news, full);
    ordered_json data{{"site", words.site().site},
                      {"gateway", words.site().gateway},
                      {"idx", news.index},
                      {"alarm", words.alarm(news, full)},
                      {"kind", news.kind},
                      {"source_kind", news.source_kind},
                      {"source", words.source(news, full)},
                      {"prio", news.priority},
                      {"state", news.state},
                      {"active", news.active},
                      {"count", news.count},
                      {"raised", rfc3339(news.raised)},
                      {"text_en", sentence.en},
                      {"text_es", sentence.es}};
    if (news.is_step()) {
        data["step"] = news.step;
        data["group"] = news.group;
    }
    if (full && !news.by.empty()) data["acknowledged_by"] = news.by;
    const ordered_json body{{"type", news.event},
                            {"timestamp", rfc3339(news.at)},
                            {"late", going.late},
                            {"age_s", going.age.count()},
                            {"data", std::move(data)}};
    return {.content_type = "application/json", .body = dumped(body)};
}

// POST /api/v2/alerts of Prometheus Alertmanager.
Message for_alertmanager(const News& news, const config::Webhook& webhook, const Words& words) {
    const bool full = webhook.full_detail;
    const auto sentence = words.sentence(news, full);
    ordered_json labels{{"alertname", news.kind},          {"alarm", words.alarm(news, full)},
                        {"site", words.site().site},       {"gateway", words.site().gateway},
                        {"source_kind", news.source_kind}, {"source", words.source(news, full)},
                        {"severity", news.priority}};
    const auto ends = news.over() ? news.at : news.at + stays_firing;
    const auto list = ordered_json::array(
        {{{"labels", std::move(labels)},
          {"annotations",
           {{"summary", sentence.en}, {"summary_es", sentence.es}, {"state", news.state}}},
          {"startsAt", rfc3339(news.raised)},
          {"endsAt", rfc3339(ends)}}});
    return {.content_type = "application/json", .body = dumped(list)};
}

// POST /v2/enqueue of PagerDuty's Events API v2.
Message for_pagerduty(const News& news, const config::Webhook& webhook, const Words& words,
                      const Going& going, const std::string& token) {
    const bool full = webhook.full_detail;
    const auto* const action = news.over()                  ? "resolve"
                               : news.state == "ack_active" ? "acknowledge"
                                                            : "trigger";
    ordered_json body{{"routing_key", token},
                      {"event_action", action},
                      {"dedup_key", words.site().site + "/" + words.site().gateway + "/" +
                                        words.alarm(news, full)}};
    const auto* const severity = news.priority == "high"     ? "critical"
                                 : news.priority == "medium" ? "error"
                                                             : "warning";
    body["payload"] = {{"summary", words.sentence(news, full).en},
                       {"source", words.site().site + "/" + words.site().gateway},
                       {"severity", severity},
                       {"timestamp", rfc3339(news.at)},
                       {"component", words.source(news, full)},
                       {"group", news.group.empty() ? words.site().site : news.group},
                       {"class", news.kind},
                       {"custom_details",
                        {{"event", news.event},
                         {"state", news.state},
                         {"idx", news.index},
                         {"late", going.late},
                         {"text_es", words.sentence(news, full).es}}}};
    return {.content_type = "application/json", .body = dumped(body)};
}

// The body is the message; the headers are ASCII.
Message for_ntfy(const News& news, const config::Webhook& webhook, const Words& words,
                 const Going& going) {
    const auto sentence = words.sentence(news, webhook.full_detail);
    const auto* const priority = news.over() || news.state == "ack_active" ? "2"
                                 : news.priority == "high"                 ? "5"
                                 : news.priority == "medium"               ? "4"
                                                                           : "3";
    auto body = sentence.en + "\n" + sentence.es + "\n" + rfc3339(news.raised);
    if (going.late) body += " (late)";
    return {.content_type = "text/plain; charset=utf-8",
            .body = std::move(body),
            .headers = {{"Title", words.site().site + ": " + news.kind + " (" + news.state + ")"},
                        {"Priority", priority},
                        {"Tags", news.over() ? "white_check_mark" : "rotating_light"}}};
}

// An adaptive card, as the "when a webhook request is received" trigger of Teams takes it.
Message for_teams(const News& news, const config::Webhook& webhook, const Words& words,
                  const Going& going) {
    const bool full = webhook.full_detail;
    const auto sentence = words.sentence(news, full);
    const auto line = [](const std::string& text, bool bold) {
        return ordered_json{{"type", "TextBlock"},
                            {"text", text},
                            {"wrap", true},
                            {"weight", bold ? "Bolder" : "Default"}};
    };
    const auto fact = [](const char* title, const std::string& value) {
        return ordered_json{{"title", title}, {"value", value}};
    };
    auto facts = ordered_json::array({fact("prio", news.priority), fact("state", news.state),
                                      fact("raised", rfc3339(news.raised)),
                                      fact("alarm", words.alarm(news, full))});
    if (news.is_step()) facts.push_back(fact("group", news.group));
    if (going.late) facts.push_back(fact("late", std::to_string(going.age.count()) + " s"));
    const ordered_json card{
        {"$schema", "http://adaptivecards.io/schemas/adaptive-card.json"},
        {"type", "AdaptiveCard"},
        {"version", "1.4"},
        {"body", ordered_json::array({line(sentence.en, true),
                                      line(sentence.es, false),
                                      {{"type", "FactSet"}, {"facts", std::move(facts)}}})}};
    const ordered_json body{
        {"type", "message"},
        {"attachments",
         ordered_json::array({{{"contentType", "application/vnd.microsoft.card.adaptive"},
                               {"contentUrl", nullptr},
                               {"content", card}}})}};
    return {.content_type = "application/json", .body = dumped(body)};
}

}  // namespace

Words::Words(const SiteOptions& site, std::string key) : site_{site}, key_{std::move(key)} {
    const auto learn = [this](const char* kind, const auto& things) {
        for (const auto& thing : things) names_[{kind, thing.id}] = thing.name;
    };
    learn("door", site.doors);
    learn("seal", site.seals);
    learn("reader", site.readers);
    learn("camera", site.cameras);
    learn("power", site.powers);
    learn("cabinet", site.cabinets);
    learn("light", site.lights);
    learn("zone", site.zones);
    learn("output", site.outputs);
    names_[{"gateway", site.gateway}] = site.name;
}

bool Words::is_open(const News& news, bool full) const {
    return full || std::ranges::find(open_sources, news.source_kind) != open_sources.end();
}

std::string Words::source(const News& news, bool full) const {
    if (is_open(news, full)) return news.source_id;
    return tlog::hex(hmac_sha256(key_, news.source_kind + "\n" + news.source_id))
        .substr(0, alias_digits);
}

std::string Words::alarm(const News& news, bool full) const {
    return is_open(news, full) ? news.alarm : news.kind + "-" + source(news, full);
}

Words::Both Words::sentence(const News& news, bool full) const {
    Name name{.en = "\u2026", .es = "\u2026"};
    if (is_open(news, full)) {
        const auto found = names_.find({news.source_kind, news.source_id});
        name = found == names_.end() ? Name{.en = news.source_id, .es = news.source_id}
                                     : found->second;
        if (name.en.empty()) name.en = news.source_id;
        if (name.es.empty()) name.es = name.en;
    }
    const bool known = has_text("alarm." + news.kind);
    const auto key = known ? "alarm." + news.kind : std::string{"alarm.other"};
    const auto in = [&](Language language, const std::string& who) {
        std::map<std::string, std::string> places{{"name", who}};
        if (!known) places["kind"] = news.kind;
        return text(language, key, places);
    };
    return {in(Language::english, name.en), in(Language::spanish, name.es)};
}

Message message_for(const News& news, const config::Webhook& webhook, const Words& words,
                    const Going& going, const std::string& token) {
    switch (webhook.form) {
        case config::WebhookForm::sealwarden: return own_form(news, webhook, words, going);
        case config::WebhookForm::alertmanager: return for_alertmanager(news, webhook, words);
        case config::WebhookForm::pagerduty:
            return for_pagerduty(news, webhook, words, going, token);
        case config::WebhookForm::ntfy: return for_ntfy(news, webhook, words, going);
        case config::WebhookForm::teams: return for_teams(news, webhook, words, going);
    }
    assert(!"every form has a message");
    return {};
}

}  // namespace sealwarden::notify
