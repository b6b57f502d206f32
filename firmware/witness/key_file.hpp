// The witness's private key: one line, as golang.org/x/mod/sumdb/note writes private keys, with the
// type of cosignatures: PRIVATE+KEY+NAME+ID+BASE64(04, 32 bytes of seed).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/tlog/note.hpp"

namespace sealwarden::witness {

struct Key {
    std::string name;
    tlog::SigningKey key;
};

// Makes a random key and returns its vkey. Throws evidence::KeyTrouble: the file is there already,
// or cannot be written.
std::string make_key(const std::filesystem::path& file, const std::string& name);
// From the file's line, without its newline; empty: it is no such key. The caller wipes its copy.
[[nodiscard]] std::optional<Key> key_from(std::string_view line);

}  // namespace sealwarden::witness
