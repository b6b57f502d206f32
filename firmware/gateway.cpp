#include "firmware/gateway.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <fstream>

#include "drivers/toml/schema.hpp"
#include "firmware/diag.hpp"
#include "firmware/site_time.hpp"
#include "firmware/version.hpp"

namespace sealwarden {
namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

// The clock is looked at, and a full log tried again, at least so often.
constexpr auto look_every = 1s;

// Relays go off before the gateway ends, if their devices answer within this.
constexpr auto relay_patience = 1s;

// A broker or a witness is asked what it holds before anything new is signed; for so long.
constexpr auto look_outside_for = 20s;

std::string boot_id() {
    constexpr auto path = "/proc/sys/kernel/random/boot_id";
    std::ifstream file{path};
    std::string id;
    std::getline(file, id);
    // Without it a reading's uptime could not be told from one before a reboot.
    if (id.empty()) {
        throw std::runtime_error{std::string{path} +
                                 " cannot be read; under systemd, the unit must not have "
                                 "ProcSubset=pid"};
    }
    return id;
}

bool changed_below(const config::Difference& difference, std::string_view prefix) {
    return std::any_of(difference.changed.begin(), difference.changed.end(),
                       [&](std::string_view path) {
                           if (path.starts_with('+') || path.starts_with('-'))
                               path.remove_prefix(1);
                           return path.starts_with(prefix);
                       });
}

SiteMemory remembered(const eventlog::LogThread& log, const ClockSample& now) {
    auto memory = log.memory(now);
    memory.wall = wall_offset(now);
    return memory;
}

bool tells_of_alarm(const Event& event) {
    return !event.subjects.empty() && event.subjects.front().kind == "alarm";
}

}  // namespace

Gateway::Gateway(asio::io_context& loop, config::Config config, const Clock& clock,
                 std::function<std::vector<local::Front>()> fronts)
    : loop_{loop},
      config_{std::move(config)},
      clock_{clock},
      fronts_{std::move(fronts)},
      started_{clock.uptime()},
      keys_{signing_keys(config_.evidence)},
      log_{{.directory = config_.log_directory,
            .boot_id = boot_id(),
            .gateway = config_.site.gateway,
            .signer = keys_.signer,
            .look_outside_for = config_.mqtt ? look_outside_for : 0s},
           clock,
           [this](eventlog::Committed committed) {
               asio::post(loop_, [this, alive = alive_, told = std::move(committed)] {
                   if (*alive) on_committed(told);
               });
           },
           [this](eventlog::Health health, const std::string& why) {
               asio::post(loop_, [this, alive = alive_, health, why] {
                   if (*alive) on_health(health, why);
               });
           }},
      generation_{log_.generation()},
      reader_{config_.log_directory},
      site_{config_.site, remembered(log_, clock.sample()), started_},
      recorder_{[this](Events events) { return log_.append(std::move(events)); }, site_.alarms()},
      clock_watch_{clock.sample(), config_.site.gateway},
      signing_watch_{config_.site.gateway, site_.alarms()},
      outside_watch_{config_.site.gateway, site_.alarms()},
      sample_{clock.sample()},
      timer_{loop} {
    // First what can fail: a start that comes to nothing leaves nothing in the log.
    door_ =
        std::make_unique<local::Server>(loop_, local::ServerOptions{.socket = config_.socket},
                                        static_cast<local::House&>(*this), reader_, log_.size());
    record_start(sample_);
    hardware_ = std::make_unique<Hardware>(loop_, config_, clock_, sink());
    arm_timer();
}

Gateway::~Gateway() {
    *alive_ = false;
}

Event Gateway::about_gateway(EventKind kind) const {
    return {.kind = kind, .at = clock_.uptime(), .subjects = {{"gateway", config_.site.gateway}}};
}

