#include "firmware/evidence/private_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace sealwarden::evidence {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file, std::string_view what) {
    throw KeyTrouble{fmt::format("{} {}: {}", file.string(), what, std::strerror(errno))};
}

}  // namespace

Descriptor open_private(const std::filesystem::path& file, int flags) {
    Descriptor descriptor{::open(file.c_str(), flags | O_CLOEXEC | O_NOFOLLOW)};
    if (!descriptor) fail(file, "cannot be opened");
    struct stat status{};
    if (::fstat(descriptor.get(), &status) != 0) fail(file, "cannot be looked at");
    if (!S_ISREG(status.st_mode)) throw KeyTrouble{file.string() + " is not a file"};
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        throw KeyTrouble{
            fmt::format("{0} can be used by others than its owner: chmod 600 {0}", file.string())};
    }
    if (status.st_uid != ::geteuid() && status.st_uid != 0) {
        throw KeyTrouble{file.string() + " belongs to somebody else: chown it to this user"};
    }
    return descriptor;
}

std::string read_file(const std::filesystem::path& file, std::size_t limit) {
    std::ifstream in{file, std::ios::binary};
    if (!in) fail(file, "cannot be read");
    std::error_code no_size;  // a pipe has none
    const auto size = std::filesystem::file_size(file, no_size);
    std::string bytes;
    if (no_size || size <= limit) bytes.assign(std::istreambuf_iterator<char>{in}, {});
    if (bytes.size() > limit || (!no_size && size > limit)) {
        throw KeyTrouble{file.string() + " is larger than it can be"};
    }
    return bytes;
}

void write_file(const std::filesystem::path& file, std::string_view bytes, unsigned mode) {
    const auto beside = file.string() + ".new";
    ::unlink(beside.c_str());
    const Descriptor descriptor{
        ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)};
    if (!descriptor) fail(beside, "cannot be written");
    while (!bytes.empty()) {
        const auto written = ::write(descriptor.get(), bytes.data(), bytes.size());
        if (written < 0) fail(beside, "cannot be written");
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(descriptor.get()) != 0) fail(beside, "cannot be synced");
    if (::rename(beside.c_str(), file.c_str()) != 0) fail(file, "cannot be put in place");
    sync_folder(file.parent_path());
}

void sync_folder(const std::filesystem::path& directory) {
    const Descriptor descriptor{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!descriptor || ::fsync(descriptor.get()) != 0) {
        fail(directory, "cannot be synced");
    }
}

}  // namespace sealwarden::evidence
