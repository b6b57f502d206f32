// The JSON body of a question to identity: only what is known is in it, and of the right kind.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sealwarden::identity {

class Body {
  public:
    // Throws console::Problem 400 `usage` for anything but an object with no other keys than these.
    Body(std::string_view text, std::initializer_list<std::string_view> keys);

    // The same for what is missing where it must be there, of another kind, or longer than `most`.
    [[nodiscard]] std::string text(const char* key, std::size_t most = 256) const;
    [[nodiscard]] std::optional<std::string> maybe_text(const char* key,
                                                        std::size_t most = 256) const;
    [[nodiscard]] std::optional<bool> maybe_flag(const char* key) const;
    [[nodiscard]] std::optional<int> maybe_number(const char* key) const;
    [[nodiscard]] std::vector<std::string> list(const char* key, std::size_t most = 64) const;

  private:
    [[nodiscard]] const nlohmann::json* find(const char* key) const;  // null: not there, or null
    nlohmann::json object_;
};

}  // namespace sealwarden::identity
