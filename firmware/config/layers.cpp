#include "firmware/config/layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "firmware/config/section.hpp"

namespace sealwarden::config {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view environment_prefix = "SEALWARDEN__";

bool is_list_of_tables(const json& node) {
    return node.is_array() && !node.empty() &&
           std::all_of(node.begin(), node.end(), [](const json& one) { return one.is_object(); });
}

// The element with this id among the first `count`; npos: none.
constexpr std::size_t none = static_cast<std::size_t>(-1);
std::size_t index_of(const json& list, std::size_t count, const std::string& id) {
    for (std::size_t i = 0; i < count; ++i)
        if (list[i].value("id", json()) == id) return i;
    return none;
}

void merge(TomlDocument& into, const Pointer& to, const TomlDocument& layer, const Pointer& from) {
    const json& above = layer.root.at(from);
    if (!into.root.contains(to)) return into.put(to, layer, from);
    json& below = into.root.at(to);
    if (above.is_object() && below.is_object()) {
        for (const auto& [key, value] : above.items()) merge(into, to / key, layer, from / key);
    } else if (is_list_of_tables(above) && is_list_of_tables(below)) {
        // Only elements of earlier layers are merged with: twice in one file is a mistake.
        const std::size_t earlier = below.size();
        for (std::size_t i = 0; i < above.size(); ++i) {
            const json& id = above[i].contains("id") ? above[i]["id"] : json();
            const std::size_t same =
                id.is_string() ? index_of(into.root.at(to), earlier, id.get<std::string>()) : none;
            if (same != none)
                merge(into, to / same, layer, from / i);
            else
                into.put(to / into.root.at(to).size(), layer, from / i);
        }
    } else {
        into.put(to, layer, from);
    }
}

bool masked(const json& node) {
    return node.is_object() && node.contains("enabled") && node["enabled"] == json(false);
}

// Copies all but the masked elements.
void copy_enabled(TomlDocument& to_document, const Pointer& to, const TomlDocument& document,
                  const Pointer& from) {
    const json& node = document.root.at(from);
    if (!node.is_object() && !is_list_of_tables(node)) return to_document.put(to, document, from);
    TomlDocument empty;
    empty.root = node.is_object() ? json::object() : json::array();
    if (const auto place = document.places.find(from.to_string()); place != document.places.end())
        empty.places[""] = place->second;
    to_document.put(to, empty, Pointer());
    if (node.is_object()) {
        for (const auto& [key, value] : node.items())
            if (!masked(value)) copy_enabled(to_document, to / key, document, from / key);
        return;
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < node.size(); ++i)
        if (!masked(node[i])) copy_enabled(to_document, to / kept++, document, from / i);
}

// "bus__east__port" by "__", "bus.east.port" by ".".
std::vector<std::string> split(std::string_view text, std::string_view by) {
    std::vector<std::string> parts;
    for (;;) {
        const auto end = text.find(by);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + by.size());
    }
}

// What looks like a TOML value is one; everything else is a text, so that no quotes are needed.
json value_of(const std::string& text) {
    constexpr std::string_view begins_a_value = "\"'[{+-0123456789";
    const bool looks_like_one =
        text == "true" || text == "false" ||
        (!text.empty() && begins_a_value.find(text.front()) != std::string_view::npos);
    if (!looks_like_one || text.find('\n') != std::string::npos) return text;
    const TomlResult parsed = parse_toml("value = " + text, "");
    return parsed.ok() ? parsed.document.root.at("value") : json(text);
}

void override_value(Layers& layers, const std::string& name, const std::string& text) {
    const bool environment = name.starts_with(environment_prefix);
    const auto parts = environment
                           ? split(std::string_view(name).substr(environment_prefix.size()), "__")
                           : split(name, ".");
    const auto refuse = [&](const std::string& message) {
        layers.findings.push_back({.file = name, .path = "", .message = message});
    };
    Pointer at;
    for (const auto& part : parts) {
        if (part.empty()) return refuse("has an empty part; write section and key");
        const json* node =
            layers.document.root.contains(at) ? &layers.document.root.at(at) : nullptr;
        if (node != nullptr && node->is_array()) {
            const std::size_t index = index_of(*node, node->size(), part);
            if (index == none)
                return refuse(fmt::format("there is no `{}` in {}", part, at.to_string()));
            at /= index;
        } else if (node != nullptr && !node->is_object()) {
            return refuse(fmt::format("{} is a value and has nothing below it", at.to_string()));
        } else {
            at /= part;
        }
    }
    TomlDocument value;
    value.root = value_of(text);
    value.places[""] = {{name, 0, 0}, {name, 0, 0}};
    layers.document.put(at, value, Pointer());
}

std::vector<fs::path> files_of(const fs::path& source, bool one_file) {
    std::error_code error;
    if (one_file || !fs::is_directory(source, error)) return {source};
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(source, error))
        if (entry.path().extension() == ".toml") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

Layers read_layers(const Sources& sources) {
    Layers merged;
    for (const auto& source : sources.files)
        for (const auto& file : files_of(source, sources.one_file)) {
            TomlResult layer = read_toml(file);
            merged.findings.insert(merged.findings.end(), layer.findings.begin(),
                                   layer.findings.end());
            if (merged.document.places.empty())
                merged.document.places[""] = {{file.string(), 0, 0}, {file.string(), 0, 0}};
            merge(merged.document, Pointer(), layer.document, Pointer());
        }
    for (const auto& [name, text] : sources.overrides) override_value(merged, name, text);

    Layers left{.document = {}, .findings = std::move(merged.findings)};
    copy_enabled(left.document, Pointer(), merged.document, Pointer());
    return left;
}

}  // namespace sealwarden::config
