// An order for a bundle, from the question to the finished file: the command line and the console
// build evidence the same way.
#pragma once

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "firmware/config/config.hpp"
#include "firmware/evidence/bundle.hpp"
#include "firmware/local/client.hpp"
#include "firmware/tlog/sheet.hpp"

namespace sealwarden::evidence {

struct Order {
    Subject subject;
    Moment since, until;  // [since, until)
    Language language = Language::english;
    std::string whom, why;  // who gets it, and why; both go into the log
    bool personal = false;  // with what is said about persons
    std::string by = {};    // whom a front speaks for; empty: the caller himself
    AheadOfUtc ahead = {};  // the site's clocks, for what people read
    std::string tool;       // "sealwarden 1.2.3"
};

// What stands in the way, one sentence; named by what the asker does about it.
struct OrderFailed : std::runtime_error {
    enum class Why {
        usage,         // ask otherwise
        not_found,     // there is no such thing, and the log never had one
        not_provable,  // the log is not commissioned, or not over that time
        not_allowed,   // the log's files or keys may not be read
        try_again,
        changed,  // the log is damaged
        failed,
    };
    OrderFailed(Why reason, const std::string& sentence)
        : std::runtime_error{sentence}, why{reason} {}
    Why why;
};

struct Built {
    std::string zip;
    std::string sha256;          // of the zip, hex
    std::uint64_t records = 0;   // that answer the question
    std::uint64_t given = 0;     // with those that prove it
    std::uint64_t entry = 0;     // the export's own
    nlohmann::json query, head;  // as the manifest says them
    std::size_t missing_witnesses = 0;
};

enum class Step { checking, entering, reading, packing };
[[nodiscard]] std::string_view to_string(Step step);

// A configured seal reader goes by its id, every other seal by its number.
[[nodiscard]] Subject seal_subject(const SiteOptions& site, const std::string& seal);

// Reads the sheet; throws OrderFailed.
[[nodiscard]] tlog::Sheet sheet_of(const config::Config& config);

// Refuses what cannot be answered before anything is in the log. Throws OrderFailed,
// local::Unreachable and local::Refused.
void check(const Order& order, const config::Config& config, local::Client& client, WallTime now);
// check(), then enters the export into the log, builds and signs. Blocks for as long as the log
// takes to be read, at most a minute. `step` hears what is being done.
[[nodiscard]] Built make_bundle(const Order& order, const config::Config& config,
                                local::Client& client, WallTime now,
                                const std::function<void(Step)>& step);

}  // namespace sealwarden::evidence
