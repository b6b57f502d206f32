#include "firmware/witness/key_file.hpp"

#include <algorithm>

#include "firmware/evidence/private_file.hpp"
#include "firmware/tlog/epochs.hpp"

namespace sealwarden::witness {
namespace {

using evidence::KeyTrouble;

constexpr std::string_view private_key = "PRIVATE+KEY+";
constexpr auto type = static_cast<char>(tlog::KeyType::cosignature);

// NAME+ID+, before the key itself, whose base64 may have more of these signs.
std::string before_key(std::string_view line) {
    const auto after_name = line.find('+') + 1;  // npos + 1 is 0
    return std::string{line.substr(0, line.find('+', after_name) + 1)};
}

std::string vkey_of(const std::string& name, const tlog::SigningKey& key) {
    return tlog::NoteKey{.name = name, .type = tlog::KeyType::cosignature, .key = key.public_key()}
        .vkey();
}

// Wipes a text that held a secret, however it is left.
class Wiped {
  public:
    explicit Wiped(std::string of) : text{std::move(of)} {}
    ~Wiped() { sodium_memzero(text.data(), text.size()); }
    Wiped(const Wiped&) = delete;
    Wiped& operator=(const Wiped&) = delete;
    std::string text;
};

}  // namespace

std::string make_key(const std::filesystem::path& file, const std::string& name) {
    if (std::filesystem::exists(file)) {
        throw KeyTrouble{file.string() +
                         " is there already and is not overwritten: a witness that loses its key "
                         "is another witness"};
    }
    const auto seed = tlog::EpochSeed::random();
    const auto bytes = seed.seed().bytes();
    const auto vkey = vkey_of(name, tlog::SigningKey{bytes});
    const Wiped typed{type + std::string{bytes.begin(), bytes.end()}};
    const Wiped encoded{tlog::base64(typed.text)};
    const Wiped line{std::string{private_key} + before_key(vkey) + encoded.text + '\n'};
    // A bare name has no directory that could be synced.
    evidence::write_file(std::filesystem::absolute(file), line.text, 0600);
    return vkey;
}

std::optional<Key> key_from(std::string_view line) {
    if (!line.starts_with(private_key)) return std::nullopt;
    line.remove_prefix(private_key.size());
    const auto words = before_key(line);
    auto decoded = tlog::from_base64(line.substr(words.size()));
    if (!decoded) return std::nullopt;
    const Wiped typed{std::move(*decoded)};
    tlog::Seed seed;
    if (typed.text.size() != 1 + seed.bytes().size() || typed.text.front() != type) {
        return std::nullopt;
    }
    std::copy(typed.text.begin() + 1, typed.text.end(), seed.bytes().begin());
    Key key{.name = words.substr(0, words.find('+')), .key = tlog::SigningKey{seed.bytes()}};
    const bool is_its_own =
        tlog::is_key_name(key.name) && before_key(vkey_of(key.name, key.key)) == words;
    return is_its_own ? std::optional{std::move(key)} : std::nullopt;
}

}  // namespace sealwarden::witness
