#include "firmware/verify/json.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "firmware/verify/bytes.hpp"

namespace sealwarden::verify {
namespace {

// Bytes that end a run of plain ASCII inside a text.
constexpr std::array<bool, 256> ends_plain_run() {
    std::array<bool, 256> ends{};
    for (std::size_t c = 0; c < ends.size(); ++c) {
        ends[c] = c < 0x20 || c >= 0x80 || c == '"' || c == '\\';
    }
    return ends;
}
constexpr auto ends_run = ends_plain_run();

// The character an escape stands for, with the escape's length; nothing: not canonical. Only the
// shortest form is: what needs no escape has none, and what has a letter of its own is not written
// by number.
struct Escape {
    char character;
    std::size_t length;
};
std::optional<Escape> escape_at(std::string_view text) {
    if (text.size() < 2) return std::nullopt;
    switch (text[1]) {
        case '"':
        case '\\': return Escape{text[1], 2};
        case 'b': return Escape{'\b', 2};
        case 'f': return Escape{'\f', 2};
        case 'n': return Escape{'\n', 2};
        case 'r': return Escape{'\r', 2};
        case 't': return Escape{'\t', 2};
        default: break;
    }
    if (text.size() < 6 || text.substr(1, 3) != "u00") return std::nullopt;
    const auto code = from_hex(text.substr(4, 2));
    constexpr std::string_view have_a_letter = "\b\f\n\r\t";
    if (!code || static_cast<unsigned char>(code->front()) >= 0x20 ||
        have_a_letter.find(code->front()) != std::string_view::npos) {
        return std::nullopt;
    }
    return Escape{code->front(), 6};
}

}  // namespace

class JsonParser {
  public:
    JsonParser(Json& json, const JsonLimits& limits)
        : text_{json.text_}, nodes_{json.nodes_}, limits_{limits} {}

    void whole() {
        if (text_.size() > limits_.bytes) {
            throw Malformed{fmt::format("{} bytes, at most {}", text_.size(), limits_.bytes)};
        }
        parse(0, 0, 0);
        if (at_ != text_.size()) fail("something behind the end");
    }

  private:
    [[noreturn]] void fail(std::string_view what) const {
        throw Malformed{fmt::format("byte {}: {}", at_, what)};
    }

    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool accept(char c) {
        if (peek() != c) return false;
        ++at_;
        return true;
    }

    void expect(char c, std::string_view what) {
        if (!accept(c)) fail(what);
    }

    void expect_word(std::string_view word) {
        if (text_.substr(at_, word.size()) != word) fail("no JSON value");
        at_ += static_cast<std::uint32_t>(word.size());
    }

    void parse(int depth, std::uint32_t name_begin, std::uint32_t name_end) {
        if (depth > limits_.depth) fail("nested too deep");
        const auto index = nodes_.size();
        nodes_.push_back({.begin = at_, .name_begin = name_begin, .name_end = name_end});
        switch (peek()) {
            case '{': parse_object(index, depth); break;
            case '[': parse_list(index, depth); break;
            case '"': parse_text(nodes_[index]); break;
            case 't':
                expect_word("true");
                nodes_[index].kind = JsonKind::boolean;
                nodes_[index].flag = true;
                break;
            case 'f':
                expect_word("false");
                nodes_[index].kind = JsonKind::boolean;
                break;
            case 'n': expect_word("null"); break;
            default: parse_integer(nodes_[index]);
        }
        nodes_[index].end = at_;
        nodes_[index].next = static_cast<std::uint32_t>(nodes_.size());
    }

    void parse_object(std::size_t index, int depth) {
        nodes_[index].kind = JsonKind::object;
        ++at_;
        if (accept('}')) return;
        std::string_view before;
        do {
            expect('"', "member name missing");
            const auto begin = at_;
            while (is_name(peek())) ++at_;
            const auto name = text_.substr(begin, at_ - begin);
            if (name.empty() || !accept('"'))
                fail("member name with other characters than allowed");
            // Rising order also refuses a name twice.
            if (!(before < name)) fail("member names do not rise");
            before = name;
            expect(':', "':' missing");
            parse(depth + 1, begin, begin + static_cast<std::uint32_t>(name.size()));
        } while (accept(','));
        expect('}', "',' or '}' missing");
    }

    void parse_list(std::size_t index, int depth) {
        nodes_[index].kind = JsonKind::list;
        ++at_;
        if (accept(']')) return;
        do {
            parse(depth + 1, 0, 0);
        } while (accept(','));
        expect(']', "',' or ']' missing");
    }

    [[nodiscard]] bool is_name(char c) const {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_') return true;
        return limits_.file_names && ((c >= 'A' && c <= 'Z') || c == '.' || c == '/' || c == '-');
    }

