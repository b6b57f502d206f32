// The socket as a file, and who is at the other end of it.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace sealwarden::local {

// A descriptor that listens at `path`, mode `mode`, close-on-exec, non-blocking. Throws
// std::runtime_error with one sentence when the directory is missing or writable by others, when
// something else than a socket is there, or when somebody answers behind it.
[[nodiscard]] int listen_at(const std::filesystem::path& path, unsigned mode);

// Removes the socket when it is still the one that was made with this inode.
void remove_socket(const std::filesystem::path& path, dev_t device, ino_t inode) noexcept;

struct Peer {
    uid_t uid = 0;
    pid_t pid = 0;
    std::string name;  // "uid:1000(ana)": how it is written into the log
};
[[nodiscard]] std::string user_words(uid_t uid);  // "uid:1000(ana)"
// Of the process that connected (SO_PEERCRED, unix(7)); throws std::runtime_error.
[[nodiscard]] Peer peer_of(int descriptor);

}  // namespace sealwarden::local
