// One loop: the door, the network and the signals. Whoever is told is waited for in a coroutine of
// his own, so that nobody holds the others up; the door's calls block, for milliseconds.
#include "firmware/notify/front.hpp"

#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <deque>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include "firmware/clock.hpp"
#include "firmware/diag.hpp"
#include "firmware/local/client.hpp"
#include "firmware/local/door_watch.hpp"
#include "firmware/local/greeting.hpp"
#include "firmware/notify/cursor.hpp"
#include "firmware/notify/message.hpp"
#include "firmware/notify/news.hpp"
#include "firmware/notify/signature.hpp"
#include "firmware/notify/turn.hpp"
#include "firmware/outward/http.hpp"
#include "firmware/pulse.hpp"
#include "firmware/service.hpp"

namespace sealwarden {
namespace notify {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using nlohmann::json;

constexpr auto door_patience = 5s;
constexpr auto longest_wait = 10s;  // a fraction of the supervisor's patience
constexpr int page = 50;            // entries asked for at once
constexpr std::size_t answer_limit = 64 << 10;

double random_fraction() {
    std::uint64_t bits = 0;
    if (::getrandom(&bits, sizeof bits, 0) != sizeof bits) throw std::runtime_error{"no random"};
    return static_cast<double>(bits >> 11) / 9007199254740992.0;  // 53 bits
}

outward::Url url_of(const std::string& text) {
    auto url = outward::parse_url(text);
    if (!url) throw std::runtime_error{text + " is no URL of HTTP"};
    return *url;
}

std::string secret_of(const config::SecretRef& named) {
    auto read = config::read_secret(named);
    if (const auto* error = std::get_if<config::SecretError>(&read)) {
        throw std::runtime_error{error->message};
    }
    return std::get<std::string>(std::move(read));
}

struct Target {
    Target(const config::Webhook& of, const std::filesystem::path& directory, Uptime now)
        : webhook{of},
          url{url_of(of.url)},
          cursor{directory, of.id},
          turn{of.expires, random_fraction, now} {
        try {
            if (of.token) token = secret_of(*of.token);
            if (!of.secret) return;
            auto found = key_from(secret_of(*of.secret));
            if (!found) {
                throw std::runtime_error{
                    "its secret is no base64 of 24 to 64 bytes; make one with `openssl rand "
                    "-base64 32`"};
            }
            key = std::move(*found);
        } catch (const std::runtime_error& error) {
            unusable = error.what();
        }
    }
    const config::Webhook& webhook;
    const outward::Url url;
    Cursor cursor;
    Turn turn;
    std::string key, token;
    std::string unusable;  // why it is told nothing at all
    Place place;
    bool known = false;  // is `place`
    bool idle = false;   // nothing is left for it in the log
    bool unsaved = false;
    std::string said;  // the trouble that the diagnostics tell of
    std::optional<bool> failing_told;
};

class Front {
  public:
    Front(const config::Config& config, std::filesystem::path socket)
        : config_{config},
          socket_{std::move(socket)},
          directory_{config.log_directory / "notify"},
          words_{config.site, alias_key(directory_)},
          signals_{loop_, SIGTERM, SIGINT},
          timer_{loop_},
          door_ready_{loop_},
          door_watch_{clock_.uptime()} {
        for (const auto& webhook : config.webhooks) {
            targets_.emplace_back(webhook, directory_, clock_.uptime());
        }
    }

    void run() {
        signals_.async_wait([this](boost::system::error_code, int) {
            service::stopping();
            loop_.stop();
        });
        service::ready("telling " + std::to_string(targets_.size()) + " webhooks");
        turn();
        loop_.run();
    }

  private:
    // After anything that happened.
    void turn() {
        pulse_.beat(clock_.uptime());
        with_door([this] {
            tell_gateway();
            for (auto& target : targets_) tell(target);
        });
        wait();
    }

    template <class Work>
    void with_door(Work work) {
        const auto now = clock_.uptime();
        try {
            if (!door_ && now >= door_watch_.due()) open_door();
            if (!door_) return;
            read();
            if (check_config()) return;
            work();
            read();  // what came between the calls: the descriptor does not tell of it
        } catch (const std::exception& error) {
            lose_door(error.what());
        }
    }

    void open_door() {
        local::Client door{socket_, door_patience};
        const auto hello = local::greet(door, config_.site);
        door_.emplace(std::move(door));
        const auto size = hello.at("size").get<std::uint64_t>();
        generation_ = hello.at("generation").get<std::uint64_t>();
        for (auto& target : targets_) find_place(target, size);
        feed_ = door_->start("feed", {{"from", size}});
        door_ready_.assign(::dup(door_->descriptor()));
        look_at_config_ = true;
        door_watch_.found();
        diag::info("gateway found", {{"size", size}});
        wait_for_door();
    }

