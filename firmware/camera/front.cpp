// One thread, one wait: for cameras, the door and signals. The door's calls block, for
// milliseconds; a picture is on disk before it is told.
#include "firmware/camera/front.hpp"

#include <fmt/format.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "drivers/camera/stills.hpp"
#include "drivers/descriptor.hpp"
#include "firmware/camera/demand.hpp"
#include "firmware/camera/gateway_door.hpp"
#include "firmware/camera/shelf.hpp"
#include "firmware/clock.hpp"
#include "firmware/diag.hpp"
#include "firmware/eventlog/pictures.hpp"
#include "firmware/local/door_watch.hpp"
#include "firmware/pulse.hpp"
#include "firmware/retention.hpp"
#include "firmware/service.hpp"

namespace sealwarden {
namespace camera {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr std::chrono::microseconds longest_wait = 5s;  // a fraction of the supervisor's patience
// Told when the gateway answers again; the oldest ones are forgotten, their files stay.
constexpr std::size_t most_untold = 20'000;
constexpr int most_told_a_turn = 50;
constexpr int most_refusals = 100;  // one a turn, which lasts up to 5 s

std::chrono::milliseconds milliseconds(auto time) {
    return std::chrono::floor<std::chrono::milliseconds>(time);
}

std::string filled(std::string url, WallTime moment) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(moment);
    const auto put = [&](std::string_view name, const std::string& text) {
        for (auto at = url.find(name); at != url.npos; at = url.find(name, at + text.size()))
            url.replace(at, name.size(), text);
    };
    put("{unix}", std::to_string(seconds.time_since_epoch().count()));
    // Whole seconds, which every recorder reads.
    auto text = rfc3339(seconds);
    if (const auto point = text.find('.'); point != text.npos)
        text.erase(point, text.size() - 1 - point);
    put("{rfc3339}", text);
    return url;
}

Descriptor signals_that_end() {
    sigset_t ends;
    ::sigemptyset(&ends);
    ::sigaddset(&ends, SIGTERM);
    ::sigaddset(&ends, SIGINT);
    ::sigprocmask(SIG_BLOCK, &ends, nullptr);
    Descriptor descriptor{::signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK)};
    if (!descriptor) throw std::system_error{errno, std::generic_category(), "signalfd"};
    return descriptor;
}

class Front {
  public:
    Front(const config::Config& config, std::filesystem::path socket)
        : config_{config},
          socket_{std::move(socket)},
          demand_{config, clock_.uptime()},
          shelf_{config.pictures.keep, config.pictures.quota_bytes},
          door_watch_{clock_.uptime()} {}

    void run() {
        service::ready(fmt::format("watching {} cameras", config_.pictures.sources.size()));
        while (going_) turn();
        say_good_bye();
        diag::info("camera front is going down");
        service::stopping();
    }

  private:
    // What is kept already is told if the gateway still hears it.
    void say_good_bye() {
        try {
            if (door_) tell_untold();
        } catch (const std::exception& error) {
            diag::warn("gateway does not answer", {{"why", error.what()}});
        }
    }
    void turn() {
        pulse_.beat(clock_.uptime());
        with_door();
        if (!going_) return;
        start_what_is_due();
        std::vector<int> descriptors{signals_.get()};
        if (door_) descriptors.push_back(door_->descriptor());
        for (auto& still : stills_.wait(milliseconds(until_due()), descriptors))
            finished(std::move(still));
        signalfd_siginfo signal{};
        if (::read(signals_.get(), &signal, sizeof signal) == sizeof signal) going_ = false;
    }

    [[nodiscard]] std::chrono::microseconds until_due() const {
        const auto now = clock_.uptime();
        auto longest = longest_wait;
        if (door_ && tells_on_) longest = 0us;
        if (!door_) longest = std::min<std::chrono::microseconds>(longest, door_watch_.due() - now);
        if (const auto due = demand_.due(); due && known_)
            longest = std::min<std::chrono::microseconds>(longest, *due - now);
        return std::max<std::chrono::microseconds>(longest, 1ms);
    }

    void with_door() {
        const auto now = clock_.uptime();
        try {
            if (!door_ && now >= door_watch_.due()) open_door();
            if (!door_) return;
            tell_untold();
            take(door_->read());
            check_config();
            look_for_aged();
            take(door_->read());  // what came between the calls: the descriptor does not tell of it
        } catch (const std::exception& error) {
            lose_door(error.what());
        }
    }
    void open_door() {
        door_.emplace(socket_, config_);
        if (!known_)
            for (const auto& source : config_.pictures.sources) learn(source.camera);
        known_ = true;
        learn_shelf();
        door_watch_.found();
        diag::info("gateway found", {{"pictures", shelf_.bytes()}});
    }
    void lose_door(const std::string& why) {
        door_watch_.lost(door_.has_value(), why, clock_.uptime());
        door_.reset();
    }
    void check_config() {
        const auto hash = door_->new_config_hash();
        if (hash && door_watch_.has_another_config(*hash)) going_ = false;
    }

