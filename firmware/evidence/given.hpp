// Which entries answer a question, and in which window of the log they stand.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "firmware/evidence/bundle.hpp"

namespace sealwarden::evidence {

struct Window {
    std::uint64_t first_epoch = 0, last_epoch = 0;
    std::uint64_t from = 0, to = 0;  // entries
    [[nodiscard]] bool holds(std::uint64_t index) const { return from <= index && index < to; }
};

struct GivenRecord {
    std::string bytes;
    nlohmann::json json;
    std::optional<Payload> payload;  // as the reader may see it
};

struct Given {
    Query query;
    Window window;
    std::uint64_t head = 0, head_epoch = 0;
    std::string head_note;
    std::vector<Subject> subjects;  // the one asked for, the gateway, the devices
    std::map<std::uint64_t, GivenRecord> records;
    std::set<std::uint64_t> context;           // of them, those beside the window's subjects
    std::uint64_t asked_for = 0;               // entries of the subject asked for, in the window
    std::set<std::uint64_t> erased, withheld;  // indexes
};

[[nodiscard]] Given choose(const Query& query, const LogView& log, const Options& options);

[[nodiscard]] bool is_about(const nlohmann::json& record, const Subject& subject);

}  // namespace sealwarden::evidence
