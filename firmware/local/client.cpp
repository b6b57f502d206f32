#include "firmware/local/client.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <string_view>
#include <utility>

#include "drivers/descriptor.hpp"

namespace sealwarden::local {

using nlohmann::json;
using std::chrono::milliseconds;

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t longest_line = 64u << 20;  // a gateway would have to be mad to send more

milliseconds left(SteadyClock::time_point until) {
    const auto rest = std::chrono::ceil<milliseconds>(until - SteadyClock::now());
    return std::max(rest, milliseconds{0});
}

}  // namespace

struct Client::State {
    State(const std::filesystem::path& path, milliseconds wait) : patience{wait} {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        if (path.native().size() >= sizeof address.sun_path) {
            throw Unreachable{"the path of the socket is too long: " + path.string()};
        }
        std::memcpy(address.sun_path, path.c_str(), path.native().size() + 1);
        if (!socket) throw Unreachable{std::string{"no socket: "} + std::strerror(errno)};
        if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
            0) {
            const std::string why = std::strerror(errno);
            throw Unreachable{"no gateway answers at " + path.string() + " (" + why + ")"};
        }
    }

    // True: there is something to read or the peer is gone. False: the time is over.
    [[nodiscard]] bool wait(short events, SteadyClock::time_point until) const {
        for (;;) {
            pollfd waiting{.fd = socket.get(), .events = events, .revents = 0};
            const int ready = ::poll(&waiting, 1, static_cast<int>(left(until).count()));
            if (ready > 0) return true;
            if (ready == 0) return false;
            if (errno != EINTR) throw Unreachable{std::strerror(errno)};
        }
    }

    void send(std::string_view text) {
        const auto until = SteadyClock::now() + patience;
        while (!text.empty()) {
            const auto sent =
                ::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent > 0) {
                text.remove_prefix(static_cast<std::size_t>(sent));
            } else if (sent < 0 && errno == EAGAIN) {
                // While it takes nothing it may itself be waiting to be read.
                if (!wait(POLLOUT | POLLIN, until)) {
                    throw Unreachable{"the gateway takes no question"};
                }
                receive();
            } else if (sent == 0 || errno != EINTR) {
                throw Unreachable{"the gateway closed the connection"};
            }
        }
    }

    // Takes what is there, without waiting, and cuts it into lines.
    void receive() {
        std::array<char, 65536> chunk;
        const auto size = ::recv(socket.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
        if (size < 0) {
            if (errno == EAGAIN || errno == EINTR) return;
            closed = true;
            return;
        }
        if (size == 0) {
            closed = true;
            return;
        }
        std::string_view text{chunk.data(), static_cast<std::size_t>(size)};
        for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
            unread += text.substr(0, end);
            text.remove_prefix(end + 1);
            take_line();
        }
        unread += text;
        if (unread.size() > longest_line) throw Unreachable{"the gateway sends no line end"};
    }

    void take_line() {
        auto object = json::parse(unread, nullptr, false);
        unread.clear();
        if (!object.is_object() || !object.contains("id")) {
            throw Unreachable{"what answers there does not speak Sealwarden's protocol"};
        }
        lines.push_back(std::move(object));
    }

    // The first line that `wanted` takes, waited for until then; empty when the time is over.
    template <class Wanted>
    std::optional<json> take(Wanted wanted, SteadyClock::time_point until) {
        for (std::size_t looked_at = 0;;) {
            for (; looked_at < lines.size(); ++looked_at) {
                if (!wanted(lines[looked_at])) continue;
                auto line = std::move(lines[looked_at]);
                lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(looked_at));
                return line;
            }
            if (closed) throw Unreachable{"the gateway closed the connection"};
            if (!wait(POLLIN, until)) return std::nullopt;
            receive();
        }
    }

    const Descriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    milliseconds patience;
    std::int64_t last_id = 0;
    std::string unread;
    std::deque<json> lines;  // came and not yet handed out
    bool closed = false;
};

Client::Client(const std::filesystem::path& socket, milliseconds patience)
    : state_{std::make_unique<State>(socket, patience)} {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

std::int64_t Client::start(const std::string& call, json arguments) {
    const auto id = ++state_->last_id;
    arguments["id"] = id;
    arguments["call"] = call;
    state_->send(arguments.dump(-1, ' ', false, json::error_handler_t::replace) + '\n');
    return id;
}

json Client::call(const std::string& call, json arguments) {
    const auto id = start(call, std::move(arguments));
    // An answer without an id is about the connection as a whole: too many callers, for example.
    const auto mine = [id](const json& line) { return line["id"].is_null() || line["id"] == id; };
    const auto line = state_->take(mine, SteadyClock::now() + state_->patience);
    if (!line) throw Unreachable{"the gateway does not answer"};
    if (const auto error = line->find("error"); error != line->end()) {
        throw Refused{error->value("code", "internal"), error->value("message", "refused"),
                      error->value("index", std::uint64_t{0})};
    }
    return line->at("ok");
}

std::optional<json> Client::next(milliseconds timeout) {
    return state_->take([](const json&) { return true; }, SteadyClock::now() + timeout);
}

void Client::cancel(std::int64_t stream) {
    json question{{"id", stream}, {"call", "cancel"}};
    state_->send(question.dump() + '\n');
    const auto last = [stream](const json& line) {
        return line["id"] == stream && (line.contains("ok") || line.contains("error"));
    };
    if (!state_->take(last, SteadyClock::now() + state_->patience)) {
        throw Unreachable{"the gateway does not answer"};
    }
    std::erase_if(state_->lines, [stream](const json& line) { return line["id"] == stream; });
}

int Client::descriptor() const {
    return state_->socket.get();
}

void bring_file(Client& client, std::string_view text) {
    // Escaped, a byte can take six: then it still fits into a line of the door.
    constexpr std::size_t longest_part = 10'000;
    bool begin = true;
    do {
        auto size = std::min(text.size(), longest_part);
        // Behind the cut must not be a continuation byte (10xxxxxx).
        while (size > 0 && size < text.size() &&
               (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
            --size;
        }
        client.call("file", {{"part", text.substr(0, size)}, {"begin", begin}});
        text.remove_prefix(size);
        begin = false;
    } while (!text.empty());
}

}  // namespace sealwarden::local
