// Tables that people bring as files: RFC 4180 with a header line. A byte order mark, CRLF and empty
// rows do no harm. Complaints name the line on which a row begins, as an editor counts them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sealwarden {

// What is wrong with a file, in few words: the first complaints, and how many more there are.
class Complaints {
  public:
    // `sentence` without a full stop; it holds no personal text of the file.
    void add(std::size_t line, std::string_view sentence);
    [[nodiscard]] bool empty() const { return list_.empty(); }
    // "line 3: there is no right `drive`; line 7: ...; and 12 more"
    [[nodiscard]] std::string message(std::size_t bytes = 512) const;

  private:
    std::vector<std::string> list_;
};

struct CsvRow {
    std::size_t line = 0;
    std::vector<std::string> cells;  // as many as there are columns
};

struct CsvTable {
    std::vector<std::string> columns;
    std::vector<CsvRow> rows;
    // Empty also when the file has no such column. Blanks around it are gone.
    [[nodiscard]] std::string_view cell(const CsvRow& row, std::string_view column) const;
};

// `known`: the columns it may have, in any order; `required`: those that it must have. A row that
// is complained about is left out.
[[nodiscard]] CsvTable read_csv(std::string_view text, std::span<const std::string_view> known,
                                std::span<const std::string_view> required, Complaints& complaints);

}  // namespace sealwarden
