#include "tests/integration/modbus/peer.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "drivers/modbus/now.hpp"
#include "drivers/modbus/waker.hpp"

namespace sealwarden::test {

Peer::Peer(std::vector<std::string> command) {
    std::vector<char*> words;
    for (auto& word : command) words.push_back(word.data());
    words.push_back(nullptr);
    if (::posix_spawnp(&pid_, words[0], nullptr, nullptr, words.data(), environ) != 0)
        throw std::runtime_error{"cannot start " + command[0]};
}

Peer::~Peer() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

std::uint16_t free_port() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    const bool good = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), length) == 0 &&
                      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0;
    ::close(fd);
    if (!good) throw std::runtime_error{"no free port"};
    return ntohs(address.sin_port);
}

bool appears(const std::string& path) {
    const auto folder = std::filesystem::path{path}.parent_path();
    const int watch = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    ::inotify_add_watch(watch, folder.c_str(), IN_CREATE | IN_MOVED_TO);
    const auto until = modbus::now() + std::chrono::seconds{10};
    bool there = false;
    while (!(there = std::filesystem::exists(path)) && modbus::now() < until)
        (void)modbus::wait_for(watch, POLLIN, std::chrono::milliseconds{100});
    ::close(watch);
    return there;
}

}  // namespace sealwarden::test
