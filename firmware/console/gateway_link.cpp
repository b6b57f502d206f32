#include "firmware/console/gateway_link.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <map>
#include <vector>

#include "firmware/console/door_line.hpp"

namespace sealwarden::console {

namespace asio = boost::asio;
using nlohmann::json;

namespace {

// A question under way. Its asker waits for the timer, which is cancelled when there is an answer.
struct Question {
    explicit Question(const asio::any_io_executor& loop) : over{loop} {}
    asio::steady_timer over;
    json answer;      // the whole line; null: none came
    std::string why;  // the connection was lost
};

std::optional<std::uint64_t> index_of(const json& error) {
    const auto found = error.find("index");
    if (found == error.end() || !found->is_number_unsigned()) return {};
    return found->get<std::uint64_t>();
}

json result_of(json answer) {
    if (const auto error = answer.find("error"); error != answer.end()) {
        throw Declined{error->value("code", "internal"), error->value("message", ""),
                       index_of(*error)};
    }
    return std::move(answer["ok"]);
}

// One connection and the questions on it.
class Line : public std::enable_shared_from_this<Line> {
  public:
    explicit Line(const asio::any_io_executor& loop)
        : loop_{loop}, wire_{std::make_shared<DoorLine>(loop)}, more_{loop} {}

    void start(std::filesystem::path socket) {
        asio::co_spawn(loop_, run(shared_from_this(), std::move(socket)), asio::detached);
    }
    std::shared_ptr<Question> ask(const std::string& call, json arguments) {
        auto question = std::make_shared<Question>(loop_);
        arguments["id"] = ++last_id_;
        arguments["call"] = call;
        unsent_.push_back(arguments.dump(-1, ' ', false, json::error_handler_t::replace) + '\n');
        open_.emplace(last_id_, question);
        more_.cancel();
        return question;
    }
    // Nobody waits for it any more; its answer, when it comes, is dropped.
    void forget(const std::shared_ptr<Question>& question) {
        for (auto& [id, waiting] : open_) {
            if (waiting == question) waiting.reset();
        }
    }
    [[nodiscard]] std::size_t questions() const { return open_.size(); }
    [[nodiscard]] bool is_lost() const { return lost_; }
    [[nodiscard]] bool never_opened() const { return !opened_; }
    void close() { lose("the console ends"); }

  private:
    static asio::awaitable<void> run(std::shared_ptr<Line> self, std::filesystem::path socket) {
        try {
            co_await DoorLine::open(self->wire_, std::move(socket));
            self->opened_ = true;
            asio::co_spawn(self->loop_, write(self), asio::detached);
            for (;;) {
                auto answer = co_await DoorLine::receive(self->wire_);
                self->take(std::move(answer));
            }
        } catch (const std::exception& error) {
            self->lose(error.what());
        }
    }
    static asio::awaitable<void> write(std::shared_ptr<Line> self) {
        try {
            while (!self->lost_) {
                if (self->unsent_.empty()) {
                    boost::system::error_code ignored;
                    self->more_.expires_at(asio::steady_timer::time_point::max());
                    co_await self->more_.async_wait(
                        asio::redirect_error(asio::use_awaitable, ignored));
                    continue;
                }
                auto text = std::move(self->unsent_.front());
                self->unsent_.pop_front();
                co_await DoorLine::send(self->wire_, std::move(text));
            }
        } catch (const std::exception& error) {
            self->lose(error.what());
        }
    }
    void take(json answer) {
        const auto id = answer.find("id");
        if (id == answer.end() || !id->is_number_integer()) {  // the door turns us away
            lose(answer.value("/error/message"_json_pointer, std::string{"the door is closed"}));
            return;
        }
        const auto found = open_.find(id->get<std::int64_t>());
        if (found == open_.end()) return;
        const auto question = std::move(found->second);
        open_.erase(found);
        if (!question) return;
        question->answer = std::move(answer);
        question->over.cancel();
    }
    void lose(const std::string& why) {
        if (std::exchange(lost_, true)) return;
        wire_->close();
        more_.cancel();
        for (auto& [id, question] : std::exchange(open_, {})) {
            if (!question) continue;
            question->why = why;
            question->over.cancel();
        }
    }

    asio::any_io_executor loop_;
    std::shared_ptr<DoorLine> wire_;
    asio::steady_timer more_;  // cancelled: there is something to send
    std::deque<std::string> unsent_;
    std::map<std::int64_t, std::shared_ptr<Question>> open_;
    std::int64_t last_id_ = 0;
    bool opened_ = false;
    bool lost_ = false;
};

// What somebody does, and what the log is told of it, waits behind nobody's questions.
bool is_act(std::string_view call) {
    return call == "command" || call == "used";
}

// Connections of one kind.
struct Lines {
    // The one with the fewest questions; a new one before any waits behind another.
    std::shared_ptr<Line> line(const asio::any_io_executor& loop, const LinkOptions& options) {
        std::erase_if(lines, [&](const auto& line) {
            if (!line->is_lost()) return false;
            if (line->never_opened()) not_before = std::chrono::steady_clock::now() + options.pause;
            return true;
        });
        const bool full = lines.size() >= most;
        const auto least =
            std::ranges::min_element(lines, {}, [](const auto& line) { return line->questions(); });
        if (least != lines.end() && ((*least)->questions() == 0 || full)) return *least;
        if (full) return nullptr;
        if (lines.empty() && std::chrono::steady_clock::now() < not_before) return nullptr;
        lines.push_back(std::make_shared<Line>(loop));
        lines.back()->start(options.socket);
        return lines.back();
    }

    std::size_t most;
    std::vector<std::shared_ptr<Line>> lines{};
    std::chrono::steady_clock::time_point not_before{};
};

}  // namespace

struct GatewayLink::State {
    State(asio::any_io_executor where, LinkOptions given)
        : loop{std::move(where)},
          options{std::move(given)},
          questions{.most = options.connections - 1},
          acts{.most = 1} {}

    asio::any_io_executor loop;
    LinkOptions options;
    Lines questions, acts;
};

GatewayLink::GatewayLink(const asio::any_io_executor& loop, LinkOptions options)
    : state_{std::make_shared<State>(loop, std::move(options))} {}

GatewayLink::~GatewayLink() {
    for (const auto* lines : {&state_->questions, &state_->acts})
        for (const auto& line : lines->lines) line->close();
}

asio::awaitable<json> GatewayLink::ask(std::string call, json arguments) {
    const auto state = state_;
    auto& lines = is_act(call) ? state->acts : state->questions;
    const auto line = lines.line(state->loop, state->options);
    if (!line) {
        throw local::Unreachable{"no gateway answers at " + state->options.socket.string()};
    }
    if (line->questions() >= state->options.questions) {
        throw Declined{"too_slow", "the gateway has too much to answer; ask again later", {}};
    }
    if (arguments.is_null()) arguments = json::object();
    const auto question = line->ask(call, std::move(arguments));
    boost::system::error_code ignored;
    question->over.expires_after(state->options.patience);
    co_await question->over.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    if (!question->answer.is_null()) co_return result_of(std::move(question->answer));
    if (!question->why.empty()) throw local::Unreachable{question->why};
    line->forget(question);
    throw local::Unreachable{"the gateway does not answer in time"};
}

}  // namespace sealwarden::console
