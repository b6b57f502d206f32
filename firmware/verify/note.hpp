// C2SP signed-note, and the checkpoint (C2SP tlog-checkpoint) that a note can be.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/verify/bytes.hpp"

namespace sealwarden::verify {

inline constexpr std::size_t note_limit = 1 << 20;  // bytes of a note; longer ones are refused
inline constexpr std::size_t signature_limit = 64;  // signature lines of a note

// A verifier key: name+hash+base64(type || key), as C2SP signed-note has it.
struct Verifier {
    enum Type : unsigned char { ed25519 = 1, cosignature = 4 };

    std::string name;
    Type type = ed25519;
    PublicKey key{};

    [[nodiscard]] std::string key_id() const;  // 4 bytes
    friend bool operator==(const Verifier&, const Verifier&) = default;
};

// Throws Malformed; types other than those two are refused.
[[nodiscard]] Verifier parse_vkey(std::string_view text);

struct NoteSignature {
    std::string name;
    std::string key_id;  // 4 bytes
    std::string bytes;
};

struct Note {
    std::string text;  // with its last LF
    std::vector<NoteSignature> signatures;
    std::string source;  // as it was read
};

// Throws Malformed.
[[nodiscard]] Note parse_note(std::string_view bytes);

enum class SignatureState {
    good,
    absent,  // no line of this name and key id
    wrong,   // a line of this name and key id that does not hold, or two of them
};
[[nodiscard]] SignatureState signature_of(const Note& note, const Verifier& key);

// Seconds since 1970 at which a witness signed; only after its signature was found good.
[[nodiscard]] std::uint64_t cosigned_at(const Note& note, const Verifier& witness);

struct Checkpoint {
    std::string origin;
    std::uint64_t size = 0;
    Hash root{};
    Note note;
};

// Exactly three lines of text: we use no extension lines. Throws Malformed.
[[nodiscard]] Checkpoint parse_checkpoint(std::string_view bytes);

}  // namespace sealwarden::verify
