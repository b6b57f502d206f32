#include "firmware/console/api/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <sstream>

#include "firmware/core/alarms.hpp"
#include "firmware/eventlog/directory.hpp"
#include "firmware/inquiry/broker.hpp"

namespace sealwarden::console::api {

using boost::asio::awaitable;
using nlohmann::json;
using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

namespace {

const std::vector<double> durations_s{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                      0.25,  0.5,    1,     2.5,  5,     10};

double seconds(std::int64_t milliseconds) {
    return static_cast<double>(milliseconds) / 1000;
}

// One exposition; families in the order they were begun.
class Sheet {
  public:
    void gauge(const char* name, const char* help, const Labels& labels, double value) {
        auto& metric = add(name, help, MetricType::Gauge, labels);
        metric.gauge.value = value;
    }
    void counter(const char* name, const char* help, const Labels& labels, std::uint64_t value) {
        auto& metric = add(name, help, MetricType::Counter, labels);
        metric.counter.value = static_cast<double>(value);
    }
    void seconds_total(const char* name, const char* help, double value) {
        add(name, help, MetricType::Counter, {}).counter.value = value;
    }
    void histogram(const char* name, const char* help, const Labels& labels,
                   const Buckets& buckets) {
        auto& told = add(name, help, MetricType::Histogram, labels).histogram;
        std::uint64_t below = 0;
        for (std::size_t i = 0; i < buckets.bounds.size(); ++i) {
            below += buckets.counts[i];
            told.bucket.push_back({.cumulative_count = below, .upper_bound = buckets.bounds[i]});
        }
        below += buckets.counts.back();
        told.bucket.push_back(
            {.cumulative_count = below, .upper_bound = std::numeric_limits<double>::infinity()});
        told.sample_count = below;
        told.sample_sum = buckets.sum;
    }
    [[nodiscard]] std::string text() const {
        std::ostringstream out;
        prometheus::TextSerializer{}.Serialize(out, families_);
        return out.str();
    }