    // One that was never told hears of what happens from now on, and after a log was set aside of
    // all that the new one has.
    void find_place(Target& target, std::uint64_t size) {
        if (!target.known) {
            const auto saved = target.cursor.load();
            target.place = saved.value_or(Place{.next = size, .generation = generation_});
            target.known = true;
            if (!saved) target.cursor.save(target.place);
        }
        if (target.place.generation != generation_ || target.place.next > size) {
            target.place = {.next = 0, .generation = generation_};
        }
        target.idle = false;
        target.failing_told.reset();
    }

    void lose_door(const std::string& why) {
        door_watch_.lost(door_.has_value(), why, clock_.uptime());
        door_.reset();
        boost::system::error_code ignored;
        door_ready_.close(ignored);
    }

    void wait_for_door() {
        door_ready_.async_wait(asio::posix::stream_descriptor::wait_read,
                               [this](boost::system::error_code error) {
                                   if (error) return;
                                   turn();
                                   if (door_) wait_for_door();
                               });
    }

    // The feed only tells that there is something new: each target reads for itself.
    void read() {
        while (const auto line = door_->next(0ms)) {
            if (line->contains("error")) throw std::runtime_error{line->at("error").dump()};
            if (line->value("id", std::int64_t{0}) != feed_) continue;
            for (auto& target : targets_) target.idle = false;
            for (const auto& record : line->at("entries")) {
                if (record.at("kind") == "config.changed") look_at_config_ = true;
            }
        }
    }

    bool check_config() {
        if (!look_at_config_) return false;
        look_at_config_ = false;
        const auto hash = door_->call("status").at("config_hash").get<std::string>();
        if (!door_watch_.has_another_config(hash)) return false;
        loop_.stop();
        return true;
    }

    // What became of messages, in the log before the cursors move behind them.
    void tell_gateway() {
        for (; !notices_.empty(); notices_.pop_front()) say(notices_.front());
        for (auto& target : targets_) {
            if (std::exchange(target.unsaved, false)) target.cursor.save(target.place);
            const bool failing = !target.unusable.empty() || target.turn.failing();
            if (target.failing_told == failing) continue;
            // Well is only what has taken something.
            if (!failing && target.turn.trouble().empty() && !target.failing_told &&
                !delivered_.contains(target.webhook.id)) {
                continue;
            }
            const auto& why = target.unusable.empty() ? target.turn.trouble() : target.unusable;
            json notice{{"what", failing ? "failing" : "well"}, {"webhook", target.webhook.id}};
            if (failing) notice["why"] = why.substr(0, longest_why);
            say(notice);
            target.failing_told = failing;
        }
    }
    void say(const json& notice) {
        try {
            door_->call("noticed", notice);
        } catch (const local::Refused& refused) {
            // It says so already; or writes nothing at present, and hears it again.
            if (refused.code == "refused" &&
                std::string_view{refused.what()}.find("try again") != std::string_view::npos) {
                throw;
            }
        }
    }

    void tell(Target& target) {
        const auto now = clock_.uptime();
        const auto due = target.turn.due();
        if (!target.unusable.empty()) {
            say_once(target, target.unusable);
            return;
        }
        if (!due || *due > now || target.idle) return;
        const auto news = next_for(target);
        if (!news) return;
        send(target, *news);
    }

    // The first entry from its place on that it wants.
    std::optional<News> next_for(Target& target) {
        const auto answer = door_->call(
            "query",
            {{"from", target.place.next}, {"limit", page}, {"kinds", target.webhook.events}});
        if (answer.at("generation") != generation_) throw std::runtime_error{"another log"};
        for (const auto& record : answer.at("entries")) {
            auto news = news_from(record);
            if (news && is_wanted(*news, target.webhook)) return news;
            target.place.next = record.at("i").get<std::uint64_t>() + 1;
        }
        target.place.next = std::max(target.place.next, answer.at("next").get<std::uint64_t>());
        target.idle = answer.at("more") != true;
        return std::nullopt;
    }

    void send(Target& target, const News& news) {
        const auto now = clock_.sample().wall;
        const auto age = std::max(std::chrono::floor<std::chrono::seconds>(now - news.at),
                                  std::chrono::seconds{0});
        auto message =
            message_for(news, target.webhook, words_,
                        {.late = age > target.webhook.late_after, .age = age}, target.token);
        outward::HttpQuestion question{.url = target.url,
                                       .content_type = std::move(message.content_type),
                                       .body = std::move(message.body),
                                       .answer_limit = answer_limit,
                                       .headers = std::move(message.headers),
                                       .authorities = target.webhook.ca};
        sign(target, news, now, question);
        target.turn.sent();
        asio::co_spawn(loop_, deliver(&target, news, age, std::move(question)),
                       [this](const std::exception_ptr&) { turn(); });
    }

