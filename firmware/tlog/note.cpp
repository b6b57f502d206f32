#include "firmware/tlog/note.hpp"

#include <algorithm>
#include <cassert>

namespace sealwarden::tlog {
namespace {

constexpr std::string_view dash = "\u2014 ";

std::string_view bytes_of_key(const PublicKey& key) {
    return {reinterpret_cast<const char*>(key.data()), key.size()};
}

bool has_unicode_space(std::string_view text) {
    constexpr std::string_view spaces[]{"\u0085", "\u00a0", "\u1680", "\u2000", "\u2001",
                                        "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
                                        "\u2007", "\u2008", "\u2009", "\u200a", "\u2028",
                                        "\u2029", "\u202f", "\u205f", "\u3000"};
    return std::ranges::any_of(
        spaces, [&](auto space) { return text.find(space) != std::string_view::npos; });
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20;
}

}  // namespace

bool is_key_name(std::string_view name) {
    return !name.empty() && is_utf8(name) && !has_unicode_space(name) &&
           std::ranges::none_of(name, [](char c) { return is_control(c) || c == ' ' || c == '+'; });
}

std::string NoteKey::id() const {
    std::string text = name;
    text += '\n';
    text += static_cast<char>(type);
    text += bytes_of_key(key);
    return std::string{bytes_of(sha256(text)).substr(0, 4)};
}

std::string NoteKey::vkey() const {
    std::string typed{static_cast<char>(type)};
    typed += bytes_of_key(key);
    return name + '+' + hex(id()) + '+' + base64(typed);
}

std::optional<NoteKey> key_from_vkey(std::string_view vkey) {
    const auto first = vkey.find('+');
    const auto second = vkey.find('+', first == std::string_view::npos ? first : first + 1);
    if (second == std::string_view::npos || !is_key_name(vkey.substr(0, first))) {
        return std::nullopt;
    }
    const auto typed = from_base64(vkey.substr(second + 1));
    if (!typed || typed->size() != 1 + PublicKey{}.size()) return std::nullopt;
    const auto type = static_cast<KeyType>(typed->front());
    if (type != KeyType::ed25519 && type != KeyType::cosignature) return std::nullopt;
    NoteKey key{.name = std::string{vkey.substr(0, first)}, .type = type, .key = {}};
    std::copy(typed->begin() + 1, typed->end(), key.key.begin());
    return key.vkey() == vkey ? std::optional{std::move(key)} : std::nullopt;
}

SigningKey::SigningKey(std::span<const std::uint8_t, 32> seed) {
    const auto made = crypto_sign_seed_keypair(public_.data(), secret_.bytes().data(), seed.data());
    assert(made == 0);
}

Signature SigningKey::sign(std::string_view text) const {
    Signature signature{};
    const auto done = crypto_sign_detached(signature.data(), nullptr,
                                           reinterpret_cast<const unsigned char*>(text.data()),
                                           text.size(), secret_.bytes().data());
    assert(done == 0);
    return signature;
}

bool is_signature(std::string_view signature, std::string_view bytes, const PublicKey& by) {
    return signature.size() == Signature{}.size() &&
           crypto_sign_verify_detached(reinterpret_cast<const unsigned char*>(signature.data()),
                                       reinterpret_cast<const unsigned char*>(bytes.data()),
                                       bytes.size(), by.data()) == 0;
}

std::string note_line(const NoteLine& line) {
    std::string text{dash};
    text += line.name;
    text += ' ';
    text += base64(line.id + line.signature);
    text += '\n';
    return text;
}

std::optional<NoteLine> parse_note_line(std::string_view line) {
    if (!line.starts_with(dash)) return std::nullopt;
    line.remove_prefix(dash.size());
    const auto space = line.find(' ');
    if (space == std::string_view::npos || !is_key_name(line.substr(0, space))) {
        return std::nullopt;
    }
    const auto bytes = from_base64(line.substr(space + 1));
    if (!bytes || bytes->size() < 5) return std::nullopt;
    return NoteLine{.name = std::string{line.substr(0, space)},
                    .id = bytes->substr(0, 4),
                    .signature = bytes->substr(4)};
}

std::string signature_line(const std::string& name, const SigningKey& key, std::string_view text) {
    const NoteKey public_key{.name = name, .type = KeyType::ed25519, .key = key.public_key()};
    const auto signature = key.sign(text);
    return note_line(
        {.name = name, .id = public_key.id(), .signature = {signature.begin(), signature.end()}});
}

std::optional<Note> parse_note(std::string_view bytes) {
    if (bytes.size() > note_limit || !is_utf8(bytes)) return std::nullopt;
    if (std::ranges::any_of(bytes, [](char c) { return is_control(c) && c != '\n'; })) {
        return std::nullopt;
    }
    // The last empty line parts the text from the signatures.
    const auto parting = bytes.rfind("\n\n");
    if (parting == std::string_view::npos || !bytes.ends_with('\n')) return std::nullopt;
    Note note{.text = std::string{bytes.substr(0, parting + 1)}, .lines = {}};
    for (auto rest = bytes.substr(parting + 2); !rest.empty();) {
        const auto end = rest.find('\n');
        auto line = parse_note_line(rest.substr(0, end));
        if (!line || note.lines.size() == note_lines_limit) return std::nullopt;
        note.lines.push_back(std::move(*line));
        rest.remove_prefix(end + 1);
    }
    return note.lines.empty() ? std::nullopt : std::optional{std::move(note)};
}

Signed is_signed(const Note& note, const NoteKey& by) {
    assert(by.type == KeyType::ed25519);
    const auto id = by.id();
    auto result = Signed::no_line;
    for (const auto& line : note.lines) {
        if (line.name != by.name || line.id != id) continue;
        if (!is_signature(line.signature, note.text, by.key)) return Signed::wrong;
        result = Signed::yes;
    }
    return result;
}

}  // namespace sealwarden::tlog
