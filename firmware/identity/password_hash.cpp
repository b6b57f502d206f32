#include "firmware/identity/password_hash.hpp"

#include <sodium.h>

#include <new>

namespace sealwarden::identity {

std::string hash_of(std::string_view password, const HashCost& cost) {
    if (sodium_init() < 0) throw std::bad_alloc{};
    std::string text(crypto_pwhash_STRBYTES, '\0');
    if (crypto_pwhash_str_alg(text.data(), password.data(), password.size(), cost.passes,
                              cost.memory, crypto_pwhash_ALG_ARGON2ID13) != 0) {
        throw std::bad_alloc{};  // the one way it fails
    }
    text.resize(text.find('\0'));
    return text;
}

bool fits(std::string_view password, const std::string& hash) {
    // libsodium reads a text of a fixed length at most, ended by a zero.
    return hash.size() < crypto_pwhash_STRBYTES && sodium_init() >= 0 &&
           crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool has_other_cost(const std::string& hash, const HashCost& cost) {
    return hash.size() >= crypto_pwhash_STRBYTES ||
           crypto_pwhash_str_needs_rehash(hash.c_str(), cost.passes, cost.memory) != 0;
}

void wipe(std::string& text) {
    sodium_memzero(text.data(), text.size());
    text.clear();
}

}  // namespace sealwarden::identity
