#include "drivers/toml/document.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>
#include <tuple>
#include <utility>

namespace sealwarden {

namespace {

using nlohmann::json;
using Pointer = json::json_pointer;

constexpr std::size_t largest_file = 1u << 20;

// The walk over toml++'s tree; `places` and `findings` are filled on the way.
class Conversion {
  public:
    Conversion(const std::string& file, TomlResult& result) : file_(file), result_(result) {}

    json table(const toml::table& table, const Pointer& at) {
        json object = json::object();
        for (const auto& [key, node] : table) {
            const Pointer below = at / std::string(key.str());
            const Position named = position(key.source(), at);
            result_.document.places[below.to_string()] = {named, position(node.source(), below)};
            object[std::string(key.str())] = value(node, below);
        }
        return object;
    }

  private:
    // What toml++ made up itself (a table that only a dotted header names) has no place of its own.
    Position position(const toml::source_region& source, const Pointer& near) const {
        if (source.begin.line == 0) return result_.document.position_of(near);
        return {file_, source.begin.line, source.begin.column};
    }

    json array(const toml::array& array, const Pointer& at) {
        json list = json::array();
        for (const auto& node : array) {
            const Pointer below = at / list.size();
            const Position here = position(node.source(), at);
            result_.document.places[below.to_string()] = {here, here};
            list.push_back(value(node, below));
        }
        return list;
    }

    json value(const toml::node& node, const Pointer& at) {
        switch (node.type()) {
            case toml::node_type::table: return table(*node.as_table(), at);
            case toml::node_type::array: return array(*node.as_array(), at);
            case toml::node_type::string: return node.as_string()->get();
            case toml::node_type::integer: return node.as_integer()->get();
            case toml::node_type::floating_point:
                return number(node.as_floating_point()->get(), at);
            case toml::node_type::boolean: return node.as_boolean()->get();
            case toml::node_type::date: return text(node.as_date()->get());
            case toml::node_type::time: return text(node.as_time()->get());
            case toml::node_type::date_time: return text(node.as_date_time()->get());
            case toml::node_type::none: break;
        }
        return nullptr;
    }

    json number(double value, const Pointer& at) {
        if (std::isfinite(value)) return value;
        result_.findings.push_back(
            finding_at(result_.document, at, "is not a number; write one, without inf or nan"));
        return 0;
    }

    template <class T>
    static json text(const T& moment) {
        std::ostringstream out;
        out << moment;
        return out.str();
    }

    const std::string& file_;
    TomlResult& result_;
};

void erase_places(std::map<std::string, Place>& places, const std::string& at) {
    places.erase(at);
    const std::string below = at + '/';
    const auto begin = places.lower_bound(below);
    auto end = begin;
    while (end != places.end() && end->first.starts_with(below)) ++end;
    places.erase(begin, end);
}

const Place* nearest(const std::map<std::string, Place>& places, Pointer pointer, bool& itself) {
    for (itself = true;; itself = false) {
        if (const auto found = places.find(pointer.to_string()); found != places.end())
            return &found->second;
        if (pointer.empty()) return nullptr;
        pointer.pop_back();
    }
}

}  // namespace

Position TomlDocument::position_of(const Pointer& pointer) const {
    bool itself = false;
    const Place* place = nearest(places, pointer, itself);
    return place == nullptr ? Position{} : place->value;
}

Position TomlDocument::key_position_of(const Pointer& pointer) const {
    bool itself = false;
    const Place* place = nearest(places, pointer, itself);
    if (place == nullptr) return {};
    return itself ? place->key : place->value;
}

void TomlDocument::put(const Pointer& to, const TomlDocument& other, const Pointer& from) {
    const std::string target = to.to_string(), source = from.to_string();
    // A copy first: `other` may be this document.
    json node = other.root.at(from);
    std::map<std::string, Place> copied;
    for (auto it = other.places.lower_bound(source);
         it != other.places.end() && it->first.starts_with(source); ++it) {
        const std::string below = it->first.substr(source.size());
        if (below.empty() || below.front() == '/') copied.emplace(target + below, it->second);
    }
    erase_places(places, target);
    places.merge(copied);
    root[to] = std::move(node);
}

TomlResult parse_toml(std::string_view text, const std::string& name) {
    TomlResult result;
    result.document.places[""] = {{name, 0, 0}, {name, 0, 0}};
    if (text.size() > largest_file) {
        result.findings.push_back(
            finding_at(result.document, Pointer(),
                       "is larger than 1 MiB; split it or check that it is the right file"));
        return result;
    }
    try {
        const toml::table table = toml::parse(text, std::string_view{name});
        result.document.root = Conversion(name, result).table(table, Pointer());
    } catch (const toml::parse_error& error) {
        const auto& where = error.source().begin;
        result.document = {};
        result.findings.push_back({.file = name,
                                   .line = where.line,
                                   .column = where.column,
                                   .path = "",
                                   .message = fmt::format("is not TOML: {}", error.description())});
    }
    return result;
}

TomlResult read_toml(const std::filesystem::path& file) {
    const auto cannot = [&](const std::string& why) {
        TomlResult result;
        result.findings.push_back({.file = file.string(), .path = "", .message = why});
        return result;
    };
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (std::filesystem::is_directory(status))
        return cannot("is a directory; name the file in it that is meant");
    if (!std::filesystem::is_regular_file(status)) {
        return cannot(std::filesystem::exists(status)
                          ? "is no plain file; name one"
                          : fmt::format("cannot be read: {}; check its name, and the permissions "
                                        "of its directory",
                                        error ? error.message() : "it does not exist"));
    }
    std::ifstream in(file, std::ios::binary);
    if (!in)
        return cannot(
            "cannot be read by this user; check its owner and permissions (ls -l), or "
            "run this as root");
    const auto size = std::filesystem::file_size(file, error);
    std::string text(std::min<std::uintmax_t>(error ? 0 : size, largest_file + 1), '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!in || error) return cannot("cannot be read to its end; is its disk well?");
    TomlResult result = parse_toml(text, file.string());
    result.text = std::move(text);
    return result;
}

FileFinding finding_at(const TomlDocument& document, const Pointer& pointer, std::string message,
                       FileFinding::Severity severity) {
    Position where = document.position_of(pointer);
    return {.file = std::move(where.file),
            .line = where.line,
            .column = where.column,
            .path = pointer.to_string(),
            .message = std::move(message),
            .severity = severity};
}

FileFinding finding_at_key(const TomlDocument& document, const Pointer& pointer,
                           std::string message) {
    FileFinding finding = finding_at(document, pointer, std::move(message));
    const Position where = document.key_position_of(pointer);
    finding.line = where.line;
    finding.column = where.column;
    return finding;
}

void sort_findings(std::vector<FileFinding>& findings) {
    const auto order = [](const FileFinding& f) {
        return std::tie(f.file, f.line, f.column, f.path, f.message);
    };
    std::sort(findings.begin(), findings.end(),
              [&](const auto& a, const auto& b) { return order(a) < order(b); });
    findings.erase(std::unique(findings.begin(), findings.end()), findings.end());
}

}  // namespace sealwarden
