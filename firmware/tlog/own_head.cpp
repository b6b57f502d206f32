#include "firmware/tlog/own_head.hpp"

#include "firmware/tlog/checkpoint.hpp"
#include "firmware/tlog/sheet.hpp"

namespace sealwarden::tlog {

std::optional<Head> own_head(std::string_view bytes, std::string_view origin,
                             const PublicKey& log_key) {
    const auto note = parse_note(bytes);
    const auto checkpoint = note ? parse_checkpoint(note->text) : std::nullopt;
    if (!checkpoint) return std::nullopt;
    const auto before = log_name(origin, 0).size() - 1;  // without the digit
    if (checkpoint->origin.size() <= before) return std::nullopt;
    const auto generation = number_from(std::string_view{checkpoint->origin}.substr(before));
    if (!generation || checkpoint->origin != log_name(origin, *generation)) return std::nullopt;
    const NoteKey key{.name = checkpoint->origin, .type = KeyType::ed25519, .key = log_key};
    if (is_signed(*note, key) != Signed::yes) return std::nullopt;
    return Head{.generation = *generation, .size = checkpoint->size, .root = checkpoint->root};
}

}  // namespace sealwarden::tlog