    void parse_text(Json::Node& node) {
        node.kind = JsonKind::text;
        ++at_;
        const auto begin = at_;
        bool ascii = true;
        for (;;) {
            while (at_ < text_.size() && !ends_run[static_cast<unsigned char>(text_[at_])]) ++at_;
            if (at_ >= text_.size()) fail("text without end");
            const char c = text_[at_];
            if (c == '"') break;
            if (c == '\\') {
                const auto escape = escape_at(text_.substr(at_));
                if (!escape) fail("escape that is not canonical");
                at_ += static_cast<std::uint32_t>(escape->length);
                node.flag = true;
            } else if (static_cast<unsigned char>(c) < 0x20) {
                fail("control character in a text");
            } else {
                ascii = false;
                ++at_;
            }
        }
        if (!ascii && !is_utf8(text_.substr(begin, at_ - begin))) fail("not UTF-8");
        ++at_;
    }

    void parse_integer(Json::Node& node) {
        node.kind = JsonKind::integer;
        const bool negative = accept('-');
        const auto begin = at_;
        while (peek() >= '0' && peek() <= '9') ++at_;
        const auto digits = number(text_.substr(begin, at_ - begin));
        if (!digits || (negative && *digits == 0)) fail("no canonical integer within ±(2^53-1)");
        node.integer = static_cast<std::int64_t>(*digits);
        if (negative) node.integer = -node.integer;
    }

    std::string_view text_;
    std::vector<Json::Node>& nodes_;
    const JsonLimits& limits_;
    std::uint32_t at_ = 0;
};

void Json::parse(std::string_view text, const JsonLimits& limits) {
    text_ = text;
    nodes_.clear();
    JsonParser{*this, limits}.whole();
}

JsonValue Json::root() const {
    return {*this, 0};
}

std::string_view JsonValue::name() const {
    return json_->text_.substr(node().name_begin, node().name_end - node().name_begin);
}

std::string_view JsonValue::source() const {
    return json_->text_.substr(node().begin, node().end - node().begin);
}

std::string JsonValue::text() const {
    auto inside = source().substr(1, source().size() - 2);
    if (!node().flag) return std::string{inside};
    std::string text;
    while (!inside.empty()) {
        const auto plain = std::min(inside.find('\\'), inside.size());
        text += inside.substr(0, plain);
        inside.remove_prefix(plain);
        if (inside.empty()) break;
        const auto escape = *escape_at(inside);
        text += escape.character;
        inside.remove_prefix(escape.length);
    }
    return text;
}

std::optional<JsonValue> JsonValue::find(std::string_view name) const {
    if (kind() != JsonKind::object) return std::nullopt;
    for (const auto member : *this) {
        if (member.name() == name) return member;
    }
    return std::nullopt;
}

JsonValue JsonValue::at(std::string_view name) const {
    if (const auto found = find(name)) return *found;
    throw Malformed{fmt::format("\"{}\" is missing", name)};
}

JsonValue JsonValue::of_kind(std::string_view name, JsonKind kind) const {
    const auto value = at(name);
    if (value.kind() != kind) throw Malformed{fmt::format("\"{}\" is of another kind", name)};
    return value;
}

std::int64_t JsonValue::integer_at(std::string_view name) const {
    return of_kind(name, JsonKind::integer).integer();
}

std::uint64_t JsonValue::count_at(std::string_view name) const {
    const auto value = integer_at(name);
    if (value < 0) throw Malformed{fmt::format("\"{}\" is negative", name)};
    return static_cast<std::uint64_t>(value);
}

std::string JsonValue::text_at(std::string_view name) const {
    return of_kind(name, JsonKind::text).text();
}

std::string_view JsonValue::plain_at(std::string_view name) const {
    const auto value = of_kind(name, JsonKind::text);
    if (value.node().flag) throw Malformed{fmt::format("\"{}\" has escapes", name)};
    return value.source().substr(1, value.source().size() - 2);
}

JsonValue JsonValue::list_at(std::string_view name) const {
    return of_kind(name, JsonKind::list);
}

JsonValue JsonValue::object_at(std::string_view name) const {
    return of_kind(name, JsonKind::object);
}

void JsonValue::only(std::initializer_list<std::string_view> names) const {
    for (const auto member : *this) {
        if (std::ranges::find(names, member.name()) == names.end()) {
            throw Malformed{fmt::format("\"{}\" does not belong here", member.name())};
        }
    }
}

JsonValue::Iterator JsonValue::begin() const {
    const bool holds = kind() == JsonKind::list || kind() == JsonKind::object;
    return {*json_, holds ? node_ + 1 : node().next};
}

JsonValue::Iterator JsonValue::end() const {
    return {*json_, node().next};
}

}  // namespace sealwarden::verify
