// A JSON text as a flat list of nodes that point into it, for texts that are looked through more
// than once. Its form is what JsonReader demands.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/verify/json_reader.hpp"

namespace sealwarden::verify {

class JsonValue;

class Json {
  public:
    // Throws Malformed with the offset of the first byte that is wrong. The text must outlive this.
    // A second call forgets the first, and reuses its memory.
    void parse(std::string_view text, const JsonLimits& limits = {});
    [[nodiscard]] JsonValue root() const;

  private:
    friend class JsonValue;
    friend class JsonTree;
    struct Node {
        JsonKind kind = JsonKind::null;
        bool flag = false;        // the boolean; of a text: it has escapes
        std::uint32_t begin = 0;  // of its bytes in the text, quotation marks included
        std::uint32_t end = 0;
        std::uint32_t name_begin = 0;  // of a member's name; equal: it has none
        std::uint32_t name_end = 0;
        std::uint32_t next = 0;  // the node behind it and all inside it
        std::int64_t integer = 0;
    };
    std::string_view text_;
    std::vector<Node> nodes_;
};

// One value of a Json, which must outlive it. The ..._at functions throw Malformed, naming the
// member, when it is absent or of another kind.
class JsonValue {
  public:
    class Iterator;

    [[nodiscard]] JsonKind kind() const { return node().kind; }
    [[nodiscard]] std::string_view name() const;    // as a member; empty: it is none
    [[nodiscard]] std::string_view source() const;  // its bytes
    [[nodiscard]] std::int64_t integer() const { return node().integer; }
    [[nodiscard]] bool boolean() const { return node().flag; }
    [[nodiscard]] std::string text() const;  // decoded

    [[nodiscard]] std::optional<JsonValue> find(std::string_view name) const;
    [[nodiscard]] JsonValue at(std::string_view name) const;
    [[nodiscard]] std::int64_t integer_at(std::string_view name) const;
    [[nodiscard]] std::uint64_t count_at(std::string_view name) const;  // not negative
    [[nodiscard]] std::string text_at(std::string_view name) const;
    // A text without escapes, as a view of the parsed bytes; with escapes it throws.
    [[nodiscard]] std::string_view plain_at(std::string_view name) const;
    [[nodiscard]] JsonValue list_at(std::string_view name) const;
    [[nodiscard]] JsonValue object_at(std::string_view name) const;

    // Throws Malformed when an object has other members than these.
    void only(std::initializer_list<std::string_view> names) const;

    // The elements of a list, the members of an object.
    [[nodiscard]] Iterator begin() const;
    [[nodiscard]] Iterator end() const;

  private:
    friend class Json;
    JsonValue(const Json& json, std::uint32_t node) : json_{&json}, node_{node} {}
    [[nodiscard]] const Json::Node& node() const { return json_->nodes_[node_]; }
    [[nodiscard]] JsonValue of_kind(std::string_view name, JsonKind kind) const;

    const Json* json_;
    std::uint32_t node_;
};

class JsonValue::Iterator {
  public:
    using difference_type = std::ptrdiff_t;
    using value_type = JsonValue;
    Iterator(const Json& json, std::uint32_t node) : json_{&json}, node_{node} {}
    JsonValue operator*() const { return {*json_, node_}; }
    Iterator& operator++() {
        node_ = json_->nodes_[node_].next;
        return *this;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

  private:
    const Json* json_;
    std::uint32_t node_;
};

}  // namespace sealwarden::verify
