#include "firmware/core/csv.hpp"

#include <algorithm>
#include <optional>

#include "firmware/core/alarms.hpp"

namespace sealwarden {
namespace {

constexpr std::size_t longest_echo = 40;  // of a column's name in a complaint

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t";
    const auto from = text.find_first_not_of(blanks);
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

std::string quoted(const std::string& name) {
    return "`" + bounded(name, longest_echo) + "`";
}

// Takes rows off the front of a text.
class RowReader {
  public:
    explicit RowReader(std::string_view text) : rest_{text} {
        constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
        if (rest_.starts_with(byte_order_mark)) rest_.remove_prefix(byte_order_mark.size());
    }

    // The next row that is not empty, be it faulty; nothing at the end.
    std::optional<CsvRow> next() {
        while (!rest_.empty()) {
            if (line_end()) continue;
            CsvRow row{.line = line_, .cells = {}};
            fault_ = {};
            do row.cells.push_back(cell());
            while (take(','));
            if (!rest_.empty() && !line_end()) skip_line();
            return row;
        }
        return {};
    }
    // What is wrong with the row that was read last; empty: nothing.
    [[nodiscard]] std::string_view fault() const { return fault_; }

  private:
    bool take(char expected) {
        if (!rest_.starts_with(expected)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool line_end() {
        if (rest_.starts_with("\r\n")) rest_.remove_prefix(1);
        if (!take('\n') && !take('\r')) return false;
        ++line_;
        return true;
    }
    void skip_line() {
        fault_ = "there is text behind a closing quote";
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
        line_end();
    }
    std::string cell() {
        if (take('"')) return quoted_cell();
        const auto end = std::min(rest_.find_first_of(",\r\n"), rest_.size());
        std::string text{rest_.substr(0, end)};
        rest_.remove_prefix(end);
        if (text.find('"') != std::string::npos) fault_ = "there is a quote inside of a cell";
        return text;
    }
    std::string quoted_cell() {
        std::string text;
        while (!rest_.empty()) {
            const auto end = std::min(rest_.find('"'), rest_.size());
            line_ += static_cast<std::size_t>(std::ranges::count(rest_.substr(0, end), '\n'));
            text += rest_.substr(0, end);
            rest_.remove_prefix(end);
            if (!take('"')) break;
            if (!take('"')) return text;
            text += '"';
        }
        fault_ = "a quote is opened and never closed";
        return text;
    }

    std::string_view rest_;
    std::size_t line_ = 1;
    std::string_view fault_;
};

// Whether the columns of the header are those it may and must have.
void check_header(const std::vector<std::string>& columns, std::size_t line,
                  std::span<const std::string_view> known,
                  std::span<const std::string_view> required, Complaints& complaints) {
    if (columns.size() == 1 && columns.front().find(';') != std::string::npos) {
        complaints.add(line, "the columns have semicolons in between; they must have commas");
        return;
    }
    for (auto column = columns.begin(); column != columns.end(); ++column) {
        if (std::ranges::find(known, *column) == known.end())
            complaints.add(line, "there is no column " + quoted(*column) + " here");
        else if (std::find(columns.begin(), column, *column) != column)
            complaints.add(line, "the column " + quoted(*column) + " is there twice");
    }
    for (const auto column : required)
        if (std::ranges::find(columns, column) == columns.end())
            complaints.add(line, "the header has no column `" + std::string{column} + "`");
}

}  // namespace

void Complaints::add(std::size_t line, std::string_view sentence) {
    list_.push_back("line " + std::to_string(line) + ": " + std::string{sentence});
}

std::string Complaints::message(std::size_t bytes) const {
    constexpr std::size_t tail = 24;  // "; and 10000 more"
    std::string text;
    for (std::size_t i = 0; i < list_.size(); ++i) {
        const auto& one = list_[i];
        if (i > 0 && text.size() + 2 + one.size() + tail > bytes)
            return text + "; and " + std::to_string(list_.size() - i) + " more";
        text += (i > 0 ? "; " : "") + bounded(one, bytes - tail);
    }
    return text;
}

std::string_view CsvTable::cell(const CsvRow& row, std::string_view column) const {
    const auto found = std::ranges::find(columns, column);
    if (found == columns.end()) return {};
    return trimmed(row.cells[static_cast<std::size_t>(found - columns.begin())]);
}

CsvTable read_csv(std::string_view text, std::span<const std::string_view> known,
                  std::span<const std::string_view> required, Complaints& complaints) {
    CsvTable table;
    RowReader rows{text};
    const auto header = rows.next();
    if (!header) {
        complaints.add(1, "the file is empty");
        return table;
    }
    for (const auto& cell : header->cells) table.columns.emplace_back(trimmed(cell));
    if (!rows.fault().empty()) complaints.add(header->line, rows.fault());
    check_header(table.columns, header->line, known, required, complaints);
    if (!complaints.empty()) return table;
    while (auto row = rows.next()) {
        if (!rows.fault().empty()) {
            complaints.add(row->line, rows.fault());
        } else if (std::ranges::all_of(row->cells,
                                       [](const auto& c) { return trimmed(c).empty(); })) {
            continue;  // what a spreadsheet leaves of a deleted row
        } else if (row->cells.size() != table.columns.size()) {
            complaints.add(row->line, "it has " + std::to_string(row->cells.size()) +
                                          " cells; the header has " +
                                          std::to_string(table.columns.size()));
        } else {
            table.rows.push_back(std::move(*row));
        }
    }
    if (table.rows.empty() && complaints.empty())
        complaints.add(header->line, "there is nothing below the header");
    return table;
}

}  // namespace sealwarden
