#include "bench/options.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string>

namespace sealwarden::bench {
namespace {

[[noreturn]] void usage(const char* program, std::initializer_list<NumberOption> numbers) {
    std::string line = std::filesystem::path{program}.filename().string();
    line += " [--json] [--directory DIR]";
    for (const auto& number : numbers) line += fmt::format(" [{} N]", number.name);
    fmt::print(stderr, "usage: {}\n", line);
    std::exit(2);
}

bool read(std::string_view text, std::uint64_t& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && value > 0;
}

}  // namespace

Options parse_options(int count, char** arguments, std::initializer_list<NumberOption> numbers) {
    Options options;
    for (int i = 1; i < count; ++i) {
        const std::string_view word = arguments[i];
        if (word == "--json") {
            options.json = true;
            continue;
        }
        if (++i == count) usage(arguments[0], numbers);
        if (word == "--directory") {
            options.directory = arguments[i];
            continue;
        }
        const auto* const number = std::ranges::find(numbers, word, &NumberOption::name);
        if (number == numbers.end() || !read(arguments[i], number->value)) {
            usage(arguments[0], numbers);
        }
    }
    return options;
}

Folder::Folder(const std::filesystem::path& directory, std::string_view name) {
    auto text = (directory / fmt::format("{}-XXXXXX", name)).string();
    if (::mkdtemp(text.data()) == nullptr) {
        fmt::print(stderr, "{} cannot be written\n", directory.string());
        std::exit(2);
    }
    path_ = text;
}

Folder::~Folder() {
    std::error_code left_behind;
    std::filesystem::remove_all(path_, left_behind);
}

}  // namespace sealwarden::bench
