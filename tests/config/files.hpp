// A directory of files for one test, and the tests' own device profiles.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "firmware/config/config.hpp"

namespace sealwarden::config {

class Files {
  public:
    Files() {
        std::string name = (std::filesystem::temp_directory_path() / "sealwarden-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
        directory_ = name;
    }
    ~Files() { std::filesystem::remove_all(directory_); }
    Files(const Files&) = delete;
    Files& operator=(const Files&) = delete;

    std::filesystem::path write(const std::string& name, const std::string& text) const {
        const auto file = directory_ / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
        return file;
    }
    [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

    // One file, the tests' profiles, nothing from the environment.
    [[nodiscard]] Sources sources(const std::string& text) const {
        return {.files = {write("site.toml", text)}, .profiles = {profiles()}};
    }
    static std::filesystem::path profiles() {
        return SEALWARDEN_SOURCE_DIR "/tests/config/profiles";
    }

  private:
    std::filesystem::path directory_;
};

inline std::string texts(const Loaded& loaded) {
    std::string out;
    for (const auto& finding : loaded.findings) out += to_string(finding) + '\n';
    return out;
}

}  // namespace sealwarden::config
