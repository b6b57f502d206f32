#include "firmware/tlog/cosignature.hpp"

#include <cassert>

namespace sealwarden::tlog {
namespace {

constexpr std::size_t time_size = 8;  // big endian, before the signature

// The first two lines keep it apart from everything else that a key may sign.
std::string cosigned_text(std::uint64_t time, std::string_view text) {
    std::string signed_text = "cosignature/v1\ntime " + std::to_string(time) + '\n';
    signed_text += text;
    return signed_text;
}

std::uint64_t from_big_endian(std::string_view bytes) {
    std::uint64_t number = 0;
    for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
    return number;
}

}  // namespace

std::string cosignature_line(const std::string& name, const SigningKey& key, std::uint64_t time,
                             std::string_view text) {
    const NoteKey public_key{.name = name, .type = KeyType::cosignature, .key = key.public_key()};
    const auto signature = key.sign(cosigned_text(time, text));
    std::string bytes = big_endian(time, time_size);
    bytes.append(signature.begin(), signature.end());
    return note_line({.name = name, .id = public_key.id(), .signature = bytes});
}

std::optional<std::uint64_t> cosigned_at(const NoteLine& line, const NoteKey& by,
                                         std::string_view text) {
    assert(by.type == KeyType::cosignature);
    if (line.name != by.name || line.id != by.id()) return std::nullopt;
    if (line.signature.size() != time_size + Signature{}.size()) return std::nullopt;
    const std::string_view bytes{line.signature};
    const auto time = from_big_endian(bytes.substr(0, time_size));
    if (time >> 63 != 0) return std::nullopt;
    const bool holds = is_signature(bytes.substr(time_size), cosigned_text(time, text), by.key);
    return holds ? std::optional{time} : std::nullopt;
}

}  // namespace sealwarden::tlog
