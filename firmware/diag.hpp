// Lines for developers and installers, on standard error. The event log is elsewhere.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace sealwarden::diag {

enum class Level { error, warn, info, debug };

// A field's value; numbers and texts alike.
struct FieldValue {
    std::string text;
    FieldValue(std::string_view value) : text{value} {}
    FieldValue(const std::string& value) : text{value} {}
    FieldValue(const char* value) : text{value} {}
    FieldValue(bool value) : text{value ? "true" : "false"} {}
    template <class Number>
        requires std::is_arithmetic_v<Number>
    FieldValue(Number value) : text{std::to_string(value)} {}
};
using Field = std::pair<std::string_view, FieldValue>;

// One constant sentence, then fields. Any thread. Under systemd each line carries its priority.
void say(Level level, std::string_view sentence, std::initializer_list<Field> fields = {});
inline void error(std::string_view s, std::initializer_list<Field> f = {}) {
    say(Level::error, s, f);
}
inline void warn(std::string_view s, std::initializer_list<Field> f = {}) {
    say(Level::warn, s, f);
}
inline void info(std::string_view s, std::initializer_list<Field> f = {}) {
    say(Level::info, s, f);
}
inline void debug(std::string_view s, std::initializer_list<Field> f = {}) {
    say(Level::debug, s, f);
}
void set_level(Level level);

}  // namespace sealwarden::diag
