#include "firmware/local/socket_file.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <utility>

#include "drivers/descriptor.hpp"

namespace sealwarden::local {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what) {
    throw std::runtime_error{"the local door cannot open at " + path.string() + ": " + what};
}

sockaddr_un address_of(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto& text = path.native();
    if (text.size() >= sizeof address.sun_path) {
        fail(path, "the path is longer than " + std::to_string(sizeof address.sun_path - 1) +
                       " bytes; choose a shorter one");
    }
    std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
    return address;
}

Descriptor unix_socket(const std::filesystem::path& path) {
    Descriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!socket) fail(path, std::strerror(errno));
    return socket;
}

// Who may write into the directory may put another socket there and listen to our callers.
void check_directory(const std::filesystem::path& path) {
    const auto directory = path.has_parent_path() ? path.parent_path() : ".";
    struct stat info{};
    if (::stat(directory.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) {
        fail(path,
             "its directory does not exist; create it, or let systemd do so by "
             "RuntimeDirectory=sealwarden");
    }
    if (info.st_uid != 0 && info.st_uid != ::geteuid()) {
        fail(path, "its directory belongs to somebody else (user id " +
                       std::to_string(info.st_uid) + ")");
    }
    if ((info.st_mode & S_IWOTH) != 0) {
        fail(path, "everybody may write into its directory; chmod o-w " + directory.string());
    }
}

// A socket left behind by a process that died refuses connections; anything else is not ours.
void remove_stale(const std::filesystem::path& path) {
    struct stat info{};
    if (::lstat(path.c_str(), &info) != 0) {
        if (errno == ENOENT) return;
        fail(path, std::strerror(errno));
    }
    if (!S_ISSOCK(info.st_mode)) fail(path, "there is a file of that name that is not a socket");
    const auto probe = unix_socket(path);
    const auto address = address_of(path);
    if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
        errno != ECONNREFUSED) {
        fail(path,
             "a gateway answers there already; stop it first, or give this one another "
             "socket");
    }
    if (::unlink(path.c_str()) != 0) fail(path, std::strerror(errno));
}

// From /etc/passwd alone: a name service may ask the network, and this runs on the loop.
std::string user_name(uid_t uid) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen("/etc/passwd", "re"),
                                                               &std::fclose};
    if (!file) return {};
    passwd entry{};
    passwd* found = nullptr;
    char buffer[4096];
    while (::fgetpwent_r(file.get(), &entry, buffer, sizeof buffer, &found) == 0) {
        if (entry.pw_uid == uid) return entry.pw_name;
    }
    return {};
}

}  // namespace

int listen_at(const std::filesystem::path& path, unsigned mode) {
    check_directory(path);
    remove_stale(path);
    auto socket = unix_socket(path);
    const auto address = address_of(path);
    // The mode of the socket becomes the mode of the file less the umask, so that the file is never
    // open wider than asked; chmod then makes it exact.
    if (::fchmod(socket.get(), mode) != 0 ||
        ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::chmod(path.c_str(), mode) != 0 || ::listen(socket.get(), SOMAXCONN) != 0) {
        fail(path, std::strerror(errno));
    }
    return socket.release();
}

void remove_socket(const std::filesystem::path& path, dev_t device, ino_t inode) noexcept {
    struct stat info{};
    if (::lstat(path.c_str(), &info) == 0 && info.st_dev == device && info.st_ino == inode) {
        ::unlink(path.c_str());
    }
}

std::string user_words(uid_t uid) {
    auto words = "uid:" + std::to_string(uid);
    if (const auto name = user_name(uid); !name.empty()) words += "(" + name + ")";
    return words;
}

Peer peer_of(int descriptor) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
        throw std::runtime_error{std::string{"the caller's identity cannot be read: "} +
                                 std::strerror(errno)};
    }
    return {.uid = credentials.uid, .pid = credentials.pid, .name = user_words(credentials.uid)};
}

}  // namespace sealwarden::local
