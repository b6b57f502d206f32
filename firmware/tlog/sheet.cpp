#include "firmware/tlog/sheet.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace sealwarden::tlog {
namespace {

constexpr std::string_view title = "sealwarden sheet 1";

std::string time_text(std::chrono::sys_seconds time) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(time.time_since_epoch().count()));
}

std::optional<std::chrono::sys_seconds> time_from(std::string_view text) {
    // 2026-11-24T11:00:00Z
    if (text.size() != 20) return std::nullopt;
    const auto part = [&](std::size_t at, std::size_t length) {
        int value = -1;
        const auto* end = text.data() + at + length;
        return std::from_chars(text.data() + at, end, value).ptr == end ? value : -1;
    };
    const std::chrono::year_month_day date{std::chrono::year{part(0, 4)},
                                           std::chrono::month{static_cast<unsigned>(part(5, 2))},
                                           std::chrono::day{static_cast<unsigned>(part(8, 2))}};
    if (!date.ok()) return std::nullopt;
    const auto time = std::chrono::sys_days{date} + std::chrono::hours{part(11, 2)} +
                      std::chrono::minutes{part(14, 2)} + std::chrono::seconds{part(17, 2)};
    return time_text(time) == text ? std::optional{time} : std::nullopt;
}

bool is_tsa(std::string_view text) {
    const auto bytes = from_hex(text);
    return bytes && bytes->size() == Hash{}.size();
}

// Lines one after the other, each with the name it must have.
class Lines {
  public:
    explicit Lines(std::string_view text) : rest_{text} {}

    std::string_view take(std::string_view name) {
        auto line = take_line();
        if (line.substr(0, name.size()) != name || line.substr(name.size(), 1) != " ") {
            fail(fmt::format("must begin with \"{} \"", name));
        }
        return line.substr(name.size() + 1);
    }
    std::string_view take_line() {
        const auto end = rest_.find('\n');
        ++line_;
        if (end == std::string_view::npos) fail("is missing, or does not end with a newline");
        const auto line = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return line;
    }
    [[nodiscard]] bool next_is(std::string_view name) const {
        return rest_.starts_with(name) && rest_.substr(name.size()).starts_with(' ');
    }
    [[nodiscard]] bool done() const { return rest_.empty(); }
    void next_line() { ++line_; }
    [[noreturn]] void fail(std::string_view what) const {
        throw SheetError{fmt::format("sheet, line {}: {}", line_, what)};
    }
    template <class T>
    T must(std::optional<T> value, std::string_view otherwise) const {
        if (!value) fail(otherwise);
        return *std::move(value);
    }

  private:
    std::string_view rest_;
    int line_ = 0;
};

std::chrono::seconds positive_seconds(Lines& lines, std::string_view name) {
    const auto seconds = number_from(lines.take(name));
    constexpr std::uint64_t most = 366ull * 86400;
    if (!seconds || *seconds == 0 || *seconds > most) lines.fail("must be a number of seconds");
    return std::chrono::seconds{*seconds};
}

}  // namespace

std::string log_name(std::string_view origin, std::uint64_t generation) {
    return fmt::format("{}/g{}", origin, generation);
}

std::string epoch_name(std::string_view origin, std::uint64_t generation, std::uint64_t epoch) {
    return fmt::format("{}/g{}/epoch/{}", origin, generation, epoch);
}

std::string table_name(std::string_view origin) {
    return fmt::format("{}/epochs", origin);
}

std::string bundle_name(std::string_view origin) {
    return std::string{origin} + "/bundle";
}

std::string text_of(const Sheet& sheet) {
    const NoteKey log{
        .name = log_name(sheet.origin, 1), .type = KeyType::ed25519, .key = sheet.log_key};
    auto text = fmt::format(
        "{}\norigin {}\nkey {}\nstart {}\nepoch {}\nkeys {}\nepochs {}\ncommissioned {} {}\n"
        "export {}\n",
        title, sheet.origin, log.vkey(), time_text(sheet.start), sheet.epoch.count(), sheet.keys,
        base64(sheet.epochs), sheet.commissioned_size, base64(sheet.commissioned_root),
        sheet.export_every.count());
    for (const auto& witness : sheet.witnesses) text += fmt::format("witness {}\n", witness.vkey());
    for (const auto& tsa : sheet.tsas) text += fmt::format("tsa {}\n", tsa);
    return text;
}

Sheet parse_sheet(std::string_view text) {
    Lines lines{text};
    Sheet sheet;
    if (lines.take_line() != title) lines.fail(fmt::format("must be \"{}\"", title));
    sheet.origin = lines.take("origin");
    if (!is_key_name(sheet.origin)) lines.fail("the origin has a space, a plus or nothing");
    const auto log = lines.must(key_from_vkey(lines.take("key")), "is not a key of a signed note");
    if (log.name != log_name(sheet.origin, 1) || log.type != KeyType::ed25519) {
        lines.fail(
            fmt::format("the key must be an Ed25519 key named {}", log_name(sheet.origin, 1)));
    }
    sheet.log_key = log.key;
    sheet.start =
        lines.must(time_from(lines.take("start")), "must be a time like 2026-11-24T11:00:00Z");
    sheet.epoch = positive_seconds(lines, "epoch");
    sheet.keys = lines.must(number_from(lines.take("keys")), "must be a number");
    if (sheet.keys == 0) lines.fail("there must be at least one key");
    constexpr std::string_view not_a_hash = "must be the base64 of 32 bytes";
    sheet.epochs = lines.must(hash_from_base64(lines.take("epochs")), not_a_hash);
    const auto commissioned = lines.take("commissioned");
    const auto space = std::min(commissioned.find(' '), commissioned.size());
    sheet.commissioned_size =
        lines.must(number_from(commissioned.substr(0, space)), "must be a size and a root");
    sheet.commissioned_root =
        lines.must(hash_from_base64(commissioned.substr(std::min(space + 1, commissioned.size()))),
                   not_a_hash);
    sheet.export_every = positive_seconds(lines, "export");
    while (lines.next_is("witness")) {
        const auto witness =
            lines.must(key_from_vkey(lines.take("witness")), "is not a key of a signed note");
        if (witness.type != KeyType::cosignature) lines.fail("a witness's key has type 04");
        sheet.witnesses.push_back(witness);
    }
    while (lines.next_is("tsa")) {
        const auto tsa = lines.take("tsa");
        if (!is_tsa(tsa)) lines.fail("must be SHA-256 in lower-case hex");
        sheet.tsas.emplace_back(tsa);
    }
    if (!lines.done()) {
        lines.next_line();
        lines.fail("there is more than a sheet has");
    }
    return sheet;
}

}  // namespace sealwarden::tlog
