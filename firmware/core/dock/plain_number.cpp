#include "firmware/core/dock/plain_number.hpp"

namespace sealwarden {

std::string plain_number(std::string_view as_read) {
    std::string plain;
    plain.reserve(as_read.size());
    for (const char c : as_read) {
        if (c == ' ' || c == '\t' || c == '-') continue;
        plain += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return plain;
}

}  // namespace sealwarden
