#include "firmware/console/live.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <deque>
#include <list>
#include <optional>
#include <set>
#include <vector>

#include "firmware/console/discretion.hpp"
#include "firmware/console/exchange.hpp"

namespace sealwarden::console {

namespace asio = boost::asio;
using nlohmann::json;
using Message = std::shared_ptr<const std::string>;

namespace {

std::string written(const json& object) {
    return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

// One event of the stream (HTML, 9.2): JSON has no line ends of its own.
std::string event(std::string_view name, const std::string& data) {
    return "event: " + std::string{name} + "\ndata: " + data + "\n\n";
}
std::string entry_event(const json& entry) {
    return "event: entry\nid: " + written(entry.at("i")) + "\ndata: " + written(entry) + "\n\n";
}

bool is_over(const json& alarm) {
    return alarm.value("state", "") == "normal" && alarm.value("set_aside", "none") == "none";
}

std::optional<std::uint64_t> index_of(std::string_view text) {
    std::uint64_t index = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return index;
}

// Who watches: what waits for him, and the timer he sleeps on.
struct Listener {
    Listener(asio::io_context& loop, Who him) : news{loop}, who{std::move(him)} {}

    void give(const Message& message, std::size_t most_unread) {
        if (cut_off) return;
        unread += message->size();
        if (unread > most_unread) {
            cut_off = true;
            waiting.clear();
        } else {
            waiting.push_back(message);
        }
        news.cancel();
    }
    // Everything that waits; one message is shared as it is.
    Message take() {
        if (waiting.empty()) return nullptr;
        Message first = waiting.front();
        if (waiting.size() > 1) {
            std::string joined;
            joined.reserve(unread);
            for (const auto& message : waiting) joined += *message;
            first = std::make_shared<const std::string>(std::move(joined));
        }
        waiting.clear();
        unread = 0;
        return first;
    }

    asio::steady_timer news;
    std::deque<Message> waiting;
    std::size_t unread = 0;
    Who who;
    bool cut_off = false;
};

struct Kept {
    json entry;
    std::string text;
};
std::uint64_t index_of(const Kept& one) {
    return one.entry.at("i").get<std::uint64_t>();
}
// An entry goes to those who may see it: who searches, and what else it takes.
bool is_for(const Who& who, const Kept& one) {
    return who.may("search") && may_see_whole(who, one.entry);
}

}  // namespace

struct Live::State : std::enable_shared_from_this<Live::State> {
    State(asio::io_context& where, const Clock& times, LiveLimits given)
        : loop{where}, clock{times}, limits{given}, flushing{where}, beating{where} {}

    [[nodiscard]] std::int64_t now_ms() const {
        return std::chrono::floor<std::chrono::milliseconds>(clock.sample().wall)
            .time_since_epoch()
            .count();
    }
    [[nodiscard]] std::string hello_event(std::optional<std::uint64_t> resumed) const {
        auto said = hello;
        said["now_ts"] = now_ms();
        said["resumed"] = resumed ? json(*resumed) : json();
        return "retry: 1000\n" + event("hello", written(said));
    }
    [[nodiscard]] std::string full_event() const {
        auto all = json{{"states", json::array()}, {"alarms", json::array()}, {"full", true}};
        for (const auto& [subject, state] : states) all["states"].push_back(state);
        for (const auto& [id, alarm] : alarms) all["alarms"].push_back(alarm);
        return event("state", written(all));
    }
    [[nodiscard]] std::string beat_event() const {
        return event("beat", written({{"now_ts", now_ms()},
                                      {"gateway", reached},
                                      {"since_ts", since_ms ? json(*since_ms) : json()},
                                      {"size", size()},
                                      {"watched", watched},
                                      {"points", points}}));
    }
    [[nodiscard]] std::uint64_t size() const {
        return hello.is_null() ? 0 : hello.value("size", std::uint64_t{0});
    }

    void remember(const json& changed_states, const json& changed_alarms) {
        for (const auto& state : changed_states) {
            const auto& subject = state.at("subject");
            states[subject.at("k").get<std::string>() + ':' + subject.at("v").get<std::string>()] =
                state;
        }
        for (const auto& alarm : changed_alarms) {
            const auto id = alarm.at("id").get<std::string>();
            if (is_over(alarm))
                alarms.erase(id);
            else
                alarms[id] = alarm;
        }
    }

