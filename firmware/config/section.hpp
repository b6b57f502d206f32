// A table of the effective configuration, read by key; and where to complain about it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/toml/document.hpp"

namespace sealwarden::config {

using Pointer = nlohmann::json::json_pointer;

// What is missing or of another type reads as nothing ("", 0, false): the schema has said so
// already, and the mapping goes on to find the other faults of the file.
class Section {
  public:
    Section(const TomlDocument& document, Pointer at) : document_(&document), at_(std::move(at)) {}

    [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
    // Was it written, or is it a default?
    [[nodiscard]] bool written(std::string_view key) const;
    [[nodiscard]] std::string text(std::string_view key) const;
    [[nodiscard]] std::optional<std::string> maybe_text(std::string_view key) const;
    [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;
    [[nodiscard]] std::int64_t number(std::string_view key) const;
    [[nodiscard]] std::vector<std::int64_t> numbers(std::string_view key) const;
    [[nodiscard]] bool flag(std::string_view key) const;
    [[nodiscard]] std::chrono::milliseconds milliseconds(std::string_view key) const;
    [[nodiscard]] std::optional<Section> section(std::string_view key) const;
    [[nodiscard]] std::vector<Section> sections(std::string_view key) const;  // a list of tables
    [[nodiscard]] std::vector<std::string> keys() const;

    [[nodiscard]] const Pointer& at() const { return at_; }
    [[nodiscard]] Pointer at(std::string_view key) const { return at_ / std::string(key); }
    [[nodiscard]] Position position() const { return document_->position_of(at_); }

  private:
    [[nodiscard]] const nlohmann::json* find(std::string_view key) const;

    const TomlDocument* document_;
    Pointer at_;
};

// Collects what is wrong with one document.
class Findings {
  public:
    explicit Findings(const TomlDocument& document) : document_(&document) {}
    void error(const Pointer& at, std::string message);
    void warning(const Pointer& at, std::string message);
    void info(const Pointer& at, std::string message);
    void add(std::vector<FileFinding> more);
    // What the schema says. Of a single value that it refuses nothing more is said: what does not
    // even have the form of a point or a URL need not exist, too.
    void refuse(std::vector<FileFinding> by_schema);

    std::vector<FileFinding> all;

  private:
    void say(const Pointer& at, std::string message, FileFinding::Severity severity);

    const TomlDocument* document_;
    std::set<std::string> refused_;  // pointers
};

// Values that may stand only once in some scope: ids, units, ports.
class Once {
  public:
    // `what` begins the sentence: "door id `d07`", "unit 3 of bus east".
    void check(const std::string& value, const Section& section, std::string_view key,
               const std::string& what, Findings& findings);

  private:
    std::map<std::string, Position> first_;
};

}  // namespace sealwarden::config
