// manifest.json of a bundle: what was asked, what is in it. Signed, but by a key that whoever has
// the gateway has too, so it is a claim to be checked and never a proof.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "firmware/verify/record.hpp"

namespace sealwarden::verify {

struct Query {
    SubjectName subject;
    Moment since;
    Moment until;  // [since, until)
};

struct Window {
    std::uint64_t first_epoch = 0;
    std::uint64_t last_epoch = 0;
    std::uint64_t from = 0;  // [from, to)
    std::uint64_t to = 0;
};

struct Manifest {
    std::string origin;
    std::uint64_t generation = 0;  // of the origin
    std::uint64_t head = 0;
    std::uint64_t export_entry = 0;
    Query query;
    Window window;
    std::vector<SubjectName> subjects;
    std::set<std::uint64_t> context;
    std::uint64_t records = 0;
    std::set<std::uint64_t> erased;
    std::set<std::uint64_t> withheld;
    std::map<std::string, Hash> files;
};

// `base`: the sheet's origin. Throws Malformed.
[[nodiscard]] Manifest parse_manifest(std::string_view bytes, std::string_view base);

// G of "BASE/gG"; nothing: another origin.
[[nodiscard]] std::optional<std::uint64_t> generation_of(std::string_view origin,
                                                         std::string_view base);

}  // namespace sealwarden::verify
