#include "firmware/local/api.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <numeric>

#include "firmware/core/procedures.hpp"
#include "firmware/tlog/encoding.hpp"

namespace sealwarden::local {

using nlohmann::json;

namespace {

json to_json(const Subject& subject) {
    return {{"k", subject.kind}, {"v", subject.id}};
}

json to_json(const Value& value) {
    return std::visit([](const auto& v) { return json(v); }, value);
}

std::int64_t milliseconds(std::chrono::microseconds time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

std::string_view to_string(eventlog::Health health) {
    switch (health) {
        case eventlog::Health::good: return "good";
        case eventlog::Health::full: return "full";
        case eventlog::Health::failing: return "failing";
    }
    assert(!"every health has a name");
    return "?";
}

WallTime time_from(const json& question, const char* name) {
    const auto time = wall_time(text_from(question, name, 40));
    if (!time) {
        throw UsageError{std::string{name} +
                         " must be RFC 3339 with a zone, like 2026-11-24T03:00:00Z"};
    }
    return *time;
}

}  // namespace

std::string_view to_string(eventlog::SigningState::State state) {
    using enum eventlog::SigningState::State;
    switch (state) {
        case not_commissioned: return "not_commissioned";
        case signing: return "signing";
        case waiting: return "waiting";
        case held_back: return "held_back";
    }
    assert(!"every state has a name");
    return "?";
}

std::string_view to_string(Seen::Verdict verdict) {
    using enum Seen::Verdict;
    switch (verdict) {
        case agrees: return "agrees";
        case contradicts: return "contradicts";
        case not_ours: return "not_ours";
        case not_compared: return "not_compared";
    }
    assert(!"every verdict has a name");
    return "?";
}

json to_json(const Datum& datum) {
    if (const auto* flag = std::get_if<bool>(&datum)) return *flag;
    if (const auto* number = std::get_if<std::int64_t>(&datum)) return *number;
    if (const auto* text = std::get_if<std::string>(&datum)) return *text;
    return nullptr;
}

json to_json(const State& state, const WallMs& wall_ms) {
    auto object = json{{"subject", to_json(state.subject)},
                       {"since_ts", wall_ms(state.since)},
                       {"good", state.good}};
    for (const auto& [key, value] : state.values) object.emplace(key, to_json(value));
    return object;
}

json to_json(const Alarm& alarm, const WallMs& wall_ms) {
    return {
        {"id", alarm.id},
        {"kind", alarm.kind},
        {"source", to_json(alarm.source)},
        {"prio", to_string(alarm.priority)},
        {"state", to_string(alarm.state)},
        {"active", alarm.active},
        {"count", alarm.count},
        {"raised_ts", wall_ms(alarm.raised_at)},
        {"cleared_ts", alarm.cleared_at ? json(wall_ms(*alarm.cleared_at)) : json(nullptr)},
        {"acked_by", alarm.acknowledged_by.empty() ? json(nullptr) : json(alarm.acknowledged_by)},
        {"needs_second", alarm.needs_second()},
        {"silenced", alarm.silenced},
        {"set_aside", to_string(alarm.set_aside)},
        {"set_aside_by", alarm.set_aside_by.empty() ? json(nullptr) : json(alarm.set_aside_by)},
        {"until_ts", alarm.until ? json(wall_ms(*alarm.until)) : json(nullptr)},
        {"things", alarm.things}};
}

json to_json(const Reading& reading, Uptime now) {
    auto object = json{{"point", reading.point.name()}, {"age_ms", milliseconds(now - reading.at)}};
    if (const auto* value = reading.value()) object["value"] = to_json(*value);
    if (const auto* fault = reading.fault()) object["fault"] = to_string(*fault);
    if (reading.raw) object["raw"] = *reading.raw;
    return object;
}

json to_json(const eventlog::Reader::Page::Found& found) {
    auto object = to_json(found.subject);
    object["entries"] = found.entries;
    object["last"] = found.last;
    return object;
}

json to_json(const DeviceReport& report, Uptime now) {
    auto bounds = json::array();
    for (const auto bound : DeviceReport::round_trip_bounds) bounds.push_back(bound.count());
    return {{"device", report.device},
            {"bus", report.bus},
            {"unit", report.unit},
            {"online", report.online},
            {"last_good_ms",
             report.last_good ? json(milliseconds(now - *report.last_good)) : json(nullptr)},
            {"exchanges", report.exchanges},
            {"timeouts", report.timeouts},
            {"bad_answers", report.bad_answers},
            {"exceptions", report.exceptions},
            {"late_polls", report.late_polls},
            {"round_trips", report.round_trips},
            {"round_trip_bounds_us", bounds},
            {"timeout_us", report.timeout.count()},
            {"identity", report.identity},
            {"last_error", report.last_error}};
}

json to_json(const eventlog::SigningState& signing) {
    json out{{"state", to_string(signing.state)}};
    if (signing.state == eventlog::SigningState::State::not_commissioned) return out;
    out["why"] = signing.why;
    out["epoch"] = signing.epoch;
    out["clock_held_back"] = signing.clock_held_back;
    out["old_key_left"] = signing.old_key_left;
    return out;
}

json to_json(const std::optional<Outside>& outside) {
    if (!outside) return nullptr;
    return {{"size", outside->size}, {"ago_ms", milliseconds(outside->ago)}};
}

json to_json(const Durations& durations) {
    auto bounds = json::array();
    for (const auto bound : Durations::bounds) bounds.push_back(bound.count());
    return {{"bounds_us", bounds}, {"counts", durations.counts}, {"sum_us", durations.sum.count()}};
}

json to_json(const Status& status, const Identity& identity, std::uint64_t log_size,
             const std::vector<DeviceReport>& devices, const std::vector<Alarm>& alarms) {
    auto fronts = json::array();
    for (const auto& front : status.fronts) {
        fronts.push_back(
            {{"name", front.name}, {"state", front.state}, {"restarts", front.restarts}});
    }
    auto lines = json::array();
    for (const auto& line : status.gpio) {
        lines.push_back({{"line", line.line.name()},
                         {"edges", line.latency.count()},
                         {"times_lost", line.times_lost},
                         {"latency", to_json(line.latency)}});
    }
    const auto online = std::ranges::count_if(devices, &DeviceReport::online);
    const auto unacknowledged = std::ranges::count_if(alarms, [](const Alarm& alarm) {
        return alarm.state == AlarmState::unack_active || alarm.state == AlarmState::rtn_unack;
    });
    const auto active = std::ranges::count_if(alarms, &Alarm::active);
    const auto high = std::ranges::count_if(
        alarms, [](const Alarm& alarm) { return alarm.priority == Priority::high; });
    return {{"version", identity.version},
            {"site", identity.site},
            {"gateway", identity.gateway},
            {"boot", identity.boot},
            {"config_hash", identity.config_hash},
            {"uptime_ms", milliseconds(status.running_for)},
            {"log",
             {{"size", log_size},
              {"queued", status.log_queued},
              {"health", to_string(status.log_health)},
              {"why", status.log_why},
              {"commits", to_json(status.commits)},
              {"syncs", to_json(status.syncs)},
              {"detection", to_json(status.detection)}}},
            {"loop_lag", to_json(status.loop_lag)},
            {"gpio", lines},
            {"signing", to_json(status.signing)},
            {"outside", to_json(status.outside)},
            {"buses", {{"devices", devices.size()}, {"online", online}}},
            {"alarms",
             {{"total", alarms.size()},
              {"active", active},
              {"unacknowledged", unacknowledged},
              {"high", high}}},
            {"clock",
             {{"wall", rfc3339(status.clock.wall)},
              {"sync", status.clock.sync},
              {"err_ms", status.clock.error_ms}}},
            {"fronts", fronts}};
}

std::string_view to_string(Table table) {
    switch (table) {
        case Table::coil: return "coil";
        case Table::discrete_input: return "discrete_input";
        case Table::input_register: return "input_register";
        case Table::holding_register: return "holding_register";
    }
    assert(!"every table has a name");
    return "?";
}

std::optional<Table> table(std::string_view text) {
    for (const auto candidate :
         {Table::coil, Table::discrete_input, Table::input_register, Table::holding_register}) {
        if (to_string(candidate) == text) return candidate;
    }
    return std::nullopt;
}

std::string text_from(const json& question, const char* name, std::size_t longest) {
    const auto found = question.find(name);
    if (found == question.end() || !found->is_string()) {
        throw UsageError{std::string{name} + " must be given, as a text"};
    }
    auto text = found->get<std::string>();
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
    if (text.size() > longest || std::ranges::any_of(text, control)) {
        throw UsageError{std::string{name} + " must be at most " + std::to_string(longest) +
                         " bytes, without control characters"};
    }
    return text;
}

std::uint64_t number_from(const json& question, const char* name, std::uint64_t otherwise) {
    const auto found = question.find(name);
    if (found == question.end()) return otherwise;
    if (!found->is_number_unsigned()) {
        throw UsageError{std::string{name} + " must be a whole number, 0 or more"};
    }
    return found->get<std::uint64_t>();
}

bool flag_from(const json& question, const char* name) {
    const auto found = question.find(name);
    if (found == question.end()) return false;
    if (!found->is_boolean()) throw UsageError{std::string{name} + " must be true or false"};
    return found->get<bool>();
}

eventlog::Query query_from(const json& question) {
    constexpr std::uint64_t most = 1000;
    eventlog::Query query;
    query.from = number_from(question, "from", 0);
    if (question.contains("before")) query.before = number_from(question, "before", 0);
    if (question.contains("since")) query.since = time_from(question, "since");
    if (question.contains("until")) query.until = time_from(question, "until");
    if (const auto subject = question.find("subject"); subject != question.end()) {
        if (!subject->is_object()) throw UsageError{R"(subject must be {"k":kind,"v":id})"};
        query.subject =
            Subject{.kind = text_from(*subject, "k", 40), .id = text_from(*subject, "v", 128)};
    }
    if (const auto kinds = question.find("kinds"); kinds != question.end()) {
        if (!kinds->is_array() || kinds->size() > 64 ||
            !std::ranges::all_of(*kinds, [](const json& kind) { return kind.is_string(); })) {
            throw UsageError{R"(kinds must be a list of at most 64 texts, like ["door.opened"])"};
        }
        query.kinds = kinds->get<std::vector<std::string>>();
    }
    query.limit = static_cast<std::size_t>(number_from(question, "limit", 100));
    if (query.limit < 1 || query.limit > most) throw UsageError{"limit must be 1 to 1000"};
    query.newest_first = flag_from(question, "newest_first");
    query.with_personal = flag_from(question, "with_personal");
    query.only_personal = flag_from(question, "only_personal");
    query.with_ended = flag_from(question, "with_ended");
    if (question.contains("records")) {
        query.records = text_from(question, "records", 40);
        if (!keeps_records(query.records)) {
            std::string kinds;
            for (const auto& kind : record_kinds()) {
                if (kinds.find(kind.subject) != std::string::npos) continue;
                if (!kinds.empty()) kinds += ", ";
                kinds += kind.subject;
            }
            throw UsageError{"records must be one of " + kinds};
        }
        if (query.subject && query.subject->kind != query.records) {
            throw UsageError{"subject must be of the kind that records names"};
        }
    }
    const bool filtered =
        query.since || query.until || query.subject || !query.kinds.empty() || query.newest_first;
    if (query.only_personal && filtered) {
        throw UsageError{"only_personal goes with from, before, limit and with_personal only"};
    }
    return query;
}

eventlog::Query find_from(const json& question) {
    constexpr std::uint64_t most = 1000;
    constexpr std::size_t most_kinds = 16;
    eventlog::Query query;
    query.find = text_from(question, "text", 128);
    if (query.find.empty()) throw UsageError{"text must say something"};
    const auto kinds = question.find("kinds");
    if (kinds == question.end() || !kinds->is_array() || kinds->empty() ||
        kinds->size() > most_kinds ||
        !std::ranges::all_of(*kinds, [](const json& kind) { return kind.is_string(); })) {
        throw UsageError{
            R"(kinds must be a list of 1 to 16 kinds of subjects, like ["container","visit"])"};
    }
    query.kinds = kinds->get<std::vector<std::string>>();
    query.find_alike = flag_from(question, "alike");
    query.limit = static_cast<std::size_t>(number_from(question, "limit", 100));
    if (query.limit < 1 || query.limit > most) throw UsageError{"limit must be 1 to 1000"};
    return query;
}

std::map<std::string, Datum> arguments_from(const json& question) {
    std::map<std::string, Datum> arguments;
    const auto given = question.find("arguments");
    if (given == question.end()) return arguments;
    if (!given->is_object()) throw UsageError{"arguments must be an object"};
    for (const auto& [name, value] : given->items()) {
        if (value.is_boolean()) {
            arguments[name] = value.get<bool>();
        } else if (value.is_number_integer()) {
            arguments[name] = value.get<std::int64_t>();
        } else if (value.is_string()) {
            arguments[name] = value.get<std::string>();
        } else if (!value.is_null()) {
            throw UsageError{"argument `" + name + "` must be a text, true, false or an integer"};
        }
    }
    return arguments;
}

RawRead raw_read_from(const json& question) {
    const auto kind = table(text_from(question, "table", 40));
    if (!kind) {
        throw UsageError{"table must be coil, discrete_input, input_register or holding_register"};
    }
    const auto address = number_from(question, "address", 0);
    const auto count = number_from(question, "count", 1);
    if (address > 0xFFFF) throw UsageError{"address must be 0 to 65535, as on the wire"};
    const bool bits = *kind == Table::coil || *kind == Table::discrete_input;
    if (count < 1 || count > (bits ? 2000 : 125))
        throw UsageError{bits ? "count must be 1 to 2000" : "count must be 1 to 125"};
    return {.device = text_from(question, "device", 40),
            .table = *kind,
            .address = static_cast<std::uint16_t>(address),
            .count = static_cast<std::uint16_t>(count)};
}

Export export_from(const json& question) {
    const auto subject = question.find("subject");
    if (subject == question.end() || !subject->is_object()) {
        throw UsageError{R"(subject must be given, as {"k":kind,"v":id})"};
    }
    Export wanted{
        .whom = text_from(question, "for", 256),
        .why = text_from(question, "why", 512),
        .subject = {.kind = text_from(*subject, "k", 40), .id = text_from(*subject, "v", 128)},
        .since = time_from(question, "since"),
        .until = time_from(question, "until"),
        .language = text_from(question, "lang", 2)};
    if (wanted.whom.empty() || wanted.why.empty()) {
        throw UsageError{"for and why must say something: they go into the log"};
    }
    if (wanted.until <= wanted.since) throw UsageError{"until must be later than since"};
    if (wanted.language != "en" && wanted.language != "es") {
        throw UsageError{"lang must be en or es"};
    }
    if (const auto personal = question.find("personal"); personal != question.end()) {
        if (!personal->is_boolean()) throw UsageError{"personal must be true or false"};
        wanted.personal = personal->get<bool>();
    }
    return wanted;
}

Anchor anchor_from(const json& question) {
    constexpr std::size_t longest_line = 1024;
    constexpr std::size_t longest_stamp = 32 << 10;             // bytes,
    constexpr auto longest_text = (longest_stamp + 2) / 3 * 4;  // in base64
    if (!question.contains("size")) throw UsageError{"size must be given, of the head"};
    if (question.contains("cosignature") == question.contains("stamp")) {
        throw UsageError{"either cosignature or stamp must be given"};
    }
    Anchor anchor{.size = number_from(question, "size", 0)};
    if (question.contains("cosignature")) {
        anchor.cosignature = text_from(question, "cosignature", longest_line);
        return anchor;
    }
    const auto bytes = tlog::from_base64(text_from(question, "stamp", longest_text));
    if (!bytes || bytes->empty() || bytes->size() > longest_stamp) {
        throw UsageError{"stamp must be base64 of at most 32 KiB"};
    }
    anchor.stamp = *bytes;
    return anchor;
}

Contradiction contradiction_from(const json& question) {
    const auto holds = question.find("holds");
    if (holds == question.end() || !holds->is_boolean()) {
        throw UsageError{"holds must be given, true or false"};
    }
    Contradiction said{.where = text_from(question, "where", 256),
                       .why = text_from(question, "why", 512),
                       .holds = holds->get<bool>()};
    if (said.holds && said.why.empty()) throw UsageError{"why must say what contradicts"};
    return said;
}

namespace {

std::string given(const json& question, const char* name, std::size_t longest) {
    return question.contains(name) ? text_from(question, name, longest) : std::string{};
}

// Becomes data that is told to strangers: never what somebody typed.
std::string word_given(const json& question, const char* name) {
    auto word = given(question, name, 40);
    if (word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") != word.npos) {
        throw UsageError{std::string{name} + " must be a word of a-z, 0-9, -, _ and ."};
    }
    return word;
}

std::vector<Subject> subjects_from(const json& question, const char* name) {
    constexpr std::size_t most = 6;
    constexpr std::array<std::string_view, 5> allowed{"door", "seal", "seal_number", "container",
                                                      "visit"};
    std::vector<Subject> all;
    const auto list = question.find(name);
    if (list == question.end()) return all;
    if (!list->is_array() || list->size() > most)
        throw UsageError{std::string{name} + " must be a list of at most 6 subjects"};
    for (const auto& one : *list) {
        if (!one.is_object()) throw UsageError{std::string{name} + " must hold {k,v} objects"};
        Subject subject{.kind = text_from(one, "k", 40), .id = text_from(one, "v", 128)};
        if (std::ranges::find(allowed, subject.kind) == allowed.end() || subject.id.empty())
            throw UsageError{std::string{name} + " names what no picture is taken for"};
        all.push_back(std::move(subject));
    }
    return all;
}

std::optional<std::int64_t> integer_from(const json& question, const char* name) {
    const auto found = question.find(name);
    if (found == question.end() || found->is_null()) return {};
    if (!found->is_number_integer()) throw UsageError{std::string{name} + " must be an integer"};
    return found->get<std::int64_t>();
}

std::int64_t natural_from(const json& question, const char* name) {
    const auto number = integer_from(question, name);
    if (!number || *number < 0) throw UsageError{std::string{name} + " must be given, 0 or more"};
    return *number;
}

std::string some_text_from(const json& question, const char* name, std::size_t longest) {
    auto text = text_from(question, name, longest);
    if (text.empty()) throw UsageError{std::string{name} + " must not be empty"};
    return text;
}

PictureTaken taken_from(const json& question) {
    PictureTaken taken{.camera = some_text_from(question, "camera", 40),
                       .stored = flag_from(question, "stored"),
                       .sha256 = hash_from(question, "sha256"),
                       .bytes = natural_from(question, "bytes"),
                       .taken_ms = natural_from(question, "taken_ts"),
                       .clock_offset_ms = integer_from(question, "clock_offset_ms"),
                       .cause = {},
                       .about = subjects_from(question, "about"),
                       .skipped = integer_from(question, "skipped").value_or(0)};
    if (question.contains("cause"))
        taken.cause = static_cast<std::uint64_t>(natural_from(question, "cause"));
    return taken;
}

}  // namespace

Use use_from(const json& question) {
    const auto what = event_kind("console." + text_from(question, "what", 40));
    if (!what) {
        throw UsageError{
            "what must be signed_in, denied, locked_out, signed_out, viewed, exported or changed"};
    }
    Use use{.what = *what,
            .act = word_given(question, "act"),
            .user = word_given(question, "user"),
            .by = given(question, "by", 128),
            .role = word_given(question, "role"),
            .way = word_given(question, "way"),
            .token = word_given(question, "token"),
            .route = given(question, "route", 256),
            .subject = given(question, "subject", 160),
            .reason = word_given(question, "reason"),
            .address = given(question, "address", 64),
            .ref = given(question, "ref", 64)};
    if (use.act.empty()) throw UsageError{"act must be given, a word"};
    if (question.contains("count")) {
        use.count = static_cast<std::int64_t>(number_from(question, "count", 0) & INT64_MAX);
    }
    if (question.contains("at_ts")) {
        use.at_ms = static_cast<std::int64_t>(number_from(question, "at_ts", 0) & INT64_MAX);
    }
    return use;
}

PictureNews picture_from(const json& question) {
    if (question.contains("failed"))
        return PictureFailed{.camera = some_text_from(question, "camera", 40),
                             .stored = flag_from(question, "stored"),
                             .why = some_text_from(question, "failed", 256)};
    if (question.contains("erased")) {
        PictureErased erased{.sha256 = hash_from(question, "erased"),
                             .entry = {},
                             .rule = some_text_from(question, "rule", 256)};
        if (question.contains("entry"))
            erased.entry = static_cast<std::uint64_t>(natural_from(question, "entry"));
        return erased;
    }
    return taken_from(question);
}

Notice notice_from(const json& question) {
    using What = Notice::What;
    static constexpr std::array<std::pair<std::string_view, What>, 4> words{
        {{"delivered", What::delivered},
         {"failed", What::failed},
         {"failing", What::failing},
         {"well", What::well}}};
    const auto word = text_from(question, "what", 16);
    const auto* const found =
        std::ranges::find(words, std::string_view{word}, &std::pair<std::string_view, What>::first);
    if (found == words.end()) throw UsageError{"what must be delivered, failed, failing or well"};
    Notice notice{.what = found->second, .webhook = text_from(question, "webhook", 40)};
    if (notice.what == What::delivered || notice.what == What::failed) {
        notice.alarm = text_from(question, "alarm", 128);
        if (!question.contains("entry")) throw UsageError{"entry must be given, an index"};
        notice.entry = number_from(question, "entry", 0);
        notice.tries = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(number_from(question, "tries", 1), UINT32_MAX));
    }
    if (notice.what == What::failed || notice.what == What::failing) {
        notice.why = text_from(question, "why", 256);
    }
    return notice;
}

tlog::Hash hash_from(const json& question, const char* name) {
    const auto bytes = tlog::from_hex(text_from(question, name, 64));
    tlog::Hash hash{};
    if (!bytes || bytes->size() != hash.size()) {
        throw UsageError{std::string{name} + " must be a SHA-256, 64 hex digits in lower case"};
    }
    std::ranges::copy(*bytes, hash.begin());
    return hash;
}

std::string line(const json& object) {
    return object.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
}

std::string records(const std::vector<eventlog::Entry>& entries, std::size_t from,
                    std::size_t until) {
    const auto bytes = std::transform_reduce(
        entries.begin() + static_cast<std::ptrdiff_t>(from),
        entries.begin() + static_cast<std::ptrdiff_t>(until), std::size_t{2}, std::plus{},
        [](const eventlog::Entry& entry) { return entry.bytes.size() + 1; });
    std::string list;
    list.reserve(bytes);
    list += '[';
    for (auto i = from; i < until; ++i) {
        if (i != from) list += ',';
        list += entries[i].bytes;
    }
    list += ']';
    return list;
}

}  // namespace sealwarden::local
