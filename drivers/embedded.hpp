// Data files that were built into the binary (cmake/embed.cmake).
#pragma once

#include <span>
#include <string_view>

namespace sealwarden {

struct Embedded {
    std::string_view name;  // the file's name without its folder
    std::string_view text;
};

}  // namespace sealwarden
