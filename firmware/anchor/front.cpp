// One loop: the door, the network and the signals. Whoever is asked is waited for in a coroutine of
// his own, so that nobody holds the others up; the door's calls block, for milliseconds.
#include "firmware/anchor/front.hpp"

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
#include <utility>

#include "firmware/anchor/anchors_file.hpp"
#include "firmware/anchor/gateway_door.hpp"
#include "firmware/anchor/log_tree.hpp"
#include "firmware/anchor/stamp_turn.hpp"
#include "firmware/anchor/time_stamp.hpp"
#include "firmware/anchor/told.hpp"
#include "firmware/anchor/witness_answer.hpp"
#include "firmware/anchor/witness_turn.hpp"
#include "firmware/clock.hpp"
#include "firmware/diag.hpp"
#include "firmware/local/door_watch.hpp"
#include "firmware/outward/http.hpp"
#include "firmware/pulse.hpp"
#include "firmware/service.hpp"

namespace sealwarden {
namespace anchor {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using boost::system::system_error;
using outward::HttpQuestion;
using outward::Url;

constexpr auto longest_wait = 10s;               // a fraction of the supervisor's patience
constexpr std::size_t witness_limit = 64 << 10;  // of an answer: one line of each of its keys

std::uint64_t random_number() {
    std::uint64_t bits = 0;
    if (::getrandom(&bits, sizeof bits, 0) != sizeof bits) throw std::runtime_error{"no random"};
    return bits;
}

double random_fraction() {
    return static_cast<double>(random_number() >> 11) / 9007199254740992.0;  // 53 bits
}

Url url_of(const std::string& text, std::string_view path) {
    auto url = outward::parse_url(text);
    if (!url) throw std::runtime_error{text + " is no URL of HTTP"};
    if (path.empty()) return *url;
    if (url->path.ends_with('/')) url->path.pop_back();
    url->path += path;
    return *url;
}

struct Witness {
    Witness(const config::Witness& of, Uptime now)
        : key{of.key},
          url{url_of(of.url, "/add-checkpoint")},
          turn{of.period, random_fraction, now} {}
    tlog::NoteKey key;
    Url url;
    WitnessTurn turn;
    Told told;
    std::string remarked;  // that the diagnostics tell of
};

struct Authority {
    Authority(const config::TimeStamps& of, Uptime now)
        : name{of.url},
          url{url_of(of.url, "")},
          certificates{of.certificates},
          turn{of.period, random_fraction, now} {}
    std::string name;
    Url url;
    std::filesystem::path certificates;
    StampTurn turn;
    Told told;
};

class Front {
  public:
    Front(const config::Config& config, std::filesystem::path socket)
        : config_{config},
          socket_{std::move(socket)},
          tree_{config.log_directory},
          file_{config.log_directory},
          signals_{loop_, SIGTERM, SIGINT},
          timer_{loop_},
          door_ready_{loop_},
          door_watch_{clock_.uptime()} {
        const auto now = clock_.uptime();
        for (const auto& witness : config.evidence.witnesses) witnesses_.emplace_back(witness, now);
        if (config.evidence.time_stamps) authority_.emplace(*config.evidence.time_stamps, now);
    }

    void run() {
        signals_.async_wait([this](boost::system::error_code, int) {
            diag::info("anchor is going down");
            service::stopping();
            loop_.stop();
        });
        service::ready("asking " + std::to_string(witnesses_.size()) + " witnesses" +
                       (authority_ ? " and a time-stamp authority" : ""));
        turn();
        loop_.run();
    }

  private:
    // After anything that happened.
    void turn() {
        const auto now = clock_.uptime();
        pulse_.beat(now);
        with_door([this] { ask_who_is_due(); });
        tell();
        wait();
    }

