#include "firmware/tlog/epochs.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace sealwarden::tlog {
namespace {

// SHA-256(label || seed), with no copy of either left on the stack. `to` may be `from`.
void derive(std::string_view label, const Seed& from, std::span<std::uint8_t, 32> to) {
    std::array<char, 36> input{};  // the longest label has four letters
    assert(label.size() + 32 <= input.size());
    std::ranges::copy(from.bytes(), std::ranges::copy(label, input.begin()).out);
    auto hash = sha256({input.data(), label.size() + 32});
    std::ranges::copy(hash, to.begin());
    sodium_memzero(hash.data(), hash.size());
    sodium_memzero(input.data(), input.size());
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
    // Ten years of hours: each locked buffer is a mapping of its own, so these are used again.
    auto seed = first.copy();
    Seed of_key;
    Secret<64> secret;
    for (std::uint64_t i = 0; i < count; ++i) {
        derive("key", seed.seed(), of_key.bytes());
        auto& key = keys.emplace_back();
        crypto_sign_seed_keypair(key.data(), secret.bytes().data(), of_key.bytes().data());
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