    // The id is the entry's, so that a receiver tells a message that comes twice.
    void sign(const Target& target, const News& news, WallTime now,
              outward::HttpQuestion& question) const {
        const auto id = "msg_" + config_.site.site + "_" + config_.site.gateway + "_g" +
                        std::to_string(generation_) + "_" + std::to_string(news.index);
        const auto time = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
        question.headers.emplace_back("webhook-id", id);
        question.headers.emplace_back("webhook-timestamp", std::to_string(time));
        if (!target.key.empty()) {
            question.headers.emplace_back("webhook-signature",
                                          signature(target.key, id, time, question.body));
        }
        const bool in_body = target.webhook.form == config::WebhookForm::pagerduty;
        if (!target.token.empty() && !in_body) {
            question.headers.emplace_back("Authorization", "Bearer " + target.token);
        }
    }

    asio::awaitable<void> deliver(Target* target, News news, std::chrono::seconds age,
                                  outward::HttpQuestion question) {
        outward::HttpAnswer answer;
        std::string why;
        try {
            answer = co_await outward::post(loop_.get_executor(), std::move(question));
        } catch (const boost::system::system_error& error) {
            why = error.code().message();
        } catch (const std::exception& error) {
            why = error.what();
        }
        const auto now = clock_.uptime();
        const auto outcome = why.empty() ? target->turn.answered(answer.status, age, now)
                                         : target->turn.unanswered(std::move(why), age, now);
        take(*target, news, outcome);
    }

    void take(Target& target, const News& news, Outcome outcome) {
        say_once(target, target.turn.trouble());
        if (outcome == Outcome::again) return;
        const bool delivered = outcome == Outcome::delivered;
        if (delivered) delivered_.insert(target.webhook.id);
        if (news.is_step()) {
            json notice{{"what", delivered ? "delivered" : "failed"},
                        {"webhook", target.webhook.id},
                        {"alarm", news.alarm},
                        {"entry", news.index},
                        {"tries", target.turn.tries()}};
            if (!delivered) notice["why"] = target.turn.trouble().substr(0, longest_why);
            notices_.push_back(std::move(notice));
        }
        if (!delivered) {
            diag::error("a webhook will never take a message",
                        {{"webhook", target.webhook.id}, {"index", news.index}});
        }
        target.turn.next_entry();
        target.place.next = news.index + 1;
        target.unsaved = true;
    }

    // Each change once.
    static void say_once(Target& target, const std::string& trouble) {
        if (std::exchange(target.said, trouble) == trouble) return;
        if (trouble.empty()) {
            diag::info("a webhook takes messages again", {{"webhook", target.webhook.id}});
        } else {
            diag::warn("a webhook takes no message",
                       {{"webhook", target.webhook.id}, {"why", trouble}});
        }
    }

    void wait() {
        const auto now = clock_.uptime();
        auto until = now + longest_wait;
        if (!door_) {
            until = std::min(until, door_watch_.due());
        } else {
            for (const auto& target : targets_) {
                const auto due = target.turn.due();
                if (due && !target.idle && target.unusable.empty()) until = std::min(until, *due);
            }
            if (!notices_.empty()) until = std::min(until, now + local::DoorWatch::retry);
        }
        timer_.expires_after(std::max<std::chrono::microseconds>(until - now, 1ms));
        timer_.async_wait([this](boost::system::error_code error) {
            if (!error) turn();
        });
    }

    static constexpr std::size_t longest_why = 200;

    const config::Config& config_;
    const std::filesystem::path socket_, directory_;
    SystemClock clock_;
    Pulse pulse_;
    Words words_;
    asio::io_context loop_{1};
    asio::signal_set signals_;
    asio::steady_timer timer_;
    std::deque<Target> targets_;       // coroutines refer to them
    std::deque<json> notices_;         // for the gateway, the oldest first
    std::set<std::string> delivered_;  // webhooks that took something in this run
    std::optional<local::Client> door_;
    asio::posix::stream_descriptor door_ready_;  // its descriptor, a copy
    std::int64_t feed_ = 0;
    std::uint64_t generation_ = 1;
    bool look_at_config_ = true;
    local::DoorWatch door_watch_;
};

}  // namespace
}  // namespace notify

int run_notify_front(const config::Config& config, const std::filesystem::path& socket) {
    notify::Front{config, socket}.run();
    return 0;
}

}  // namespace sealwarden
