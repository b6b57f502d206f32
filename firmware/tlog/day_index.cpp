#include "firmware/tlog/day_index.hpp"

#include <algorithm>

#include "firmware/tlog/encoding.hpp"

namespace sealwarden::tlog {
namespace {

std::string key_of(const DaySalt& salt, std::string_view kind, std::string_view id) {
    std::string text{salt.begin(), salt.end()};
    text += kind;
    text += '\0';  // ("ab","c") and ("a","bc") must not be one key
    text += id;
    return std::string{bytes_of(sha256(text))};
}

std::vector<std::string> leaves_of(const DaySalt& salt, const std::vector<SubjectCount>& subjects) {
    std::vector<std::string> leaves;
    leaves.reserve(subjects.size());
    for (const auto& subject : subjects) {
        leaves.push_back(key_of(salt, subject.kind, subject.id) + big_endian(subject.count, 4) +
                         big_endian(subject.first, 8) + big_endian(subject.last, 8));
    }
    std::ranges::sort(leaves);  // as bytes: std::string compares unsigned
    return leaves;
}

HashesInMemory tree_of(const std::vector<std::string>& leaves) {
    std::vector<Hash> hashes;
    hashes.reserve(leaves.size());
    for (const auto& leaf : leaves) hashes.push_back(leaf_hash(leaf));
    return HashesInMemory{std::move(hashes)};
}

}  // namespace

DayIndex::DayIndex(const DaySalt& salt, const std::vector<SubjectCount>& subjects)
    : salt_{salt}, leaves_{leaves_of(salt, subjects)}, tree_{tree_of(leaves_)} {}

DayIndex::Leaf DayIndex::leaf(std::uint64_t position) const {
    return {.position = position,
            .bytes = leaves_[position],
            .path = inclusion_proof(tree_, position, size())};
}

std::vector<DayIndex::Leaf> DayIndex::proof(std::string_view kind, std::string_view id) const {
    const auto key = key_of(salt_, kind, id);
    const auto found = std::ranges::lower_bound(leaves_, key);
    const auto at = static_cast<std::uint64_t>(found - leaves_.begin());
    if (found != leaves_.end() && found->starts_with(key)) return {leaf(at)};
    std::vector<Leaf> around;
    if (at > 0) around.push_back(leaf(at - 1));
    if (at < size()) around.push_back(leaf(at));
    return around;
}

}  // namespace sealwarden::tlog
