#include "firmware/mqtt/command_inbox.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <functional>
#include <limits>
#include <utility>
#include <variant>

#include "firmware/core/acts.hpp"
#include "firmware/diag.hpp"
#include "firmware/mqtt/payload.hpp"

namespace sealwarden::mqtt_front {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

constexpr std::size_t longest_id = 64, longest_word = 40, longest_name = 40;
constexpr std::chrono::minutes said_again{1};
constexpr std::chrono::hours reply_expiry{1};

struct Wrong {
    std::string_view code, message;
};

bool among(std::string_view text, std::string_view characters) {
    return text.find_first_not_of(characters) == text.npos;
}

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view in_words = "abcdefghijklmnopqrstuvwxyz0123456789-";

bool is_id(const json& id) {
    if (!id.is_string()) return false;
    const auto& text = id.get_ref<const std::string&>();
    return !text.empty() && text.size() <= longest_id &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

bool is_echo(const json& echo) {
    if (!echo.is_string()) return false;
    const auto& text = echo.get_ref<const std::string&>();
    return !text.empty() && text.size() <= longest_word && among(text, in_words);
}

// An act is a noun and a verb. What the door takes besides acts has no dot.
bool is_act(std::string_view name) {
    const auto dot = name.find('.');
    if (name.size() > longest_name || dot == name.npos || dot == 0 || dot + 1 == name.size()) {
        return false;
    }
    return among(name.substr(0, dot), letters) &&
           among(name.substr(dot + 1), "abcdefghijklmnopqrstuvwxyz_");
}

bool is_plain(const json& value) {
    if (value.is_number_unsigned()) {
        return value.get<std::uint64_t>() <=
               static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    }
    return value.is_string() || value.is_boolean() || value.is_number_integer() || value.is_null();
}

// Where it does not end before that: what is wrong with the message, in a sentence that repeats
// nothing of it.
std::optional<Wrong> wrong_form(const json& message) {
    constexpr std::array<std::string_view, 6> keys{"v",         "id",    "command",
                                                   "arguments", "reply", "token"};
    if (value_of(message, "v") != json(1)) return Wrong{"usage", "`v` must be 1"};
    for (const auto& [key, value] : message.items()) {
        if (std::ranges::find(keys, std::string_view{key}) == keys.end()) {
            return Wrong{"usage",
                         "only v, id, command, arguments, reply and token are understood here"};
        }
    }
    if (message.contains("token") && !message["token"].is_string()) {
        return Wrong{"usage", "`token` must be a text"};
    }
    if (message.contains("reply") && !is_echo(message["reply"])) {
        return Wrong{"usage", "`reply` must be a word of a-z, 0-9 and -, at most 40"};
    }
    const auto name = text_of(message, "command");
    if (name != "acknowledge" && !is_act(name)) {
        return name.empty()
                   ? Wrong{"usage", "`command` must be the name of a command: sealwarden acts"}
                   : Wrong{
                         "not_allowed",
                         "over MQTT only `acknowledge` and what `sealwarden acts` lists is taken"};
    }
    if (!message.contains("arguments")) return std::nullopt;
    const auto& arguments = message["arguments"];
    if (!arguments.is_object()) return Wrong{"usage", "`arguments` must be an object"};
    if (!std::ranges::all_of(arguments, is_plain)) {
        return Wrong{"usage", "an argument must be a text, true, false or an integer"};
    }
    return std::nullopt;
}

// Of the door's call `command` (PROTOCOL.md).
json question_of(const std::string& id, const json& message) {
    json question{
        {"command", message["command"]}, {"channel", "mqtt"}, {"by", "mqtt"}, {"ref", id}};
    const auto arguments = section(message, "arguments");
    if (question["command"] == "acknowledge") {
        question["alarm"] = arguments.value("alarm", json{});
    } else {
        question["arguments"] = arguments;
    }
    return question;
}

// Who does it; the acts about rights name whom they are about.
bool names_a_person(const std::string& act) {
    if (moves_rights(act)) return false;
    static const auto acts = act_descriptions();
    const auto found = std::ranges::find(acts, act, &ActDescription::name);
    return found != acts.end() && std::ranges::find(found->arguments, std::string_view{"person"},
                                                    &Argument::name) != found->arguments.end();
}

// The question as the token's user says it: who enters it, and where the act names a person, that
// this is the one. Nobody enters something as somebody else, and a user who is no person as nobody.
std::optional<Wrong> spoken_by(const identity::MqttCaller& caller, json& question) {
    question["by"] = caller.by;
    if (!names_a_person(question["command"])) return {};
    if (caller.person.empty()) {
        if (question.value("/arguments/person"_json_pointer, json{}).is_null()) return {};
        return Wrong{"not_allowed", "the token's user is no person, and names none"};
    }
    auto& person = question["arguments"]["person"];
    if (!person.is_null() && person != caller.person) {
        return Wrong{"not_allowed", "the token is of another person than `person` names"};
    }
    person = caller.person;
    return {};
}

// What whoever sent it may know: of a token that is none, no more than that.
Wrong wrong_token(identity::TokenFault fault) {
    switch (fault) {
        case identity::TokenFault::unknown:
        case identity::TokenFault::expired:
            return {"not_allowed", "the token does not count, or counts no more"};
        case identity::TokenFault::no_right:
            return {"not_allowed", "the token does not give the right to do this"};
    }
    assert(!"every fault has a sentence");
    return {};
}

ordered_json failure(std::string_view code, std::string_view message) {
    return {{"ok", false}, {"code", code}, {"message", message}};
}

}  // namespace

CommandInbox::CommandInbox(const std::string& base, bool full_detail, CommandLimits limits,
                           JudgeToken judge)
    : limits_{std::move(limits)},
      topic_{base + "/command"},
      reply_topic_{base + "/reply"},
      full_detail_{full_detail},
      judge_{std::move(judge)} {}

void CommandInbox::ignore(std::string_view why, Uptime now) {
    ++ignored_;
    const auto said = said_.find(why);
    if (said != said_.end() && now < said->second + said_again) return;
    said_[why] = now;
    diag::warn("a command over MQTT is ignored", {{"why", why}, {"ignored", ignored_}});
}

void CommandInbox::received(std::string_view payload, bool retained, Uptime now) {
    if (payload.empty()) return;  // somebody emptied the topic
    if (retained) {
        ignore("it is retained and would be carried out at every connection: empty the topic", now);
        return;
    }
    if (payload.size() > limits_.readable) {
        ignore("it is longer than 1 MiB", now);
        return;
    }
    auto message = json::parse(payload, nullptr, false);
    if (!message.is_object() || !message.contains("id") || !is_id(message["id"])) {
        ignore(message.is_object() ? "it has no id" : "it is not a JSON object", now);
        return;
    }
    const auto id = message["id"].get<std::string>();
    if (payload.size() > limits_.payload) {
        refuse(id, {}, "usage", "the message is longer than 64 KiB");
        return;
    }
    take(id, std::move(message), now);
}

void CommandInbox::take(const std::string& id, json&& message, Uptime now) {
    const auto echo =
        message.contains("reply") && is_echo(message["reply"]) ? message["reply"] : json{};
    forget(now);
    const auto content = std::hash<std::string>{}(message.dump());
    if (const auto found = known_.find(id); found != known_.end()) {
        const auto& known = found->second;
        if (known.content != content) {
            refuse(id, echo, "usage", "this id was used for another command: take a new one");
        } else if (known.reply) {
            reply(id, known.echo, *known.reply);
        }
        return;  // else its reply answers both
    }
    if (const auto wrong = wrong_form(message)) {
        refuse(id, echo, wrong->code, wrong->message);
        return;
    }
    if (std::ranges::find(limits_.commands, text_of(message, "command")) ==
        limits_.commands.end()) {
        refuse(id, echo, "not_allowed",
               "this command is not among those that `[mqtt] commands` lists");
        return;
    }
    if (moves_rights(text_of(message, "command")) && !message.contains("token")) {
        refuse(id, echo, "not_allowed",
               "this command gives or takes rights and needs a `token` (sealwarden token add)");
        return;
    }
    auto question = question_of(id, message);
    if (message.contains("token")) {
        const auto verdict = judge_ ? judge_(text_of(message, "token"), text_of(message, "command"))
                                    : identity::TokenVerdict{identity::TokenDenial{}};
        std::optional<Wrong> wrong;
        if (const auto* denial = std::get_if<identity::TokenDenial>(&verdict)) {
            deny(*denial, now);
            wrong = wrong_token(denial->fault);
        } else {
            wrong = spoken_by(std::get<identity::MqttCaller>(verdict), question);
        }
        if (wrong) {
            refuse(id, echo, wrong->code, wrong->message);
            return;
        }
    }
    if (question.dump().size() > limits_.question) {
        refuse(id, echo, "usage", "the command is longer than the gateway takes, 63 KiB");
        return;
    }
    if (!door_open_) {
        refuse(id, echo, "unreachable", "the gateway does not answer; nothing was done");
        return;
    }
    if (waiting_.size() + asked_.size() >= limits_.in_flight ||
        known_.size() >= limits_.most_remembered) {
        refuse(id, echo, "busy", "too many commands at once; nothing was done, try again later");
        return;
    }
    known_[id] = {.content = content, .at = now, .echo = echo, .arguments = std::move(question)};
    order_.push_back(id);
    waiting_.push_back(id);
}

void CommandInbox::deny(const identity::TokenDenial& denial, Uptime now) {
    const std::string reason{identity::to_string(denial.fault)};
    const auto at = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
    const auto count =
        throttle_.one_more(reason + " " + denial.user + "/" + denial.name, at.count());
    if (!count || denials_.size() >= limits_.replies) return;
    json use{{"what", "denied"}, {"act", "command"}, {"way", "mqtt"}, {"reason", reason}};
    if (!denial.user.empty()) use["user"] = denial.user;
    if (!denial.name.empty()) use["token"] = denial.name;
    if (*count > 1) use["count"] = *count;
    denials_.push_back(std::move(use));
}

std::optional<json> CommandInbox::next_denial() {
    if (!door_open_ || denials_.empty()) return std::nullopt;
    auto denial = std::move(denials_.front());
    denials_.pop_front();
    return denial;
}

// Only what was answered, oldest first.
void CommandInbox::forget(Uptime now) {
    while (order_.size() > limits_.remembered) {
        const auto oldest = known_.find(order_.front());
        if (!oldest->second.reply || now < oldest->second.at + limits_.remembered_for) return;
        known_.erase(oldest);
        order_.pop_front();
    }
}

bool CommandInbox::may_ask() const {
    return door_open_ && !waiting_.empty() && asked_.size() < limits_.asked;
}

std::optional<CommandInbox::Question> CommandInbox::next_question() {
    if (!may_ask()) return std::nullopt;
    auto id = std::move(waiting_.front());
    waiting_.pop_front();
    Question question{.ticket = ++tickets_,
                      .arguments = std::exchange(known_.at(id).arguments, {})};
    asked_.emplace(question.ticket, std::move(id));
    return question;
}

void CommandInbox::answered(std::uint64_t ticket, const json& line) {
    const auto found = asked_.find(ticket);
    if (found == asked_.end()) return;
    const auto id = std::move(found->second);
    asked_.erase(found);
    if (const auto done = section(line, "ok"); !done.empty()) {
        settle(id, {{"ok", true}, {"index", value_of(done, "index")}});
        return;
    }
    const auto error = section(line, "error");
    ordered_json outcome{{"ok", false}, {"code", error.value("code", "internal")}};
    // Of the entry that records the refusal.
    if (error.contains("index")) outcome["index"] = value_of(error, "index");
    if (full_detail_) outcome["message"] = text_of(error, "message");
    settle(id, std::move(outcome));
}

void CommandInbox::door_lost() {
    door_open_ = false;
    for (const auto& id : std::exchange(waiting_, {})) {
        const auto known = known_.extract(id);
        std::erase(order_, id);
        refuse(id, known.mapped().echo, "unreachable",
               "the gateway does not answer; nothing was done");
    }
    for (const auto& [ticket, id] : std::exchange(asked_, {})) {
        settle(id, failure("unknown",
                           "the gateway went away before it answered: the log says whether it was "
                           "done, in an entry with this command_id"));
    }
}

void CommandInbox::settle(const std::string& id, ordered_json outcome) {
    auto& known = known_.at(id);
    reply(id, known.echo, outcome);
    known.reply = std::move(outcome);
}

void CommandInbox::refuse(const std::string& id, const json& echo, std::string_view code,
                          std::string_view message) {
    reply(id, echo, failure(code, message));
}

void CommandInbox::reply(const std::string& id, const json& echo, ordered_json outcome) {
    ordered_json content{{"id", id}};
    if (!echo.is_null()) content["reply"] = echo;
    content.update(outcome);
    replies_.push_back(std::move(content));
    if (replies_.size() <= limits_.replies) return;
    replies_.pop_front();
    ++ignored_;
}

std::optional<Message> CommandInbox::next_reply(Moment now) {
    if (replies_.empty()) return std::nullopt;
    Message message{.topic = reply_topic_,
                    .payload = stamped(replies_.front(), now.wall),
                    .kind = "reply",
                    .expiry = reply_expiry};
    replies_.pop_front();
    return message;
}

}  // namespace sealwarden::mqtt_front
