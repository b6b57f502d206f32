#include "firmware/witness/head_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>
#include <cstring>

#include "firmware/tlog/checkpoint.hpp"

namespace sealwarden::witness {
namespace {

constexpr std::size_t file_limit = 4096;  // of three lines

}  // namespace

HeadFiles::HeadFiles(std::filesystem::path directory)
    : directory_{std::move(directory)},
      lock_{::open((directory_ / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)} {
    if (!lock_) {
        throw std::runtime_error{
            fmt::format("the witness's directory {} cannot be written: {}; make it, for its "
                        "user alone: install -d -m 700 {}",
                        directory_.string(), std::strerror(errno), directory_.string())};
    }
    if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
        throw std::runtime_error{
            fmt::format("another witness uses {}: each needs its own", directory_.string())};
    }
}

std::filesystem::path HeadFiles::file_of(const tlog::NoteKey& log) const {
    return directory_ / tlog::hex(tlog::bytes_of(tlog::sha256(log.vkey())));
}

Held HeadFiles::read(const tlog::NoteKey& log) {
    const auto file = file_of(log);
    if (!std::filesystem::exists(file)) return {};  // throws where it cannot be told
    const auto checkpoint = tlog::parse_checkpoint(evidence::read_file(file, file_limit));
    if (!checkpoint || checkpoint->origin != log.name) {
        throw std::runtime_error{fmt::format(
            "{} is not what this witness wrote of {}: nothing is signed for that log until the "
            "file is restored",
            file.string(), log.name)};
    }
    return {.size = checkpoint->size, .root = checkpoint->root};
}

void HeadFiles::write(const tlog::NoteKey& log, const Held& held) {
    const tlog::Checkpoint checkpoint{.origin = log.name, .size = held.size, .root = held.root};
    evidence::write_file(file_of(log), checkpoint.text(), 0600);
}

}  // namespace sealwarden::witness
