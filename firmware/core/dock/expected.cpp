#include "firmware/core/dock/expected.hpp"

#include <algorithm>
#include <array>

#include "firmware/core/alarms.hpp"
#include "firmware/core/dock/container_number.hpp"
#include "firmware/core/dock/seal_number.hpp"
#include "firmware/core/fact.hpp"

namespace sealwarden {
namespace {

constexpr std::array told{EventKind::expected_given, EventKind::expected_withdrawn,
                          EventKind::expected_used};
constexpr std::array ends{EventKind::expected_withdrawn, EventKind::expected_used};

constexpr std::array<std::string_view, 5> columns{"container", "kind", "seals", "document",
                                                  "carrier"};
constexpr std::array<std::string_view, 1> needed_columns{"container"};

constexpr std::size_t most_seals = 8;      // of one unit
constexpr std::size_t longest_text = 128;  // of a cell, as of an argument
constexpr std::size_t longest_echo = 40;

std::string quoted(std::string_view text) {
    return "`" + bounded(std::string{text}, longest_echo) + "`";
}

bool has_control_characters(std::string_view text) {
    return std::ranges::any_of(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20U || c == 0x7F; });
}

// What stands in an act or in a row: the expectation, and what is wrong with it, by column.
struct CheckedRow {
    Expected expected;
    std::vector<std::string> complaints;
};

CheckedRow read(const ExpectVisit& act) {
    CheckedRow row;
    auto& [one, complaints] = row;
    const auto complain = [&](std::string_view column, const std::string& sentence) {
        complaints.push_back("`" + std::string{column} + "`: " + sentence);
    };
    const auto unit = unit_number(act.kind, act.container);
    if (!unit.good()) complain("container", unit.complaint());
    one.container = unit.id;
    one.remainder_10 = unit.remainder_10;
    one.kind = act.kind;
    if (act.seals.size() > most_seals)
        complain("seals", "there are " + std::to_string(act.seals.size()) +
                              "; a unit has at most " + std::to_string(most_seals));
    for (const auto& seal : act.seals) {
        const SealNumber number{seal};
        if (auto wrong = number.complaint(); !wrong.empty()) {
            complain("seals", wrong);
            continue;
        }
        if (std::ranges::find(one.seals, number.id) != one.seals.end()) {
            complain("seals", quoted(seal) + " is there twice");
            continue;
        }
        one.seals.push_back(number.id);
        one.seals_as_given.push_back(seal);
    }
    for (const auto& [column, text] :
         {std::pair{"document", &act.document}, {"carrier", &act.carrier}}) {
        if (text->size() > longest_text) complain(column, "it is longer than 128 bytes");
        if (has_control_characters(*text)) complain(column, "it has control characters");
    }
    one.document = act.document;
    one.carrier = act.carrier;
    one.given_by = act.person;
    return row;
}

// Seals of a cell have semicolons or commas in between; blanks belong to a number as it reads.
std::vector<std::string> seals_of(std::string_view cell) {
    std::string text{cell};
    std::ranges::replace(text, ';', ',');
    return split(text);
}

CheckedRow read(const CsvTable& table, const CsvRow& csv_row) {
    const auto cell = [&](std::string_view column) {
        return std::string{table.cell(csv_row, column)};
    };
    ExpectVisit act;
    act.container = cell("container");
    act.seals = seals_of(table.cell(csv_row, "seals"));
    act.document = cell("document");
    act.carrier = cell("carrier");
    const auto word = cell("kind");
    const auto kind = word.empty() ? UnitKind::container : named<UnitKind>(word);
    if (!kind) {
        CheckedRow row;
        row.complaints.push_back("`kind`: " + quoted(word) + " must be container or trailer");
        return row;
    }
    act.kind = *kind;
    return read(act);
}

bool same_seals(const Expected& a, const Expected& b) {
    return std::ranges::is_permutation(a.seals, b.seals);
}

std::vector<Subject> subjects_of(const Expected& one) {
    std::vector<Subject> subjects{{"container", one.container}};
    for (const auto& seal : one.seals) subjects.push_back({"seal_number", seal});
    if (!one.given_by.empty()) subjects.push_back({"person", one.given_by});
    return subjects;
}

std::string all_of(const std::vector<std::string>& complaints) {
    std::string text;
    for (const auto& one : complaints) text += (text.empty() ? "" : "; ") + one;
    return text;
}

}  // namespace

RecordKind ExpectedUnits::record_kind() {
    return {"container", told, ends};
}

void ExpectedUnits::restore(const Record& record, const Now& now) {
    if (record.subject.kind != "container") return;
    auto one = read_fields<Expected>(record, now);
    if (!one) return;
    one->container = record.subject.id;
    keep(std::move(*one));
}

const Expected* ExpectedUnits::find(const std::string& unit) const {
    const auto found = units_.find(unit);
    return found == units_.end() ? nullptr : &found->second;
}

void ExpectedUnits::keep(Expected one) {
    forget(one.container);
    for (const auto& seal : one.seals) unit_of_seal_.insert_or_assign(seal, one.container);
    auto unit = one.container;
    units_.insert_or_assign(std::move(unit), std::move(one));
}

void ExpectedUnits::forget(const std::string& unit) {
    const auto found = units_.find(unit);
    if (found == units_.end()) return;
    for (const auto& seal : found->second.seals) unit_of_seal_.erase(seal);
    units_.erase(found);
}

