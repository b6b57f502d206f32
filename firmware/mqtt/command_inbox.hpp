// Commands that come over MQTT (TOPICS.md, Commands): what may go on to the gateway, once, and what
// is answered. Pure: messages, the door's answers and time are arguments.
//
//   received() --wrong form, too many, no gateway--> reply
//       |
//    waiting --next_question()--> asked --answered()--> reply; the id is remembered with it
//                                   '----door_lost()--> reply: nobody knows whether it was done
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/core/channel_commands.hpp"
#include "firmware/identity/mqtt_tokens.hpp"
#include "firmware/identity/throttle.hpp"
#include "firmware/mqtt/message.hpp"

namespace sealwarden::mqtt_front {

struct CommandLimits {
    std::size_t payload = 64u << 10;           // bytes of a message
    std::size_t readable = 1u << 20;           // up to here a longer one is read for its id
    std::size_t question = (64u << 10) - 512;  // of the arguments: a line of the local door
    std::size_t in_flight = 16;                // taken and not answered
    std::size_t asked = 8;          // of those, at the gateway: other questions need room
    std::size_t replies = 64;       // waiting for the broker; beyond it the oldest is lost
    std::size_t remembered = 1000;  // ids, or as many as came within `remembered_for`,
    std::chrono::minutes remembered_for{10};
    std::size_t most_remembered = 10'000;  // but never more; then nothing is taken
    std::vector<std::string> commands = usual_channel_commands();  // no others are
};

// For whom a message with this token may say this act.
using JudgeToken =
    std::function<identity::TokenVerdict(std::string_view token, std::string_view act)>;

class CommandInbox {
  public:
    // `full_detail`: the gateway's sentences, which may name containers and seals, are passed on.
    // Without `judge` no token counts.
    CommandInbox(const std::string& base, bool full_detail, CommandLimits limits = {},
                 JudgeToken judge = {});
    [[nodiscard]] const std::string& topic() const { return topic_; }

    // A message on topic(). `retained`: the broker kept it, and would tell it at every connection.
    void received(std::string_view payload, bool retained, Uptime now);

    // The gateway.
    void door_opened() { door_open_ = true; }
    void door_lost();
    struct Question {
        std::uint64_t ticket = 0;  // comes back in answered()
        nlohmann::json arguments;  // of the door's call `command`
    };
    [[nodiscard]] bool may_ask() const;
    // The next one, if it may be asked; its answer is waited for then.
    [[nodiscard]] std::optional<Question> next_question();
    // The door's line, with `ok` or `error`.
    void answered(std::uint64_t ticket, const nlohmann::json& line);

    // A token that did not count, for the door's call `used`; of one cause at most one a minute.
    [[nodiscard]] std::optional<nlohmann::json> next_denial();

    [[nodiscard]] std::optional<Message> next_reply(Moment now);
    [[nodiscard]] std::uint64_t ignored() const { return ignored_; }  // and without a reply

  private:
    struct Known {
        std::size_t content = 0;  // hash: the same id with another content is another command
        Uptime at;
        nlohmann::json echo;       // the caller's word for the reply, or null
        nlohmann::json arguments;  // until it is asked
        std::optional<nlohmann::ordered_json> reply;
    };
    void take(const std::string& id, nlohmann::json&& message, Uptime now);
    void reply(const std::string& id, const nlohmann::json& echo, nlohmann::ordered_json outcome);
    void refuse(const std::string& id, const nlohmann::json& echo, std::string_view code,
                std::string_view message);
    void settle(const std::string& id, nlohmann::ordered_json outcome);
    void forget(Uptime now);
    void deny(const identity::TokenDenial& denial, Uptime now);
    void ignore(std::string_view why, Uptime now);

    CommandLimits limits_;
    std::string topic_, reply_topic_;
    bool full_detail_;
    JudgeToken judge_;
    bool door_open_ = false;

    std::map<std::string, Known> known_;          // by id: waiting, asked, and answered
    std::deque<std::string> order_;               // of known_, oldest first
    std::deque<std::string> waiting_;             // ids
    std::map<std::uint64_t, std::string> asked_;  // ticket -> id
    std::uint64_t tickets_ = 0;
    std::deque<nlohmann::ordered_json> replies_;

    identity::Throttle throttle_;
    std::deque<nlohmann::json> denials_;

    std::uint64_t ignored_ = 0;
    std::map<std::string_view, Uptime> said_;  // when each cause was last told
};

}  // namespace sealwarden::mqtt_front
