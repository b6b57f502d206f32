#include "firmware/identity/secrets.hpp"

#include <sodium.h>

#include <algorithm>
#include <cassert>

namespace sealwarden::identity {
namespace {

constexpr std::string_view in_base64url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view in_codes = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";  // Crockford's base 32
constexpr std::size_t code_length = 20, group = 5;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string random_bytes(std::size_t count) {
    [[maybe_unused]] static const int ready = sodium_init();
    assert(ready >= 0 && "the kernel gives random bytes");
    std::string bytes(count, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    return bytes;
}

std::string base64url(std::string_view bytes) {
    constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes_of(bytes), bytes.size(), variant);
    text.pop_back();  // the zero behind it
    return text;
}

std::string new_secret() {
    return base64url(random_bytes(32));
}

bool looks_like_secret(std::string_view text) {
    return text.size() == secret_length && text.find_first_not_of(in_base64url) == text.npos;
}

tlog::Hash kept(std::string_view secret) {
    return tlog::sha256(secret);
}

std::string derived(std::string_view secret, std::string_view purpose) {
    std::string hash(32, '\0');
    crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(),
                       bytes_of(purpose), purpose.size(), bytes_of(secret),
                       std::min(secret.size(), std::size_t{crypto_generichash_KEYBYTES_MAX}));
    return base64url(hash);
}

bool same(std::string_view one, std::string_view other) {
    return one.size() == other.size() && sodium_memcmp(one.data(), other.data(), one.size()) == 0;
}

std::string new_code() {
    const auto bytes = random_bytes(code_length);
    std::string code;
    for (std::size_t i = 0; i < code_length; ++i) {
        if (i > 0 && i % group == 0) code += '-';
        code += in_codes[static_cast<unsigned char>(bytes[i]) % in_codes.size()];
    }
    return code;
}

std::optional<std::string> code_from(std::string_view typed) {
    std::string code;
    if (typed.size() > 64) return {};
    for (char c : typed) {
        if (c == '-' || c == ' ') continue;
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        if (c == 'O') c = '0';
        if (c == 'I' || c == 'L') c = '1';
        if (in_codes.find(c) == in_codes.npos) return {};
        code += c;
    }
    if (code.size() != code_length) return {};
    return code;
}

}  // namespace sealwarden::identity
