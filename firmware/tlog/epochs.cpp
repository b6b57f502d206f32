#include "firmware/tlog/epochs.hpp"

#include <algorithm>
#include <cassert>

namespace sealwarden::tlog {
namespace {

// SHA-256(label || seed), with no copy of either left on the stack.
void derive(std::string_view label, const Seed& from, std::span<std::uint8_t, 32> to) {
    Secret<36> input;  // the longest label has four letters
    assert(label.size() + 32 <= input.bytes().size());
    std::ranges::copy(label, input.bytes().begin());
    std::ranges::copy(from.bytes(),
                      input.bytes().begin() + static_cast<std::ptrdiff_t>(label.size()));
    auto hash = sha256({reinterpret_cast<const char*>(input.bytes().data()), label.size() + 32});
    std::ranges::copy(hash, to.begin());
    sodium_memzero(hash.data(), hash.size());
}

}  // namespace

EpochSeed EpochSeed::random() {
    Seed seed;
    randombytes_buf(seed.bytes().data(), seed.bytes().size());
    return {0, std::move(seed)};
}

EpochSeed EpochSeed::copy() const {
    Seed seed;
    std::ranges::copy(seed_.bytes(), seed.bytes().begin());
    return {epoch_, std::move(seed)};
}

SigningKey EpochSeed::key() const {
    Seed seed;
    derive("key", seed_, seed.bytes());
    return SigningKey{seed.bytes()};
}

void EpochSeed::advance_to(std::uint64_t to) {
    assert(to >= epoch_);
    for (; epoch_ < to; ++epoch_) derive("next", seed_, seed_.bytes());
}

std::vector<PublicKey> public_keys(const EpochSeed& first, std::uint64_t count) {
    std::vector<PublicKey> keys;
    keys.reserve(count);
    auto seed = first.copy();
    for (std::uint64_t i = 0; i < count; ++i) {
        keys.push_back(seed.key().public_key());
        seed.advance_to(seed.epoch() + 1);
    }
    return keys;
}

std::string epoch_leaf(std::uint64_t epoch, const PublicKey& key) {
    auto leaf = std::to_string(epoch) + '\n';
    leaf.append(key.begin(), key.end());
    return leaf;
}

HashesInMemory epoch_tree(const std::vector<PublicKey>& keys) {
    std::vector<Hash> leaves;
    leaves.reserve(keys.size());
    for (std::uint64_t epoch = 0; epoch < keys.size(); ++epoch) {
        leaves.push_back(leaf_hash(epoch_leaf(epoch, keys[epoch])));
    }
    return HashesInMemory{std::move(leaves)};
}

}  // namespace sealwarden::tlog
