#include "firmware/verify/day_index.hpp"

#include "firmware/verify/crypto.hpp"

namespace sealwarden::verify {
namespace {

constexpr JsonLimits proof_limits{.bytes = 16 << 20, .depth = 8};

struct PlacedLeaf {
    std::uint64_t at = 0;
    DayLeaf leaf;
};

std::string big_endian_bytes(std::uint64_t value, int size) {
    std::string bytes;
    for (int shift = (size - 1) * 8; shift >= 0; shift -= 8) {
        bytes += static_cast<char>(value >> shift & 0xFF);
    }
    return bytes;
}

PlacedLeaf proven_leaf(const JsonValue& value, const DayIndex& day) {
    value.only({"at", "leaf", "path"});
    const auto bytes = from_hex(value.plain_at("leaf"));
    const auto leaf = bytes ? parse_day_leaf(*bytes) : std::nullopt;
    if (!leaf) throw Malformed{"no leaf of 52 bytes"};
    std::vector<Hash> path;
    for (const auto step : value.list_at("path")) {
        const auto hash =
            step.kind() == JsonKind::text ? hash_of_base64(step.text()) : std::nullopt;
        if (!hash) throw Malformed{"a path with something that is no hash"};
        path.push_back(*hash);
    }
    const auto at = value.count_at("at");
    if (root_of_path(at, day.count, leaf_hash(*bytes), path) != day.root) {
        throw Malformed{"a leaf that is not in the index"};
    }
    return {.at = at, .leaf = *leaf};
}

// Two neighbours around the key, or one end of the index beyond it, or an empty index.
bool proves_absence(const std::vector<PlacedLeaf>& leaves, const Hash& key, const DayIndex& day) {
    if (leaves.empty()) return day.count == 0 && day.root == tree_root({});
    if (leaves.size() == 1) {
        const auto& [at, leaf] = leaves.front();
        return (at == 0 && key < leaf.key) || (at == day.count - 1 && leaf.key < key);
    }
    return leaves.size() == 2 && leaves[1].at == leaves[0].at + 1 && leaves[0].leaf.key < key &&
           key < leaves[1].leaf.key;
}

DayProof proof_in(const JsonValue& value, const DayIndex& day) {
    value.only({"leaves", "subject"});
    const auto subject = value.object_at("subject");
    subject.only({"k", "v"});
    DayProof proof{.subject = {.kind = subject.text_at("k"), .id = subject.text_at("v")}};
    std::vector<PlacedLeaf> leaves;
    for (const auto leaf : value.list_at("leaves")) leaves.push_back(proven_leaf(leaf, day));
    const auto key = day_key(day.salt, proof.subject.kind, proof.subject.id);
    if (leaves.size() == 1 && leaves.front().leaf.key == key) {
        proof.present = leaves.front().leaf;
    } else if (!proves_absence(leaves, key, day)) {
        throw Malformed{to_string(proof.subject) + ": proven neither present nor absent"};
    }
    return proof;
}

}  // namespace

DayIndex parse_day_index(const Record& record) {
    Json json;
    json.parse(record.data);
    const auto data = json.root();
    const auto root = hash_of_hex(data.plain_at("root"));
    const auto salt = from_hex(data.plain_at("salt"));
    if (!root || !salt || salt->size() != 16) throw Malformed{"no root and salt"};
    DayIndex day{.from = data.count_at("from"),
                 .to = data.count_at("to"),
                 .count = data.count_at("count"),
                 .root = *root,
                 .salt = *salt};
    if (day.to != record.index || day.from > day.to) throw Malformed{"counts other entries"};
    return day;
}

std::string DayLeaf::bytes() const {
    return std::string{view(key)} + big_endian_bytes(count, 4) + big_endian_bytes(first, 8) +
           big_endian_bytes(last, 8);
}

std::optional<DayLeaf> parse_day_leaf(std::string_view bytes) {
    if (bytes.size() != 52) return std::nullopt;
    DayLeaf leaf{.count = big_endian(bytes.substr(32, 4)),
                 .first = big_endian(bytes.substr(36, 8)),
                 .last = big_endian(bytes.substr(44, 8))};
    std::copy(bytes.begin(), bytes.begin() + 32, leaf.key.begin());
    return leaf;
}

Hash day_key(std::string_view salt, std::string_view kind, std::string_view id) {
    constexpr std::string_view zero{"\0", 1};
    return sha256({salt, kind, zero, id});
}

std::vector<DayProof> parse_day_proofs(std::string_view bytes, std::uint64_t index,
                                       const DayIndex& day) {
    Json json;
    json.parse(bytes, proof_limits);
    const auto root = json.root();
    root.only({"index", "proofs"});
    if (root.count_at("index") != index) throw Malformed{"of another day index"};
    std::vector<DayProof> proofs;
    for (const auto proof : root.list_at("proofs")) proofs.push_back(proof_in(proof, day));
    return proofs;
}

}  // namespace sealwarden::verify
