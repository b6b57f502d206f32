#include "firmware/config/effects.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "firmware/config/references.hpp"
#include "firmware/outward/url.hpp"

namespace sealwarden::config {

Language language_of(const Section& root) {
    const auto site = root.section("site");
    return site && site->text("language") == "es" ? Language::spanish : Language::english;
}

std::vector<Drop> read_drops(const Section& root, Findings& findings) {
    // Whoever may put a file there says what is expected, or who may do what.
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kinds{
        {{"dock", "visit.import"}, {"access", "person.import"}}};
    std::vector<Drop> drops;
    Once folders;
    for (const auto& [section, act] : kinds) {
        const auto table = root.section(section);
        if (!table || !table->has("drop")) continue;
        const std::filesystem::path folder = table->text("drop");
        folders.check(folder.lexically_normal().string(), *table, "drop",
                      fmt::format("folder {}", folder.string()), findings);
        drops.push_back({.folder = folder, .act = std::string{act}});
    }
    return drops;
}

namespace {

// A group that no step of the escalation names would never be told.
void check_groups(const Section& section, const AlarmOptions& alarm, Findings& findings) {
    std::vector<std::string> known;
    for (const auto& step : alarm.escalation) known.push_back(step.group);
    for (const auto& group : section.texts("groups"))
        check_known(section.at("groups"), "group of [[alarm.escalation]]", group, known, findings);
}

WebhookForm form_of(const std::string& word) {
    if (word == "alertmanager") return WebhookForm::alertmanager;
    if (word == "pagerduty") return WebhookForm::pagerduty;
    if (word == "ntfy") return WebhookForm::ntfy;
    return word == "teams" ? WebhookForm::teams : WebhookForm::sealwarden;
}

void check_events(const Section& section, const Webhook& webhook, Findings& findings) {
    std::vector<std::string> known;
    for (const auto kind : event_kinds())
        if (to_string(kind).starts_with("alarm.")) known.emplace_back(to_string(kind));
    for (const auto& kind : webhook.events)
        check_known(section.at("events"), "event", kind, known, findings);
}

std::optional<SecretRef> secret_in(const Section& section, std::string_view key) {
    const auto named = section.section(key);
    if (!named) return std::nullopt;
    if (named->has("credential"))
        return SecretRef{.kind = SecretRef::Kind::credential, .name = named->text("credential")};
    return SecretRef{.kind = SecretRef::Kind::file, .name = named->text("file")};
}

}  // namespace

std::vector<Webhook> read_webhooks(const Section& root, Findings& findings) {
    std::vector<Webhook> webhooks;
    Once ids;
    for (const auto& section : root.sections("webhook")) {
        Webhook webhook{.id = section.text("id"),
                        .url = section.text("url"),
                        .form = form_of(section.text("template")),
                        .secret = secret_in(section, "secret"),
                        .token = secret_in(section, "token"),
                        .ca = {},
                        .events = section.texts("events"),
                        .priorities = section.texts("priorities"),
                        .groups = section.texts("groups"),
                        .full_detail = section.text("detail") == "full",
                        .late_after = std::chrono::minutes{section.number("late_after_min")},
                        .expires = std::chrono::hours{section.number("expires_h")}};
        if (const auto ca = section.maybe_text("ca")) webhook.ca = *ca;
        ids.check(webhook.id, section, "id", fmt::format("webhook `{}`", webhook.id), findings);
        if (!outward::parse_url(webhook.url))
            findings.error(section.at("url"), "has a port that is none; write 1 to 65535");
        if (webhook.form == WebhookForm::sealwarden && !webhook.secret)
            findings.error(section.at(),
                           "`secret` is missing: without it nobody can tell our messages from "
                           "others'");
        if (webhook.form == WebhookForm::pagerduty && !webhook.token)
            findings.error(section.at(), "`token` is missing: PagerDuty's routing key");
        if (webhook.ca && webhook.url.starts_with("http:"))
            findings.error(section.at("ca"), "is for https");
        if (webhook.token && webhook.url.starts_with("http:"))
            findings.warning(section.at("token"), "everybody on the way can read it: use https");
        check_events(section, webhook, findings);
        webhooks.push_back(std::move(webhook));
    }
    return webhooks;
}

std::vector<OutputOptions> read_outputs(const Section& root, const AlarmOptions& alarm,
                                        Points& points, Findings& findings) {
    std::vector<OutputOptions> outputs;
    Once ids, relays;
    for (const auto& section : root.sections("output")) {
        OutputOptions output{.id = section.text("id"),
                             .name = name_of(section),
                             .point = points.use(section, "point", a_truth, findings),
                             .priorities = section.texts("priorities"),
                             .groups = section.texts("groups"),
                             .limit = std::chrono::seconds{section.number("limit_s")},
                             .follows_within = section.milliseconds("follows_within_ms")};
        const auto point = section.text("point");
        ids.check(output.id, section, "id", fmt::format("output `{}`", output.id), findings);
        relays.check(point, section, "point", fmt::format("output on {}", point), findings);
        if (!output.point.empty() && !points.is_output(output.point))
            findings.error(section.at("point"),
                           fmt::format("{} is not to be written: neither does its profile declare "
                                       "it as [[output]], nor is it a GPIO line with `direction = "
                                       "\"out\"`",
                                       point));
        check_groups(section, alarm, findings);
        outputs.push_back(std::move(output));
    }
    return outputs;
}

}  // namespace sealwarden::config
