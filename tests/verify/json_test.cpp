#include "firmware/verify/json.hpp"

#include <gtest/gtest.h>

namespace sealwarden::verify {
namespace {

bool is_accepted(std::string_view text, const JsonLimits& limits = {}) {
    Json json;
    try {
        json.parse(text, limits);
        return true;
    } catch (const Malformed&) {
        return false;
    }
}

TEST(Json, ReadsWhatRecordsAreMadeOf) {
    Json json;
    json.parse(
        R"({"a":[1,-2,true,false,null],"b":{"c":"x\n\"\\\u001f é"},"d_2":9007199254740991})");
    const auto root = json.root();
    EXPECT_EQ(root.object_at("b").text_at("c"), "x\n\"\\\x1F é");
    EXPECT_EQ(root.integer_at("d_2"), 9007199254740991);
    EXPECT_EQ(root.list_at("a").source(), "[1,-2,true,false,null]");
    int count = 0;
    for (const auto item : root.list_at("a")) count += item.kind() == JsonKind::integer ? 1 : 0;
    EXPECT_EQ(count, 2);
}

TEST(Json, NamesWhatIsMissingOrOfAnotherKind) {
    Json json;
    json.parse(R"({"a":1})");
    EXPECT_THROW((void)json.root().at("b"), Malformed);
    EXPECT_THROW((void)json.root().text_at("a"), Malformed);
    EXPECT_THROW(json.root().only({"b"}), Malformed);
    EXPECT_NO_THROW(json.root().only({"a", "b"}));
}

TEST(Json, RefusesEveryOtherFormOfTheSameValue) {
    for (const auto* text : {"",
                             " {}",
                             "{} ",
                             "{ }",
                             "[1, 2]",
                             R"({"a":1,"a":1})",
                             R"({"b":1,"a":1})",
                             R"({"A":1})",
                             R"({"":1})",
                             R"({"a b":1})",
                             R"({"\u0061":1})",
                             "01",
                             "-0",
                             "1.0",
                             "1e3",
                             "+1",
                             "9007199254740992",
                             "-9007199254740992",
                             R"("\u0041")",
                             R"("\u000a")",
                             R"("\u001F")",
                             R"("\/")",
                             R"("\x")",
                             "\"\t\"",
                             "\"\xFF\"",
                             "\"abc",
                             "[1,]",
                             R"({"a":1,})",
                             "tru",
                             "nulll",
                             "[",
                             "{\"a\"",
                             "{\"a\":",
                             "NaN"}) {
        EXPECT_FALSE(is_accepted(text)) << text;
    }
}

TEST(Json, HasLimits) {
    EXPECT_FALSE(is_accepted(std::string(10, '[') + std::string(10, ']')));
    EXPECT_TRUE(is_accepted(std::string(9, '[') + std::string(9, ']')));
    EXPECT_FALSE(is_accepted("\"" + std::string(4096, 'a') + "\""));
    EXPECT_TRUE(is_accepted("\"" + std::string(4094, 'a') + "\""));
}

TEST(Json, TakesFileNamesAsMemberNamesOnlyWhereAsked) {
    const JsonLimits files{.file_names = true};
    EXPECT_TRUE(is_accepted(R"({"START-HERE.html":1,"leaves/1.bin":2})", files));
    EXPECT_FALSE(is_accepted(R"({"START-HERE.html":1})"));
}

}  // namespace
}  // namespace sealwarden::verify
