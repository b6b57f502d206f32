#include "firmware/eventlog/personal.hpp"

#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <cassert>
#include <nlohmann/json.hpp>

#include "firmware/eventlog/canonical.hpp"

namespace sealwarden::eventlog {
namespace {

constexpr std::size_t text_limit = 4096;

std::string payload_of(const std::map<std::string, std::string>& personal) {
    CanonicalWriter json;
    json.open_object();
    for (const auto& [name, text] : personal) {
        const auto valid = valid_utf8(text);
        json.name(name).value(first_bytes(valid, text_limit));
    }
    json.close_object();
    return std::move(json).take();
}

}  // namespace

std::map<std::string, std::string> texts_of(std::span<const std::uint8_t> payload) {
    std::map<std::string, std::string> texts;
    const auto json = nlohmann::json::parse(payload.begin(), payload.end(), nullptr, false);
    if (!json.is_object()) return texts;
    for (const auto& [name, text] : json.items()) {
        if (text.is_string()) texts[name] = text.get<std::string>();
    }
    return texts;
}

std::string commitment(const Salt& salt, std::string_view payload) {
    std::array<unsigned char, 32> code{};
    unsigned length = 0;
    const auto* done = HMAC(EVP_sha256(), salt.data(), static_cast<int>(salt.size()),
                            reinterpret_cast<const unsigned char*>(payload.data()), payload.size(),
                            code.data(), &length);
    assert(done != nullptr && length == code.size());
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const auto byte : code) {
        hex += digits[byte >> 4];
        hex += digits[byte & 15];
    }
    return hex;
}

Personal commit_to(const std::map<std::string, std::string>& personal) {
    Personal beside{.salt = {}, .payload = payload_of(personal), .commitment = {}};
    const auto drawn = RAND_bytes(beside.salt.data(), static_cast<int>(beside.salt.size()));
    assert(drawn == 1 && "a guessable salt would give the badge number away");
    beside.commitment = commitment(beside.salt, beside.payload);
    return beside;
}

}  // namespace sealwarden::eventlog
