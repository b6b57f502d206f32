// Roles as data: rights, and how long a session of theirs lasts. From roles.toml, or a site's own.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/text/text.hpp"

namespace sealwarden::identity {

using Rights = std::set<std::string, std::less<>>;

struct Role {
    std::string id;                // "security"
    std::string english, spanish;  // its name for people
    Rights rights;                 // words of rights.hpp
    std::chrono::minutes idle{30};
    std::chrono::hours longest{12};

    [[nodiscard]] const std::string& name(Language language) const {
        return language == Language::spanish ? spanish : english;
    }
};

struct BadRoles : std::runtime_error {  // one line a finding: file:line:column: what
    using std::runtime_error::runtime_error;
};

class Roles {
  public:
    static Roles shipped();
    static Roles read(const std::filesystem::path& file);               // throws BadRoles
    static Roles from(std::string_view toml, const std::string& name);  // throws BadRoles

    [[nodiscard]] const Role* find(std::string_view id) const;  // or null
    [[nodiscard]] const std::map<std::string, Role, std::less<>>& all() const { return roles_; }

  private:
    std::map<std::string, Role, std::less<>> roles_;
};

}  // namespace sealwarden::identity