void Gateway::record_start(const ClockSample& now) {
    auto boot = about_gateway(EventKind::boot);
    boot.at = now.uptime;
    boot.data = {{"version", std::string{version}},
                 {"config_hash", config_.hash},
                 {"alarms_restored", static_cast<std::int64_t>(site_.alarms().size())}};
    const auto before = log_.newest({"gateway", config_.site.gateway});
    // The last thing the log says of the gateway tells how it ended: a power cut says nothing.
    boot.data["ended"] = log_.began_anew()                                ? "unknown"
                         : !before                                        ? "first_start"
                         : before->kind == to_string(EventKind::shutdown) ? "shutdown"
                                                                          : "cut_off";
    deliver({std::move(boot), config_in_force("start")});
    if (log_.lacks_records()) carry_records();
}

void Gateway::carry_records() {
    carried_ = 0;
    carry_on();
}

// Piece by piece, each when the one before is on disk: a large site's records would take ten times
// its memory.
void Gateway::carry_on() {
    if (!carried_ || pause_) return;
    auto piece = site_.carried(*carried_);
    if (piece.empty()) {
        carried_.reset();
        deliver({about_gateway(EventKind::log_carried)});
        return;
    }
    deliver(std::move(piece), [this, alive = alive_](std::uint64_t) {
        asio::post(loop_, [this, alive] {
            if (*alive) carry_on();
        });
    });
}

Event Gateway::config_in_force(const std::string& reason) const {
    auto config = about_gateway(EventKind::config_changed);
    config.data = {{"config_hash", config_.hash}, {"reason", reason}};
    std::string profiles;
    for (const auto& profile : config_.profiles) {
        profiles += (profiles.empty() ? "" : " ") + profile.id + "@" + profile.hash.substr(0, 16);
    }
    config.data["profiles"] = profiles;
    return config;
}

ReportSink Gateway::sink() {
    return [this, alive = alive_](BusReport report) {
        asio::post(loop_, [this, alive, told = std::move(report)] {
            if (*alive) on_report(told);
        });
    };
}

void Gateway::on_report(const BusReport& report) {
    for (const auto& device : report.devices) {
        auto& known = devices_[device.device];
        if (!device.last_error.empty() && device.last_error != known.last_error) {
            diag::warn(
                "device does not answer well",
                {{"device", device.device}, {"bus", device.bus}, {"why", device.last_error}});
        }
        known = device;
    }
    if (pause_) {
        pause_->readings += report.readings.size();
        return;
    }
    Events events;
    for (const auto& reading : report.readings) {
        auto told = site_.apply(reading);
        std::move(told.begin(), told.end(), std::back_inserter(events));
    }
    deliver(std::move(events));
    arm_timer();
}

void Gateway::deliver(Events events, Recorder::Done done) {
    Recorder::Batch batch{
        .events = std::move(events), .changes = site_.take_changes(), .done = std::move(done)};
    if (std::any_of(batch.events.begin(), batch.events.end(), tells_of_alarm)) {
        batch.alarms = site_.alarms();
    }
    const auto at_once = recorder_.record(std::move(batch));
    if (!at_once.empty() && door_) door_->committed({}, at_once);
    // Not behind the commit: a sounder does not wait for a disk that does not answer.
    switch_relays(false);
    if (!recorder_.held()) return;
    pause_ = Pause{.since = clock_.uptime()};
    diag::error("the log takes no more: polling is paused", {{"queued", log_.queued()}});
}

void Gateway::try_to_resume() {
    if (!pause_ || !recorder_.retry()) return;
    const auto pause = *std::exchange(pause_, std::nullopt);
    auto gap = about_gateway(EventKind::log_paused);
    gap.after = pause.since;
    gap.data = {
        {"paused_ms",
         std::int64_t{
             std::chrono::duration_cast<std::chrono::milliseconds>(gap.at - pause.since).count()}},
        {"readings_lost", static_cast<std::int64_t>(pause.readings)}};
    diag::info("the log takes entries again", {{"readings_lost", pause.readings}});
    deliver({std::move(gap)});
    carry_on();
}

