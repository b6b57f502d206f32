// Every file in broken/ says in its first lines what must be said about it, and nothing else may
// be.
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <ostream>

#include "tests/config/files.hpp"

namespace sealwarden::config {
namespace {

namespace fs = std::filesystem;

const std::string marker = "# expect: ";

std::vector<std::string> expected(const fs::path& file) {
    std::vector<std::string> out;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line) && line.starts_with(marker);)
        out.push_back(line.substr(marker.size()));
    return out;
}

// "line:column: path: message", without the file's name.
std::vector<std::string> found(const fs::path& file) {
    std::vector<std::string> out;
    for (const auto& finding : load({.files = {file}, .profiles = {Files::profiles()}}).findings) {
        std::string text = to_string(finding);
        if (text.starts_with(file.string() + ":")) text.erase(0, file.string().size() + 1);
        text.erase(0, text.find_first_not_of(' '));
        out.push_back(std::move(text));
    }
    return out;
}

std::vector<fs::path> broken_files() {
    std::vector<fs::path> out;
    for (const auto& entry : fs::directory_iterator(SEALWARDEN_SOURCE_DIR "/tests/config/broken"))
        out.push_back(entry.path());
    std::sort(out.begin(), out.end());
    return out;
}

class BrokenFile : public testing::TestWithParam<fs::path> {};

TEST_P(BrokenFile, IsRefusedWithExactlyTheFindingsItNames) {
    const auto wanted = expected(GetParam());
    EXPECT_FALSE(wanted.empty());
    EXPECT_EQ(found(GetParam()), wanted);
}

TEST(BrokenFiles, AreAtLeastSixty) {
    EXPECT_GE(broken_files().size(), 60U);
}

INSTANTIATE_TEST_SUITE_P(All, BrokenFile, testing::ValuesIn(broken_files()), [](const auto& file) {
    std::string name = file.param.stem().string();
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

}  // namespace
}  // namespace sealwarden::config
