// The hashes of RFC 6962: SHA-256 with one byte in front that tells leaves from nodes.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sealwarden::tlog {

using Hash = std::array<std::uint8_t, 32>;

[[nodiscard]] Hash sha256(std::string_view bytes);
[[nodiscard]] Hash leaf_hash(std::string_view bytes);               // SHA-256(00 || bytes)
[[nodiscard]] Hash node_hash(const Hash& left, const Hash& right);  // SHA-256(01 || l || r)
[[nodiscard]] inline std::string_view bytes_of(const Hash& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

}  // namespace sealwarden::tlog