    // Anew with each door: what was told before the last one closed may not have come back.
    void learn_shelf() {
        shelf_ = Shelf{config_.pictures.keep, config_.pictures.quota_bytes};
        std::map<std::string, std::int64_t> files;
        for (const auto& [sha256, bytes] : eventlog::kept_pictures(config_.log_directory))
            files[sha256] = bytes;
        auto unnamed = files;
        std::vector<Shelved> shelved;  // the newest first
        door_->each_picture([&](const json& record) {
            const auto sha256 = record.at("data").value("sha256", "");
            const auto found = files.find(sha256);
            if (found == files.end()) return true;
            unnamed.erase(sha256);
            shelved.push_back(shelved_of(record, found->second));
            pulse_.beat(clock_.uptime());
            return !unnamed.empty();
        });
        // Of a log that was set aside, or from before a crash: nobody knows how old they are.
        for (const auto& [sha256, bytes] : unnamed)
            shelf_.add({.sha256 = sha256, .bytes = bytes, .entry = {}, .recorded = {}});
        for (auto one = shelved.rbegin(); one != shelved.rend(); ++one) shelf_.add(std::move(*one));
    }
    void learn(const std::string& camera) {
        // The check's own entry: among the camera's there are too many live ones.
        const auto stored = door_->newest({"camera_check", camera}, {"camera_check.ready"});
        std::optional<std::chrono::seconds> stored_ago;
        if (stored) stored_ago = std::chrono::floor<std::chrono::seconds>(age_of(*stored));
        const auto failed = door_->newest({"camera", camera}, {"camera.picture_failed"});
        const bool of_stored = failed && failed->at("data").value("stored", false);
        const auto taken =
            of_stored ? stored : door_->newest({"camera", camera}, {"camera.picture"});
        const bool fails = failed && (!taken || taken->at("i") < failed->at("i"));
        demand_.learn(camera, stored_ago, fails && !of_stored, fails && of_stored);
    }
    [[nodiscard]] std::chrono::microseconds age_of(const json& record) const {
        const auto wall = wall_time(record.at("t").at("wall").get<std::string>());
        return wall ? clock_.sample().wall - *wall : 0us;
    }
    [[nodiscard]] Shelved shelved_of(const json& record, std::int64_t bytes) const {
        const auto& time = record.at("t");
        eventlog::Entry entry{
            .index = record.at("i").get<std::uint64_t>(),
            .kind = record.at("kind").get<std::string>(),
            .wall = wall_time(time.at("wall").get<std::string>()).value_or(WallTime{}),
            .at = {},
            .bytes = record.dump()};
        return {
            .sha256 = record.at("data").at("sha256").get<std::string>(),
            .bytes = bytes,
            .entry = entry.index,
            .recorded = time.value("sync", "") == "ntp" ? std::optional{entry.wall} : std::nullopt,
            .held = hold_over(entry, config_.retention) != nullptr};
    }

    void take(const std::vector<json>& records) {
        for (const auto& record : records) {
            const Uptime at{
                std::chrono::microseconds{record.at("t").at("mono_us").get<std::int64_t>()}};
            const auto now = clock_.uptime();
            demand_.take(record, milliseconds(std::max(now - at, 0us)), now);
            // Ours comes back: only now its time is known as the log has it.
            if (record.at("kind") != "camera.picture") continue;
            const auto& data = record.at("data");
            shelf_.add(shelved_of(record, data.at("bytes").get<std::int64_t>()));
        }
    }

    void start_what_is_due() {
        if (!known_) return;
        while (auto shot = demand_.next(clock_.uptime())) start(std::move(*shot));
    }
    void start(Shot shot) {
        const auto& sources = config_.pictures.sources;
        const auto source = std::ranges::find(sources, shot.camera, &config::PictureSource::camera);
        auto moment = clock_.sample().wall;
        if (shot.stored) moment -= source->stored_ago;
        StillRequest request{.url = shot.stored ? filled(*source->stored, moment) : *source->live,
                             .user = source->user.value_or(""),
                             .password = {},
                             .ca = source->ca.value_or("")};
        if (source->password) {
            auto password = config::read_secret(*source->password);
            if (const auto* error = std::get_if<config::SecretError>(&password)) {
                diag::error("a camera's password cannot be read",
                            {{"camera", shot.camera}, {"why", error->message}});
                return failed(shot, "its password cannot be read here");
            }
            request.password = std::get<std::string>(std::move(password));
        }
        try {
            const auto number = stills_.start(request);
            under_way_.emplace(number, std::pair{std::move(shot), moment});
        } catch (const std::exception& error) {
            failed(shot, std::string{"it cannot be asked: "} + error.what());
        }
    }

