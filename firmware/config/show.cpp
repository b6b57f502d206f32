#include <fmt/format.h>

#include <algorithm>

#include "firmware/config/config.hpp"
#include "firmware/config/layers.hpp"
#include "firmware/config/section.hpp"

namespace sealwarden::config {

namespace {

using nlohmann::json;

// A JSON text is a TOML basic string: the same escapes, and none that TOML does not know.
std::string key_text(const std::string& key) {
    const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
    return bare ? key : json(key).dump();
}

bool is_list_of_tables(const json& value) {
    return value.is_array() && !value.empty() && value.front().is_object();
}

// "site.toml:3", the name of an override, or "default".
std::string origin(const TomlDocument& document, const Pointer& at) {
    const auto place = document.places.find(at.to_string());
    if (place == document.places.end()) return "default";
    const Position& where = place->second.value;
    return where.line == 0 ? where.file : fmt::format("{}:{}", where.file, where.line);
}

TomlDocument effective(const Sources& sources) {
    Layers layers = read_layers(sources);
    add_defaults(layers.document, json::parse(schema()));
    return std::move(layers.document);
}

class Writer {
  public:
    Writer(const TomlDocument& document, bool with_origin)
        : document_(document), with_origin_(with_origin) {}

    std::string write() {
        const json& root = document_.root;
        for (const auto& [key, value] : root.items())
            if (!value.is_object() && !is_list_of_tables(value)) line(key, value, Pointer() / key);
        for (const auto& [key, value] : root.items()) {
            if (value.is_object() && !value.empty()) {
                out_ += fmt::format("{}[{}]\n", out_.empty() ? "" : "\n", key_text(key));
                values(value, Pointer() / key, "");
            } else if (is_list_of_tables(value)) {
                elements(value, Pointer() / key, key_text(key));
            }
        }
        return std::move(out_);
    }

  private:
    // A table's own values, those of plain tables below it by dotted keys, then lists of tables.
    void values(const json& table, const Pointer& at, const std::string& before) {
        for (const auto& [key, value] : table.items()) {
            if (value.is_object())
                values(value, at / key, before + key_text(key) + ".");
            else if (!is_list_of_tables(value))
                line(before + key_text(key), value, at / key);
        }
    }

    void elements(const json& list, const Pointer& at, const std::string& name) {
        for (std::size_t i = 0; i < list.size(); ++i) {
            out_ += fmt::format("{}[[{}]]\n", out_.empty() ? "" : "\n", name);
            values(list[i], at / i, "");
            for (const auto& [key, value] : list[i].items())
                if (is_list_of_tables(value))
                    elements(value, at / i / key, name + "." + key_text(key));
        }
    }

    void line(const std::string& key, const json& value, const Pointer& at) {
        out_ += key + " = " + value.dump();
        if (with_origin_) out_ += "  # " + origin(document_, at);
        out_ += '\n';
    }

    const TomlDocument& document_;
    bool with_origin_;
    std::string out_;
};

}  // namespace

std::string show(const Sources& sources, bool with_origin) {
    return Writer(effective(sources), with_origin).write();
}

std::string show_json(const Sources& sources, bool with_origin) {
    const TomlDocument document = effective(sources);
    json shown{{"config", document.root}};
    if (with_origin) {
        json& origins = shown["origins"] = json::object();
        // flatten() names what is empty, too, but knows no tables and lists.
        const json values = document.root.flatten();
        for (const auto& [pointer, unused] : values.items())
            origins[pointer] = origin(document, Pointer(pointer));
    }
    return shown.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace sealwarden::config