void Gateway::on_committed(const eventlog::Committed& committed) {
    const bool new_log = std::exchange(generation_, committed.generation) != committed.generation;
    if (new_log && door_) door_->began_anew(generation_);
    if (new_log) seen_outside_.reset();
    for (const auto& entry : committed.entries) {
        if (!entry.kind.starts_with("anchor.")) worth_seeing_ = entry.index + 1;
        detection_.add(
            std::chrono::duration_cast<std::chrono::microseconds>(clock_.uptime() - entry.at));
    }
    if (!committed.entries.empty()) commits_.add(committed.took);
    syncs_ += committed.syncs;
    const auto changes = recorder_.committed(committed);
    if (door_) door_->committed(committed.entries, changes);
    try_to_resume();
    if (!new_log || pause_) return;
    deliver({config_in_force("new_log")});
    carry_records();
}

void Gateway::on_health(eventlog::Health health, std::string why) {
    if (health != eventlog::Health::good)
        diag::error("the log is in trouble", {{"why", why}});
    else
        diag::info("the log is well again");
    health_ = health;
    health_why_ = std::move(why);
}

void Gateway::arm_timer() {
    const auto now = clock_.uptime();
    auto wait = std::chrono::duration_cast<std::chrono::microseconds>(look_every);
    if (const auto deadline = site_.deadline()) {
        wait = std::clamp(*deadline - now, std::chrono::microseconds{0}, wait);
    }
    timer_due_ = now + wait;
    timer_.expires_after(wait);
    timer_.async_wait([this, alive = alive_](boost::system::error_code error) {
        if (!error && *alive) on_timer();
    });
}

void Gateway::on_timer() {
    lag_.add(std::chrono::duration_cast<std::chrono::microseconds>(clock_.uptime() - timer_due_));
    try_to_resume();
    if (!pause_) {
        sample_ = clock_.sample();
        site_.set_wall(wall_offset(sample_));
        auto events = site_.tick(sample_.uptime);
        auto clock_events = clock_watch_.look(sample_);
        std::move(clock_events.begin(), clock_events.end(), std::back_inserter(events));
        auto said_of_log = signing_watch_.look(signing(), sample_.uptime);
        std::ranges::move(outside_watch_.look(outside(), sample_.uptime),
                          std::back_inserter(said_of_log));
        for (auto& said : said_of_log) {
            auto told = site_.apply(std::move(said));
            std::move(told.begin(), told.end(), std::back_inserter(events));
        }
        deliver(std::move(events));
        switch_relays(true);
        look_for_aged();
    }
    arm_timer();
}

void Gateway::look_for_aged() {
    if (config_.retention.personal.empty()) return;
    const auto from = aged_walk_.look(sample_, log_.signing().clock_held_back);
    if (!from) return;
    reader_.query({.from = *from, .limit = AgedWalk::page, .only_personal = true},
                  [this, alive = alive_](eventlog::Reader::Page page) {
                      asio::post(loop_, [this, alive, told = std::move(page)] {
                          if (*alive) erase_aged(told);
                      });
                  });
}

void Gateway::erase_aged(const eventlog::Reader::Page& page) {
    // The next round finds what is not erased now.
    if (!page.error.empty() || page.generation != generation_ || pause_ ||
        log_.signing().clock_held_back) {
        aged_walk_.go_on_from(0);
        return;
    }
    aged_walk_.go_on_from(page.more ? page.next : 0);
    Events events;
    for (const auto& [entry, rule] : aged(page.entries, sample_.wall, config_.retention)) {
        events.push_back(erasure(entry, rule, {}, config_.site.gateway, clock_.uptime()));
    }
    if (!events.empty()) deliver(std::move(events));
}

