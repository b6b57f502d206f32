#include "firmware/drop/folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

#include "firmware/text/printable.hpp"

namespace sealwarden::drop {
namespace {

constexpr std::size_t most_waiting = 1000;
constexpr std::size_t longest_name = 128;
constexpr std::string_view ref_begins = "drop-";
constexpr std::size_t ref_size = 21;

[[noreturn]] void fail(const std::string& what) {
    throw Trouble{what + ": " + std::strerror(errno)};
}

Descriptor opened(int parent, const char* name, const std::filesystem::path& path) {
    constexpr mode_t for_its_group = 0750;
    if (::mkdirat(parent, name, for_its_group) != 0 && errno != EEXIST) {
        fail(path.string() + " cannot be made");
    }
    Descriptor directory{::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (!directory) fail(path.string() + " cannot be opened; it must be a directory and no link");
    return directory;
}

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};

std::vector<std::string> names_in(int directory, const std::filesystem::path& path) {
    // A descriptor of its own: it carries the place in the listing.
    const int copy = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const std::unique_ptr<DIR, CloseDirectory> listing{copy < 0 ? nullptr : ::fdopendir(copy)};
    if (!listing) fail(path.string() + " cannot be listed");
    std::vector<std::string> names;
    while (const auto* entry = ::readdir(listing.get())) names.emplace_back(entry->d_name);
    std::ranges::sort(names);
    return names;
}

bool ends_in_csv(std::string_view name) {
    constexpr std::string_view ending = ".csv";
    if (name.size() <= ending.size() || name.starts_with('.')) return false;
    return std::ranges::equal(name.substr(name.size() - ending.size()), ending,
                              [](char a, char b) { return (a | 0x20) == (b | 0x20); });
}

void sync(const Descriptor& directory, const std::filesystem::path& path) {
    if (::fsync(directory.get()) != 0) fail(path.string() + " cannot be made durable");
}

}  // namespace

std::string shown_name(std::string_view name) {
    auto shown = printable(name);
    // printable() leaves whole characters; behind the cut must not be a continuation byte.
    if (shown.size() > longest_name) {
        auto end = longest_name;
        while (end > 0 && (static_cast<unsigned char>(shown[end]) & 0xC0U) == 0x80U) --end;
        shown.resize(end);
    }
    return shown;
}

std::optional<Claimed> claimed_from(std::string_view file) {
    if (!file.starts_with(ref_begins) || file.size() < ref_size + 2 || file[ref_size] != '.') {
        return std::nullopt;
    }
    return Claimed{.ref = std::string{file.substr(0, ref_size)},
                   .name = std::string{file.substr(ref_size + 1)}};
}

Folder::Folder(const std::filesystem::path& path)
    : path_{path},
      folder_{opened(AT_FDCWD, path.c_str(), path)},
      work_{opened(folder_.get(), "work", path / "work")},
      done_{opened(folder_.get(), "done", path / "done")},
      refused_{opened(folder_.get(), "refused", path / "refused")} {}

std::vector<Folder::Found> Folder::waiting() const {
    std::vector<Found> found;
    for (auto& name : names_in(folder_.get(), path_)) {
        struct stat info{};
        if (!ends_in_csv(name)) continue;
        if (::fstatat(folder_.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (!S_ISREG(info.st_mode)) continue;
        if (found.size() == most_waiting) break;
        constexpr std::int64_t ns = 1'000'000'000;
        found.push_back(
            {.name = std::move(name),
             .looks = {.inode = info.st_ino,
                       .size = static_cast<std::uint64_t>(info.st_size),
                       .modified_ns = info.st_mtim.tv_sec * ns + info.st_mtim.tv_nsec}});
    }
    return found;
}

std::optional<Claimed> Folder::claim(const std::string& name, std::uint64_t nonce) const {
    std::array<char, ref_size + 1> ref{};
    std::snprintf(ref.data(), ref.size(), "drop-%016llx", static_cast<unsigned long long>(nonce));
    Claimed claimed{.ref = ref.data(), .name = shown_name(name)};
    if (::renameat(folder_.get(), name.c_str(), work_.get(), claimed.file().c_str()) != 0) {
        if (errno == ENOENT) return std::nullopt;
        fail((path_ / "work").string() + " does not take " + claimed.name);
    }
    sync(work_, path_ / "work");
    sync(folder_, path_);
    return claimed;
}

std::vector<Claimed> Folder::in_work() const {
    std::vector<Claimed> files;
    for (const auto& name : names_in(work_.get(), path_ / "work")) {
        if (auto claimed = claimed_from(name)) files.push_back(std::move(*claimed));
    }
    return files;
}

Folder::Content Folder::read(const Claimed& claimed, std::size_t limit) const {
    // Not waiting: a pipe in its place must hold nobody up.
    const Descriptor file{::openat(work_.get(), claimed.file().c_str(),
                                   O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    struct stat info{};
    if (!file) {
        if (errno == ELOOP || errno == ENXIO) return {.text = {}, .why = "no_file"};
        if (errno == EACCES) return {.text = {}, .why = "no_access"};
        fail(claimed.name + " cannot be read");
    }
    if (::fstat(file.get(), &info) != 0) fail(claimed.name + " cannot be read");
    // A second name may be one of a file that whoever put it here may not read himself.
    if (!S_ISREG(info.st_mode) || info.st_nlink != 1) return {.text = {}, .why = "no_file"};
    if (static_cast<std::uint64_t>(info.st_size) > limit) return {.text = {}, .why = "too_long"};
    Content content;
    content.text.resize(limit + 1);
    std::size_t size = 0;
    while (size < content.text.size()) {
        const auto got = ::read(file.get(), content.text.data() + size, content.text.size() - size);
        if (got == 0) break;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail(claimed.name + " cannot be read");
        size += static_cast<std::size_t>(got);
    }
    if (size > limit) return {.text = {}, .why = "too_long"};  // it grew meanwhile
    content.text.resize(size);
    return content;
}

void Folder::done(const Claimed& file, std::uint64_t index) const {
    const auto name = std::to_string(index) + "-" + file.name;
    if (::renameat(work_.get(), file.file().c_str(), done_.get(), name.c_str()) != 0) {
        fail((path_ / "done").string() + " does not take " + file.name);
    }
    sync(done_, path_ / "done");
    sync(work_, path_ / "work");
}

// First why, then the file: a file without its reason would be a riddle.
void Folder::refused(const Claimed& file, std::string_view why) const {
    constexpr mode_t for_its_group = 0640;
    const auto told = path_ / "refused";
    const Descriptor text{::openat(refused_.get(), (file.file() + ".why").c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
                                   for_its_group)};
    // One write: a regular file takes a text of this length whole, or the disk is full.
    if (!text || ::write(text.get(), why.data(), why.size()) != static_cast<ssize_t>(why.size()) ||
        ::fsync(text.get()) != 0) {
        fail(told.string() + " does not take the reason for " + file.name);
    }
    if (::renameat(work_.get(), file.file().c_str(), refused_.get(), file.file().c_str()) != 0) {
        fail(told.string() + " does not take " + file.name);
    }
    sync(refused_, told);
    sync(work_, path_ / "work");
}

}  // namespace sealwarden::drop
