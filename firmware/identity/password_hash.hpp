// Argon2id through libsodium: what is kept of a password. Slow on purpose: not on a loop.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sealwarden::identity {

// RFC 9106, section 4, second recommended option: 3 passes over 64 MiB. It names four lanes;
// libsodium's crypto_pwhash has one. libsodium's MODERATE would be 3 passes over 256 MiB, half of
// what a front may have.
struct HashCost {
    std::uint64_t passes = 3;
    std::size_t memory = 64u << 20;  // bytes
};

// "$argon2id$v=19$m=65536,t=3,p=1$…": with its salt and cost. Throws std::bad_alloc.
[[nodiscard]] std::string hash_of(std::string_view password, const HashCost& cost = {});
[[nodiscard]] bool fits(std::string_view password, const std::string& hash);
[[nodiscard]] bool has_other_cost(const std::string& hash, const HashCost& cost = {});

// Overwrites it. For what held a password.
void wipe(std::string& text);

}  // namespace sealwarden::identity
