// What a check says: one verdict, the rules that do not hold, and what is to be known.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/verify/words.hpp"

namespace sealwarden::verify {

// From best to worst: the worst that occurs is the answer.
enum class Verdict { verified, with_gaps, not_provable, changed, not_checked };
[[nodiscard]] int exit_code(Verdict verdict);

struct Failure {
    std::string_view rule;
    Verdict verdict = Verdict::changed;
    Sentence why;
};

// Something to be known that breaks no rule. A gap makes "Verified" "Verified, with gaps", a remark
// does not.
struct Finding {
    bool gap = true;
    Sentence what;
};

// Thrown by a rule that something contradicts; ends the check.
struct Broken {
    Sentence why;
};

struct Report {
    std::vector<Failure> failures;  // the first of the worst is the one to name
    std::vector<Finding> findings;

    // For people: what was checked.
    std::string log;                     // origin
    std::optional<std::string> subject;  // of a bundle's query
    std::optional<std::string> since;
    std::optional<std::string> until;
    std::uint64_t head = 0;  // size
    std::optional<std::uint64_t> head_epoch;
    std::uint64_t entries = 0;             // whose records were checked
    std::optional<std::uint64_t> records;  // of the subject asked for

    void gap(Sentence what) { findings.push_back({.gap = true, .what = std::move(what)}); }
    void remark(Sentence what) { findings.push_back({.gap = false, .what = std::move(what)}); }
    // Something needed is missing; the check goes on.
    void missing(std::string_view rule, Sentence why) {
        failures.push_back({rule, Verdict::not_provable, std::move(why)});
    }

    [[nodiscard]] Verdict verdict() const;
    [[nodiscard]] const Failure* decisive() const;  // null: every rule holds
};

}  // namespace sealwarden::verify
