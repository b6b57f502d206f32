#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>
#include <vector>

#include "drivers/profile.hpp"
#include "drivers/toml/document.hpp"
#include "drivers/toml/schema.hpp"

namespace sealwarden {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().extension() == ".toml") files.push_back(entry.path());
    return files;
}

const fs::path broken = fs::path(SEALWARDEN_SOURCE_DIR) / "tests/profile/broken";
const fs::path good = fs::path(SEALWARDEN_SOURCE_DIR) / "config/profiles";

// The first line of each file is "# line:column: path: message", the one finding it must give.
TEST(BrokenProfiles, EachGivesItsOneFindingWithItsPlace) {
    const auto files = files_of(broken);
    EXPECT_GE(files.size(), 25U);
    for (const auto& file : files) {
        std::ifstream in(file);
        std::string expected;
        std::getline(in, expected);
        const auto result = load_profile(file);
        EXPECT_FALSE(result.profile) << file;
        ASSERT_EQ(result.findings.size(), 1U) << file;
        // A finding about the file as a whole has no place: "file: message".
        const auto& finding = result.findings[0];
        const std::size_t skip = file.string().size() + (finding.line == 0 ? 2 : 1);
        const std::string said = to_string(finding).substr(skip);
        EXPECT_EQ("# " + said, expected) << file;
    }
}

bool valijson_accepts(const nlohmann::json& document, const nlohmann::json& schema) {
    valijson::Schema parsed;
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft4);
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(schema), parsed);
    valijson::Validator validator;
    return validator.validate(parsed, valijson::adapters::NlohmannJsonAdapter(document), nullptr);
}

TEST(SchemaCheck, AgreesWithValijsonOnEveryFile) {
    const auto schema = nlohmann::json::parse(profile_schema());
    int refused = 0;
    for (const auto& folder : {good, broken}) {
        for (const auto& file : files_of(folder)) {
            const auto toml = read_toml(file);
            if (!toml.ok()) continue;
            const bool accepted = check_schema(toml.document, schema).empty();
            EXPECT_EQ(accepted, valijson_accepts(toml.document.root, schema)) << file;
            if (!accepted) ++refused;
        }
    }
    EXPECT_GT(refused, 10);
}

}  // namespace
}  // namespace sealwarden
