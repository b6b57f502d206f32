#include "firmware/evidence/epoch_state.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

namespace sealwarden::evidence {
namespace {

constexpr std::string_view magic = "SWEPOCH1";
constexpr std::size_t slot_size = 4096;
constexpr std::size_t used = 8 + 8 + 8 + 32 + 8 + 8 + 32;
using Slot = tlog::Secret<slot_size>;

struct Read {
    std::uint64_t sequence = 0;
    tlog::EpochSeed seed;
    tlog::Head head;
};

std::string_view text_of(std::span<const std::uint8_t> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

tlog::Hash checksum(const Slot& slot) {
    return tlog::sha256(text_of(slot.bytes().first(used)));
}

Slot slot_of(std::uint64_t sequence, const tlog::EpochSeed& seed, const tlog::Head& head) {
    Slot slot;
    std::ranges::fill(slot.bytes(), std::uint8_t{0});
    auto at = slot.bytes().begin();
    const auto put = [&at](const auto& bytes) { at = std::ranges::copy(bytes, at).out; };
    put(magic);
    put(tlog::big_endian(sequence, 8));
    put(tlog::big_endian(seed.epoch(), 8));
    put(seed.seed().bytes());
    put(tlog::big_endian(head.generation, 8));
    put(tlog::big_endian(head.size, 8));
    put(head.root);
    put(checksum(slot));
    return slot;
}

std::optional<Read> parse(const Slot& slot) {
    auto rest = slot.bytes().first(used + 32);
    const auto take = [&rest](std::size_t count) {
        const auto part = rest.first(count);
        rest = rest.subspan(count);
        return part;
    };
    const auto number = [&take] {
        std::uint64_t value = 0;
        for (const auto byte : take(8)) value = value << 8 | byte;
        return value;
    };
    if (text_of(take(magic.size())) != magic) return std::nullopt;
    const auto sequence = number();
    const auto epoch = number();
    tlog::Seed seed;
    std::ranges::copy(take(32), seed.bytes().begin());
    tlog::Head head{.generation = number(), .size = number(), .root = {}};
    std::ranges::copy(take(32), head.root.begin());
    if (!std::ranges::equal(take(32), checksum(slot))) return std::nullopt;
    return Read{.sequence = sequence, .seed = {epoch, std::move(seed)}, .head = head};
}

std::optional<Read> read_slot(int file, int number) {
    Slot slot;
    const auto length =
        ::pread(file, slot.bytes().data(), slot_size, static_cast<off_t>(slot_size) * number);
    return length == static_cast<ssize_t>(slot_size) ? parse(slot) : std::nullopt;
}

bool write_slot(int file, const Slot& slot, std::uint64_t sequence) {
    const auto at = static_cast<off_t>(slot_size * (sequence % 2));
    return ::pwrite(file, slot.bytes().data(), slot_size, at) == static_cast<ssize_t>(slot_size) &&
           ::fdatasync(file) == 0;
}

}  // namespace

void EpochStateFile::create(const std::filesystem::path& file, const tlog::EpochSeed& seed,
                            const tlog::Head& head) {
    std::string zeros(2 * slot_size, '\0');
    write_file(file, zeros, 0600);
    const auto descriptor = open_private(file, O_RDWR);
    for (const std::uint64_t sequence : {1u, 2u}) {
        if (!write_slot(descriptor.get(), slot_of(sequence, seed, head), sequence)) {
            throw KeyTrouble{file.string() + " cannot be written"};
        }
    }
}

tlog::Head EpochStateFile::read_head(const std::filesystem::path& file) {
    const Descriptor descriptor{::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (!descriptor) {
        throw KeyTrouble{fmt::format("{} cannot be read: {}", file.string(), std::strerror(errno))};
    }
    const auto one = read_slot(descriptor.get(), 0), other = read_slot(descriptor.get(), 1);
    if (!one && !other) throw KeyTrouble{file.string() + " holds nothing that can be read"};
    return !other || (one && one->sequence > other->sequence) ? one->head : other->head;
}

EpochStateFile::EpochStateFile(const std::filesystem::path& file)
    : file_{open_private(file, O_RDWR)}, seed_{0, tlog::Seed{}} {
    auto one = read_slot(file_.get(), 0), other = read_slot(file_.get(), 1);
    if (!one && !other) {
        throw KeyTrouble{
            fmt::format("{} holds no epoch key that can be read: without it this log cannot be "
                        "signed on; bring "
                        "back the file, or commission the gateway anew",
                        file.string())};
    }
    auto& newest = !other || (one && one->sequence > other->sequence) ? one : other;
    auto& older = &newest == &one ? other : one;
    sequence_ = newest->sequence;
    seed_ = std::move(newest->seed);
    head_ = newest->head;
    // A power cut between the two slots.
    if (!older || older->seed.epoch() != seed_.epoch()) write(seed_, head_);
}

bool EpochStateFile::write(const tlog::EpochSeed& seed, const tlog::Head& head) {
    const auto next = sequence_ + 1;
    if (!write_slot(file_.get(), slot_of(next, seed, head), next)) return false;
    sequence_ = next;
    head_ = head;
    return true;
}

bool EpochStateFile::overwrite(const tlog::EpochSeed& seed, const tlog::Head& head) {
    return write(seed, head) && write(seed, head);
}

}  // namespace sealwarden::evidence