std::string Gateway::reload(config::Config next) {
    const auto difference = config::difference(config_, next);
    if (difference.changed.empty()) return {};
    if (!difference.needs_restart.empty()) {
        auto why = listed(difference.needs_restart) +
                   " can only change at a start: restart the gateway (systemctl restart "
                   "sealwarden), or put the old value back";
        reload_refused(why);
        return why;
    }
    auto event = about_gateway(EventKind::config_changed);
    std::string paths;
    for (const auto& path : difference.changed) paths += (paths.empty() ? "" : " ") + path;
    event.data = {{"config_hash", next.hash},
                  {"before", config_.hash},
                  {"reason", "reload"},
                  {"changed", paths}};

    next.socket = config_.socket;  // --socket may say another one than the file
    const bool rewired = changed_below(difference, "bus.") || changed_below(difference, "gpio.") ||
                         next.profiles != config_.profiles;
    auto memory = site_.memory();
    config_ = std::move(next);
    site_ = Site{config_.site, std::move(memory), clock_.uptime()};
    forget_relays(rewired);
    deliver({std::move(event)});
    if (rewired) {
        hardware_.reset();
        devices_.clear();
        hardware_ = std::make_unique<Hardware>(loop_, config_, clock_, sink());
    }
    arm_timer();
    return {};
}

void Gateway::reload_refused(const std::string& why) {
    auto event = about_gateway(EventKind::config_refused);
    event.data = {{"why", why}};
    deliver({std::move(event)});
}

// A relay that is on does not outlive the gateway: it is told to go off, and given a moment.
void Gateway::shut_down(const std::string& reason, std::function<void()> done) {
    if (!pause_) deliver(site_.rest(clock_.uptime()));
    let_relays_go(clock_.uptime() + relay_patience,
                  [this, reason, done = std::move(done)] { close_log(reason, done); });
}

void Gateway::let_relays_go(Uptime until, const std::function<void()>& done) {
    if (!hardware_ || hardware_->open_orders() == 0 || clock_.uptime() >= until) {
        done();
        return;
    }
    timer_.expires_after(10ms);
    timer_.async_wait([this, alive = alive_, until, done](boost::system::error_code error) {
        if (!error && *alive) let_relays_go(until, done);
    });
}

void Gateway::close_log(const std::string& reason, std::function<void()> done) {
    hardware_.reset();
    timer_.cancel();
    auto event = about_gateway(EventKind::shutdown);
    event.data = {{"reason", reason}};
    if (pause_) {  // the log takes nothing: it cannot take this either
        done();
        return;
    }
    deliver({std::move(event)}, [done = std::move(done)](std::uint64_t) { done(); });
}

// What is no longer an output goes off; after new wiring every relay is told anew.
void Gateway::forget_relays(bool rewired) {
    const auto relays = site_.relays();
    std::erase_if(ordered_, [&](const auto& ordered) {
        const bool stays = std::ranges::count(relays, ordered.first, &Site::Relay::point) > 0;
        if (!stays && hardware_) hardware_->set(ordered.first, false);
        return !stays || rewired;
    });
}

void Gateway::switch_relays(bool anew) {
    if (!hardware_) return;
    const auto now = clock_.uptime();
    for (const auto& relay : site_.relays()) {
        const auto told = ordered_.find(relay.point);
        const bool news = told == ordered_.end() || told->second.on != relay.on;
        if (!news) {
            if (!anew || now < told->second.at + look_every) continue;
            const auto seen = site_.last(relay.point);
            const auto* value = seen ? seen->value() : nullptr;
            if (value != nullptr && *value == Value{relay.on}) continue;
        }
        ordered_[relay.point] = {.on = relay.on, .at = now};
        hardware_->set(relay.point, relay.on);
    }
}

bool Gateway::has_progressed() {
    auto now = hardware_ ? hardware_->progress() : std::vector<std::uint64_t>{};
    now.push_back(log_.progress());
    const bool all = now.size() != progress_.size() ||
                     std::equal(now.begin(), now.end(), progress_.begin(),
                                [](auto present, auto before) { return present != before; });
    progress_ = std::move(now);
    return all;
}

}  // namespace sealwarden
