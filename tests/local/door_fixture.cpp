#include "tests/local/door_fixture.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace sealwarden::test {

Caller::Caller(const std::filesystem::path& socket)
    : fd_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, socket.c_str(), sizeof address.sun_path - 1);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0)
        << std::strerror(errno);
    ::fcntl(fd_, F_SETFL, O_NONBLOCK);
}

Caller::~Caller() {
    if (fd_ >= 0) ::close(fd_);
}

Caller::Caller(Caller&& other) noexcept
    : fd_{std::exchange(other.fd_, -1)},
      unread_{std::move(other.unread_)},
      cut_off_{other.cut_off_} {}

void Caller::send(std::string_view bytes) const {
    // A server that has closed the connection may not take it any more; the test sees that in
    // what it reads.
    [[maybe_unused]] const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

void Caller::says_no_more() const {
    ::shutdown(fd_, SHUT_WR);
}

std::vector<std::string> Caller::take(std::size_t most) {
    char chunk[4096];
    while (most > 0) {
        const auto size = ::recv(fd_, chunk, std::min(most, sizeof chunk), MSG_DONTWAIT);
        if (size <= 0) {
            cut_off_ = size == 0 || errno != EAGAIN;
            break;
        }
        unread_.append(chunk, static_cast<std::size_t>(size));
        most -= static_cast<std::size_t>(size);
        taken_ += static_cast<std::size_t>(size);
    }
    std::vector<std::string> lines;
    for (auto end = unread_.find('\n'); end != std::string::npos; end = unread_.find('\n')) {
        lines.push_back(unread_.substr(0, end));
        unread_.erase(0, end + 1);
    }
    return lines;
}

void LocalDoor::opens() {
    options_.socket = socket();
    server_ =
        std::make_unique<local::Server>(loop_, options_, house_, log_.read(), log_.entries.size());
}

void LocalDoor::closes() {
    server_.reset();
    turn();
}

void LocalDoor::turn() {
    loop_.restart();
    while (loop_.poll() > 0) loop_.restart();
}

nlohmann::json LocalDoor::answer(Caller& caller, const nlohmann::json& question) {
    return answer_to_bytes(caller, question.dump() + "\n");
}

nlohmann::json LocalDoor::answer_to_bytes(Caller& caller, std::string_view bytes) {
    caller.send(bytes);
    const auto lines = everything(caller);
    EXPECT_EQ(lines.size(), 1U) << bytes.substr(0, 200);
    return lines.empty() ? nlohmann::json{} : lines.front();
}

std::vector<nlohmann::json> LocalDoor::everything(Caller& caller) {
    std::vector<nlohmann::json> all;
    for (;;) {
        turn();
        const auto before = caller.taken();
        for (const auto& line : caller.take()) all.push_back(nlohmann::json::parse(line));
        if (caller.taken() == before) return all;
    }
}

void LocalDoor::commits(std::size_t count, const std::string& kind) {
    const auto from = log_.entries.size();
    for (auto i = from; i < from + count; ++i) log_.entries.push_back(entry(i, kind));
    tells(from);
}

void LocalDoor::tells(std::size_t from, const std::vector<State>& changes) {
    const std::vector<eventlog::Entry> entries(
        log_.entries.begin() + static_cast<std::ptrdiff_t>(from), log_.entries.end());
    server_->committed(entries, changes);
}

}  // namespace sealwarden::test
