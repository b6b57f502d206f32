#include "firmware/identity/roles.hpp"

#include <algorithm>
#include <span>

#include "drivers/embedded.hpp"
#include "drivers/toml/document.hpp"
#include "firmware/identity/names.hpp"
#include "firmware/identity/rights.hpp"

namespace sealwarden::embedded {
std::span<const Embedded> console_roles();
}

namespace sealwarden::identity {
namespace {

using nlohmann::json;
using Pointer = json::json_pointer;

constexpr int longest_idle_min = 31 * 24 * 60, longest_session_h = 31 * 24;

class RoleReader {
  public:
    explicit RoleReader(const TomlDocument& document) : document_{document} {}
    std::vector<FileFinding> findings;

    Role read(const std::string& id) {
        const Pointer at = Pointer{"/role"} / id;
        const auto& table = document_.root.at(at);
        Role role{.id = id};
        if (!is_name(id)) say_key(at, "a role's id is 1 to 40 of a-z, 0-9 and -");
        if (!table.is_object()) {
            say(at, "a role is a table");
            return role;
        }
        for (const auto& [key, value] : table.items()) {
            if (key == "name") {
                read_name(at / key, value, role);
            } else if (key == "rights") {
                read_rights(at / key, value, role);
            } else if (key == "idle_min") {
                role.idle = std::chrono::minutes{number(at / key, value, longest_idle_min)};
            } else if (key == "longest_h") {
                role.longest = std::chrono::hours{number(at / key, value, longest_session_h)};
            } else {
                say_key(at / key, "there is no such key; name, rights, idle_min, longest_h are");
            }
        }
        if (role.english.empty() || role.spanish.empty()) {
            say(at, "name must be given, as { en = \"…\", es = \"…\" }");
        }
        if (!table.contains("rights")) say(at, "rights must be given, a list");
        return role;
    }
    void say(const Pointer& at, const std::string& what) {
        findings.push_back(finding_at(document_, at, what));
    }
    void say_key(const Pointer& at, const std::string& what) {
        findings.push_back(finding_at_key(document_, at, what));
    }

  private:
    void read_name(const Pointer& at, const json& value, Role& role) {
        for (const auto* language : {"en", "es"}) {
            if (!value.is_object() || !value.contains(language) || !value[language].is_string()) {
                continue;
            }
            auto& name = language[1] == 'n' ? role.english : role.spanish;
            name = value[language].get<std::string>();
            if (!is_sentence(name)) say(at, "a name has at most 80 characters, none of control");
        }
    }
    void read_rights(const Pointer& at, const json& value, Role& role) {
        if (!value.is_array()) return say(at, "rights are a list of words");
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (!value[i].is_string() || !is_right(value[i].get<std::string>())) {
                say(at / i, "there is no such right: " + value[i].dump());
                continue;
            }
            role.rights.insert(value[i].get<std::string>());
        }
    }
    int number(const Pointer& at, const json& value, int most) {
        if (value.is_number_integer() && value.get<std::int64_t>() >= 1 &&
            value.get<std::int64_t>() <= most) {
            return value.get<int>();
        }
        say(at, "must be a whole number from 1 to " + std::to_string(most));
        return 1;
    }

    const TomlDocument& document_;
};

std::string text_of(const std::vector<FileFinding>& findings) {
    std::string text;
    for (const auto& finding : findings) {
        if (!text.empty()) text += '\n';
        text += to_string(finding);
    }
    return text;
}

}  // namespace

Roles Roles::from(std::string_view toml, const std::string& name) {
    const auto parsed = parse_toml(toml, name);
    if (!parsed.ok()) throw BadRoles{text_of(parsed.findings)};
    RoleReader reader{parsed.document};
    const auto& root = parsed.document.root;
    for (const auto& [key, value] : root.items()) {
        if (key != "role") reader.say_key(Pointer{} / key, "only [role.…] is understood here");
    }
    Roles roles;
    if (!root.contains("role") || !root["role"].is_object() || root["role"].empty()) {
        reader.say(Pointer{}, "there must be a role: [role.supervisor] for example");
    } else {
        for (const auto& [id, value] : root["role"].items()) roles.roles_[id] = reader.read(id);
        // Else nobody could ever give an account to anybody, but root on the machine.
        const auto gives_accounts = [](const auto& role) {
            return role.second.rights.contains("users");
        };
        if (reader.findings.empty() && std::ranges::none_of(roles.roles_, gives_accounts)) {
            reader.say(Pointer{"/role"}, "one role must have the right `users`");
        }
    }
    if (!reader.findings.empty()) throw BadRoles{text_of(reader.findings)};
    return roles;
}

Roles Roles::read(const std::filesystem::path& file) {
    const auto parsed = read_toml(file);
    if (!parsed.ok()) throw BadRoles{text_of(parsed.findings)};
    return from(parsed.text, file.string());
}

Roles Roles::shipped() {
    const auto file = embedded::console_roles().front();
    return from(file.text, std::string{file.name});
}

const Role* Roles::find(std::string_view id) const {
    const auto found = roles_.find(id);
    return found == roles_.end() ? nullptr : &found->second;
}

}  // namespace sealwarden::identity
