// Writes JSON in the restricted RFC 8785 form that records have (FORMAT.md): no spaces, members in
// the order of their names, integers only, valid UTF-8. Any parser agrees about such bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sealwarden::eventlog {

// Members come in the order of their names: asserted, so that a wrong order is a bug found at once.
//
//     CanonicalWriter json;
//     json.open_object().name("a").value(std::int64_t{1}).close_object();
class CanonicalWriter {
  public:
    CanonicalWriter() { bytes_.reserve(512); }  // most records
    CanonicalWriter& open_object();
    CanonicalWriter& close_object();
    CanonicalWriter& open_list();
    CanonicalWriter& close_list();
    CanonicalWriter& name(std::string_view name);   // [a-z0-9_]+, greater than the one before
    CanonicalWriter& value(std::string_view text);  // invalid bytes become U+FFFD
    CanonicalWriter& value(std::int64_t number);    // beyond +-(2^53-1): as text, nothing is lost
    CanonicalWriter& value(std::uint64_t number);
    CanonicalWriter& value(bool truth);
    CanonicalWriter& null();
    [[nodiscard]] const std::string& bytes() const { return bytes_; }
    [[nodiscard]] std::string take() && { return std::move(bytes_); }

  private:
    void separate();
    struct Level {
        bool list = false;
        bool empty = true;
        std::size_t name_at = 0, name_length = 0;  // of the last member, in bytes_
    };
    std::string bytes_;
    std::vector<Level> levels_;
    bool after_name_ = false;
};

// The same text when it is valid UTF-8; else with every byte that belongs to no character replaced
// by U+FFFD. Surrogates and overlong forms are not characters.
[[nodiscard]] std::string valid_utf8(std::string_view text);

// At most `limit` bytes from the beginning of a valid text, never a part of a character.
[[nodiscard]] std::string_view first_bytes(std::string_view text, std::size_t limit);

}  // namespace sealwarden::eventlog
