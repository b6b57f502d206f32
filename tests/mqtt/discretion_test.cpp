#include "firmware/mqtt/discretion.hpp"

#include <gtest/gtest.h>

#include "firmware/core/acts.hpp"
#include "tests/mqtt/fixtures.hpp"

namespace sealwarden::mqtt_front::test {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

// Everything a caller can type, in the place where an event might repeat it.
TEST(Discretion, NothingThatSomebodyTypedInAnActIsOpen) {
    for (const auto& act : act_descriptions()) {
        for (const auto& argument : act.arguments) {
            using enum Argument::Kind;
            if (argument.kind == flag || argument.kind == integer || argument.kind == word)
                continue;
            for (const std::string typed :
                 {"MSCU6639870", "HL777001", "cut by Ana Rivas", "4711"}) {
                EXPECT_FALSE(is_open("visit.arrived", argument.name, typed)) << argument.name;
            }
        }
    }
}

TEST(Discretion, WhoAndWhichContainerSealAndDocumentAreNeverOpen) {
    for (const auto* key : {"container", "seal", "person", "name", "document", "number", "badge",
                            "note", "by", "command_id", "message", "carrier", "owner", "officer"}) {
        EXPECT_FALSE(is_open("visit.arrived", key, "word")) << key;
        EXPECT_FALSE(is_open("visit.arrived", key, 7)) << key;
    }
    EXPECT_FALSE(is_open("visit.arrived", "state", 4711)) << "a figure where a word belongs";
    EXPECT_FALSE(is_open("visit.arrived", "gap_s", "HL777001")) << "and the other way round";
}

TEST(Discretion, WordsOfOursAndFiguresAreOpen) {
    EXPECT_TRUE(is_open("", "state", "departed"));
    EXPECT_TRUE(is_open("", "purpose", "unload"));
    EXPECT_TRUE(is_open("visit.sealed", "gap_s", 48));
    EXPECT_TRUE(is_open("custody.verified", "tug", "not_done"));
    EXPECT_TRUE(is_open("visit.deviation", "what", "late_sealing"));
    EXPECT_TRUE(is_open("visit.departed", "deviations", "not_inspected,late_sealing"));
    EXPECT_TRUE(is_open("command.refused", "reason", "unknown_person"));
    EXPECT_TRUE(is_open("anything", "flag", true));
    EXPECT_TRUE(is_open("anything", "nothing", nullptr));
}

TEST(Discretion, AReasonThatAPersonGaveIsNotOpenEvenInOneWord) {
    EXPECT_FALSE(is_open("person.revoked", "reason", "theft"));
    EXPECT_FALSE(is_open("alarm.shelved", "reason", "tired"));
    EXPECT_FALSE(is_open("case.closed", "result", "ana"));
    EXPECT_TRUE(is_open("test.recorded", "result", "passed"));
}

TEST(Discretion, OnlyAVisitOfOursMayBeNamed) {
    const std::set<std::string> doors{"d07", "gate-2"};
    for (const auto* id : {"v-20261124-140500-d07", "v-20261124-140500-gate-2",
                           "v-20261124-140500-345-d07", "v-20261124-140500-345-gate-2"}) {
        EXPECT_TRUE(is_open_subject("visit", id, doors)) << id;
    }
    for (const auto* id : {"MSCU6639870", "v-MSCU6639870-1-d07", "v-20261124-140500-MSCU6639870",
                           "v-20261124-140500-d08", "v-20261124-140500-", "v--1-d07", "v", "",
                           "v-20261124-140500-d07-MSCU6639870", "v-20261124-140500-4711",
                           "v-20261124-140500-345-1-d07"}) {
        EXPECT_FALSE(is_open_subject("visit", id, doors)) << id;
    }
}

TEST(Discretion, APersonASealNumberAndAKindNobodyDecidedOnAreNotNamed) {
    for (const auto* kind :
         {"person", "visitor", "driver", "container", "seal_number", "lot", "brand_new"}) {
        EXPECT_FALSE(is_open_subject(kind, "d07", {"d07"})) << kind;
    }
    EXPECT_TRUE(is_open_subject("door", "d07", {}));
    EXPECT_TRUE(is_open_subject("case", "c-1", {}));
}

TEST(Discretion, AnAliasIsTheSameForEverAndNeedsTheSecret) {
    EXPECT_EQ(alias("container", "MSCU6639870", "s"), alias("container", "MSCU6639870", "s"));
    EXPECT_NE(alias("container", "MSCU6639870", "s"), alias("container", "MSCU6639870", "t"));
    EXPECT_NE(alias("container", "MSCU6639870", "s"), alias("seal_number", "MSCU6639870", "s"));
    EXPECT_EQ(alias("container", "MSCU6639870", "s").find_first_not_of("0123456789abcdef"),
              std::string::npos);
}

}  // namespace
}  // namespace sealwarden::mqtt_front::test
