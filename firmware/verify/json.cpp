#include "firmware/verify/json.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace sealwarden::verify {

// Makes the nodes.
class JsonTree {
  public:
    JsonTree(std::string_view text, const JsonLimits& limits, std::vector<Json::Node>& nodes)
        : text_{text}, reader_{text, limits}, nodes_{nodes} {}

    void whole() {
        add({});
        reader_.end();
    }

  private:
    // The value that comes and all inside it; `name` as a member.
    void add(std::string_view name) {
        const auto index = nodes_.size();
        auto& node = nodes_.emplace_back();
        node.kind = reader_.kind();
        node.begin = offset();
        if (!name.empty()) {
            node.name_begin = static_cast<std::uint32_t>(name.data() - text_.data());
            node.name_end = node.name_begin + static_cast<std::uint32_t>(name.size());
        }
        switch (node.kind) {
            case JsonKind::object:
                for (JsonObject object{reader_}; object.next();) add(object.name());
                break;
            case JsonKind::list:
                for (JsonList list{reader_}; list.next();) add({});
                break;
            case JsonKind::text: nodes_[index].flag = reader_.text().has_escapes; break;
            case JsonKind::boolean: nodes_[index].flag = reader_.boolean(); break;
            case JsonKind::integer: nodes_[index].integer = reader_.integer(); break;
            case JsonKind::null: reader_.null(); break;
        }
        nodes_[index].end = offset();
        nodes_[index].next = static_cast<std::uint32_t>(nodes_.size());
    }

    [[nodiscard]] std::uint32_t offset() const {
        return static_cast<std::uint32_t>(reader_.offset());
    }

    std::string_view text_;
    JsonReader reader_;
    std::vector<Json::Node>& nodes_;
};

void Json::parse(std::string_view text, const JsonLimits& limits) {
    text_ = text;
    nodes_.clear();
    JsonTree{text, limits, nodes_}.whole();
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
