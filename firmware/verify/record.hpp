// One entry of the log as its record says it (firmware/eventlog/FORMAT.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/verify/bytes.hpp"
#include "firmware/verify/json.hpp"
#include "firmware/verify/moment.hpp"

namespace sealwarden::verify {

struct SubjectName {
    std::string kind;
    std::string id;
    friend auto operator<=>(const SubjectName&, const SubjectName&) = default;
};
[[nodiscard]] std::string to_string(const SubjectName& subject);  // "door:d07"

// A subject in a record. Kind and id are views of the record unless they have escapes, which then
// stand as in the record: equal ids have equal bytes, since the form is canonical.
struct SubjectCount {
    std::string_view kind;
    std::string_view id;
    std::uint64_t count = 0;     // of its entries with this one
    std::int64_t previous = -1;  // index of the one before
};

// The point that told, as in the record, like the ids of subjects.
struct PointName {
    std::string_view device;
    std::string_view point;
};

struct Record {
    std::string_view bytes;
    std::uint64_t index = 0;
    std::string_view kind;
    std::string_view data;  // the JSON object
    Moment wall;
    std::string_view sync;  // "ntp" or "none"
    std::int64_t error_ms = -1;
    std::uint64_t boot = 0;
    std::vector<SubjectCount> subjects;
    std::optional<Hash> commitment;   // `priv`
    std::optional<PointName> source;  // `src`
    std::vector<Hash> pictures;       // `att`

    [[nodiscard]] const SubjectCount* subject(const SubjectName& name) const;
};

// Fills `record`, whose memory is reused, in one walk. Throws Malformed; checks the form and the
// index.
void parse_record(std::string_view bytes, std::uint64_t index, Record& record);

// A text as records write it, the inside of the canonical JSON text; and back.
[[nodiscard]] std::string escaped(std::string_view text);
[[nodiscard]] std::string decoded(std::string_view inside);

// Kinds that tell of a time in which something was not watched.
[[nodiscard]] bool tells_a_gap(std::string_view kind);

}  // namespace sealwarden::verify
