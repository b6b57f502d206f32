#include "firmware/mqtt/topics.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "firmware/mqtt/discretion.hpp"
#include "firmware/text/text.hpp"

namespace sealwarden::mqtt_front {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

constexpr std::chrono::hours event_expiry{1};

// In place of a name that is private.
constexpr std::string_view unnamed = "\u2026";

bool is_unacknowledged(const json& alarm) {
    const auto state = text_of(alarm, "state");
    return state == "unack_active" || state == "rtn_unack";
}

int rank(std::string_view prio) {
    if (prio == "high") return 3;
    if (prio == "medium") return 2;
    return prio == "low" ? 1 : 0;
}

// A value that can be shown is good; one that is not being read is bad; between them, something is
// known and something is not.
std::string_view quality(const json& state) {
    if (state.value("good", false)) return "good";
    return text_of(state, "state") == "unknown" || !state.contains("state") ? "bad" : "stale";
}

bool has_topic(std::string_view kind) {
    return kind == "door" || kind == "dock" || kind == "seal" || kind == "camera" ||
           kind == "power" || kind == "cabinet" || kind == "light" || kind == "output";
}

// Of the thing itself; of a dock also those of the visit that is there.
bool is_about(const json& source, const json& subject, const json& state) {
    if (source == subject) return true;
    return text_of(subject, "k") == "dock" && text_of(source, "k") == "visit" &&
           text_of(source, "v") == text_of(state, "visit");
}

}  // namespace

bool is_set_aside(const json& alarm) {
    const auto how = text_of(alarm, "set_aside");
    return !how.empty() && how != "none";
}

bool is_over(const json& alarm) {
    return text_of(alarm, "state") == "normal" && !is_set_aside(alarm);
}

Topics::Topics(TopicOptions options) : options_{std::move(options)} {
    const auto learn = [this](const char* kind, const auto& things) {
        for (const auto& thing : things) names_[{kind, thing.id}] = thing.name;
    };
    const auto& site = options_.site;
    learn("door", site.doors);
    learn("seal", site.seals);
    learn("reader", site.readers);
    learn("camera", site.cameras);
    learn("power", site.powers);
    learn("cabinet", site.cabinets);
    learn("light", site.lights);
    learn("zone", site.zones);
    learn("output", site.outputs);
    learn("dock", site.doors);
    for (const auto& door : site.doors) doors_.insert(door.id);
    names_[{"gateway", site.gateway}] = site.name;
}

Topics::Words Topics::name_of(const std::string& kind, const std::string& id) const {
    const auto found = names_.find({kind, id});
    if (found == names_.end()) return {id, id};
    const auto& [en, es] = found->second;
    const auto& any = en.empty() ? es : en;
    return {any.empty() ? id : any, es.empty() ? (any.empty() ? id : any) : es};
}

Topics::Words Topics::hidden() {
    return {.en = std::string{unnamed}, .es = std::string{unnamed}};
}

Topics::Words Topics::alarm_words(const std::string& kind, const Words& name) const {
    const auto known = has_text("alarm." + kind);
    const auto key = known ? "alarm." + kind : std::string{"alarm.other"};
    const auto places = [&](const std::string& who) {
        std::map<std::string, std::string> filled{{"name", who}};
        if (!known) filled["kind"] = kind;
        return filled;
    };
    return {text(Language::english, key, places(name.en)),
            text(Language::spanish, key, places(name.es))};
}

bool Topics::may_tell(std::string_view event_kind, std::string_view key, const json& value) const {
    if (value.is_structured() || value.is_number_float()) return false;
    if (options_.full_detail || is_open(event_kind, key, value)) return true;
    if (!value.is_string()) return false;
    const auto& text = value.get_ref<const std::string&>();
    return (key == "visit" && may_name("visit", text)) || (key == "door" && doors_.contains(text));
}

