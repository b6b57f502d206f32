#include "firmware/core/dock/container_number.hpp"

#include <algorithm>
#include <cassert>

#include "firmware/core/alarms.hpp"
#include "firmware/core/dock/seal_number.hpp"

namespace sealwarden {
namespace {

constexpr std::size_t longest_echo = 40;
constexpr std::size_t container_length = 11;
constexpr std::size_t longest_plate = 15;

bool is_letter(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter_or_digit(char c) {
    return is_letter(c) || is_digit(c);
}

std::string quoted(std::string_view text) {
    return "`" + bounded(std::string{text}, longest_echo) + "`";
}

// A is 10; the multiples of 11 are left out: B is 12, L is 23, V is 34.
int value_of(char c) {
    if (is_digit(c)) return c - '0';
    const int place = c - 'A';
    const int left_out = (place >= 1 ? 1 : 0) + (place >= 11 ? 1 : 0) + (place >= 21 ? 1 : 0);
    return 10 + place + left_out;
}

void check_container(UnitNumber& number) {
    const std::string_view id = number.id;
    if (!std::ranges::all_of(id, is_letter_or_digit)) {
        number.complaints.push_back("a container number has only letters and digits, and " +
                                    quoted(id) + " has more");
        return;
    }
    if (id.size() != container_length) {
        number.complaints.push_back(
            quoted(id) + " has " + std::to_string(id.size()) +
            " characters; a container number has 11: three letters of the owner, U, J or Z, six "
            "digits and a check digit");
        return;
    }
    const auto owner = id.substr(0, 3);
    const auto serial = id.substr(4, 6);
    const char category = id[3];
    const char check = id[10];
    if (!std::ranges::all_of(owner, is_letter))
        number.complaints.push_back("the owner code is " + quoted(owner) +
                                    "; it must be three letters");
    if (category != 'U' && category != 'J' && category != 'Z')
        number.complaints.push_back("the category letter is " + quoted(id.substr(3, 1)) +
                                    "; it must be U, J or Z");
    if (!std::ranges::all_of(serial, is_digit))
        number.complaints.push_back("the serial is " + quoted(serial) + "; it must be six digits");
    if (!is_digit(check)) {
        number.complaints.push_back("the check digit is " + quoted(id.substr(10)) +
                                    "; it must be a digit");
        return;
    }
    const int remainder = check_remainder(id.substr(0, 10));
    number.remainder_10 = remainder == 10;
    if (check - '0' != remainder % 10)
        number.complaints.push_back("the check digit is " + std::string{check} + "; of " +
                                    quoted(id.substr(0, 10)) + " it is " +
                                    std::to_string(remainder % 10));
}

void check_trailer(UnitNumber& number) {
    if (number.id.size() < 2 || number.id.size() > longest_plate ||
        !std::ranges::all_of(number.id, is_letter_or_digit))
        number.complaints.push_back(quoted(number.id) +
                                    " is no plate: it must be 2 to 15 letters and digits");
}

}  // namespace

std::string UnitNumber::complaint() const {
    std::string all;
    for (const auto& one : complaints) all += (all.empty() ? "" : "; ") + one;
    return all;
}

int check_remainder(std::string_view first_ten) {
    assert(first_ten.size() == 10);
    int sum = 0;
    for (std::size_t i = 0; i < first_ten.size(); ++i) sum += value_of(first_ten[i]) << i;
    return sum % 11;
}

UnitNumber unit_number(UnitKind kind, std::string_view typed) {
    UnitNumber number;
    number.id = plain_number(typed);
    switch (kind) {
        case UnitKind::container: check_container(number); return number;
        case UnitKind::trailer: check_trailer(number); return number;
    }
    assert(!"every kind has a number");
    return number;
}

}  // namespace sealwarden