  private:
    ClientMetric& add(const char* name, const char* help, MetricType type, const Labels& labels) {
        auto family = std::ranges::find(families_, name, &MetricFamily::name);
        if (family == families_.end()) {
            families_.push_back({name, help, type, {}});
            family = std::prev(families_.end());
        }
        family->metric.emplace_back();
        family->metric.back().label = labels;
        return family->metric.back();
    }
    std::vector<MetricFamily> families_;
};

void tell_own(Sheet& sheet) {
    std::ifstream stat{"/proc/self/stat"};
    const std::string text{std::istreambuf_iterator<char>{stat}, {}};
    const auto behind = text.rfind(')');
    if (behind == std::string::npos) return;
    std::istringstream fields{text.substr(behind + 2)};
    std::vector<std::string> values;
    for (std::string value; fields >> value;) values.push_back(value);
    constexpr std::size_t user_time = 11;
    constexpr std::size_t system_time = 12;
    constexpr std::size_t start_time = 19;
    constexpr std::size_t virtual_size = 20;
    constexpr std::size_t resident_pages = 21;
    if (values.size() <= resident_pages) return;
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
    sheet.seconds_total("process_cpu_seconds_total", "CPU time of the console.",
                        (std::stod(values[user_time]) + std::stod(values[system_time])) / ticks);
    sheet.gauge("process_resident_memory_bytes", "Memory of the console.", {},
                std::stod(values[resident_pages]) * page);
    sheet.gauge("process_virtual_memory_bytes", "Address space of the console.", {},
                std::stod(values[virtual_size]));
    std::ifstream boot{"/proc/stat"};
    for (std::string line; std::getline(boot, line);) {
        if (!line.starts_with("btime ")) continue;
        sheet.gauge("process_start_time_seconds", "When the console started.", {},
                    std::stod(line.substr(6)) + std::stod(values[start_time]) / ticks);
    }
    std::error_code ignored;
    std::int64_t open = 0;
    for (auto entry = std::filesystem::directory_iterator{"/proc/self/fd", ignored};
         !ignored && entry != std::filesystem::directory_iterator{}; entry.increment(ignored))
        ++open;
    sheet.gauge("process_open_fds", "Open descriptors of the console.", {},
                static_cast<double>(open));
}

Buckets buckets_of(const json& durations) {
    Buckets buckets;
    for (const auto& bound : durations.at("bounds_us"))
        buckets.bounds.push_back(bound.get<double>() / 1e6);
    buckets.counts = durations.at("counts").get<std::vector<std::uint64_t>>();
    buckets.sum = durations.at("sum_us").get<double>() / 1e6;
    return buckets;
}

void tell_disk(Sheet& sheet, const std::filesystem::path& path) {
    struct statvfs disk{};
    if (path.empty() || ::statvfs(path.c_str(), &disk) != 0) return;
    sheet.gauge("sealwarden_storage_free_bytes", "Free space where things are kept.",
                {{"path", path.string()}},
                static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize));
}

void tell_status(Sheet& sheet, const json& status, WallTime now) {
    sheet.gauge("sealwarden_start_time_seconds", "When the gateway started.", {},
                seconds(inquiry::epoch_ms(now) - status.at("uptime_ms").get<std::int64_t>()));
    sheet.gauge("sealwarden_config_info", "The configuration in force.",
                {{"hash", status.at("config_hash").get<std::string>()}}, 1);
    const auto& log = status.at("log");
    sheet.gauge("sealwarden_log_index", "Entries of the log; the next one's index.", {},
                log.at("size").get<double>());
    sheet.gauge("sealwarden_log_queued", "Events that wait for the disk.", {},
                log.at("queued").get<double>());
    sheet.histogram("sealwarden_log_commit_duration_seconds",
                    "Transactions of the log, with their sync.", {}, buckets_of(log.at("commits")));
    sheet.histogram("sealwarden_log_fsync_duration_seconds",
                    "Each sync of the log's files alone, also those of tidying up.", {},
                    buckets_of(log.at("syncs")));
    sheet.histogram("sealwarden_detection_latency_seconds",
                    "From an entry's own time, when it was seen, to when it was on disk.", {},
                    buckets_of(log.at("detection")));
    sheet.histogram("sealwarden_loop_lag_seconds",
                    "How late the gateway's loop comes to its timer, due once a second at least.",
                    {}, buckets_of(status.at("loop_lag")));
    for (const auto* health : {"good", "full", "failing"})
        sheet.gauge("sealwarden_log_health", "How the log fares: 1 for what it is.",
                    {{"state", health}}, log.at("health") == health ? 1 : 0);
    for (const auto* state : {"not_commissioned", "waiting", "signing", "held_back"})
        sheet.gauge("sealwarden_log_signing", "How it stands with signatures: 1 for what it is.",
                    {{"state", state}}, status.at("signing").at("state") == state ? 1 : 0);
    const auto& outside = status.at("outside");
    sheet.gauge("sealwarden_log_outside_index",
                "Size of the largest signed head that was found outside the gateway.", {},
                outside.is_null() ? 0 : outside.at("size").get<double>());
    if (!outside.is_null())
        sheet.gauge("sealwarden_log_outside_age_seconds", "How long ago that was.", {},
                    seconds(outside.at("ago_ms").get<std::int64_t>()));
    const auto& clock = status.at("clock");
    sheet.gauge("sealwarden_clock_synchronized", "Does the kernel call its clock disciplined?", {},
                clock.at("sync") == "ntp" ? 1 : 0);
    sheet.gauge("sealwarden_clock_error_seconds", "The kernel's bound of the clock's error.", {},
                std::max(0.0, seconds(clock.at("err_ms").get<std::int64_t>())));
    for (const auto& line : status.at("gpio")) {
        const Labels labels{{"line", line.at("line").get<std::string>()}};
        sheet.counter("sealwarden_gpio_edges_total", "Edges of the line that the kernel told.",
                      labels, line.at("edges").get<std::uint64_t>());
        sheet.counter("sealwarden_gpio_events_dropped_total",
                      "Times in which edges of the line were lost; how many, nobody knows.", labels,
                      line.at("times_lost").get<std::uint64_t>());
        sheet.histogram("sealwarden_gpio_event_latency_seconds",
                        "From the kernel's stamp of an edge to when the gateway had it.", labels,
                        buckets_of(line.at("latency")));
    }
    for (const auto& front : status.at("fronts")) {
        const Labels labels{{"front", front.at("name").get<std::string>()}};
        sheet.gauge("sealwarden_front_up", "Does the front run?", labels,
                    front.at("state") == "running" ? 1 : 0);
        sheet.counter("sealwarden_front_restarts_total", "How often it was started again.", labels,
                      front.at("restarts").get<std::uint64_t>());
    }
}

Buckets round_trips(const json& device) {
    Buckets buckets;
    for (const auto& bound : device.at("round_trip_bounds_us"))
        buckets.bounds.push_back(bound.get<double>() / 1e6);
    buckets.counts.assign(buckets.bounds.size() + 1, 0);
    const auto& counts = device.at("round_trips");
    for (std::size_t i = 0; i < counts.size() && i < buckets.counts.size(); ++i) {
        buckets.counts[i] = counts[i].get<std::uint64_t>();
        // The sum is not kept; each counts as its bound, which is never too little.
        const auto bound = i < buckets.bounds.size() ? buckets.bounds[i] : buckets.bounds.back();
        buckets.sum += bound * static_cast<double>(buckets.counts[i]);
    }
    return buckets;
}

void tell_buses(Sheet& sheet, const json& told, WallTime now) {
    struct Bus {
        int devices = 0, online = 0;
    };
    std::map<std::string, Bus> buses;
    for (const auto& device : told.at("devices")) {
        const auto bus = device.at("bus").get<std::string>();
        const auto id = device.at("device").get<std::string>();
        const bool online = device.at("online");
        ++buses[bus].devices;
        if (online) ++buses[bus].online;
        const Labels labels{{"bus", bus}, {"device", id}};
        sheet.gauge("sealwarden_device_up", "Does the device answer?", labels, online ? 1 : 0);
        sheet.gauge(
            "sealwarden_device_last_success_timestamp_seconds",
            "When the device last answered; 0: not since the start.", labels,
            device.at("last_good_ms").is_null()
                ? 0
                : seconds(inquiry::epoch_ms(now) - device.at("last_good_ms").get<std::int64_t>()));
        const auto bad = device.at("timeouts").get<std::uint64_t>() +
                         device.at("bad_answers").get<std::uint64_t>() +
                         device.at("exceptions").get<std::uint64_t>();
        const auto all = device.at("exchanges").get<std::uint64_t>();
        for (const auto& [result, count] :
             {std::pair{"ok", all > bad ? all - bad : 0},
              std::pair{"timeout", device.at("timeouts").get<std::uint64_t>()},
              std::pair{"bad_answer", device.at("bad_answers").get<std::uint64_t>()},
              std::pair{"exception", device.at("exceptions").get<std::uint64_t>()}})
            sheet.counter("sealwarden_bus_requests_total", "Questions to a device, by what came.",
                          {{"bus", bus}, {"device", id}, {"result", result}}, count);
        sheet.histogram("sealwarden_bus_request_duration_seconds",
                        "Round trips; the sum takes each as its bucket's bound.", labels,
                        round_trips(device));
        sheet.counter("sealwarden_bus_poll_overruns_total", "Polls that came late.", labels,
                      device.at("late_polls").get<std::uint64_t>());
    }
    for (const auto& [bus, count] : buses)
        sheet.gauge("sealwarden_bus_up", "Does any device of the bus answer?", {{"bus", bus}},
                    count.online > 0 ? 1 : 0);
}

void tell_points(Sheet& sheet, const json& told, const SiteOptions& site) {
    std::map<std::string, std::uint64_t> qualities{{"good", 0},       {"no_answer", 0},
                                                   {"bad_answer", 0}, {"refused", 0},
                                                   {"port_gone", 0},  {"never_read", 0}};
    std::size_t known = 0;
    for (const auto& point : told.at("points")) {
        ++known;
        ++qualities[point.contains("value") ? "good" : point.at("fault").get<std::string>()];
    }
    std::size_t configured = 0;
    for (const auto& device : site.devices) configured += device.points.size();
    if (configured > known) qualities["never_read"] += configured - known;
    for (const auto& [quality, count] : qualities)
        sheet.gauge("sealwarden_points", "Points by how their newest reading is.",
                    {{"quality", quality}}, static_cast<double>(count));
    const auto all = std::max(configured, known);
    sheet.gauge("sealwarden_points_watched_ratio", "Share of the points that are good.", {},
                all == 0 ? 1 : static_cast<double>(qualities["good"]) / static_cast<double>(all));
}

std::map<std::string, const json*> states_of(const json& states, std::string_view kind) {
    std::map<std::string, const json*> told;
    for (const auto& state : states)
        if (state.at("subject").at("k") == kind)
            told[state.at("subject").at("v").get<std::string>()] = &state;
    return told;
}

void tell_cameras(Sheet& sheet, const json& states, const SiteOptions& site) {
    const auto told = states_of(states, "camera");
    for (const auto& camera : site.cameras) {
        const auto found = told.find(camera.id);
        // What is not known is null, or a word.
        const auto holds = [&](const char* what, const json& yes) {
            return found != told.end() && found->second->value(what, json{}) == yes ? 1 : 0;
        };
        const Labels labels{{"camera", camera.id}};
        sheet.gauge("sealwarden_camera_live",
                    "Does the camera work? 0 also when that is not known.", labels,
                    holds("live", true));
        sheet.gauge("sealwarden_camera_recording",
                    "Is it being recorded? 0 also when that is not known.", labels,
                    holds("recording", "yes"));
    }
}

void tell_doors(Sheet& sheet, const json& states, const SiteOptions& site) {
    const auto told = states_of(states, "door");
    for (const auto& door : site.doors) {
        const auto found = told.find(door.id);
        const auto word =
            found == told.end() ? std::string{"unknown"} : found->second->value("state", "unknown");
        for (const auto* state : {"open", "closed", "unknown"})
            sheet.gauge("sealwarden_door_state", "How the door is: 1 for what it is.",
                        {{"door", door.id}, {"state", state}}, word == state ? 1 : 0);
        sheet.gauge("sealwarden_door_open",
                    "Is the door open? 0 also when it is unknown: see sealwarden_door_state.",
                    {{"door", door.id}}, word == "open" ? 1 : 0);
        sheet.gauge("sealwarden_door_last_change_timestamp_seconds",
                    "Since when the door is as it is; 0: not known.", {{"door", door.id}},
                    found == told.end() || found->second->at("since_ts").is_null()
                        ? 0
                        : seconds(found->second->at("since_ts").get<std::int64_t>()));
    }
}

void tell_alarms(Sheet& sheet, const json& alarms, WallTime now) {
    std::map<std::pair<std::string, std::string>, std::uint64_t> counts;
    for (const auto* state : {"unack_active", "ack_active", "rtn_unack"})
        for (const auto* priority : {"high", "medium", "low"}) counts[{state, priority}] = 0;
    std::map<std::string, std::uint64_t> aside{
        {"shelved", 0}, {"suppressed", 0}, {"out_of_service", 0}};
    std::int64_t oldest = 0;
    for (const auto& alarm : alarms) {
        const auto set_aside = alarm.at("set_aside").get<std::string>();
        if (set_aside != "none") {
            ++aside[set_aside];
            continue;
        }
        const auto state = alarm.at("state").get<std::string>();
        ++counts[{state, alarm.at("prio").get<std::string>()}];
        if (state != "ack_active" && alarm.at("raised_ts").is_number())
            oldest = std::max(oldest,
                              inquiry::epoch_ms(now) - alarm.at("raised_ts").get<std::int64_t>());
    }
    for (const auto& [key, count] : counts)
        sheet.gauge("sealwarden_alarms", "Alarms that stand, by state and priority.",
                    {{"state", key.first}, {"priority", key.second}}, static_cast<double>(count));
    for (const auto& [how, count] : aside)
        sheet.gauge("sealwarden_alarms_set_aside", "Alarms that are set aside, by how.",
                    {{"how", how}}, static_cast<double>(count));
    sheet.gauge("sealwarden_alarms_shelved", "Alarms that are shelved.", {},
                static_cast<double>(aside["shelved"]));
    sheet.gauge("sealwarden_alarm_oldest_unacked_seconds",
                "Age of the oldest alarm that nobody has acknowledged; 0: there is none.", {},
                seconds(oldest));
}

// A broker of the configuration, not what the front's file says, is the label.
void tell_mqtt(Sheet& sheet, const config::Config& config) {
    if (!config.mqtt) return;
    const auto told = inquiry::broker(config.log_directory);
    for (const auto& url : config.mqtt->urls) {
        const Labels labels{{"conn", url}};
        const bool connected = told.connected && told.url == url;
        sheet.gauge("sealwarden_mqtt_connected",
                    "Is the MQTT front connected there? Of several brokers one is enough.", labels,
                    connected ? 1 : 0);
        sheet.gauge("sealwarden_mqtt_protocol_version",
                    "As its CONNECT says it: 5, 4 for MQTT 3.1.1; 0: not connected.", labels,
                    !connected            ? 0
                    : told.version == "5" ? 5
                                          : 4);
    }
}

void tell_tally(Sheet& sheet, const LogTally& tally) {
    for (const auto& [kind, count] : tally.kinds)
        sheet.counter("sealwarden_log_records_total", "Entries, by kind.", {{"kind", kind}}, count);
    for (const auto& [door, count] : tally.door_transitions)
        sheet.counter("sealwarden_door_transitions_total", "Openings and closings.",
                      {{"door", door}}, count);
    for (const auto& [result, count] : tally.seal_checks)
        sheet.counter("sealwarden_seal_checks_total", "Seals that were looked at, by the result.",
                      {{"result", result}}, count);
    for (const auto& [key, count] : tally.raised)
        sheet.counter("sealwarden_alarms_raised_total", "Alarms that were raised.",
                      {{"kind", key.first}, {"priority", key.second}}, count);
    sheet.histogram("sealwarden_alarm_ack_seconds",
                    "From the raising of an alarm to its acknowledgement.", {}, tally.acknowledged);
    sheet.counter("sealwarden_clock_steps_total", "Steps of the wall clock.", {},
                  tally.kinds.at("clock.step"));
    sheet.counter("sealwarden_log_pauses_total", "Times in which the log took nothing.", {},
                  tally.kinds.at("log.paused"));
}

}  // namespace

