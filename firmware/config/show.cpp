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
        if (with_origin_) out_ += "  # " + origin(at);
        out_ += '\n';
    }

    std::string origin(const Pointer& at) const {
        const auto place = document_.places.find(at.to_string());
        if (place == document_.places.end()) return "default";
        const Position& where = place->second.value;
        return where.line == 0 ? where.file : fmt::format("{}:{}", where.file, where.line);
    }

    const TomlDocument& document_;
    bool with_origin_;
    std::string out_;
};

}  // namespace

std::string show(const Sources& sources, bool with_origin) {
    Layers layers = read_layers(sources);
    add_defaults(layers.document, json::parse(schema()));
    return Writer(layers.document, with_origin).write();
}

}  // namespace sealwarden::config
