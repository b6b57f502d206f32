#include "firmware/verify/json_reader.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "firmware/verify/bytes.hpp"

namespace sealwarden::verify {
namespace {

using ByteSet = std::array<bool, 256>;

constexpr ByteSet set_of(std::string_view bytes) {
    ByteSet set{};
    for (const char c : bytes) set[static_cast<unsigned char>(c)] = true;
    return set;
}
constexpr ByteSet digits = set_of("0123456789");
constexpr ByteSet member_names = set_of("abcdefghijklmnopqrstuvwxyz0123456789_");
constexpr ByteSet file_names =
    set_of("abcdefghijklmnopqrstuvwxyz0123456789_ABCDEFGHIJKLMNOPQRSTUVWXYZ./-");

// Bytes that stand for themselves inside a text, and are ASCII.
constexpr ByteSet plain_bytes() {
    ByteSet set{};
    for (std::size_t c = 0x20; c < 0x80; ++c) set[c] = c != '"' && c != '\\';
    return set;
}
constexpr ByteSet plain_text = plain_bytes();

// The order of names, which are ASCII and mostly differ in their first byte: calling memcmp for
// each would cost more than the rest of reading them.
bool is_before(std::string_view a, std::string_view b) {
    const auto common = std::min(a.size(), b.size());
    for (std::size_t i = 0; i < common; ++i) {
        if (a[i] != b[i]) return a[i] < b[i];
    }
    return a.size() < b.size();
}

}  // namespace

JsonReader::JsonReader(std::string_view text, const JsonLimits& limits)
    : begin_{text.data()},
      at_{begin_},
      end_{begin_ + text.size()},
      name_bytes_{limits.file_names ? file_names : member_names},
      deepest_{limits.depth} {
    if (text.size() > limits.bytes) {
        throw Malformed{fmt::format("{} bytes, at most {}", text.size(), limits.bytes)};
    }
}

void JsonReader::fail(std::string_view what) const {
    throw Malformed{fmt::format("byte {}: {}", offset(), what)};
}

JsonKind JsonReader::kind() const {
    switch (peek()) {
        case '{': return JsonKind::object;
        case '[': return JsonKind::list;
        case '"': return JsonKind::text;
        case 't':
        case 'f': return JsonKind::boolean;
        case 'n': return JsonKind::null;
        default: return JsonKind::integer;
    }
}

std::int64_t JsonReader::integer() {
    const bool negative = accept('-');
    const auto value = number(take_run(digits));
    if (!value || (negative && *value == 0)) fail("no canonical integer within ±(2^53-1)");
    const auto amount = static_cast<std::int64_t>(*value);
    return negative ? -amount : amount;
}

std::uint64_t JsonReader::count() {
    const auto value = integer();
    if (value < 0) fail("negative");
    return static_cast<std::uint64_t>(value);
}

JsonText JsonReader::text() {
    expect('"', "no text");
    const auto* const begin = at_;
    JsonText text;
    bool ascii = true;
    for (;;) {
        take_run(plain_text);
        if (at_ == end_) fail("text without end");
        if (*at_ == '"') break;
        if (*at_ == '\\') {
            const auto escape = escape_at({at_, end_});
            if (!escape) fail("escape that is not canonical");
            at_ += escape->length;
            text.has_escapes = true;
        } else if (static_cast<unsigned char>(*at_) < 0x20) {
            fail("control character in a text");
        } else {
            ascii = false;
            ++at_;
        }
    }
    text.inside = {begin, at_};
    if (!ascii && !is_utf8(text.inside)) fail("not UTF-8");
    ++at_;
    return text;
}

std::string_view JsonReader::plain() {
    const auto read = text();
    if (read.has_escapes) fail("escapes in what has none");
    return read.inside;
}

bool JsonReader::boolean() {
    const bool value = peek() == 't';
    expect_word(value ? "true" : "false");
    return value;
}

void JsonReader::null() {
    expect_word("null");
}

std::string_view JsonReader::skip() {
    const auto* const begin = at_;
    switch (kind()) {
        case JsonKind::object: JsonObject{*this}.finish(); break;
        case JsonKind::list:
            for (JsonList list{*this}; list.next();) skip();
            break;
        case JsonKind::text: text(); break;
        case JsonKind::boolean: boolean(); break;
        case JsonKind::null: null(); break;
        case JsonKind::integer: integer(); break;
    }
    return {begin, at_};
}

void JsonReader::end() {
    if (at_ != end_) fail("something behind the end");
}

void JsonReader::expect_word(std::string_view word) {
    if (!std::string_view{at_, end_}.starts_with(word)) fail("no JSON value");
    at_ += word.size();
}

std::string_view JsonReader::take_run(const ByteSet& of) {
    const auto* const begin = at_;
    const auto* at = begin;  // stays in a register
    while (at != end_ && of[static_cast<unsigned char>(*at)]) ++at;
    at_ = at;
    return {begin, at};
}

std::string_view JsonReader::member_name() {
    expect('"', "member name missing");
    const auto name = take_run(name_bytes_);
    if (name.empty() || !accept('"')) fail("member name with other characters than allowed");
    return name;
}

void JsonReader::go_deeper() {
    if (++depth_ > deepest_) fail("nested too deep");
}

JsonObject::JsonObject(JsonReader& reader) : reader_{reader} {
    reader_.expect('{', "no object");
}

bool JsonObject::next() {
    if (closed_) return false;
    if (name_.empty()) {
        closed_ = reader_.accept('}');
        if (closed_) return false;
        reader_.go_deeper();
    } else if (!reader_.accept(',')) {
        reader_.expect('}', "',' or '}' missing");
        --reader_.depth_;
        closed_ = true;
        return false;
    }
    const auto name = reader_.member_name();
    // Rising order also refuses a name twice.
    if (!is_before(name_, name)) reader_.fail("member names do not rise");
    reader_.expect(':', "':' missing");
    name_ = name;
    return true;
}

bool JsonObject::find(std::string_view name) {
    while (unread_ || next()) {
        unread_ = is_before(name, name_);
        if (unread_) return false;
        if (!is_before(name_, name)) return true;
        reader_.skip();
    }
    return false;
}

void JsonObject::need(std::string_view name) {
    if (!find(name)) reader_.fail(fmt::format("\"{}\" is missing", name));
}

void JsonObject::finish() {
    while (unread_ || next()) {
        unread_ = false;
        reader_.skip();
    }
}

JsonList::JsonList(JsonReader& reader) : reader_{reader} {
    reader_.expect('[', "no list");
}

bool JsonList::next() {
    if (first_) {
        first_ = false;
        if (reader_.accept(']')) return false;
        reader_.go_deeper();
        return true;
    }
    if (reader_.accept(',')) return true;
    reader_.expect(']', "',' or ']' missing");
    --reader_.depth_;
    return false;
}

// Only the shortest form is canonical: what needs no escape has none, and what has a letter of its
// own is not written by number.
std::optional<JsonEscape> escape_at(std::string_view text) {
    if (text.size() < 2) return std::nullopt;
    switch (text[1]) {
        case '"':
        case '\\': return JsonEscape{text[1], 2};
        case 'b': return JsonEscape{'\b', 2};
        case 'f': return JsonEscape{'\f', 2};
        case 'n': return JsonEscape{'\n', 2};
        case 'r': return JsonEscape{'\r', 2};
        case 't': return JsonEscape{'\t', 2};
        default: break;
    }
    if (text.size() < 6 || text.substr(1, 3) != "u00") return std::nullopt;
    const auto code = from_hex(text.substr(4, 2));
    constexpr std::string_view have_a_letter = "\b\f\n\r\t";
    if (!code || static_cast<unsigned char>(code->front()) >= 0x20 ||
        have_a_letter.find(code->front()) != std::string_view::npos) {
        return std::nullopt;
    }
    return JsonEscape{code->front(), 6};
}

}  // namespace sealwarden::verify
