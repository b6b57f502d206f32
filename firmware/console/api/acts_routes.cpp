// What people can do: every act of the core, by the right it takes, for the person who is signed
// in.
#include <algorithm>

#include "firmware/console/api/routes.hpp"
#include "firmware/core/acts.hpp"
#include "firmware/core/channel_commands.hpp"
#include "firmware/local/act_schema.hpp"

namespace sealwarden::console::api {

using boost::asio::awaitable;
using nlohmann::json;

namespace {

constexpr std::string_view acknowledge = "acknowledge";

const ActDescription* find_act(std::string_view name) {
    static const auto all = act_descriptions();
    const auto found = std::ranges::find(all, name, &ActDescription::name);
    return found == all.end() ? nullptr : &*found;
}

json acknowledge_schema() {
    return {
        {"command", acknowledge},
        {"description", "Acknowledges an alarm: it is seen, and acted on"},
        {"arguments",
         {{"type", "object"},
          {"properties",
           {{"alarm", {{"type", "string"}, {"description", "its id"}}},
            {"reason", {{"type", "string"}, {"description", "a word or few, for the log"}}},
            {"note", {{"type", "string"}, {"description", "what else; kept beside the entry"}}}}},
          {"required", {"alarm"}},
          {"additionalProperties", false}}}};
}

// With the right each takes, and whether the caller has it.
awaitable<Response> acts(Surroundings* around, Call call) {
    auto list = json::array();
    const auto add = [&](json act) {
        const auto name = act.at("command").get<std::string>();
        const std::string right{around->right_of_act(name)};
        act["right"] = right;
        act["allowed"] = !right.empty() && call.who.may(right);
        list.push_back(std::move(act));
    };
    add(acknowledge_schema());
    for (const auto& act : act_descriptions()) add(local::schema_of(act));
    const json body{{"acts", list}};
    co_return answer(body);
}

// The whole line to the door has 64 KiB.
constexpr std::size_t longest(Argument::Kind kind) {
    switch (kind) {
        case Argument::Kind::file: return std::size_t{48} << 10;
        case Argument::Kind::prose: return 512;
        case Argument::Kind::list: return 4096;
        case Argument::Kind::text:
        case Argument::Kind::word:
        case Argument::Kind::flag:
        case Argument::Kind::integer: break;
    }
    return 128;
}

void check_text(const std::string& name, const json& value, std::size_t most) {
    if (!value.is_string()) wrong("`" + name + "` must be a text");
    if (value.get_ref<const std::string&>().size() > most)
        wrong("`" + name + "` must be at most " + std::to_string(most) + " bytes");
}

void check_argument(const Argument& argument, const json& value) {
    const auto& name = argument.name;
    switch (argument.kind) {
        case Argument::Kind::flag:
            if (!value.is_boolean()) wrong("`" + name + "` must be true or false");
            return;
        case Argument::Kind::integer:
            if (!value.is_number_integer()) wrong("`" + name + "` must be a whole number");
            return;
        case Argument::Kind::word:
            check_text(name, value, longest(argument.kind));
            if (std::ranges::find(argument.words, value.get_ref<const std::string&>()) ==
                argument.words.end())
                wrong("`" + name + "` must be one of " + joined(argument.words));
            return;
        case Argument::Kind::text:
        case Argument::Kind::prose:
        case Argument::Kind::file:
        case Argument::Kind::list: check_text(name, value, longest(argument.kind));
    }
}

// Empty texts and nulls are what was not filled in.
json given_of(json body) {
    for (auto field = body.begin(); field != body.end();) {
        if (field->is_null() ||
            (field->is_string() && field->get_ref<const std::string&>().empty()))
            field = body.erase(field);
        else
            ++field;
    }
    return body;
}

void check(const ActDescription& act, const json& arguments) {
    for (const auto& [name, value] : arguments.items()) {
        const auto known = std::ranges::find(act.arguments, name, &Argument::name);
        if (known == act.arguments.end())
            wrong("`" + std::string{act.name} + "` takes no `" + name + "`");
        check_argument(*known, value);
    }
    for (const auto& argument : act.arguments)
        if (argument.required && !arguments.contains(argument.name))
            wrong("`" + argument.name + "` must be given: " + argument.help);
}

// Whoever is signed in acts as the person he is; for others only who keeps the register of people.
// The acts about persons name whom they are about.
void fill_person(const ActDescription& act, const Who& who, json& arguments) {
    if (moves_rights(act.name)) return;
    if (std::ranges::find(act.arguments, "person", &Argument::name) == act.arguments.end()) return;
    const auto named = arguments.find("person");
    if (named == arguments.end()) {
        if (!who.person.empty()) arguments["person"] = who.person;
        return;
    }
    if (!named->is_string()) wrong("`person` must be a text");
    if (*named == who.person || who.may("people")) return;
    throw Problem{
        403, "not_allowed",
        who.person.empty()
            ? "your account stands for no registered person; an administrator can set it"
            : "you act as " + who.person + ", not as " + named->get_ref<const std::string&>()};
}

json acknowledgement(const json& given) {
    json question{{"command", acknowledge}};
    for (const auto& [name, value] : given.items()) {
        if (name != "alarm" && name != "reason" && name != "note")
            wrong("`acknowledge` takes no `" + name + "`");
        check_text(name, value, name == "note" ? 512 : 128);
        question[name] = value;
    }
    if (!question.contains("alarm")) wrong("`alarm` must be given: the alarm's id");
    return question;
}

awaitable<Response> act(Surroundings* around, Call call) {
    const auto& name = call.parameters.at("act");
    const auto* known = find_act(name);
    if (known == nullptr && name != acknowledge) no_such("there is no act `" + name + "`");
    const auto right = around->right_of_act(name);
    if (right.empty()) throw Problem{403, "not_allowed", "`" + name + "` is not done here"};
    needs(call.who, right);
    auto given = given_of(body_of(call));
    json question;
    if (known == nullptr) {
        question = acknowledgement(given);
    } else {
        fill_person(*known, call.who, given);
        check(*known, given);
        question = {{"command", name}, {"arguments", given}};
    }
    question["channel"] = "console";
    question["by"] = call.who.user;
    const auto body = co_await around->gateway.ask("command", question);
    co_return answer(body);
}

}  // namespace

Routes acts_routes(Surroundings& around) {
    return {{"GET", "/api/v1/acts", "", bound(around, acts)},
            {"POST", "/api/v1/acts/{act}", "", bound(around, act)}};
}

}  // namespace sealwarden::console::api