void Buckets::observe(double value) {
    const auto place = std::ranges::lower_bound(bounds, value) - bounds.begin();
    ++counts[static_cast<std::size_t>(place)];
    sum += value;
}

LogTally::LogTally(const SiteOptions& site) {
    for (const auto kind : event_kinds()) kinds[std::string{to_string(kind)}] = 0;
    for (const auto& door : site.doors) door_transitions[door.id] = 0;
    for (const auto* result : {"checked", "verified", "mismatch", "tampered"})
        seal_checks[result] = 0;
    for (const auto& rule : alarm_rules()) {
        const std::string kind{rule.kind};
        const auto given = site.priorities.find(kind);
        raised[{kind, given == site.priorities.end() ? std::string{to_string(rule.priority)}
                                                     : given->second}] = 0;
    }
    for (const auto& witness : site.witnesses) witnessed[witness] = 0;
}

void LogTally::take(const json& entry) {
    const auto& kind = entry.at("kind").get_ref<const std::string&>();
    if (const auto known = kinds.find(kind); known != kinds.end()) ++known->second;
    const auto& subjects = entry.at("subj");
    const auto id = subjects.empty() ? std::string{} : subjects[0].at("v").get<std::string>();
    if (kind == "door.opened" || kind == "door.closed") {
        if (const auto door = door_transitions.find(id); door != door_transitions.end())
            ++door->second;
    } else if (kind == "custody.checked") {
        ++seal_checks["checked"];
    } else if (kind == "custody.verified") {
        ++seal_checks["verified"];
    } else if (kind == "custody.mismatch") {
        ++seal_checks["mismatch"];
    } else if (kind == "custody.tampered") {
        ++seal_checks["tampered"];
    } else if (kind == "alarm.raised") {
        const auto alarm =
            raised.find({inquiry::datum(entry, "kind"), inquiry::datum(entry, "priority")});
        if (alarm != raised.end()) ++alarm->second;
    } else if (kind == "alarm.acknowledged") {
        const auto& data = entry.at("data");
        const auto ago = data.find("raised_ago_ms");
        if (ago != data.end() && ago->is_number_integer())
            acknowledged.observe(std::max(0.0, seconds(ago->get<std::int64_t>())));
    } else if (kind == "anchor.witness") {
        if (const auto witness = witnessed.find(id); witness != witnessed.end())
            witness->second = inquiry::time_of(entry);
    }
}

