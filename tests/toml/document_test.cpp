#include "drivers/toml/document.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "drivers/toml/schema.hpp"

namespace sealwarden {
namespace {

using Pointer = nlohmann::json::json_pointer;

constexpr auto site = R"([site]
id = "dc7"

[[bus]]
id = "east"
  [[bus.device]]
  id = "io1"
  unit = 300
)";

TEST(TomlDocument, EveryNodeAndKeyKnowsItsPlace) {
    const auto read = parse_toml(site, "a.toml");
    ASSERT_TRUE(read.ok());
    const auto& document = read.document;
    EXPECT_EQ(document.position_of(Pointer("/bus/0/device/0/unit")), (Position{"a.toml", 8, 10}));
    EXPECT_EQ(document.key_position_of(Pointer("/bus/0/device/0/unit")),
              (Position{"a.toml", 8, 3}));
    EXPECT_EQ(document.position_of(Pointer("/bus/0/device/0/absent")), (Position{"a.toml", 6, 3}));
}

TEST(TomlDocument, PartOfAnotherFileKeepsItsOwnPlace) {
    auto base = parse_toml(site, "a.toml").document;
    const auto over =
        parse_toml("\nsite = { id = \"dc8\", name = \"North\" }\n", "b.toml").document;
    base.put(Pointer("/site"), over, Pointer("/site"));
    EXPECT_EQ(base.root["site"]["id"], "dc8");
    EXPECT_EQ(base.position_of(Pointer("/site/name")), (Position{"b.toml", 2, 29}));
    EXPECT_EQ(base.position_of(Pointer("/bus/0/id")), (Position{"a.toml", 5, 6}));
}

TEST(TomlDocument, WhatCannotBeReadIsAFindingAndNoCrash) {
    EXPECT_FALSE(read_toml("/nonexistent/a.toml").ok());
    EXPECT_FALSE(read_toml("/").ok());
    EXPECT_FALSE(parse_toml(std::string(2 * 1024 * 1024, '#'), "big.toml").ok());
    EXPECT_FALSE(parse_toml("a = " + std::string(100'000, '['), "deep.toml").ok());
}

TEST(SchemaCheck, KeywordThatNobodyChecksIsAnErrorOfTheSchema) {
    const auto document = parse_toml("a = 1", "a.toml").document;
    EXPECT_THROW((void)check_schema(document, {{"not", nlohmann::json::object()}}),
                 std::logic_error);
}

TEST(SchemaCheck, LongTextIsRefusedBeforeAPatternSeesIt) {
    const auto document =
        parse_toml("a = \"" + std::string(500'000, 'x') + "\"", "a.toml").document;
    const auto findings =
        check_schema(document, {{"properties", {{"a", {{"pattern", "^(x|y)*$"}}}}}});
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(to_string(findings[0]), "a.toml:1:5: /a: is longer than 4096 bytes; shorten it");
}

TEST(DidYouMean, OneSlipOrTwoOrTheBeginningOfTheOnlyWord) {
    const std::vector<std::string> keys{"period_ms", "port", "unit"};
    EXPECT_EQ(did_you_mean("peroid_ms", keys), "period_ms");
    EXPECT_EQ(did_you_mean("unti", keys), "unit");
    EXPECT_EQ(did_you_mean("period", keys), "period_ms");
    EXPECT_EQ(did_you_mean("p", keys), "");
    EXPECT_EQ(did_you_mean("colour", keys), "");
}

}  // namespace
}  // namespace sealwarden
