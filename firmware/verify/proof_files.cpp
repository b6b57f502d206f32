#include "firmware/verify/proof_files.hpp"

#include "firmware/verify/json.hpp"

namespace sealwarden::verify {
namespace {

constexpr std::size_t path_limit = 63;  // hashes; no tree of ours is higher

std::string_view line_of(std::string_view& rest) {
    const auto line = take_line(rest);
    if (!line) throw Malformed{"ends too early"};
    return *line;
}

std::uint64_t number_behind(std::string_view word, std::string_view line) {
    const auto value = line.starts_with(word) ? number(line.substr(word.size())) : std::nullopt;
    if (!value) throw Malformed{"a line \"" + std::string{word} + "NUMBER\" is missing"};
    return *value;
}

Hash hash_in(std::string_view line) {
    const auto hash = hash_of_base64(line);
    if (!hash) throw Malformed{"a line that is no hash"};
    return *hash;
}

// Hashes up to the line `end`, which is taken too.
std::vector<Hash> hashes_until(std::string_view end, std::string_view& rest, std::size_t limit) {
    std::vector<Hash> hashes;
    for (auto line = line_of(rest); line != end; line = line_of(rest)) {
        if (hashes.size() == limit) throw Malformed{"too many hashes"};
        hashes.push_back(hash_in(line));
    }
    return hashes;
}

}  // namespace

InclusionProof parse_inclusion(std::string_view bytes) {
    auto rest = bytes;
    if (line_of(rest) != "c2sp.org/tlog-proof@v1") throw Malformed{"not a tlog-proof"};
    InclusionProof proof;
    // The format allows a line "extra"; ours have none, and nothing unauthenticated is let in.
    proof.index = number_behind("index ", line_of(rest));
    proof.path = hashes_until("", rest, path_limit);
    proof.checkpoint = rest;
    return proof;
}

ConsistencyProof parse_consistency(std::string_view bytes) {
    auto rest = bytes;
    ConsistencyProof proof;
    proof.old_size = number_behind("old ", line_of(rest));
    proof.hashes = hashes_until("", rest, path_limit);
    proof.checkpoint = rest;
    return proof;
}

RangeFile parse_range(std::string_view bytes) {
    auto rest = bytes;
    RangeFile file;
    const auto line = line_of(rest);
    constexpr std::string_view word = "range ";
    const auto space = line.rfind(' ');
    if (!line.starts_with(word) || space < word.size()) throw Malformed{"not a range"};
    const auto from = number(line.substr(word.size(), space - word.size()));
    const auto to = number(line.substr(space + 1));
    if (!from || !to || *from > *to) throw Malformed{"not a range"};
    file.range.from = *from;
    file.range.to = *to;
    file.range.outside = hashes_until("leaves", rest, 2 * path_limit);
    // Every hash takes 45 bytes of the file, so the file's own size is the limit.
    const auto count = *to - *from;
    if (count > rest.size() / 45) throw Malformed{"ends too early"};
    file.range.leaves = hashes_until("", rest, static_cast<std::size_t>(count));
    if (file.range.leaves.size() != count) throw Malformed{"another number of leaves than it says"};
    file.checkpoint = rest;
    return file;
}

}  // namespace sealwarden::verify
