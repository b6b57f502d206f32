#include "firmware/verify/sheet.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "firmware/verify/crypto.hpp"
#include "firmware/verify/json.hpp"

namespace sealwarden::verify {
namespace {

constexpr std::size_t sheet_limit = 64 << 10;                      // bytes
constexpr std::uint64_t epoch_limit = std::uint64_t{366} * 86400;  // seconds
constexpr std::uint64_t key_limit = 10'000'000;                    // 285 years of quarter hours

class Lines {
  public:
    explicit Lines(std::string_view text) : rest_{text} {}

    // The rest of the next line, which begins with `word` and a space.
    std::string_view take(std::string_view word) {
        const auto line = take_line(rest_);
        ++number_;
        if (!line || !line->starts_with(word) || line->size() <= word.size() + 1 ||
            (*line)[word.size()] != ' ') {
            fail(fmt::format("a line \"{} …\" is missing", word));
        }
        return line->substr(word.size() + 1);
    }

    [[nodiscard]] bool next_is(std::string_view word) const {
        return rest_.starts_with(word) && rest_.size() > word.size() && rest_[word.size()] == ' ';
    }

    template <class T>
    T known(std::optional<T> value, std::string_view what) const {
        if (!value) fail(what);
        return *value;
    }

    [[noreturn]] void fail(std::string_view what) const {
        throw Malformed{fmt::format("line {}: {}", number_, what)};
    }

    [[nodiscard]] bool at_end() const { return rest_.empty(); }

  private:
    std::string_view rest_;
    int number_ = 0;
};

std::uint64_t within(const Lines& lines, std::string_view text, std::uint64_t low,
                     std::uint64_t high) {
    const auto value = number(text);
    if (!value || *value < low || *value > high) {
        lines.fail(fmt::format("no number from {} to {}", low, high));
    }
    return *value;
}

Verifier key_in(const Lines& lines, std::string_view text, Verifier::Type type) {
    try {
        auto key = parse_vkey(text);
        if (key.type == type) return key;
    } catch (const Malformed& error) {
        lines.fail(error.what());
    }
    lines.fail("a key of another type");
}

// Two names for one key would count one witness twice.
void add_witness(const Lines& lines, Sheet& sheet, Verifier key) {
    const bool twice = std::ranges::any_of(sheet.witnesses, [&](const Verifier& known) {
        return known.key == key.key || known.name == key.name;
    });
    if (twice || key.key == sheet.log_key) lines.fail("a witness twice, or the log's own key");
    sheet.witnesses.push_back(std::move(key));
}

}  // namespace

Verifier Sheet::log_verifier(std::string_view name) const {
    return {.name = std::string{name}, .type = Verifier::ed25519, .key = log_key};
}

std::size_t Sheet::quorum() const {
    return witnesses.empty() ? 0 : witnesses.size() / 2 + 1;
}

std::uint64_t Sheet::epoch_of(Moment moment) const {
    if (moment < start) return 0;
    const auto number = static_cast<std::uint64_t>((moment - start) / epoch);
    return std::min(number, keys - 1);
}

Moment Sheet::begin_of(std::uint64_t number) const {
    return start + epoch * static_cast<std::int64_t>(number);
}

Sheet parse_sheet(std::string_view text) {
    if (text.size() > sheet_limit) throw Malformed{"longer than 64 KiB"};
    Lines lines{text};
    if (lines.take("sealwarden") != "sheet 1") lines.fail("not a sheet of version 1");
    Sheet sheet{.text = std::string{text}};
    sheet.origin = lines.take("origin");
    const auto key = key_in(lines, lines.take("key"), Verifier::ed25519);
    if (key.name != sheet.origin + "/g1") lines.fail("the key has another name than the origin");
    sheet.log_key = key.key;
    sheet.start = lines.known(second_moment(lines.take("start")), "no moment");
    sheet.epoch = std::chrono::seconds{within(lines, lines.take("epoch"), 1, epoch_limit)};
    sheet.keys = within(lines, lines.take("keys"), 1, key_limit);
    sheet.epochs = lines.known(hash_of_base64(lines.take("epochs")), "no hash");
    const auto commissioned = lines.take("commissioned");
    const auto space = commissioned.find(' ');
    sheet.commissioned_size = within(lines, commissioned.substr(0, space), 0, largest_number);
    const auto root = space == std::string_view::npos ? "" : commissioned.substr(space + 1);
    sheet.commissioned_root = lines.known(hash_of_base64(root), "no size and hash");
    sheet.export_period = std::chrono::seconds{within(lines, lines.take("export"), 1, epoch_limit)};
    while (lines.next_is("witness")) {
        add_witness(lines, sheet, key_in(lines, lines.take("witness"), Verifier::cosignature));
    }
    while (lines.next_is("tsa")) {
        sheet.authorities.push_back(lines.known(hash_of_hex(lines.take("tsa")), "no hash"));
    }
    if (!lines.at_end()) lines.fail("a line that does not belong here");
    return sheet;
}

std::string key_words(std::string_view sheet_text) {
    constexpr std::string_view consonants = "bdfghjklmnprstvz";
    constexpr std::string_view vowels = "aiou";
    const auto hash = sha256(sheet_text);
    std::string words;
    for (std::size_t word = 0; word < 6; ++word) {
        const unsigned bits = hash[word * 2] * 256u + hash[word * 2 + 1];
        if (word != 0) words += '-';
        words += consonants[bits >> 12];
        words += vowels[bits >> 10 & 3];
        words += consonants[bits >> 6 & 15];
        words += vowels[bits >> 4 & 3];
        words += consonants[bits & 15];
    }
    return words;
}

}  // namespace sealwarden::verify
