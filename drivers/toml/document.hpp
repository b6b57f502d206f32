// A TOML file as JSON that remembers where everything stands. toml++'s only door is document.cpp.
// Profiles and the configuration both read through it, so both complain in the same way.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/toml/finding.hpp"

namespace sealwarden {

struct Position {
    std::string file;
    unsigned line = 0, column = 0;  // from 1, in code points; 0: the file as a whole
    friend bool operator==(const Position&, const Position&) = default;
};

// Where one node stands: its value, and the key that names it (an element of a list has none, its
// `key` is its value's place).
struct Place {
    Position key, value;
    friend bool operator==(const Place&, const Place&) = default;
};

// Values as JSON: dates and times become text in TOML's form, tables and lists of tables are
// objects and arrays. `places` is keyed by JSON pointer (RFC 6901: "/bus/0/unit"; "" is the root).
// A plain value: several files are merged by making a new document from parts of others.
struct TomlDocument {
    nlohmann::json root = nlohmann::json::object();
    std::map<std::string, Place> places;

    // Of the node, or of the nearest one above it that is known.
    [[nodiscard]] Position position_of(const nlohmann::json::json_pointer& pointer) const;
    // Of the key that names the node; for a node without one, as position_of().
    [[nodiscard]] Position key_position_of(const nlohmann::json::json_pointer& pointer) const;

    // Sets the node `to` to the other document's node `from`, with the places of all that is below
    // it. What was there before goes, with its places. A missing table above `to` is made; a list
    // grows when `to` names the element behind its end.
    void put(const nlohmann::json::json_pointer& to, const TomlDocument& other,
             const nlohmann::json::json_pointer& from);
};

struct TomlResult {
    TomlDocument document;  // empty when the file could not be read at all
    std::string text;       // the file's bytes, as they were parsed
    std::vector<FileFinding> findings;
    [[nodiscard]] bool ok() const { return findings.empty(); }
};

// Syntax errors, files over 1 MiB, unreadable files and numbers that are none (inf, nan) are
// findings. `name` stands in the findings' `file`.
[[nodiscard]] TomlResult parse_toml(std::string_view text, const std::string& name);
[[nodiscard]] TomlResult read_toml(const std::filesystem::path& file);

// A finding about a node, or about the key that names it.
[[nodiscard]] FileFinding finding_at(const TomlDocument& document,
                                     const nlohmann::json::json_pointer& pointer,
                                     std::string message,
                                     FileFinding::Severity severity = FileFinding::Severity::error);
[[nodiscard]] FileFinding finding_at_key(const TomlDocument& document,
                                         const nlohmann::json::json_pointer& pointer,
                                         std::string message);

// By file, line and column; equal ones once.
void sort_findings(std::vector<FileFinding>& findings);

}  // namespace sealwarden