bool Topics::may_name(const std::string& kind, const std::string& id) const {
    return options_.full_detail || is_open_subject(kind, id, doors_);
}

void Topics::tell(ordered_json& payload, std::string_view event_kind, std::string_view key,
                  const json& value) const {
    auto name = word(key);
    if (may_tell(event_kind, key, value) && !payload.contains(name)) {
        payload[std::move(name)] = value;
    }
}

// Never more than the ids of the configuration, whatever `full_detail` says: topics are seen by
// all.
std::string Topics::alarm_name(const std::string& id, const std::string& source_kind,
                               const std::string& source) const {
    if (source_kind.empty() || is_open_subject(source_kind, source, doors_)) return level(id);
    const auto kind = id.ends_with(source) ? id.substr(0, id.size() - source.size()) : "alarm-";
    return level(kind) + alias(source_kind, source, options_.secret);
}

std::string Topics::alarm_name(const json& alarm) const {
    const auto source = section(alarm, "source");
    return alarm_name(text_of(alarm, "id"), text_of(source, "k"), text_of(source, "v"));
}

std::string Topics::alarm_name_in(const json& record) const {
    std::string id;
    for (const auto& subject : record.value("subj", json::array())) {
        const auto k = text_of(subject, "k");
        if (k != "alarm") return id.empty() ? id : alarm_name(id, k, text_of(subject, "v"));
        id = text_of(subject, "v");
    }
    return level(id);
}

Message Topics::retained(std::string_view below, const ordered_json& content, Moment now) const {
    Message message{.topic = options_.base + '/' + std::string{below}, .retain = true};
    message.payload = stamped(content, now.wall);
    message.content = content.dump();
    return message;
}

Message Topics::status(bool online) const {
    const std::string said = online ? "online" : "offline";
    return {.topic = options_.base + "/status",
            .payload = said,
            .retain = true,
            .content = said,
            .json = false};
}

std::string Topics::checkpoint() const {
    return options_.base + "/checkpoint";
}

Message Topics::info(const json& status, int mqtt_version, Moment now) const {
    const auto name = name_of("gateway", options_.site.gateway);
    return retained("info",
                    {{"product", "sealwarden"},
                     {"version", value_of(status, "version")},
                     {"site", options_.site.site},
                     {"gateway", options_.site.gateway},
                     {"name", name.en},
                     {"name_es", name.es},
                     {"boot", value_of(status, "boot")},
                     {"config_hash", value_of(status, "config_hash")},
                     {"time_source", value_of(section(status, "clock"), "sync")},
                     {"mqtt_version", mqtt_version == 5 ? "5" : "3.1.1"},
                     {"full_detail", options_.full_detail}},
                    now);
}

Message Topics::health(const json& status, const FrontHealth& front, Moment now) const {
    const auto log = section(status, "log");
    const auto buses = section(status, "buses");
    const auto clock = section(status, "clock");
    const auto signing = section(status, "signing");
    ordered_json content{{"uptime_ms", value_of(status, "uptime_ms")},
                         {"log_size", value_of(log, "size")},
                         {"log_queued", value_of(log, "queued")},
                         {"log_health", value_of(log, "health")},
                         {"log_signing", value_of(signing, "state")},
                         {"log_epoch", value_of(signing, "epoch")},
                         {"devices", value_of(buses, "devices")},
                         {"devices_online", value_of(buses, "online")},
                         {"clock_sync", value_of(clock, "sync")},
                         {"clock_error_ms", value_of(clock, "err_ms")},
                         {"mqtt_behind", front.behind},
                         {"mqtt_dropped_events", front.dropped_events},
                         {"mqtt_refused", front.refused},
                         {"mqtt_connects", front.connects}};
    auto message = retained("health", std::move(content), now);
    message.qos = 0;
    return message;
}

