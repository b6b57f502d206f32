#include "firmware/tlog/key_words.hpp"

#include <cassert>

#include "firmware/tlog/hash.hpp"

namespace sealwarden::tlog {

std::string proquints(std::string_view bytes) {
    assert(bytes.size() % 2 == 0);
    constexpr std::string_view consonants = "bdfghjklmnprstvz";
    constexpr std::string_view vowels = "aiou";
    std::string words;
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
        const auto value = static_cast<unsigned>(static_cast<unsigned char>(bytes[i]) << 8 |
                                                 static_cast<unsigned char>(bytes[i + 1]));
        if (!words.empty()) words += '-';
        words += consonants[value >> 12 & 15];
        words += vowels[value >> 10 & 3];
        words += consonants[value >> 6 & 15];
        words += vowels[value >> 4 & 3];
        words += consonants[value & 15];
    }
    return words;
}

std::string key_words(std::string_view text) {
    return proquints(bytes_of(sha256(text)).substr(0, 12));
}

}  // namespace sealwarden::tlog
