// C2SP signed notes: a text and lines of signatures under it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/tlog/encoding.hpp"
#include "firmware/tlog/secret.hpp"

namespace sealwarden::tlog {

using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

enum class KeyType : std::uint8_t {
    ed25519 = 1,      // signs the text
    cosignature = 4,  // of a witness: signs a time and the text (C2SP tlog-cosignature)
};

// A key with its name, as a verifier knows it.
struct NoteKey {
    std::string name;
    KeyType type = KeyType::ed25519;
    PublicKey key{};
    [[nodiscard]] std::string id() const;    // 4 bytes
    [[nodiscard]] std::string vkey() const;  // name+id+base64(type, key)
    friend bool operator==(const NoteKey&, const NoteKey&) = default;
};
[[nodiscard]] bool is_key_name(
    std::string_view name);  // not empty, no spaces, no plus, no controls
// Empty when it is not exactly what vkey() would write.
[[nodiscard]] std::optional<NoteKey> key_from_vkey(std::string_view vkey);

class SigningKey {
  public:
    explicit SigningKey(std::span<const std::uint8_t, 32> seed);  // RFC 8032's
    [[nodiscard]] const PublicKey& public_key() const { return public_; }
    [[nodiscard]] Signature sign(std::string_view text) const;

  private:
    PublicKey public_{};
    Secret<64> secret_;
};

// Has this key signed these bytes? RFC 8032, without a prefix.
[[nodiscard]] bool is_signature(std::string_view signature, std::string_view bytes,
                                const PublicKey& by);

struct NoteLine {
    std::string name;
    std::string id;         // 4 bytes
    std::string signature;  // the rest
};
[[nodiscard]] std::string note_line(const NoteLine& line);  // with its newline
// Empty when it is not exactly such a line, here without its newline.
[[nodiscard]] std::optional<NoteLine> parse_note_line(std::string_view line);
// The line of a note with which this key, under this name, signs the text.
[[nodiscard]] std::string signature_line(const std::string& name, const SigningKey& key,
                                         std::string_view text);

struct Note {
    std::string text;  // with its last newline
    std::vector<NoteLine> lines;
};
inline constexpr std::size_t note_limit = 1 << 20;  // bytes
inline constexpr std::size_t note_lines_limit = 100;
// Strictly by the format; says nothing about signatures yet.
[[nodiscard]] std::optional<Note> parse_note(std::string_view bytes);

enum class Signed { yes, no_line, wrong };  // wrong: a line of this key that does not verify
// For keys of type ed25519. A second line of the same key must verify too.
[[nodiscard]] Signed is_signed(const Note& note, const NoteKey& by);

}  // namespace sealwarden::tlog