    void finished(Still still) {
        const auto found = under_way_.find(still.request);
        auto [shot, moment] = std::move(found->second);
        under_way_.erase(found);
        if (!still.why.empty()) return failed(shot, still.why);
        const auto wall = clock_.sample().wall;
        if (!shot.stored) moment = wall;
        auto why = make_room(static_cast<std::int64_t>(still.jpeg.size()));
        std::string sha256;
        if (why.empty()) {
            try {
                sha256 = eventlog::keep_picture(config_.log_directory, still.jpeg);
            } catch (const std::system_error& error) {
                diag::error("a picture cannot be kept", {{"why", error.what()}});
                why = "it cannot be kept: " + error.code().message();
            }
        }
        if (!why.empty()) return failed(shot, why);
        json news{{"camera", shot.camera},
                  {"stored", shot.stored},
                  {"sha256", sha256},
                  {"bytes", still.jpeg.size()},
                  {"taken_ts", milliseconds(moment.time_since_epoch()).count()},
                  {"skipped", shot.skipped}};
        if (still.date) {
            // It is cut to whole seconds: on average half of one is missing.
            const auto says = std::chrono::milliseconds{*still.date} + 500ms;
            news["clock_offset_ms"] = (says - milliseconds(wall.time_since_epoch())).count();
        }
        if (shot.cause) {
            news["cause"] = shot.cause->index;
            news["about"] = json::array();
            for (const auto& [kind, id] : shot.cause->about)
                news["about"].push_back({{"k", kind}, {"v", id}});
        }
        if (demand_.ended(shot, {}, clock_.uptime())) tell(std::move(news));
    }

    void failed(const Shot& shot, const std::string& why) {
        if (!demand_.ended(shot, why, clock_.uptime())) return;
        diag::warn("no picture", {{"camera", shot.camera}, {"stored", shot.stored}, {"why", why}});
        tell({{"camera", shot.camera}, {"stored", shot.stored}, {"failed", why}});
    }

    // Empty: there is room now.
    std::string make_room(std::int64_t bytes) {
        auto room = shelf_.room_for(bytes);
        for (const auto& one : room.goes) remove(one);
        return room.full;
    }
    void look_for_aged() {
        const auto now = clock_.sample();
        if (!aged_walk_.look(now, doubted(now))) return;
        for (const auto& one : shelf_.aged(now.wall)) remove(one);
    }
    // Asked as often as the walk looks.
    bool doubted(const ClockSample& now) {
        if (now.uptime < doubt_due_) return doubted_;
        doubt_due_ = now.uptime + AgedWalk::every;
        return doubted_ = door_->clock_doubted();
    }
    void remove(const Goes& one) {
        try {
            eventlog::remove_picture(config_.log_directory, one.sha256);
        } catch (const std::system_error& error) {
            diag::error("a picture cannot be deleted", {{"why", error.what()}});
            return;
        }
        shelf_.remove(one.sha256);
        json news{{"erased", one.sha256}, {"rule", one.rule}};
        if (one.entry) news["entry"] = *one.entry;
        tell(std::move(news));
    }

    void tell(json news) {
        if (untold_.size() >= most_untold) {
            untold_.pop_front();
            diag::warn("news of a picture is lost: the gateway was away for too long");
        }
        untold_.push_back({.news = std::move(news)});
    }
    // A few a turn: each waits for a commit.
    void tell_untold() {
        tells_on_ = false;
        for (int told = 0; !untold_.empty(); ++told) {
            if (told == most_told_a_turn) {
                tells_on_ = true;
                return;
            }
            auto& [news, refusals] = untold_.front();
            try {
                door_->tell(news);
            } catch (const local::Refused& refused) {
                // The log is full, which passes; or the camera is no longer there, which does not.
                if (++refusals < most_refusals) return;
                diag::warn("the gateway does not take a picture", {{"why", refused.what()}});
            }
            untold_.pop_front();
        }
    }

    struct Untold {
        json news;
        int refusals = 0;
    };
    const config::Config& config_;
    const std::filesystem::path socket_;
    const Descriptor signals_ = signals_that_end();
    SystemClock clock_;
    Pulse pulse_;
    Stills stills_;
    Demand demand_;
    Shelf shelf_;
    AgedWalk aged_walk_;
    std::map<std::uint64_t, std::pair<Shot, WallTime>> under_way_;  // with the moment it shows
    std::deque<Untold> untold_;
    std::optional<GatewayDoor> door_;
    bool known_ = false;  // what the log knows of pictures was read
    bool going_ = true;
    bool tells_on_ = false;  // there is more to tell, and nothing to wait for
    bool doubted_ = true;
    Uptime doubt_due_;
    local::DoorWatch door_watch_;
};

}  // namespace
}  // namespace camera

int run_camera_front(const config::Config& config, const std::filesystem::path& socket) {
    camera::Front{config, socket}.run();
    return 0;
}

}  // namespace sealwarden
