#include "firmware/verify/note.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "firmware/verify/crypto.hpp"
#include "firmware/verify/json.hpp"

namespace sealwarden::verify {
namespace {

constexpr std::string_view dash = "\xE2\x80\x94 ";  // em dash, space

// Our names are ASCII; refusing the rest spares a table of Unicode's spaces.
bool is_key_name(std::string_view name) {
    return !name.empty() &&
           std::ranges::all_of(name, [](char c) { return c > ' ' && c < 0x7F && c != '+'; });
}

// Of lines by unknown keys only the form matters, so their names may be anything but a space.
bool is_foreign_name(std::string_view name) {
    return !name.empty() && name.find_first_of(" +") == std::string_view::npos;
}

NoteSignature parse_signature(std::string_view line) {
    if (!line.starts_with(dash)) throw Malformed{"a signature line without its dash"};
    line.remove_prefix(dash.size());
    const auto space = line.find(' ');
    const auto name = line.substr(0, space);
    if (space == std::string_view::npos || !is_foreign_name(name)) {
        throw Malformed{"a signature line without a name"};
    }
    const auto bytes = from_base64(line.substr(space + 1));
    if (!bytes || bytes->size() < 5) throw Malformed{"a signature that is not base64"};
    return {.name = std::string{name}, .key_id = bytes->substr(0, 4), .bytes = bytes->substr(4)};
}

bool holds(const std::string& text, const Verifier& key, const std::string& signature) {
    switch (key.type) {
        case Verifier::ed25519: return ed25519_holds(key.key, text, signature);
        case Verifier::cosignature: {
            if (signature.size() != 72) return false;
            const auto time = big_endian(std::string_view{signature}.substr(0, 8));
            if (time >> 63 != 0) return false;
            const auto message = fmt::format("cosignature/v1\ntime {}\n{}", time, text);
            return ed25519_holds(key.key, message, std::string_view{signature}.substr(8));
        }
    }
    return false;
}

}  // namespace

std::string Verifier::key_id() const {
    const char byte = static_cast<char>(type);
    const auto hash = sha256({name, "\n", {&byte, 1}, view(key)});
    return std::string{view(hash).substr(0, 4)};
}

Verifier parse_vkey(std::string_view text) {
    const auto first = text.find('+');
    const auto second = first == std::string_view::npos ? first : text.find('+', first + 1);
    if (second == std::string_view::npos) throw Malformed{"a key without its two '+'"};
    Verifier key{.name = std::string{text.substr(0, first)}};
    const auto id = from_hex(text.substr(first + 1, second - first - 1));
    const auto bytes = from_base64(text.substr(second + 1));
    if (!is_key_name(key.name)) throw Malformed{"a key with an unusable name"};
    if (!bytes || bytes->size() != 33) throw Malformed{"a key that is not Ed25519"};
    switch (bytes->front()) {
        case Verifier::ed25519: key.type = Verifier::ed25519; break;
        case Verifier::cosignature: key.type = Verifier::cosignature; break;
        default: throw Malformed{"a key of an unknown type"};
    }
    std::copy(bytes->begin() + 1, bytes->end(), key.key.begin());
    if (id != key.key_id()) throw Malformed{"a key whose id is not that of its name and bytes"};
    return key;
}

Note parse_note(std::string_view bytes) {
    if (bytes.size() > note_limit) throw Malformed{"longer than 1 MiB"};
    if (!is_utf8(bytes)) throw Malformed{"not UTF-8"};
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; };
    if (std::ranges::any_of(bytes, control)) throw Malformed{"a control character"};
    if (!bytes.ends_with('\n')) throw Malformed{"no line end at the end"};
    const auto gap = bytes.rfind("\n\n");
    if (gap == std::string_view::npos || gap == 0)
        throw Malformed{"no empty line before signatures"};
    Note note{.text = std::string{bytes.substr(0, gap + 1)}, .source = std::string{bytes}};
    auto rest = bytes.substr(gap + 2);
    while (const auto line = take_line(rest)) note.signatures.push_back(parse_signature(*line));
    if (note.signatures.empty()) throw Malformed{"no signature"};
    if (note.signatures.size() > signature_limit) throw Malformed{"too many signatures"};
    return note;
}

SignatureState signature_of(const Note& note, const Verifier& key) {
    const auto id = key.key_id();
    auto state = SignatureState::absent;
    for (const auto& line : note.signatures) {
        if (line.name != key.name || line.key_id != id) continue;
        if (state != SignatureState::absent) return SignatureState::wrong;
        if (!holds(note.text, key, line.bytes)) return SignatureState::wrong;
        state = SignatureState::good;
    }
    return state;
}

std::uint64_t cosigned_at(const Note& note, const Verifier& witness) {
    for (const auto& line : note.signatures) {
        if (line.name == witness.name && line.key_id == witness.key_id()) {
            return big_endian(std::string_view{line.bytes}.substr(0, 8));
        }
    }
    return 0;
}

Checkpoint parse_checkpoint(std::string_view bytes) {
    Checkpoint checkpoint{.note = parse_note(bytes)};
    std::string_view rest = checkpoint.note.text;
    const auto origin = take_line(rest);
    const auto size = take_line(rest);
    const auto root = take_line(rest);
    if (!origin || !size || !root || !rest.empty()) throw Malformed{"not three lines of text"};
    const auto count = number(*size);
    const auto hash = hash_of_base64(*root);
    if (!is_key_name(*origin)) throw Malformed{"an unusable origin"};
    if (!count) throw Malformed{"a size that is no number"};
    if (!hash) throw Malformed{"a root that is no hash"};
    checkpoint.origin = *origin;
    checkpoint.size = *count;
    checkpoint.root = *hash;
    return checkpoint;
}

}  // namespace sealwarden::verify