std::optional<Message> Topics::state(const json& state, const Alarms& alarms, Moment now) const {
    const auto subject = section(state, "subject");
    const auto kind = text_of(subject, "k");
    const auto id = text_of(subject, "v");
    if (kind == "device") {
        Message message{.topic = options_.base + "/device/" + level(id) + "/status",
                        .retain = true,
                        .json = false};
        // `online` is a bool where the core knows it; unknown is not online.
        message.payload =
            state.value("online", json{}) == json(true) || text_of(state, "state") == "online"
                ? "online"
                : "offline";
        message.content = message.payload;
        return message;
    }
    if (!has_topic(kind)) return std::nullopt;

    const auto name = name_of(kind, id);
    ordered_json content{{"q", quality(state)}, {"name", name.en}, {"name_es", name.es}};
    content["since_ts"] = value_of(state, "since_ts");
    for (const auto& [key, value] : state.items()) {
        if (key == "subject" || key == "since_ts" || key == "good") continue;
        tell(content, "", key, value);
    }
    bool active = false;
    std::string worst;
    int unacknowledged = 0;
    for (const auto& [alarm_id, alarm] : alarms) {
        if (is_set_aside(alarm) || !is_about(section(alarm, "source"), subject, state)) continue;
        active = active || alarm.value("active", false);
        unacknowledged += is_unacknowledged(alarm) ? 1 : 0;
        const auto prio = text_of(alarm, "prio");
        if (rank(prio) > rank(worst)) worst = prio;
    }
    content["alarm"] = active;
    content["alarm_prio"] = worst.empty() ? json{} : json(worst);
    content["unacked"] = unacknowledged;
    return retained(kind + '/' + level(id) + "/state", std::move(content), now);
}

Message Topics::alarm(const json& alarm, std::optional<std::uint64_t> index, bool fresh,
                      Moment now) const {
    const auto source = section(alarm, "source");
    const auto kind = text_of(alarm, "kind");
    const auto source_kind = text_of(source, "k");
    const auto source_id = text_of(source, "v");
    const auto state = text_of(alarm, "state");
    const bool open = may_name(source_kind, source_id);
    const auto words = alarm_words(kind, open ? name_of(source_kind, source_id) : hidden());
    ordered_json content{
        {"phase", fresh && state == "unack_active" ? "new" : "update"},
        {"state", state},
        {"prio", text_of(alarm, "prio")},
        {"kind", word(kind)},
        {"source_kind", source_kind},
        {"source_id", open ? source_id : alias(source_kind, source_id, options_.secret)},
        {"active", alarm.value("active", false)},
        {"acked", state == "ack_active" && !is_set_aside(alarm)},
        {"count", value_of(alarm, "count")},
        {"raised_ts", value_of(alarm, "raised_ts")},
        {"cleared_ts", value_of(alarm, "cleared_ts")}};
    for (const auto* key : {"set_aside", "until_ts", "silenced", "needs_second", "things"}) {
        if (alarm.contains(key)) content[key] = value_of(alarm, key);
    }
    if (options_.full_detail) {
        content["acked_by"] = value_of(alarm, "acked_by");
        content["set_aside_by"] = value_of(alarm, "set_aside_by");
    }
    if (index) content["idx"] = *index;
    content["text_en"] = words.en;
    content["text_es"] = words.es;
    auto message = retained("alarm/" + alarm_name(alarm), std::move(content), now);
    message.index = index;
    message.kind = word(kind);
    message.prio = text_of(alarm, "prio");
    return message;
}

Message Topics::alarm_over(const std::string& name) const {
    return {.topic = options_.base + "/alarm/" + name, .retain = true, .json = false};
}