Metrics::Metrics(Surroundings& around, Own own)
    : around_{around}, own_{std::move(own)}, tally_{around.config.site} {
    for (const auto& pattern : own_.patterns) {
        durations_.try_emplace(pattern, Buckets{durations_s});
        for (const auto status : {200U, 400U, 500U}) requests_[{pattern, status}] = 0;
    }
}

void Metrics::answered(std::string_view method, std::string_view pattern, unsigned status,
                       std::chrono::microseconds took) {
    static_cast<void>(method);
    constexpr unsigned hundred = 100;
    const std::string route{pattern};
    ++requests_[{route, status / hundred * hundred}];
    durations_.try_emplace(route, Buckets{durations_s})
        .first->second.observe(std::chrono::duration<double>(took).count());
    if (status == 401) ++signed_out_;
}

// A scrape that comes late reads more; never more than so much at once, the rest the next time.
awaitable<void> Metrics::follow_log() {
    constexpr int most_pages = 20;
    const json nothing = json::object();
    const auto hello = co_await around_.gateway.ask("hello", nothing);
    const std::uint64_t generation = hello.at("generation");
    if (!next_ || generation != generation_) {
        next_ = next_ ? 0 : hello.at("size").get<std::uint64_t>();
        generation_ = generation;
    }
    for (int page = 0; page < most_pages; ++page) {
        const json query{{"from", *next_}, {"limit", 1000}};
        const auto told = co_await around_.gateway.ask("query", query);
        for (const auto& entry : told.at("entries")) tally_.take(entry);
        next_ = told.at("next").get<std::uint64_t>();
        if (!told.at("more").get<bool>()) co_return;
    }
}