    // To everybody, or an entry to those who may see it; soon, together with what else comes.
    void say(const std::string& text) {
        if (listeners.empty()) return;
        pending += text;
        flush_soon();
    }
    void say(const Kept& one) {
        if (listeners.empty()) return;
        pending_entries.push_back(one);
        flush_soon();
    }
    void flush_soon() {
        if (flush_planned) return;
        flush_planned = true;
        const auto now = std::chrono::steady_clock::now();
        flushing.expires_at(std::max(now, last_flush + limits.gathering));
        flushing.async_wait([weak = weak_from_this()](boost::system::error_code error) {
            if (const auto self = weak.lock(); self && !error) self->flush();
        });
    }
    void flush() {
        flush_planned = false;
        last_flush = std::chrono::steady_clock::now();
        const auto plain = std::exchange(pending, {});
        const auto entries = std::exchange(pending_entries, {});
        // Written once for all who have the same rights: there are few roles.
        std::map<std::set<std::string, std::less<>>, Message> written_for;
        for (const auto& listener : listeners) {
            auto& message = written_for[listener->who.rights];
            if (!message) {
                auto text = plain;
                for (const auto& one : entries)
                    if (is_for(listener->who, one)) text += one.text;
                message = std::make_shared<const std::string>(std::move(text));
            }
            if (!message->empty()) listener->give(message, limits.unread);
        }
    }
    void beat() {
        say(beat_event());
        beating.expires_after(limits.beat);
        beating.async_wait([weak = weak_from_this()](boost::system::error_code error) {
            if (const auto self = weak.lock(); self && !error) self->beat();
        });
    }

    // What a listener begins with: the whole picture, and the entries he missed as far as they are
    // kept. Returns the index below which he has to be told from the log.
    void begin(Listener& listener, std::optional<std::uint64_t> resumed) {
        std::string text;
        if (!hello.is_null()) text += hello_event(resumed);
        if (reached) text += full_event();
        text += beat_event();
        if (resumed) {
            for (const auto& one : kept) {
                if (index_of(one) >= *resumed && is_for(listener.who, one)) text += one.text;
            }
        }
        // However long it is he has not left it unread: cut off for it he would be so each time he
        // comes back.
        listener.waiting.push_back(std::make_shared<const std::string>(std::move(text)));
    }

    asio::io_context& loop;
    const Clock& clock;
    LiveLimits limits;

    bool reached = false;
    std::optional<std::int64_t> since_ms;  // of `reached`
    json hello;
    std::map<std::string, json> states, alarms;
    std::size_t watched = 0, points = 0;
    std::deque<Kept> kept;

    std::list<std::shared_ptr<Listener>> listeners;
    std::string pending;
    std::vector<Kept> pending_entries;
    bool flush_planned = false;
    std::chrono::steady_clock::time_point last_flush{};
    asio::steady_timer flushing, beating;
};

namespace {

// A place in the list of listeners, for as long as his stream runs.
class Seat {
  public:
    Seat(std::list<std::shared_ptr<Listener>>& all, std::shared_ptr<Listener> listener)
        : all_{all}, at_{all.insert(all.end(), std::move(listener))} {}
    ~Seat() { all_.erase(at_); }
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

