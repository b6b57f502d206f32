#include "firmware/console/live_door.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "firmware/console/door_line.hpp"
#include "firmware/diag.hpp"
#include "firmware/local/client.hpp"

namespace sealwarden::console {

namespace asio = boost::asio;
using nlohmann::json;
using SteadyClock = std::chrono::steady_clock;

namespace {

// The ids of our questions: one of each kind is under way at most.
enum Question : std::int64_t { hello = 1, watch = 2, feed = 3, ping = 4, points = 5, status = 6 };

std::string line_of(Question question, const char* call, json arguments = json::object()) {
    arguments["id"] = static_cast<std::int64_t>(question);
    arguments["call"] = call;
    return arguments.dump() + '\n';
}

bool changes_points(const std::string& kind) {
    return kind.starts_with("coverage.") || kind.starts_with("device.");
}

}  // namespace

struct LiveDoor::State : std::enable_shared_from_this<LiveDoor::State> {
    State(asio::io_context& io, LiveDoorOptions given, Live& told, std::function<void()> changed)
        : loop{io},
          options{std::move(given)},
          live{told},
          new_configuration{std::move(changed)},
          pause{io},
          tick{io} {}

    static asio::awaitable<void> run(std::shared_ptr<State> self) {
        auto wait = self->options.pause;
        while (!self->stopped) {
            self->heard_full = false;
            try {
                co_await hear(self);
            } catch (const std::exception& error) {
                self->say_lost(error.what());
            }
            if (const auto line = std::exchange(self->line, nullptr)) line->close();
            self->tick.cancel();
            if (self->stopped) co_return;
            self->live.lost();
            wait = self->heard_full ? self->options.pause
                                    : std::min(wait * 2, self->options.longest_pause);
            boost::system::error_code ignored;
            self->pause.expires_after(wait);
            co_await self->pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        }
    }

    void say_lost(const std::string& why) {
        if (!stopped && !std::exchange(said_lost, true)) {
            diag::warn("gateway does not answer the console", {{"why", why}});
        }
    }

    static asio::awaitable<void> hear(std::shared_ptr<State> self) {
        const auto line = self->line = std::make_shared<DoorLine>(self->loop.get_executor());
        self->heard_at = self->points_at = SteadyClock::now();
        self->count_points = true;
        asio::co_spawn(self->loop, look(self, line), asio::detached);
        co_await DoorLine::open(line, self->options.socket);
        auto question = line_of(hello, "hello");
        co_await DoorLine::send(line, std::move(question));
        for (;;) {
            auto said = co_await DoorLine::receive(line);
            self->heard_at = SteadyClock::now();
            auto answer = self->take(said);
            if (!answer.empty()) co_await DoorLine::send(line, std::move(answer));
        }
    }

    // Keeps the connection honest: a gateway that says nothing for too long hangs.
    static asio::awaitable<void> look(std::shared_ptr<State> self, std::shared_ptr<DoorLine> line) {
        while (self->line == line && !self->stopped) {
            boost::system::error_code at_once;
            self->tick.expires_after(self->options.pings);
            co_await self->tick.async_wait(asio::redirect_error(asio::use_awaitable, at_once));
            if (self->line != line || self->stopped) co_return;
            if (SteadyClock::now() - self->heard_at > self->options.patience) {
                self->say_lost("it does not answer in time");
                line->close();
                co_return;
            }
            if (self->heard_full) {
                auto questions = self->due_questions();
                try {
                    co_await DoorLine::send(line, std::move(questions));
                } catch (const std::exception&) {
                    co_return;  // the reader says so
                }
            }
        }
    }
    std::string due_questions() {
        auto questions = line_of(ping, "hello");
        const auto now = SteadyClock::now();
        if (count_points || now - points_at > options.points) {
            count_points = false;
            points_at = now;
            questions += line_of(points, "points");
        }
        if (std::exchange(check_config, false)) questions += line_of(status, "status");
        return questions;
    }

    // Takes what was said, and returns what to ask next: of the beginning only, when nothing else
    // is being sent.
    std::string take(json& said) {
        const auto id = said.find("id");
        if (id == said.end() || !id->is_number_integer()) throw refused(said);
        switch (id->get<std::int64_t>()) {
            case hello: return take_hello(said);
            case watch: take_states(said); break;
            case feed: take_entries(said); break;
            case points: take_points(said); break;
            case status: take_status(said); break;
            default: break;  // a ping
        }
        return {};
    }
    static local::Unreachable refused(const json& said) {
        return local::Unreachable{said.value("/error/message"_json_pointer,
                                             std::string{"the door does not answer as it should"})};
    }
    std::string take_hello(json& said) {
        if (!said.contains("ok")) throw refused(said);
        auto& ok = said["ok"];
        if (ok.value("site", "") != options.site || ok.value("gateway", "") != options.gateway) {
            throw local::Unreachable{"it is another gateway than the configuration's"};
        }
        ok.erase("you");
        const auto from = ok.at("size");
        live.opened(ok);
        return line_of(watch, "watch") + line_of(feed, "feed", {{"from", from}});
    }
    void take_states(const json& said) {
        if (!said.contains("states")) throw refused(said);
        live.states(said.at("states"), said.at("alarms"), !heard_full);
        if (std::exchange(heard_full, true)) return;
        check_config = true;
        said_lost = false;
        tick.cancel();  // asks for the points at once
        diag::info("console hears the gateway", {{"size", live.hello().value("size", 0)}});
    }
    // `new_log` ends the feed: everything begins anew, at the new log's beginning.
    void take_entries(const json& said) {
        if (!said.contains("entries")) throw refused(said);
        const auto& entries = said.at("entries");
        live.entries(entries);
        for (const auto& entry : entries) {
            const auto kind = entry.value("kind", "");
            if (kind == "config.changed") check_config = true;
            if (changes_points(kind)) count_points = true;
        }
    }
    void take_points(const json& said) {
        if (!said.contains("ok")) return;
        const auto& all = said.at("ok").at("points");
        const auto watched =
            std::ranges::count_if(all, [](const json& point) { return point.contains("value"); });
        live.points(static_cast<std::size_t>(watched), all.size());
    }
    void take_status(const json& said) {
        if (!said.contains("ok")) return;
        const auto hash = said.at("ok").value("config_hash", "");
        if (config_hash.empty()) config_hash = hash;
        if (hash == config_hash) return;
        config_hash = hash;
        new_configuration();
    }

    asio::io_context& loop;
    LiveDoorOptions options;
    Live& live;
    std::function<void()> new_configuration;
    asio::steady_timer pause, tick;
    std::shared_ptr<DoorLine> line;
    SteadyClock::time_point heard_at{}, points_at{};
    bool heard_full = false;
    bool count_points = true;
    bool check_config = true;
    bool said_lost = false;
    bool stopped = false;
    std::string config_hash;
};

LiveDoor::LiveDoor(asio::io_context& loop, LiveDoorOptions options, Live& live,
                   std::function<void()> new_configuration)
    : state_{
          std::make_shared<State>(loop, std::move(options), live, std::move(new_configuration))} {
    asio::co_spawn(loop, State::run(state_), asio::detached);
}

LiveDoor::~LiveDoor() {
    state_->stopped = true;
    state_->pause.cancel();
    state_->tick.cancel();
    if (state_->line) state_->line->close();
}

}  // namespace sealwarden::console
