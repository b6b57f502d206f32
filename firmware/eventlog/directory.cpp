#include "firmware/eventlog/directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <system_error>

#include "firmware/eventlog/log.hpp"

namespace sealwarden::eventlog {
namespace {

constexpr std::string_view damaged_prefix = "log.db.damaged-";

std::string pid_in(int descriptor) {
    std::array<char, 24> text{};
    const auto length = ::pread(descriptor, text.data(), text.size(), 0);
    std::string pid{text.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
    return pid.substr(0, pid.find('\n'));
}

}  // namespace

std::filesystem::path database_file(const std::filesystem::path& directory) {
    return directory / "log.db";
}

DirectoryLock::DirectoryLock(const std::filesystem::path& directory) {
    const auto file = directory / "lock";
    descriptor_ = Descriptor{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640)};
    if (!descriptor_) {
        throw std::runtime_error{fmt::format("the log directory {} cannot be written: {}",
                                             directory.string(), std::strerror(errno))};
    }
    if (::flock(descriptor_.get(), LOCK_EX | LOCK_NB) != 0) {
        const auto pid = pid_in(descriptor_.get());
        throw AlreadyRunning{fmt::format("another sealwarden (process {}) writes the log in {}",
                                         pid, directory.string())};
    }
    const auto pid = fmt::format("{}\n", ::getpid());
    if (::ftruncate(descriptor_.get(), 0) == 0) {
        // Only for the sentence above; on a full disk it stays empty.
        [[maybe_unused]] const auto written =
            ::pwrite(descriptor_.get(), pid.data(), pid.size(), 0);
    }
}

Ballast::Ballast(std::filesystem::path directory, std::uint64_t bytes)
    : directory_{std::move(directory)}, file_{directory_ / "ballast"}, bytes_{bytes} {
    std::error_code error;
    whole_ = std::filesystem::file_size(file_, error) == bytes_ && !error;
}

bool Ballast::reserve() {
    if (whole_) return true;
    struct statvfs space{};
    if (::statvfs(directory_.c_str(), &space) != 0) return false;
    if (space.f_bavail * space.f_frsize < 2 * bytes_) return false;
    const Descriptor file{::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640)};
    if (!file) return false;
    whole_ = ::posix_fallocate(file.get(), 0, static_cast<off_t>(bytes_)) == 0;
    if (!whole_) ::unlink(file_.c_str());
    return whole_;
}

bool Ballast::release() {
    if (!whole_) return false;
    ::unlink(file_.c_str());
    whole_ = false;
    return true;
}

std::optional<SetAside> newest_set_aside(const std::filesystem::path& directory) {
    std::optional<SetAside> newest;
    std::error_code error;
    for (const auto& item : std::filesystem::directory_iterator{directory, error}) {
        const auto name = item.path().filename().string();
        if (!name.starts_with(damaged_prefix)) continue;
        std::uint64_t number = 0;
        const auto* end = name.data() + name.size();
        const auto parsed = std::from_chars(name.data() + damaged_prefix.size(), end, number);
        if (parsed.ec != std::errc{} || parsed.ptr != end) continue;  // its -wal or -shm
        if (!newest || number > newest->number) newest = SetAside{number, item.path()};
    }
    return newest;
}

void set_aside(const std::filesystem::path& directory) {
    const auto last = newest_set_aside(directory);
    const auto from = database_file(directory).string();
    const auto to =
        (directory / fmt::format("{}{}", damaged_prefix, last ? last->number + 1 : 1)).string();
    // The database last: as long as it keeps its name, the next start finds it damaged again.
    for (const char* part : {"-wal", "-shm", ""}) {
        std::error_code error;
        std::filesystem::rename(from + part, to + part, error);
        if (error && error != std::errc::no_such_file_or_directory) {
            throw std::runtime_error{
                fmt::format("the damaged log {} cannot be set aside: {}", from, error.message())};
        }
    }
    sync_directory(directory);
}

void sync_directory(const std::filesystem::path& directory) {
    const Descriptor folder{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (folder) ::fsync(folder.get());
}

}  // namespace sealwarden::eventlog