awaitable<std::string> Metrics::page() {
    Sheet sheet;
    const auto now = around_.now();
    const auto& site = around_.config.site;
    sheet.gauge("sealwarden_build_info", "The program.",
                {{"version", around_.version}, {"site", site.site}, {"gateway", site.gateway}}, 1);
    bool up = false;
    json status;
    json state;
    json points;
    json buses;
    try {
        const json nothing = json::object();
        status = co_await around_.gateway.ask("status", nothing);
        state = co_await around_.gateway.ask("state", nothing);
        points = co_await around_.gateway.ask("points", nothing);
        buses = co_await around_.gateway.ask("buses", nothing);
        co_await follow_log();
        up = true;
    } catch (const local::Unreachable&) {
        // Told by sealwarden_up; what is known of the log stays.
    } catch (const local::Refused&) {
        // The log is slow or the door is full: the next scrape will say.
    }
    sheet.gauge("sealwarden_up", "Does the gateway answer at its door?", {}, up ? 1 : 0);
    if (up) {
        tell_status(sheet, status, now);
        tell_buses(sheet, buses, now);
        tell_points(sheet, points, site);
        tell_doors(sheet, state.at("states"), site);
        tell_cameras(sheet, state.at("states"), site);
        tell_alarms(sheet, state.at("alarms"), now);
    }
    tell_tally(sheet, tally_);
    for (const auto& [witness, at] : tally_.witnessed)
        sheet.gauge("sealwarden_witness_last_timestamp_seconds",
                    "When the witness last cosigned, as far as the console has seen; 0: not yet.",
                    {{"witness", witness}}, seconds(at));
    std::error_code none;
    const auto database = eventlog::database_file(around_.config.log_directory);
    double bytes = 0;
    for (const auto* ending : {"", "-wal"}) {
        const auto size = std::filesystem::file_size(database.string() + ending, none);
        if (!none) bytes += static_cast<double>(size);
    }
    sheet.gauge("sealwarden_log_bytes", "Size of the log's files.", {}, bytes);
    tell_mqtt(sheet, around_.config);
    tell_disk(sheet, around_.config.log_directory);
    if (own_.directory != around_.config.log_directory) tell_disk(sheet, own_.directory);
    sheet.gauge("sealwarden_legal_holds", "Holds of the configuration.", {},
                static_cast<double>(around_.config.retention.holds.size()));
    for (const auto& [key, count] : requests_)
        sheet.counter("sealwarden_http_requests_total", "Questions over HTTP, by route and status.",
                      {{"route", key.first}, {"code", std::to_string(key.second / 100) + "xx"}},
                      count);
    for (const auto& [route, buckets] : durations_)
        sheet.histogram("sealwarden_http_request_duration_seconds",
                        "Until the answer to a question over HTTP was ready.", {{"route", route}},
                        buckets);
    sheet.gauge("sealwarden_sse_clients", "Who watches live states.", {},
                static_cast<double>(own_.listeners()));
    sheet.counter("sealwarden_auth_failures_total", "Questions of nobody who is signed in.", {},
                  signed_out_);
    if (const auto ends = own_.certificate_ends())
        sheet.gauge("sealwarden_cert_expiry_timestamp_seconds", "When the certificate ends.",
                    {{"cert", "console"}}, seconds(inquiry::epoch_ms(*ends)));
    tell_own(sheet);
    co_return sheet.text();
}

namespace {

awaitable<Response> exposition(Metrics* metrics, Call) {
    Response response;
    response.headers["content-type"] = "text/plain; version=0.0.4; charset=utf-8";
    response.headers["cache-control"] = "no-store";
    response.body = co_await metrics->page();
    co_return response;
}

}  // namespace

Routes metrics_routes(Metrics& metrics) {
    return {{"GET", "/metrics", "metrics",
             [metrics = &metrics](Call call) { return exposition(metrics, std::move(call)); }}};
}

}  // namespace sealwarden::console::api