Message Topics::summary(const Alarms& alarms, Moment now) const {
    int active = 0, unacknowledged = 0, high = 0;
    std::map<std::string, int> aside{{"shelved", 0}, {"suppressed", 0}, {"out_of_service", 0}};
    json oldest;
    for (const auto& [id, alarm] : alarms) {
        if (is_set_aside(alarm)) {
            ++aside[text_of(alarm, "set_aside")];
            continue;
        }
        active += alarm.value("active", false) ? 1 : 0;
        high += text_of(alarm, "prio") == "high" ? 1 : 0;
        if (!is_unacknowledged(alarm)) continue;
        ++unacknowledged;
        const auto raised = value_of(alarm, "raised_ts");
        if (raised.is_number() && (oldest.is_null() || raised < oldest)) oldest = raised;
    }
    return retained("alarms/summary",
                    {{"total", alarms.size()},
                     {"active", active},
                     {"unacked", unacknowledged},
                     {"high", high},
                     {"oldest_unacked_ts", oldest},
                     {"shelved", aside["shelved"]},
                     {"suppressed", aside["suppressed"]},
                     {"out_of_service", aside["out_of_service"]}},
                    now);
}

Message Topics::event(const json& record) const {
    const auto kind = text_of(record, "kind");
    const auto data = section(record, "data");
    Message message{.topic = options_.base + "/event/" + level(kind), .expiry = event_expiry};
    message.kind = word(kind);
    message.index = record.value("i", std::uint64_t{0});
    message.prio = text_of(data, "priority");

    ordered_json payload;
    stamp(payload, wall_time(text_of(section(record, "t"), "wall")).value_or(WallTime{}));
    payload["idx"] = *message.index;
    payload["event_type"] = message.kind;

    // Named by its main subject; where that is private, by the first one that is not.
    std::string alarm_id;
    std::optional<Words> main, named;
    for (const auto& subject : record.value("subj", json::array())) {
        const auto k = text_of(subject, "k");
        const auto v = text_of(subject, "v");
        if (k == "alarm") {
            alarm_id = v;
            const auto name = alarm_name_in(record);
            payload["alarm"] = options_.full_detail || name == level(v) ? v : name;
            continue;
        }
        const bool open = may_name(k, v);
        if (open && !named) named = name_of(k, v);
        if (!main) main = open ? *named : hidden();
        if (open && !payload.contains(word(k))) payload[word(k)] = v;
    }
    for (const auto& [key, value] : data.items()) {
        // What a seal or a badge reads is the detail itself, whatever its key.
        const bool all_private = kind == "seal.number" || kind == "badge.presented";
        if (all_private && !options_.full_detail && !value.is_boolean()) continue;
        if (key == "source_id" &&
            may_name(text_of(data, "source_kind"), text_of(data, "source_id"))) {
            payload["source_id"] = value;
        } else {
            tell(payload, kind, key, value);
        }
    }

    const auto name = named.value_or(Words{});
    payload["name"] = name.en;
    if (!alarm_id.empty()) {
        const auto words = alarm_words(text_of(data, "kind"), name);
        payload["text_en"] = text(Language::english, "event." + kind, {{"alarm", words.en}});
        payload["text_es"] = text(Language::spanish, "event." + kind, {{"alarm", words.es}});
    } else {
        const auto said = main.value_or(Words{});
        payload["text_en"] = text(Language::english, "event." + kind, {{"name", said.en}});
        payload["text_es"] = text(Language::spanish, "event." + kind, {{"name", said.es}});
    }
    message.payload = payload.dump();
    return message;
}

Message Topics::log(const std::vector<Record>& records, Moment now) const {
    assert(!records.empty());
    ordered_json head;
    stamp(head, now.wall);
    head["first"] = records.front().index;
    head["last"] = records.back().index;
    Message message{.topic = options_.base + "/log"};
    message.index = records.front().index;
    message.kind = "log";
    // The records are copied, not printed again: their bytes are what was hashed.
    auto& payload = message.payload;
    payload = head.dump();
    payload.pop_back();
    payload += R"(,"records":[)";
    for (const auto& record : records) {
        if (&record != &records.front()) payload += ',';
        payload += record.bytes;
    }
    payload += "]}";
    return message;
}

}  // namespace sealwarden::mqtt_front
