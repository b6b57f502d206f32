#include "firmware/console/first_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <tuple>
#include <vector>

#include "firmware/inquiry/names.hpp"
#include "firmware/inquiry/times.hpp"
#include "firmware/text/markup.hpp"

namespace sealwarden::console {
namespace {

using nlohmann::json;

constexpr std::size_t most_alarms = 20;  // more than a phone shows at once

std::string word_of(const json& alarm, const char* key) {
    const auto found = alarm.find(key);
    return found != alarm.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

bool waits(const json& alarm) {
    const auto state = word_of(alarm, "state");
    return state == "unack_active" || state == "rtn_unack";
}

struct Mark {
    std::string_view priority, digit;
};
constexpr Mark marks[] = {{"high", "1"}, {"medium", "2"}, {"low", "3"}};

std::size_t rank_of(const json& alarm) {
    const auto priority = word_of(alarm, "prio");
    return static_cast<std::size_t>(std::ranges::find(marks, priority, &Mark::priority) -
                                    std::begin(marks));
}

// 0: it does not say when.
std::int64_t raised_ms(const json& alarm) {
    const auto found = alarm.find("raised_ts");
    return found != alarm.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

// Who waits first, then the most urgent, then the newest: the order of the app's list.
auto order_of(const json& alarm) {
    return std::tuple{!waits(alarm), rank_of(alarm), !alarm.value("active", false),
                      -raised_ms(alarm), word_of(alarm, "id")};
}

// Of today the time, else the day with it.
std::string moment(WallTime at, WallTime now) {
    const auto local = inquiry::local_time(at), today = inquiry::local_time(now);
    return local.substr(0, 10) == today.substr(0, 10) ? local.substr(11, 8) : local.substr(0, 16);
}

// Visits and cases are named by the moment they began, a visit by its door too: "Dock 8 12:01:07".
// Empty: it is none. Ids are v-20261201-120107-000-d08, in UTC.
std::string named_by_moment(const json& source, WallTime now, const SiteOptions& site,
                            Language language) {
    const auto id = word_of(source, "v"), kind = word_of(source, "k");
    if ((kind != "visit" && kind != "case") || id.size() < 17) return {};
    const auto began = wall_time(fmt::format("{}-{}-{}T{}:{}:{}Z", id.substr(2, 4), id.substr(6, 2),
                                             id.substr(8, 2), id.substr(11, 2), id.substr(13, 2),
                                             id.substr(15, 2)));
    if (!began) return {};
    const auto said = moment(*began, now);
    if (id.size() < 23) return said;
    return inquiry::name_of(site, "door", id.substr(22), language) + ' ' + said;
}

// As the app says it: large at its beginning, unless it begins with a name.
std::string sentence(const json& alarm, WallTime now, const SiteOptions& site, Language language) {
    auto said = inquiry::sentence_of_alarm(alarm, site, language);
    const auto& source = alarm.at("source");
    const auto kind = word_of(source, "k"), id = word_of(source, "v");
    const bool begins_with_name = said.starts_with(inquiry::name_of(site, kind, id, language));
    if (!begins_with_name && !said.empty() && said.front() >= 'a' && said.front() <= 'z')
        said.front() = static_cast<char>(said.front() - 'a' + 'A');
    const auto name = named_by_moment(source, now, site, language);
    const auto at = name.empty() ? std::string::npos : said.find(id);
    if (at != std::string::npos) said.replace(at, id.size(), name);
    return said;
}

std::string row(const json& alarm, WallTime now, const SiteOptions& site, Language language) {
    const auto rank = rank_of(alarm);
    const bool known = rank < std::size(marks);
    const auto priority = word_of(alarm, "prio"), state = word_of(alarm, "state");
    const auto raised = raised_ms(alarm);
    return fmt::format(
        R"(<li><b class="{}{}">{}</b><span><strong>{}</strong><small>{} · {}</small></span><time>{}</time></li>)",
        known ? marks[rank].priority : "", waits(alarm) ? "" : " acked",
        known ? marks[rank].digit : "?", in_markup(sentence(alarm, now, site, language)),
        in_markup(text(language, "state." + priority)), in_markup(text(language, "state." + state)),
        raised == 0 ? "–" : moment(WallTime{std::chrono::milliseconds{raised}}, now));
}

}  // namespace

std::string first_picture(const Present& present, const SiteOptions& site, Language language,
                          bool dark) {
    std::vector<const json*> shown;
    for (const auto& [id, alarm] : present.alarms)
        if (word_of(alarm, "set_aside") == "none") shown.push_back(&alarm);
    std::ranges::sort(shown, {}, [](const json* alarm) { return order_of(*alarm); });

    const auto now = moment(present.now, present.now);
    const auto say = [&](std::string_view key) { return in_markup(text(language, key)); };
    auto out = fmt::format(
        R"(<main id="first"{} lang="{}"><header><strong>{}</strong> <time>{}</time> <span>{} {}/{}</span></header>)",
        dark ? R"( class="dark")" : "", language == Language::spanish ? "es-MX" : "en",
        in_markup(inquiry::name_of(site, "gateway", "Sealwarden", language)), now,
        say("ui.watching"), present.watched, present.points);
    // Shown by its style when the app has not come in five seconds.
    out += fmt::format(R"(<p class="late"><strong>{}</strong> {}</p>)", say("ui.lost.title"),
                       in_markup(text(language, "ui.frozen", {{"when", now}})));
    out += fmt::format("<h1>{} <span>{}</span></h1><ul>", say("ui.alarms.title"), shown.size());
    for (std::size_t i = 0; i < std::min(shown.size(), most_alarms); ++i)
        out += row(*shown[i], present.now, site, language);
    if (shown.size() > most_alarms)
        out += fmt::format("<li><span>+ {}</span></li>", shown.size() - most_alarms);
    if (shown.empty())
        out += fmt::format("<li><span>{}</span></li>", say("ui.alarms.nothing_todo"));
    return out += "</ul></main>";
}

}  // namespace sealwarden::console