  private:
    std::list<std::shared_ptr<Listener>>& all_;
    std::list<std::shared_ptr<Listener>>::iterator at_;
};

// From where a listener goes on who has seen `last`; empty: from now.
template <class State>
std::optional<std::uint64_t> resumed_from(const State& state, std::optional<std::uint64_t> last) {
    if (!last || *last >= state.size()) return {};
    if (state.size() - *last - 1 > state.limits.most_missed) return {};
    return *last + 1;
}

// Entries [from, to) that are no longer kept, from the log, page by page.
asio::awaitable<void> tell_missed(Gateway* gateway, Sink* sink, Who who, std::uint64_t from,
                                  std::uint64_t to) {
    while (from < to) {
        json question{{"from", from}, {"before", to}, {"limit", 500}};
        const auto page = co_await gateway->ask("query", std::move(question));
        std::string text;
        for (const auto& entry : page.at("entries"))
            if (may_see_whole(who, entry)) text += entry_event(entry);
        if (!text.empty()) co_await sink->write(std::move(text));
        if (!page.at("more").get<bool>()) co_return;
        from = page.at("next").get<std::uint64_t>();
    }
}

struct Asked {
    Request head;
    Who who;
    std::optional<std::uint64_t> last;
};

template <class State>
asio::awaitable<void> listen(std::shared_ptr<State> state, Authenticator* authenticator,
                             Gateway* gateway, Asked asked, Sink* sink) {
    const auto listener = std::make_shared<Listener>(state->loop, asked.who);
    const auto from = asked.who.may("search") ? resumed_from(*state, asked.last) : std::nullopt;
    // Between the picture and the place in the list nothing can come: no waiting in between.
    const auto kept_from = state->kept.empty() ? state->size() : index_of(state->kept.front());
    const Seat seat{state->listeners, listener};
    state->begin(*listener, from);
    if (from && *from < kept_from) {
        co_await tell_missed(gateway, sink, asked.who, *from, kept_from);
    }
    auto checked = std::chrono::steady_clock::now();
    for (;;) {
        if (listener->cut_off) throw std::runtime_error{"it does not take what it is told"};
        if (auto message = listener->take()) {
            co_await sink->share(std::move(message));
            continue;
        }
        const auto now = std::chrono::steady_clock::now();
        if (now - checked >= state->limits.recheck) {
            checked = now;
            auto who = co_await authenticator->still(asked.head);
            if (!who.may("live")) co_return;
            listener->who = std::move(who);
            continue;
        }
        boost::system::error_code ignored;
        listener->news.expires_at(checked + state->limits.recheck);
        co_await listener->news.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
}

}  // namespace

Live::Live(asio::io_context& loop, const Clock& clock, LiveLimits limits)
    : state_{std::make_shared<State>(loop, clock, limits)} {
    state_->beat();
}

Live::~Live() {
    state_->beating.cancel();
    state_->flushing.cancel();
}

void Live::opened(json hello) {
    // What came while we were away is not kept: a gap in what is kept would be one for listeners.
    const auto& before = state_->hello;
    const bool nothing_came =
        !before.is_null() &&
        before.value("generation", json()) == hello.value("generation", json()) &&
        before.value("size", json()) == hello.value("size", json());
    if (!nothing_came) state_->kept.clear();
    state_->hello = std::move(hello);
    state_->say(state_->hello_event({}));
}

void Live::states(const json& states, const json& alarms, bool full) {
    if (full) {
        state_->states.clear();
        state_->alarms.clear();
    }
    state_->remember(states, alarms);
    if (!state_->reached) {
        state_->reached = true;
        state_->since_ms = state_->now_ms();
    }
    if (full) {
        state_->say(state_->full_event() + state_->beat_event());
        return;
    }
    state_->say(event("state", written({{"states", states}, {"alarms", alarms}, {"full", false}})));
}

void Live::entries(const json& entries) {
    for (const auto& entry : entries) {
        const auto index = entry.at("i").get<std::uint64_t>();
        state_->kept.push_back({.entry = entry, .text = entry_event(entry)});
        state_->say(state_->kept.back());
        if (state_->kept.size() > state_->limits.kept_entries) state_->kept.pop_front();
        state_->hello["size"] = index + 1;
    }
}

void Live::points(std::size_t watched, std::size_t all) {
    state_->watched = watched;
    state_->points = all;
}

void Live::lost() {
    if (!state_->reached && state_->since_ms) return;
    state_->reached = false;
    state_->since_ms = state_->now_ms();
    state_->say(state_->beat_event());
}

Route Live::route(Authenticator& authenticator, Gateway& gateway) {
    auto handler = [weak = std::weak_ptr{state_}, &authenticator,
                    &gateway](Call call) -> asio::awaitable<Response> {
        return answer(weak.lock(), &authenticator, &gateway, std::move(call));
    };
    return {
        .method = "GET", .pattern = "/api/v1/live", .right = "live", .handler = std::move(handler)};
}

asio::awaitable<Response> Live::answer(std::shared_ptr<State> state, Authenticator* authenticator,
                                       Gateway* gateway, Call call) {
    const auto by_him = [&] {
        return static_cast<std::size_t>(std::ranges::count(
            state->listeners, call.who.user, [](const auto& one) { return one->who.user; }));
    };
    if (!state || state->listeners.size() >= state->limits.listeners ||
        by_him() >= state->limits.of_one_user) {
        Problem full{503, "too_slow", "too many watch; try again later"};
        full.headers["retry-after"] = "10";
        throw full;
    }
    Asked asked{.head = std::move(call.request), .who = std::move(call.who), .last = {}};
    asked.last = index_of(asked.head.header("last-event-id"));
    Response response;
    response.headers["content-type"] = "text/event-stream";
    response.headers["cache-control"] = "no-store";
    response.headers["x-accel-buffering"] = "no";  // a proxy shall not wait for more
    response.listener = asked.who.user;
    response.stream = [state, authenticator, gateway, asked](Sink& sink) {
        return listen(state, authenticator, gateway, asked, &sink);
    };
    co_return response;
}

bool Live::reached() const {
    return state_->reached;
}
const json& Live::hello() const {
    return state_->hello;
}
const std::map<std::string, json>& Live::known_states() const {
    return state_->states;
}
const std::map<std::string, json>& Live::known_alarms() const {
    return state_->alarms;
}
std::size_t Live::watched_points() const {
    return state_->watched;
}
std::size_t Live::all_points() const {
    return state_->points;
}
std::size_t Live::listeners() const {
    return state_->listeners.size();
}

}  // namespace sealwarden::console
