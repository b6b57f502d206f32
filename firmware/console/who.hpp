// Who asks, as identity found it out. A value; lives during one question.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "firmware/text/text.hpp"

namespace sealwarden::console {

struct Who {
    enum class Way { nobody, session, token, socket };
    Way way = Way::nobody;
    std::string user;    // "ana"; of a token "ana/turnstile"; empty: nobody signed in
    std::string name;    // for people
    std::string role;    // "supervisor"
    std::string person;  // the id in the gateway's register of people, or empty
    Language language = Language::english;
    std::set<std::string, std::less<>> rights;  // words of roles.toml: "live", "respond", …

    [[nodiscard]] bool may(std::string_view right) const { return rights.contains(right); }
};

}  // namespace sealwarden::console
