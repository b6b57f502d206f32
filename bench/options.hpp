// What the benchmarks' command lines have in common.
#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string_view>

namespace sealwarden::bench {

struct Options {
    bool json = false;
    std::filesystem::path directory = std::filesystem::current_path();  // for what is measured
};

struct NumberOption {
    std::string_view name;  // "--entries"
    std::uint64_t& value;   // holds the default; at least 1
};

// Reads --json, --directory DIR and the numbers named; anything else prints the usage and ends the
// program with 2.
[[nodiscard]] Options parse_options(int count, char** arguments,
                                    std::initializer_list<NumberOption> numbers);

// A folder of its own in `directory`, removed at the end. Prints why and ends the program with 2
// when there can be none.
class Folder {
  public:
    Folder(const std::filesystem::path& directory, std::string_view name);
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace sealwarden::bench
