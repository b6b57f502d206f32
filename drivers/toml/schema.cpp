#include "drivers/toml/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <regex>
#include <stdexcept>

namespace sealwarden {

namespace {

using nlohmann::json;
using Pointer = json::json_pointer;

// std::regex recurses once a character: longer texts could exhaust the stack.
constexpr std::size_t longest_text = 4096;

constexpr std::array known_keywords{"$schema",
                                    "id",
                                    "title",
                                    "description",
                                    "default",
                                    "definitions",
                                    "$ref",
                                    "type",
                                    "enum",
                                    "pattern",
                                    "minimum",
                                    "maximum",
                                    "required",
                                    "items",
                                    "minItems",
                                    "maxItems",
                                    "oneOf",
                                    "properties",
                                    "minLength",
                                    "maxLength",
                                    "uniqueItems",
                                    "exclusiveMinimum",
                                    "exclusiveMaximum",
                                    "additionalProperties"};

std::string printed(const json& value) {
    std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
    constexpr std::size_t longest = 60;
    if (text.size() > longest) text = text.substr(0, longest) + "…";
    return text;
}

// TOML's words for JSON's types, as the reader of a message knows them.
std::string_view type_words(std::string_view type) {
    if (type == "string") return "a text in quotes";
    if (type == "integer") return "a whole number";
    if (type == "number") return "a number";
    if (type == "boolean") return "true or false";
    if (type == "array") return "a list";
    if (type == "object") return "a table";
    return "nothing";
}

bool is_type(const json& value, std::string_view type) {
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_number_integer();
    if (type == "number") return value.is_number();
    if (type == "boolean") return value.is_boolean();
    if (type == "array") return value.is_array();
    if (type == "object") return value.is_object();
    return value.is_null();
}

std::string_view type_of(const json& value) {
    for (const auto* type : {"string", "integer", "number", "boolean", "array", "object"})
        if (is_type(value, type)) return type;
    return "null";
}

std::vector<std::string> texts_of(const json& list) {
    std::vector<std::string> texts;
    for (const auto& value : list)
        texts.push_back(value.is_string() ? value.get<std::string>() : printed(value));
    return texts;
}

bool fits(const std::string& text, const json& schema) {
    if (schema.contains("enum")) {
        const json& allowed = schema["enum"];
        if (std::find(allowed.begin(), allowed.end(), json(text)) == allowed.end()) return false;
    }
    return !schema.contains("pattern") ||
           std::regex_search(text, std::regex(schema["pattern"].get_ref<const std::string&>()));
}

// A bare number where a length of time is wanted was meant in seconds.
std::string text_hint(const std::string& bare, const json& schema) {
    for (const auto* unit : {"", "s"}) {
        if (fits(bare + unit, schema)) return ": write \"" + bare + unit + "\"";
    }
    if (schema.contains("enum")) return ": write " + listed(texts_of(schema["enum"]));
    return schema.contains("description")
               ? ": " + schema["description"].get_ref<const std::string&>()
               : std::string{};
}

// What to write instead, where that can be told.
std::string type_hint(const json& value, const std::string& wanted, const json& schema) {
    if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        static const std::regex number("-?[0-9]{1,18}"), truth("true|false");
        const bool plain = text.size() < 20;
        if (plain && (wanted == "integer" || wanted == "number") && std::regex_match(text, number))
            return ": write " + text + " without quotes";
        if (plain && wanted == "boolean" && std::regex_match(text, truth))
            return ": write " + text + " without quotes";
    }
    if (wanted == "string" && value.is_primitive()) return text_hint(printed(value), schema);
    if (wanted == "array" && value.is_primitive()) return ": write [" + printed(value) + "]";
    return {};
}

std::vector<std::string> keys_of(const json& object) {
    std::vector<std::string> keys;
    for (const auto& [key, unused] : object.items()) keys.push_back(key);
    return keys;
}

class Walk {
  public:
    Walk(const TomlDocument& document, const json& root) : document_(document), root_(root) {}

    void node(const json& value, const json& given, const Pointer& at) {
        const json& schema = resolved(given);
        if (!type(value, schema, at)) return;
        if (!choice(value, schema, at)) return;
        if (value.is_string()) text(value, schema, at);
        if (value.is_number()) number(value, schema, at);
        if (value.is_array()) list(value, schema, at);
        if (value.is_object()) table(value, schema, at);
        if (schema.contains("oneOf")) branches(value, schema, at);
    }

    std::vector<FileFinding> findings;

  private:
    const json& resolved(const json& given) const {
        const json* schema = &given;
        for (int hops = 0; schema->contains("$ref"); ++hops) {
            const auto& ref = schema->at("$ref").get_ref<const std::string&>();
            if (hops > 16 || !ref.starts_with("#/"))
                throw std::logic_error("the schema has a $ref that leads nowhere: " + ref);
            schema = &root_.at(Pointer(ref.substr(1)));
        }
        for (const auto& [key, unused] : schema->items())
            if (std::find(known_keywords.begin(), known_keywords.end(), key) ==
                known_keywords.end())
                throw std::logic_error("the schema uses a keyword that is not checked: " + key);
        return *schema;
    }

