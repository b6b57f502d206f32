#include "firmware/identity/token.hpp"

#include <algorithm>
#include <iterator>

#include "firmware/identity/secrets.hpp"

namespace sealwarden::identity {
namespace {

constexpr std::string_view prefix = "sw1_";
constexpr std::string_view in_ids = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::size_t id_length = 12;  // 60 bits: it is no secret, only its own

}  // namespace

std::string text_of(const TokenText& token) {
    return std::string{prefix} + token.id + '_' + token.secret;
}

std::optional<TokenText> token_from(std::string_view text) {
    if (text.size() != prefix.size() + id_length + 1 + secret_length) return {};
    if (!text.starts_with(prefix)) return {};
    text.remove_prefix(prefix.size());
    const auto id = text.substr(0, id_length);
    const auto secret = text.substr(id_length + 1);
    if (id.find_first_not_of(in_ids) != id.npos || text[id_length] != '_' ||
        !looks_like_secret(secret)) {
        return {};
    }
    return TokenText{.id = std::string{id}, .secret = std::string{secret}};
}

Rights rights_of(const Token& token, const Role& role) {
    Rights rights;
    std::ranges::set_intersection(token.rights, role.rights, std::inserter(rights, rights.end()));
    return rights;
}

TokenText new_token() {
    TokenText token{.id = {}, .secret = new_secret()};
    for (const char byte : random_bytes(id_length)) {
        token.id += in_ids[static_cast<unsigned char>(byte) % in_ids.size()];
    }
    return token;
}

}  // namespace sealwarden::identity
