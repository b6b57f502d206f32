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

TEST(JsonReader, FindsMembersInOneWalkOverWhatNobodyAskedFor) {
    JsonReader json{R"({"a":{"x":[1,{"y":2}]},"b":3,"d":"e"})"};
    JsonObject object{json};
    EXPECT_FALSE(object.find("_"));
    ASSERT_TRUE(object.find("b"));
    EXPECT_EQ(json.integer(), 3);
    EXPECT_FALSE(object.find("c"));
    ASSERT_TRUE(object.find("d"));
    EXPECT_EQ(json.plain(), "e");
    EXPECT_FALSE(object.find("f"));
    object.finish();
    EXPECT_NO_THROW(json.end());
}

TEST(JsonReader, ChecksWhatItGoesOver) {
    for (const auto* text : {R"({"a":01,"b":3})", R"({"a":[1,],"b":3})", R"({"b":3,"a":1})",
                             R"({"b":3,"c":"\u0041"})", R"({"b":3,"c":1)", R"({"b":3} )"}) {
        const auto read = [&] {
            JsonReader json{text};
            JsonObject object{json};
            object.need("b");
            (void)json.integer();
            object.finish();
            json.end();
        };
        EXPECT_THROW(read(), Malformed) << text;
    }
}

TEST(JsonReader, ThrowsWhenWhatIsNeededIsAbsentOrAnotherKind) {
    JsonReader json{R"({"a":1,"c":"x\n"})"};
    JsonObject object{json};
    object.need("a");
    EXPECT_THROW((void)json.text(), Malformed);
    (void)json.count();
    EXPECT_THROW(object.need("b"), Malformed);
    object.need("c");
    EXPECT_THROW((void)json.plain(), Malformed);
}

}  // namespace
}  // namespace sealwarden::verify
