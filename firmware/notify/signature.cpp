#include "firmware/notify/signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>

#include "firmware/tlog/encoding.hpp"

namespace sealwarden::notify {

std::optional<std::string> key_from(std::string_view secret) {
    constexpr std::string_view mark = "whsec_";
    constexpr std::size_t shortest = 24, longest = 64;  // bytes, as the specification says
    if (secret.starts_with(mark)) secret.remove_prefix(mark.size());
    auto key = tlog::from_base64(secret);
    if (!key || key->size() < shortest || key->size() > longest) return std::nullopt;
    return key;
}

std::string hmac_sha256(std::string_view key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    const auto* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                            reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                            digest.data(), &size);
    if (done == nullptr) throw std::runtime_error{"no HMAC can be computed"};
    return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string signature(std::string_view key, std::string_view id, std::int64_t timestamp,
                      std::string_view body) {
    std::string text{id};
    text += '.';
    text += std::to_string(timestamp);
    text += '.';
    text += body;
    return "v1," + tlog::base64(hmac_sha256(key, text));
}

}  // namespace sealwarden::notify
