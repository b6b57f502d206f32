// JSON in the one form that records and manifests have (firmware/eventlog/FORMAT.md), read once
// from left to right: RFC 8785, no floating point, integers within ±(2^53-1), no name twice. A text
// in any other form is refused, so reading it is the canonical check. Nothing is allocated.
//
// Everything here throws Malformed, with the offset of the first byte that is wrong.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sealwarden::verify {

// A text from outside is not what it has to be; says what and where.
struct Malformed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

enum class JsonKind : std::uint8_t { null, boolean, integer, text, list, object };

struct JsonLimits {
    std::size_t bytes = 4096;  // at most 2^32-1
    int depth = 8;
    bool file_names = false;  // member names may be [A-Za-z0-9_./-] instead of [a-z0-9_]
};

struct JsonText {
    std::string_view inside;  // its bytes between the quotation marks
    bool has_escapes = false;
};

// Reads one value after the other; whoever reads knows what has to come. Objects and lists are read
// through JsonObject and JsonList.
class JsonReader {
  public:
    // The text must outlive this.
    explicit JsonReader(std::string_view text, const JsonLimits& limits = {});

    [[nodiscard]] JsonKind kind() const;  // that the value here has, if it is one
    [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }

    std::int64_t integer();
    std::uint64_t count();  // an integer that is not negative
    JsonText text();
    std::string_view plain();  // of a text without escapes
    bool boolean();
    void null();
    std::string_view skip();  // any value, checked like all others: its bytes
    void end();               // nothing may be left

    [[noreturn]] void fail(std::string_view what) const;

  private:
    friend class JsonObject;
    friend class JsonList;
    [[nodiscard]] char peek() const { return at_ != end_ ? *at_ : '\0'; }
    bool accept(char c) {
        if (peek() != c) return false;
        ++at_;
        return true;
    }
    void expect(char c, std::string_view what) {
        if (!accept(c)) fail(what);
    }
    void expect_word(std::string_view word);
    std::string_view take_run(const std::array<bool, 256>& of);
    std::string_view member_name();
    void go_deeper();

    const char* begin_;
    const char* at_;
    const char* end_;
    const std::array<bool, 256>& name_bytes_;
    int depth_ = 0;
    int deepest_;
};

// An object while it is read. Each member's value is read from the reader after its name was found.
class JsonObject {
  public:
    explicit JsonObject(JsonReader& reader);

    // Goes to the next member; false: the object is closed.
    bool next();
    [[nodiscard]] std::string_view name() const { return name_; }

    // Goes to that member over those before it; false: there is none. As names rise, they are to be
    // asked for in rising order.
    bool find(std::string_view name);
    void need(std::string_view name);  // the same, and throws when there is none
    void finish();                     // goes over the rest

  private:
    JsonReader& reader_;
    std::string_view name_;
    bool closed_ = false;
    bool unread_ = false;  // the value of `name_`, as another one was asked for
};

class JsonList {
  public:
    explicit JsonList(JsonReader& reader);
    bool next();  // the next element comes; false: the list is closed

  private:
    JsonReader& reader_;
    bool first_ = true;
};

// The character the escape at the beginning of `text` stands for, and its length; nothing: it is
// not canonical.
struct JsonEscape {
    char character;
    std::size_t length;
};
[[nodiscard]] std::optional<JsonEscape> escape_at(std::string_view text);

}  // namespace sealwarden::verify
