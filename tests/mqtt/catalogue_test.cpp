// Every kind of event and alarm has a published form that keeps its schema, in both languages: a
// kind that is added and forgotten here or there turns these red.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "firmware/core/acts.hpp"
#include "firmware/core/alarms.hpp"
#include "firmware/core/event.hpp"
#include "firmware/local/act_schema.hpp"
#include "firmware/mqtt/command_inbox.hpp"
#include "firmware/mqtt/topics.hpp"
#include "firmware/text/text.hpp"
#include "tests/mqtt/fixtures.hpp"

namespace sealwarden::mqtt_front::test {
namespace {

using nlohmann::json;

class PublishedSchema {
  public:
    explicit PublishedSchema(const char* name) : PublishedSchema{read(name)} {}
    explicit PublishedSchema(const json& document) {
        valijson::SchemaParser parser{valijson::SchemaParser::kDraft7};
        parser.populateSchema(valijson::adapters::NlohmannJsonAdapter{document}, schema_);
    }
    // Empty: it keeps the schema. Else why not.
    [[nodiscard]] std::string fault(const std::string& payload) const {
        const auto document = json::parse(payload);
        valijson::Validator validator;
        valijson::ValidationResults results;
        if (validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter{document},
                               &results)) {
            return {};
        }
        valijson::ValidationResults::Error error;
        results.popError(error);
        return error.description + ": " + payload;
    }

