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

#include "firmware/core/alarms.hpp"
#include "firmware/core/event.hpp"
#include "firmware/mqtt/topics.hpp"
#include "firmware/text/text.hpp"
#include "tests/mqtt/fixtures.hpp"

namespace sealwarden::mqtt_front::test {
namespace {

using nlohmann::json;

class PublishedSchema {
  public:
    explicit PublishedSchema(const std::string& name) {
        std::ifstream file{std::filesystem::path{MQTT_SCHEMAS} / (name + ".schema.json")};
        const auto document = json::parse(file);
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
        EXPECT_TRUE(has_text("alarm." + kind)) << kind;
    }
    EXPECT_GT(kinds.size(), 10u);
}

// The judge of the tests above can say no.
TEST(Catalogue, ASchemaRefusesWhatIsNotInIt) {
    EXPECT_NE(PublishedSchema{"event"}.fault(R"({"v":1})"), "");
    EXPECT_NE(PublishedSchema{"alarm"}.fault(R"({"v":2,"prio":"huge"})"), "");
}

}  // namespace
}  // namespace sealwarden::mqtt_front::test