std::vector<std::string> ExpectedUnits::conflicts(const Expected& one,
                                                  const UnitsHere& here) const {
    std::vector<std::string> all;
    if (const auto visit = here.find(one.container); visit != here.end())
        all.push_back("`container`: " + one.container + " is here already, visit " + visit->second);
    if (const auto* before = find(one.container); before != nullptr && !same_seals(*before, one))
        all.push_back("`container`: " + one.container + " is expected already, with " +
                      (before->seals.empty() ? "no seals" : "the seals " + joined(before->seals)) +
                      "; withdraw that first");
    for (const auto& seal : one.seals) {
        const auto other = unit_of_seal_.find(seal);
        if (other != unit_of_seal_.end() && other->second != one.container)
            all.push_back("`seals`: " + seal + " is expected on " + other->second);
    }
    return all;
}

void ExpectedUnits::give(Expected one, const Asked& asked, Events& events) {
    auto said = asked.event(EventKind::expected_given, subjects_of(one));
    write_fields(one, asked.now, said);
    events.push_back(std::move(said));
    keep(std::move(one));
}

void ExpectedUnits::apply(const ExpectVisit& act, const UnitsHere& here, const Asked& asked,
                          Events& events) {
    auto [one, complaints] = read(act);
    if (!complaints.empty()) {
        asked.refuse("bad_number", all_of(complaints), events);
        return;
    }
    if (const auto found = conflicts(one, here); !found.empty()) {
        asked.refuse("conflict", all_of(found), events);
        return;
    }
    give(std::move(one), asked, events);
}

void ExpectedUnits::apply(const ImportExpected& act, const UnitsHere& here, const Asked& asked,
                          Events& events) {
    Complaints complaints;
    const auto table = read_csv(act.csv, columns, needed_columns, complaints);
    std::vector<Expected> all;
    std::unordered_map<std::string, std::size_t> line_of_unit, line_of_seal;
    for (const auto& csv_row : table.rows) {
        auto row = read(table, csv_row);
        auto& one = row.expected;
        one.source = act.source;
        one.given_by = act.person;
        if (row.complaints.empty()) row.complaints = conflicts(one, here);
        if (!one.container.empty())
            if (const auto [first, fresh] = line_of_unit.emplace(one.container, csv_row.line);
                !fresh)
                row.complaints.push_back("`container`: " + quoted(one.container) + " is in line " +
                                         std::to_string(first->second) + " already");
        for (const auto& seal : one.seals)
            if (const auto [first, fresh] = line_of_seal.emplace(seal, csv_row.line);
                !fresh && first->second != csv_row.line)
                row.complaints.push_back("`seals`: " + seal + " is in line " +
                                         std::to_string(first->second) + " already");
        for (const auto& wrong : row.complaints) complaints.add(csv_row.line, wrong);
        all.push_back(std::move(one));
    }
    if (!complaints.empty()) {
        asked.refuse("bad_file", complaints.message(), events);
        return;
    }
    asked.tell_file(act.source, all.size(), events);
    for (auto& one : all) give(std::move(one), asked, events);
}

void ExpectedUnits::apply(const WithdrawExpected& act, const Asked& asked, Events& events) {
    const auto* known = find(plain_number(act.container));
    if (known == nullptr) {
        asked.refuse("not_expected", quoted(act.container) + " is not expected", events);
        return;
    }
    auto said = asked.event(EventKind::expected_withdrawn, subjects_of(*known));
    write_fields(*known, asked.now, said);
    said.data["withdrawn_by"] = act.person;
    said.personal["reason"] = act.reason;
    events.push_back(std::move(said));
    forget(std::string{known->container});
}

void ExpectedUnits::carry(const Now& now, Events& events) const {
    std::vector<std::string> names;  // in a fixed order
    for (const auto& [unit, one] : units_) names.push_back(unit);
    std::ranges::sort(names);
    for (const auto& unit : names)
        events.push_back(
            carried_record({"container", unit}, EventKind::expected_given, units_.at(unit), now));
}

std::optional<Expected> ExpectedUnits::use(const std::string& unit, const std::string& visit,
                                           const Asked& asked, Events& events) {
    const auto* known = find(unit);
    if (known == nullptr) return {};
    auto one = *known;
    one.visit = visit;
    auto said = asked.event(EventKind::expected_used, subjects_of(one));
    write_fields(one, asked.now, said);
    events.push_back(std::move(said));
    forget(unit);
    return one;
}

void ExpectedUnits::replace_seal(const std::string& unit, const std::string& old_seal,
                                 const std::string& new_seal, const Event& cause, const Now& now,
                                 Events& events) {
    const auto* known = find(unit);
    if (known == nullptr) return;
    const auto place = std::ranges::find(known->seals, old_seal);
    if (place == known->seals.end()) return;
    auto one = *known;
    const auto index = static_cast<std::size_t>(place - known->seals.begin());
    one.seals[index] = new_seal;
    one.seals_as_given[index] = new_seal;
    auto said = make_event(EventKind::expected_given, subjects_of(one), cause.at);
    write_fields(one, now, said);
    said.data["replaces"] = old_seal;
    events.push_back(std::move(said));
    keep(std::move(one));
}

}  // namespace sealwarden