  private:
    static json read(const char* name) {
        std::ifstream file{std::filesystem::path{MQTT_SCHEMAS} /
                           (std::string{name} + ".schema.json")};
        return json::parse(file);
    }
    valijson::Schema schema_;
};

TEST(Catalogue, NoKindOfEventIsMissingFromTheList) {
    const auto kinds = event_kinds();
    for (std::size_t place = 0; place < kinds.size(); ++place) {
        EXPECT_EQ(static_cast<std::size_t>(kinds[place]), place);
    }
    // A kind behind the last one of the list would have a name.
    EXPECT_DEATH((void)to_string(static_cast<EventKind>(kinds.size())), "every kind");
}

TEST(Catalogue, EveryKindOfEventIsPublishedAsItsSchemaSays) {
    const PublishedSchema schema{"event"};
    std::set<std::string> topics_seen;
    for (const auto kind : event_kinds()) {
        const std::string name{to_string(kind)};
        for (const bool full_detail : {false, true}) {
            const auto message = topics(full_detail).event(record(7, name));
            EXPECT_EQ(schema.fault(message.payload), "") << name;
            const auto payload = json::parse(message.payload);
            EXPECT_EQ(payload["event_type"], word(name));
            EXPECT_EQ(message.topic, base + "/event/" + level(name));
            EXPECT_EQ(message.topic.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-/"),
                      std::string::npos);
            topics_seen.insert(message.topic);
        }
        EXPECT_TRUE(has_text("event." + name)) << name;
    }
    EXPECT_EQ(topics_seen.size(), event_kinds().size()) << "two kinds share a topic";
}

TEST(Catalogue, EveryKindOfAlarmIsPublishedAsItsSchemaSaysInEveryState) {
    const PublishedSchema schema{"alarm"};
    std::set<std::string> kinds;
    for (const auto& rule : alarm_rules()) {
        const std::string kind{rule.kind};
        kinds.insert(kind);
        for (const std::string state : {"unack_active", "ack_active", "rtn_unack"}) {
            auto told = alarm(state);
            told["kind"] = kind;
            told["id"] = kind + "-d07";
            told["prio"] = std::string{to_string(rule.priority)};
            const auto message = topics(true).alarm(told, 7, true, at({}));
            EXPECT_EQ(schema.fault(message.payload), "") << kind;
            EXPECT_EQ(message.topic, base + "/alarm/" + kind + "-d07");
            EXPECT_EQ(json::parse(message.payload)["kind"], word(kind));
        }
        auto aside = alarm("normal");
        aside.update({{"set_aside", "out_of_service"},
                      {"set_aside_by", "ana-r"},
                      {"until_ts", nullptr},
                      {"silenced", false},
                      {"needs_second", false},
                      {"things", 3}});
        EXPECT_EQ(schema.fault(topics(true).alarm(aside, {}, false, at({})).payload), "");
        EXPECT_EQ(PublishedSchema{"alarms-summary"}.fault(
                      topics().summary({{"a", aside}}, at({})).payload),
                  "");
        EXPECT_TRUE(has_text("alarm." + kind)) << kind;
    }
    EXPECT_GT(kinds.size(), 10u);
}

TEST(Catalogue, DocksAndLampsArePublishedAsTheirSchemasSay) {
    const PublishedSchema of_docks{"dock-state"}, of_lamps{"light-state"};
    const json nobody{{"subject", {{"k", "dock"}, {"v", "d07"}}},
                      {"since_ts", 1},
                      {"good", true},
                      {"state", "free"},
                      {"visit", nullptr}};
    const json lamp{{"subject", {{"k", "light"}, {"v", "l1"}}},
                    {"since_ts", nullptr},
                    {"good", false},
                    {"state", "unknown"},
                    {"dark", nullptr}};
    for (const bool full_detail : {false, true}) {
        for (const auto& state : {dock(), nobody}) {
            EXPECT_EQ(of_docks.fault(topics(full_detail).state(state, {}, at({}))->payload), "");
        }
        EXPECT_EQ(of_lamps.fault(topics(full_detail).state(lamp, {}, at({}))->payload), "");
    }
}

// What a caller would make of an act's schema, as `sealwarden acts --json` prints it.
json sample(const json& schema, bool only_required) {
    auto arguments = json::object();
    for (const auto& [name, argument] : schema["properties"].items()) {
        const auto required = schema["required"].get<std::set<std::string>>();
        if (only_required && !required.contains(name)) continue;
        if (argument.contains("enum"))
            arguments[name] = argument["enum"].back();
        else if (argument["type"] == "boolean")
            arguments[name] = true;
        else if (argument["type"] == "integer")
            arguments[name] = 7;
        else
            arguments[name] = "text";
    }
    return arguments;
}

std::map<std::string, Datum> data_of(const json& arguments) {
    std::map<std::string, Datum> data;
    for (const auto& [name, value] : arguments.items()) {
        if (value.is_boolean())
            data[name] = value.get<bool>();
        else if (value.is_number_integer())
            data[name] = value.get<std::int64_t>();
        else
            data[name] = value.get<std::string>();
    }
    return data;
}

TEST(Catalogue, EveryActCanBeSentAsACommandAsBothSchemasSay) {
    const PublishedSchema of_commands{"command"};
    const auto anybody = [](std::string_view, std::string_view) -> identity::TokenVerdict {
        return identity::MqttCaller{.by = "ana/yard", .person = {}};
    };
    std::size_t count = 0;
    for (const auto& act : act_descriptions()) {
        const auto described = local::schema_of(act);
        const PublishedSchema of_arguments{described["arguments"]};
        for (const bool only_required : {true, false}) {
            const auto arguments = sample(described["arguments"], only_required);
            EXPECT_EQ(of_arguments.fault(arguments.dump()), "") << act.name;
            json message{{"v", 1},
                         {"id", std::to_string(++count)},
                         {"command", described["command"]},
                         {"arguments", arguments}};
            if (moves_rights(act.name)) message["token"] = "sw1_x";
            EXPECT_EQ(of_commands.fault(message.dump()), "") << act.name;
            // It passes the front as it is, and the gateway takes it for this act.
            CommandInbox inbox{base, true, {.commands = {std::string{act.name}}}, anybody};
            inbox.door_opened();
            inbox.received(message.dump(), false, at({}).at);
            const auto question = inbox.next_question();
            ASSERT_TRUE(question) << act.name;
            EXPECT_EQ(question->arguments["command"], act.name);
            EXPECT_EQ(question->arguments["arguments"], arguments);
            const auto taken = act_from(act.name, data_of(arguments));
            const auto* complaint = std::get_if<std::string>(&taken);
            EXPECT_EQ(complaint, nullptr) << act.name << ": " << *complaint;
        }
        EXPECT_NE(of_arguments.fault(R"({"no_such_argument":1})"), "") << act.name;
    }
    EXPECT_GT(count, 60u);
}

TEST(Catalogue, ACommandTheSchemaRefusesIsNotTakenEither) {
    const PublishedSchema of_commands{"command"};
    for (const auto* wrong : {R"({"v":1,"id":"1"})", R"({"v":2,"id":"1","command":"visit.expect"})",
                              R"({"v":1,"id":"1","command":"erase","arguments":{"entry":7}})",
                              R"({"v":1,"id":"1","command":"trust_clock"})",
                              R"({"v":1,"id":"1","command":"visit.expect","arguments":{"a":[1]}})",
                              R"({"v":1,"id":"1","command":"visit.expect","arguments":{"a":1.5}})",
                              R"({"v":1,"id":"1","command":"visit.expect","reply":"A/B"})",
                              R"({"v":1,"id":"1","command":"visit.expect","more":1})",
                              R"({"v":1,"id":"1 2","command":"visit.expect"})",
                              R"({"v":1,"id":"","command":"visit.expect"})"}) {
        EXPECT_NE(of_commands.fault(wrong), "") << wrong;
        CommandInbox inbox{base, true};
        inbox.door_opened();
        inbox.received(wrong, false, at({}).at);
        EXPECT_FALSE(inbox.next_question()) << wrong;
    }
}

TEST(Catalogue, ACommandThatTheSiteDoesNotListIsRefused) {
    for (const auto* name : {"person.add", "alarm.shelve", "visit.depart"}) {
        CommandInbox inbox{base, true};
        inbox.door_opened();
        inbox.received(json{{"v", 1}, {"id", "1"}, {"command", name}}.dump(), false, at({}).at);
        EXPECT_FALSE(inbox.next_question()) << name;
        const auto reply = inbox.next_reply(at({}));
        ASSERT_TRUE(reply) << name;
        EXPECT_EQ(json::parse(reply->payload)["code"], "not_allowed") << name;
    }
}

TEST(Catalogue, EveryReplyIsPublishedAsItsSchemaSays) {
    const PublishedSchema schema{"reply"};
    const auto said = [&](CommandInbox& inbox) {
        const auto message = inbox.next_reply(at({}));
        return message ? schema.fault(message->payload) : "no reply";
    };
    const std::string good = R"({"v":1,"id":"1","command":"visit.expect","reply":"office"})";
    for (const bool full_detail : {false, true}) {
        for (const auto* code :
             {"usage", "not_found", "not_allowed", "refused", "too_slow", "new_log", "internal"}) {
            CommandInbox inbox{base, full_detail};
            inbox.door_opened();
            inbox.received(good, false, at({}).at);
            const auto question = inbox.next_question();
            ASSERT_TRUE(question);
            inbox.answered(question->ticket,
                           {{"error", {{"code", code}, {"message", "no"}, {"index", 7}}}});
            EXPECT_EQ(said(inbox), "");
        }
        CommandInbox inbox{base, full_detail, {.in_flight = 1}};
        inbox.received(good, false, at({}).at);
        EXPECT_EQ(said(inbox), "") << "unreachable";
        inbox.door_opened();
        inbox.received(good, false, at({}).at);
        inbox.received(R"({"v":1,"id":"2","command":"visit.expect"})", false, at({}).at);
        EXPECT_EQ(said(inbox), "") << "busy";
        inbox.received(R"({"v":1,"id":"2","token":"t"})", false, at({}).at);
        EXPECT_EQ(said(inbox), "") << "not supported";
        const auto question = inbox.next_question();
        ASSERT_TRUE(question);
        inbox.answered(question->ticket, {{"ok", {{"index", 7}}}});
        EXPECT_EQ(said(inbox), "") << "done";
    }
    EXPECT_NE(schema.fault(R"({"v":1,"id":"1","ok":true})"), "");
}

// The judge of the tests above can say no.
TEST(Catalogue, ASchemaRefusesWhatIsNotInIt) {
    EXPECT_NE(PublishedSchema{"event"}.fault(R"({"v":1})"), "");
    EXPECT_NE(PublishedSchema{"alarm"}.fault(R"({"v":2,"prio":"huge"})"), "");
}

}  // namespace
}  // namespace sealwarden::mqtt_front::test