    // Opens the door when it is time, takes what came through it, and does something with it.
    template <class Work>
    void with_door(Work work) {
        const auto now = clock_.uptime();
        try {
            if (!door_ && now >= door_watch_.due()) open_door(now);
            if (!door_) return;
            door_->read();
            check_config();
            work();
            door_->read();  // what came between the calls: the descriptor does not tell of it
        } catch (const std::exception& error) {
            lose_door(error.what());
        }
    }
    void open_door(Uptime now) {
        door_.emplace(socket_, config_);
        door_ready_.assign(::dup(door_->descriptor()));
        common_head_.forget();
        const auto& log = door_->log();
        const auto contradicting = door_->contradicting();
        for (auto& witness : witnesses_) {
            const auto known = log.cosigned.find(witness.key.name);
            witness.turn.log_opened(known == log.cosigned.end() ? 0 : known->second,
                                    contradicting.contains(witness.key.name));
        }
        if (authority_) authority_->turn.log_opened(log.stamped, since_stamp(log), now);
        diag::info("gateway found", {{"size", log.size}});
        door_watch_.found();
        wait_for_door();
    }
    [[nodiscard]] std::chrono::seconds since_stamp(const LogKnowledge& log) const {
        if (!log.stamped_at) return 0s;
        return std::chrono::floor<std::chrono::seconds>(clock_.sample().wall - *log.stamped_at);
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
    void check_config() {
        const auto hash = door_->new_config_hash();
        if (hash && door_watch_.has_another_config(*hash)) loop_.stop();
    }

    void ask_who_is_due() {
        const auto now = clock_.uptime();
        for (auto& witness : witnesses_) {
            const auto due = witness.turn.due(door_->log().worth);
            if (due && *due <= now) ask(witness, now);
        }
        const auto due = stamp_due();
        if (due && *due <= now) ask(*authority_);
    }
    // None while a witness contradicts: a stamp would vouch for what may be the wrong history.
    [[nodiscard]] std::optional<Uptime> stamp_due() const {
        const bool contradicted = std::ranges::any_of(
            witnesses_, [](const Witness& witness) { return witness.turn.is_contradicted(); });
        if (!authority_ || contradicted) return std::nullopt;
        return authority_->turn.due(door_->log().closing);
    }

    // Empty: there is none that this witness has not cosigned.
    std::optional<SignedHead> head_for(const WitnessTurn& turn) {
        if (auto common = common_head_.beyond(turn.held())) return common;
        try {
            common_head_.use(door_->newest_head());
        } catch (const local::Refused&) {
            return std::nullopt;  // nothing is signed
        }
        return common_head_.beyond(turn.cosigned());
    }

    void ask(Witness& witness, Uptime now) {
        auto found = head_for(witness.turn);
        if (!found) {
            witness.turn.nothing_signed(now);
            return;
        }
        auto& head = *found;
        const auto old_size = witness.turn.ask(head.checkpoint.size);
        try {
            const auto proof = tree_.growth(old_size, head.checkpoint);
            HttpQuestion question{.url = witness.url,
                                  .content_type = "text/plain; charset=utf-8",
                                  .body = tlog::add_checkpoint_body(old_size, proof, head.note),
                                  .answer_limit = witness_limit};
            asio::co_spawn(loop_,
                           cosigned(&witness, std::move(head), old_size, std::move(question),
                                    door_->generation()),
                           [this](const std::exception_ptr&) { turn(); });
        } catch (const std::exception& error) {  // the log cannot be read now
            witness.turn.failed(error.what(), now);
        }
    }
    asio::awaitable<void> cosigned(Witness* witness, SignedHead head, std::uint64_t old_size,
                                   HttpQuestion question, std::uint64_t generation) {
        HttpAnswer answer;
        try {
            answer = co_await outward::post(loop_.get_executor(), std::move(question));
        } catch (const system_error& error) {
            witness->turn.failed(error.code().message(), clock_.uptime());
            co_return;
        } catch (const std::exception& error) {
            witness->turn.failed(error.what(), clock_.uptime());
            co_return;
        }
        const AskedHead asked{
            .old_size = old_size, .size = head.checkpoint.size, .text = head.checkpoint.text()};
        take(*witness, judged(answer, asked, witness->key), head, generation);
    }
    void take(Witness& witness, const WitnessAnswer& answer, const SignedHead& head,
              std::uint64_t generation) {
        const auto now = clock_.uptime();
        if (!door_ || door_->generation() != generation) {
            witness.turn.failed("the gateway was away when it answered", now);
            return;
        }
        switch (answer.kind) {
            case WitnessAnswer::Kind::cosigned: keep(witness, answer.line, head); break;
            case WitnessAnswer::Kind::holds:
                witness.turn.holds(answer.size, door_->log().size, now);
                break;
            case WitnessAnswer::Kind::contradicts: witness.turn.contradicts(answer.why, now); break;
            case WitnessAnswer::Kind::failed: witness.turn.failed(answer.why, now); break;
        }
        if (witness.turn.is_contradicted()) raise(witness);
    }
    void raise(const Witness& witness) {
        try {
            door_->contradicted(witness.key.name, witness.turn.trouble(), true);
        } catch (const std::exception& error) {
            lose_door(error.what());
        }
    }
    void keep(Witness& witness, const std::string& line, const SignedHead& head) {
        try {
            door_->seen(head.note, "witness " + witness.key.name);
            door_->keep_cosignature(head.checkpoint.size, line);
            door_->contradicted(witness.key.name, "", false);
            witness.turn.recorded(head.checkpoint.size, clock_.uptime());
        } catch (const std::exception& error) {
            common_head_.forget();  // perhaps the log no longer has it
            witness.turn.failed(
                std::string{"the gateway does not keep its answer: "} + error.what(),
                clock_.uptime());
        }
    }

    void ask(Authority& authority) {
        authority.turn.ask();
        const auto size = door_->log().closing;
        try {
            auto note = tree_.note(size);
            const auto nonce = random_number();
            HttpQuestion question{.url = authority.url,
                                  .content_type = "application/timestamp-query",
                                  .body = stamp_request(note, nonce),
                                  .answer_limit = stamp_limit};
            AskedStamp asked{.size = size,
                             .note = std::move(note),
                             .nonce = nonce,
                             .generation = door_->generation()};
            asio::co_spawn(loop_, stamped(&authority, std::move(asked), std::move(question)),
                           [this](const std::exception_ptr&) { turn(); });
        } catch (const std::exception& error) {
            authority.turn.failed(error.what(), clock_.uptime());
        }
    }
    struct AskedStamp {
        std::uint64_t size = 0;
        std::string note;
        std::uint64_t nonce = 0, generation = 0;
    };
    asio::awaitable<void> stamped(Authority* authority, AskedStamp asked, HttpQuestion question) {
        HttpAnswer answer;
        try {
            answer = co_await outward::post(loop_.get_executor(), std::move(question));
        } catch (const system_error& error) {
            authority->turn.failed(error.code().message(), clock_.uptime());
            co_return;
        } catch (const std::exception& error) {
            authority->turn.failed(error.what(), clock_.uptime());
            co_return;
        }
        auto why = fault_of(answer, asked, authority->certificates);
        if (why.empty()) why = keep(answer.body, asked);
        if (why.empty()) {
            authority->turn.recorded(asked.size, clock_.uptime());
        } else {
            authority->turn.failed(std::move(why), clock_.uptime());
        }
    }
    static std::string fault_of(const HttpAnswer& answer, const AskedStamp& asked,
                                const std::filesystem::path& certificates) {
        if (answer.status != 200) {
            return "it answered with HTTP status " + std::to_string(answer.status);
        }
        return check_stamp_reply(answer.body, asked.note, asked.nonce, certificates).fault;
    }
    std::string keep(const std::string& reply, const AskedStamp& asked) {
        if (!door_ || door_->generation() != asked.generation) {
            return "the gateway was away when it answered";
        }
        try {
            door_->keep_stamp(asked.size, reply);
            return {};
        } catch (const std::exception& error) {
            return std::string{"the gateway does not keep its answer: "} + error.what();
        }
    }

    // Each change once, to the diagnostics and to the file.
    void tell() {
        std::vector<AnchorState> state;
        for (auto& witness : witnesses_) {
            const auto& turn = witness.turn;
            state.push_back({.name = witness.key.name,
                             .size = turn.cosigned(),
                             .contradicted = turn.is_contradicted(),
                             .trouble = turn.trouble(),
                             .remark = turn.remark()});
            say_once(witness.told, state.back());
            if (std::exchange(witness.remarked, turn.remark()) != turn.remark()) {
                diag::warn("a witness forgot what it signed",
                           {{"name", witness.key.name}, {"why", turn.remark()}});
            }
        }
        if (authority_) {
            state.push_back({.name = authority_->name,
                             .size = authority_->turn.stamped(),
                             .contradicted = false,
                             .trouble = authority_->turn.trouble(),
                             .remark = {}});
            say_once(authority_->told, state.back());
        }
        file_.tell(state, clock_.sample().wall);
    }
    static void say_once(Told& told, const AnchorState& state) {
        if (!told.is_news(state)) return;
        if (state.trouble.empty()) {
            diag::info("an anchor is well again", {{"name", state.name}, {"size", state.size}});
        } else if (state.contradicted) {
            diag::error("a witness contradicts the log",
                        {{"name", state.name}, {"why", state.trouble}});
        } else {
            diag::warn("an anchor does not vouch for the log",
                       {{"name", state.name}, {"why", state.trouble}});
        }
    }

    void wait() {
        const auto now = clock_.uptime();
        auto until = now + longest_wait;
        const auto soon = [&](std::optional<Uptime> due) {
            if (due) until = std::min(until, *due);
        };
        if (!door_) {
            soon(door_watch_.due());
        } else {
            for (const auto& witness : witnesses_) soon(witness.turn.due(door_->log().worth));
            soon(stamp_due());
        }
        timer_.expires_after(std::max<std::chrono::microseconds>(until - now, 1ms));
        timer_.async_wait([this](boost::system::error_code error) {
            if (!error) turn();
        });
    }

    const config::Config& config_;
    const std::filesystem::path socket_;
    SystemClock clock_;
    Pulse pulse_;
    LogTree tree_;
    AnchorsFile file_;
    asio::io_context loop_{1};
    asio::signal_set signals_;
    asio::steady_timer timer_;
    CommonHead common_head_;
    std::deque<Witness> witnesses_;  // coroutines refer to them
    std::optional<Authority> authority_;
    std::optional<GatewayDoor> door_;
    asio::posix::stream_descriptor door_ready_;  // its descriptor, a copy
    local::DoorWatch door_watch_;
};

}  // namespace
}  // namespace anchor

int run_anchor_front(const config::Config& config, const std::filesystem::path& socket) {
    anchor::Front{config, socket}.run();
    return 0;
}

}  // namespace sealwarden