    void add(const Pointer& at, std::string message) {
        findings.push_back(finding_at(document_, at, std::move(message)));
    }

    bool type(const json& value, const json& schema, const Pointer& at) {
        if (!schema.contains("type")) return true;
        const json& type = schema["type"];
        const auto wanted = type.is_array() ? type.get<std::vector<std::string>>()
                                            : std::vector{type.get<std::string>()};
        std::string words;
        for (const auto& one : wanted) {
            if (is_type(value, one)) return true;
            if (!words.empty()) words += " or ";
            words += type_words(one);
        }
        add(at, fmt::format("must be {}, but is {}{}", words, type_words(type_of(value)),
                            type_hint(value, wanted.front(), schema)));
        return false;
    }

    bool choice(const json& value, const json& schema, const Pointer& at) {
        if (!schema.contains("enum")) return true;
        const json& allowed = schema["enum"];
        if (std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return true;
        const auto words = texts_of(allowed);
        const std::string meant =
            value.is_string() ? did_you_mean(value.get_ref<const std::string&>(), words) : "";
        if (meant.empty())
            add(at, fmt::format("{} is not allowed; write {}", printed(value), listed(words)));
        else
            add(at, fmt::format("{} is not allowed; did you mean `{}`? allowed: {}", printed(value),
                                meant, listed(words)));
        return false;
    }

    void text(const json& value, const json& schema, const Pointer& at) {
        const auto& text = value.get_ref<const std::string&>();
        const std::size_t length = code_points(text);
        if (text.size() > longest_text) {
            add(at, fmt::format("is longer than {} bytes; shorten it", longest_text));
        } else if (schema.contains("minLength") &&
                   length < schema["minLength"].get<std::size_t>()) {
            add(at, length == 0 ? std::string("must not be empty")
                                : fmt::format("must have at least {} characters, but has {}",
                                              schema["minLength"].get<std::size_t>(), length));
        } else if (schema.contains("maxLength") &&
                   length > schema["maxLength"].get<std::size_t>()) {
            add(at, fmt::format("must have at most {} characters, but has {}",
                                schema["maxLength"].get<std::size_t>(), length));
        } else if (schema.contains("pattern")) {
            const auto& pattern = schema["pattern"].get_ref<const std::string&>();
            if (std::regex_search(text, std::regex(pattern))) return;
            add(at, schema.contains("description")
                        ? fmt::format("{} does not fit: {}", printed(value),
                                      schema["description"].get<std::string>())
                        : fmt::format("{} does not fit {}", printed(value), pattern));
        }
    }

    static std::size_t code_points(std::string_view text) {
        return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
            return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
        }));
    }

    void number(const json& value, const json& schema, const Pointer& at) {
        const bool has_low = schema.contains("minimum"), has_high = schema.contains("maximum");
        const bool above = schema.value("exclusiveMinimum", false);
        const bool below = schema.value("exclusiveMaximum", false);
        const bool too_low =
            has_low && (above ? value <= schema["minimum"] : value < schema["minimum"]);
        const bool too_high =
            has_high && (below ? value >= schema["maximum"] : value > schema["maximum"]);
        if (!too_low && !too_high) return;
        std::string bounds;
        if (has_low)
            bounds = fmt::format("{} {}", above ? "above" : "at least", printed(schema["minimum"]));
        if (has_low && has_high) bounds += " and ";
        if (has_high)
            bounds += fmt::format("{} {}", below ? "below" : "at most", printed(schema["maximum"]));
        add(at, fmt::format("must be {}, but is {}", bounds, printed(value)));
    }

    void list(const json& value, const json& schema, const Pointer& at) {
        if (schema.contains("minItems") && value.size() < schema["minItems"].get<std::size_t>())
            add(at, fmt::format("must have at least {} elements, but has {}",
                                schema["minItems"].get<std::size_t>(), value.size()));
        if (schema.contains("maxItems") && value.size() > schema["maxItems"].get<std::size_t>())
            add(at, fmt::format("must have at most {} elements, but has {}",
                                schema["maxItems"].get<std::size_t>(), value.size()));
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (schema.contains("items")) node(value[i], schema["items"], at / i);
            if (!schema.value("uniqueItems", false)) continue;
            if (std::find(value.begin(), value.begin() + static_cast<json::difference_type>(i),
                          value[i]) != value.begin() + static_cast<json::difference_type>(i))
                add(at / i, fmt::format("{} is in the list twice; remove one", printed(value[i])));
        }
    }

    void table(const json& value, const json& schema, const Pointer& at) {
        static const json none = json::object();
        const json& properties = schema.contains("properties") ? schema["properties"] : none;
        const bool closed = schema.contains("additionalProperties") &&
                            schema["additionalProperties"] == json(false);
        const bool described =
            schema.contains("additionalProperties") && schema["additionalProperties"].is_object();
        std::vector<std::string> meant_keys;
        for (const auto& [key, below] : value.items()) {
            if (properties.contains(key))
                node(below, properties[key], at / key);
            else if (described)
                node(below, schema["additionalProperties"], at / key);
            else if (closed)
                meant_keys.push_back(unknown_key(key, value, properties, at));
        }
        if (!schema.contains("required")) return;
        for (const auto& name : schema["required"]) {
            const auto& key = name.get_ref<const std::string&>();
            if (value.contains(key)) continue;
            // A mistyped key is one fault, not two.
            if (std::find(meant_keys.begin(), meant_keys.end(), key) != meant_keys.end()) continue;
            missing(key, properties, at);
        }
    }

    // Says so, and returns the key that was probably meant.
    std::string unknown_key(const std::string& key, const json& value, const json& properties,
                            const Pointer& at) {
        // A key that stands here already was not meant, unless it is a list, which may be
        // continued; what may be used instead does not stand here yet.
        std::vector<std::string> possible, free;
        for (const auto& one : keys_of(properties)) {
            if (!value.contains(one) || value[one].is_array()) possible.push_back(one);
            if (!value.contains(one)) free.push_back(one);
        }
        const std::string meant = did_you_mean(key, possible);
        std::string message = fmt::format("unknown key `{}`", key);
        if (!meant.empty())
            message += fmt::format("; did you mean `{}`?", meant);
        else if (!free.empty())
            message += "; remove it, or use one of " + listed(free);
        else
            message += "; remove it";
        findings.push_back(finding_at_key(document_, at / key, std::move(message)));
        return meant;
    }

    void missing(const std::string& key, const json& properties, const Pointer& at) {
        std::string message = fmt::format("`{}` is missing", key);
        if (properties.contains(key)) {
            const json& schema = resolved(properties[key]);
            if (properties[key].contains("description"))
                message += ": " + properties[key]["description"].get<std::string>();
            else if (schema.contains("description"))
                message += ": " + schema["description"].get<std::string>();
            else if (schema.contains("enum"))
                message += "; write " + listed(texts_of(schema["enum"]));
        }
        add(at, std::move(message));
    }

    // Exactly one branch must fit. When none does, the findings of the branch that was probably
    // meant are told, and not those of the others.
    void branches(const json& value, const json& schema, const Pointer& at) {
        const json& all = schema["oneOf"];
        std::vector<std::string> fitting, titles;
        std::vector<FileFinding> best;
        std::pair<bool, std::size_t> best_rank;
        bool any = false, clear = false;
        for (const auto& given : all) {
            const json& branch = resolved(given);
            const std::string title = title_of(given.contains("title") ? given : branch);
            titles.push_back(title);
            Walk walk(document_, root_);
            walk.node(value, branch, at);
            if (walk.findings.empty()) {
                fitting.push_back(title);
                continue;
            }
            // A branch is out when it wants another type, or another word in the key that tells
            // the branches apart.
            const std::pair<bool, std::size_t> rank{!applies(value, branch), walk.findings.size()};
            if (!any || rank < best_rank) {
                best = std::move(walk.findings);
                best_rank = rank;
                clear = true;
            } else if (rank == best_rank) {
                clear = false;
            }
            any = true;
        }
        if (fitting.size() == 1) return;
        if (fitting.size() > 1)
            return add(
                at, fmt::format("fits more than one form; keep only one of {}", listed(fitting)));
        if (!any) return;
        if (best_rank.first || !clear)
            return add(at, value.is_object() ? fmt::format("needs one of {}", listed(titles))
                                             : fmt::format("{} is none of what is allowed here: {}",
                                                           printed(value), listed(titles)));
        findings.insert(findings.end(), best.begin(), best.end());
    }

    static std::string title_of(const json& branch) {
        if (branch.contains("title")) return branch["title"].get<std::string>();
        if (branch.contains("required")) {
            std::string keys;
            for (const auto& key : branch["required"])
                keys += (keys.empty() ? "" : " and ") + key.get<std::string>();
            return keys;
        }
        if (branch.contains("type") && branch["type"].is_string())
            return std::string(type_words(branch["type"].get_ref<const std::string&>()));
        return "another form";
    }

    bool applies(const json& value, const json& branch) const {
        if (branch.contains("type") && branch["type"].is_string() &&
            !is_type(value, branch["type"].get_ref<const std::string&>()))
            return false;
        if (!value.is_object() || !branch.contains("properties")) return true;
        for (const auto& [key, given] : branch["properties"].items()) {
            const json& schema = resolved(given);
            if (schema.contains("enum") && schema["enum"].size() == 1 && value.contains(key) &&
                value[key] != schema["enum"][0])
                return false;
        }
        return true;
    }

    const TomlDocument& document_;
    const json& root_;
};

}  // namespace

std::vector<FileFinding> check_schema(const TomlDocument& document, const json& schema) {
    Walk walk(document, schema);
    walk.node(document.root, schema, Pointer());
    sort_findings(walk.findings);
    return std::move(walk.findings);
}

}  // namespace sealwarden
