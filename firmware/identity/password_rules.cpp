#include "firmware/identity/password_rules.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <set>

#include "drivers/embedded.hpp"
#include "firmware/identity/names.hpp"

namespace sealwarden::embedded {
std::span<const Embedded> common_passwords();
}

namespace sealwarden::identity {
namespace {

constexpr std::size_t shortest_name = 4;  // shorter ones are in too many words
constexpr std::size_t own_part = 8;       // what must be left without the names

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string folded(std::string_view text) {
    std::string plain{text};
    std::ranges::transform(plain, plain.begin(), lower);
    return plain;
}

const std::set<std::string_view>& common() {
    static const auto list = [] {
        std::set<std::string_view> words;
        auto text = embedded::common_passwords().front().text;
        while (!text.empty()) {
            const auto end = std::min(text.find('\n'), text.size());
            const auto line = text.substr(0, end);
            if (!line.empty() && line[0] != '#') words.insert(line);
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        return words;
    }();
    return list;
}

// "abcabcabcabc", "aaaaaaaaaaaa": a piece of at most four over and over, its last time cut or not.
bool repeats(std::string_view text) {
    for (std::size_t piece = 1; piece <= 4; ++piece) {
        bool all = true;
        for (std::size_t i = piece; i < text.size() && all; ++i) all = text[i] == text[i - piece];
        if (all) return true;
    }
    return false;
}

// A row of the keyboard, the alphabet or the digits, there or back, round and round.
bool is_row(std::string_view text) {
    constexpr std::array<std::string_view, 5> rows{
        "abcdefghijklmnopqrstuvwxyz", "1234567890", "qwertyuiopasdfghjklzxcvbnm",
        "qwertzuiopasdfghjklyxcvbnm", "1q2w3e4r5t6y7u8i9o0p"};
    return std::ranges::any_of(rows, [&](std::string_view row) {
        for (const bool back : {false, true}) {
            std::string around;
            while (around.size() < text.size() + row.size()) around += row;
            if (back) std::ranges::reverse(around);
            if (around.find(text) != around.npos) return true;
        }
        return false;
    });
}

bool is_common(const std::string& plain) {
    if (common().contains(plain) || repeats(plain) || is_row(plain)) return true;
    // "password2026!": the tail is what a rule about characters once asked for.
    const auto word = plain.substr(0, plain.find_last_not_of("0123456789!?.*#$@-_ ") + 1);
    return word.size() >= shortest_name && word.size() < shortest_password &&
           common().contains(word);
}

bool is_like(std::string plain, const std::vector<std::string>& names) {
    bool found = false;
    const auto cut = [&](const std::string& name) {
        if (name.size() < shortest_name) return;
        for (auto at = plain.find(name); at != plain.npos; at = plain.find(name)) {
            plain.erase(at, name.size());
            found = true;
        }
    };
    for (const auto& name : names) {
        const auto whole = folded(name);
        cut(whole);
        for (std::size_t at = 0; at < whole.size();) {  // and each word of it
            const auto end = std::min(whole.find_first_of(" -_.", at), whole.size());
            cut(whole.substr(at, end - at));
            at = end + 1;
        }
    }
    return found && plain.size() < own_part;
}

}  // namespace

std::string_view to_string(PasswordFault fault) {
    switch (fault) {
        case PasswordFault::none: return "";
        case PasswordFault::not_utf8: return "not_utf8";
        case PasswordFault::too_short: return "too_short";
        case PasswordFault::too_long: return "too_long";
        case PasswordFault::common: return "common";
        case PasswordFault::like_names: return "like_names";
    }
    assert(!"every fault has a word");
    return "";
}

std::string sentence_of(PasswordFault fault) {
    switch (fault) {
        case PasswordFault::none: return {};
        case PasswordFault::not_utf8: return "the password is not text (UTF-8)";
        case PasswordFault::too_short:
            return "the password has fewer than " + std::to_string(shortest_password) +
                   " characters; four words that do not belong together are easy to remember";
        case PasswordFault::too_long:
            return "the password is longer than " + std::to_string(longest_password) + " bytes";
        case PasswordFault::common: return "the password is one of those that are tried first";
        case PasswordFault::like_names:
            return "the password is little more than the name of the user, the site or the product";
    }
    assert(!"every fault has a sentence");
    return {};
}

PasswordFault fault_of(std::string_view password, const std::vector<std::string>& names) {
    if (password.size() > longest_password) return PasswordFault::too_long;
    if (password.empty()) return PasswordFault::too_short;
    const auto length = characters(password);
    if (length == 0 || password.find('\0') != password.npos) return PasswordFault::not_utf8;
    if (length < shortest_password) return PasswordFault::too_short;
    const auto plain = folded(password);
    if (is_common(plain)) return PasswordFault::common;
    auto around = names;
    around.emplace_back("sealwarden");
    if (is_like(plain, around)) return PasswordFault::like_names;
    return PasswordFault::none;
}

}  // namespace sealwarden::identity
