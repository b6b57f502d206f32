#include "firmware/evidence/keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "firmware/tlog/checkpoint.hpp"

namespace sealwarden::evidence {
namespace {

constexpr std::size_t sheet_limit = 64 << 10;
constexpr std::size_t table_limit = 512 << 20;

tlog::SigningKey key_from_hex(const std::string& text) {
    auto bytes = tlog::from_hex(text);
    if (!bytes || bytes->size() != 32) {
        throw KeyTrouble{
            "the log key is not 64 hex digits: give back the one `sealwarden "
            "commission` made"};
    }
    tlog::Seed seed;
    std::ranges::copy(*bytes, seed.bytes().begin());
    sodium_memzero(bytes->data(), bytes->size());
    return tlog::SigningKey{seed.bytes()};
}

// Only the one line of the table: the rest is proven when it is shown.
tlog::PublicKey committed_key(const KeyFiles& files, std::uint64_t epoch) {
    const auto table = read_table(files);
    if (epoch >= table.size()) {
        throw KeyTrouble{fmt::format("{} has no key of epoch {}", files.table().string(), epoch)};
    }
    return table[epoch];
}

}  // namespace

bool is_commissioned(const KeyFiles& files) {
    std::error_code error;
    return std::filesystem::exists(files.sheet(), error);
}

tlog::Sheet read_sheet(const KeyFiles& files) {
    try {
        return tlog::parse_sheet(read_file(files.sheet(), sheet_limit));
    } catch (const tlog::SheetError& error) {
        throw KeyTrouble{fmt::format("{}: {}", files.sheet().string(), error.what())};
    }
}

std::vector<tlog::PublicKey> read_table(const KeyFiles& files) {
    const auto bytes = read_file(files.table(), table_limit);
    std::vector<tlog::PublicKey> keys(bytes.size() / tlog::PublicKey{}.size());
    if (bytes.empty() || bytes.size() % tlog::PublicKey{}.size() != 0) {
        throw KeyTrouble{files.table().string() + " is not a table of keys of 32 bytes"};
    }
    auto from = bytes.begin();
    for (auto& key : keys) {
        std::copy_n(from, key.size(), key.begin());
        from += static_cast<std::ptrdiff_t>(key.size());
    }
    return keys;
}

Keys::Keys(const KeyFiles& files, const std::string& log_key)
    : sheet_{read_sheet(files)},
      plan_{.start = sheet_.start, .length = sheet_.epoch, .keys = sheet_.keys},
      log_key_{key_from_hex(log_key)},
      state_{files.state()},
      seed_{state_.take_seed()},
      signing_epoch_{seed_.epoch()},
      epoch_key_{seed_.key()} {
    if (log_key_.public_key() != sheet_.log_key) {
        throw KeyTrouble{
            fmt::format("the log key is not the one of the sheet {}", files.sheet().string())};
    }
    if (epoch_key_.public_key() != committed_key(files, seed_.epoch())) {
        throw KeyTrouble{
            fmt::format("{} does not belong to the sheet: its key is not the one "
                        "committed for epoch {}",
                        files.state().string(), seed_.epoch())};
    }
}

std::string Keys::checkpoint(const tlog::Head& head, std::uint64_t epoch) {
    assert(epoch >= seed_.epoch() && epoch < plan_.keys);
    if (epoch != signing_epoch_) {
        auto later = seed_.copy();
        later.advance_to(epoch);
        epoch_key_ = later.key();
        signing_epoch_ = epoch;
    }
    const auto name = tlog::log_name(sheet_.origin, head.generation);
    const auto text = tlog::Checkpoint{.origin = name, .size = head.size, .root = head.root}.text();
    return text + '\n' + tlog::signature_line(name, log_key_, text) +
           tlog::signature_line(tlog::epoch_name(sheet_.origin, head.generation, epoch), epoch_key_,
                                text);
}

std::string Keys::bundle_line(const tlog::Hash& manifest) const {
    return tlog::signature_line(tlog::bundle_name(sheet_.origin), log_key_,
                                tlog::bundle_text(manifest));
}

bool Keys::remember(const tlog::Head& head) {
    return state_.write(seed_, head);
}

bool Keys::advance(std::uint64_t epoch, const tlog::Head& head) {
    seed_.advance_to(epoch);
    if (signing_epoch_ < epoch) {
        epoch_key_ = seed_.key();
        signing_epoch_ = epoch;
    }
    return state_.overwrite(seed_, head);
}

}  // namespace sealwarden::evidence
