#include "drivers/gpio/simulated_chip.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <map>
#include <string_view>
#include <utility>

#include "drivers/descriptor.hpp"

namespace sealwarden::gpio {
namespace {

struct Told {
    unsigned offset = 0;
    bool level = false;
    Uptime at;
};

std::optional<Told> parse(std::string_view line) {
    std::array<std::int64_t, 3> numbers{};
    const char* at = line.data();
    const char* const end = line.data() + line.size();
    for (auto& number : numbers) {
        while (at != end && *at == ' ') ++at;
        const auto [next, error] = std::from_chars(at, end, number);
        if (error != std::errc{}) return std::nullopt;
        at = next;
    }
    return Told{static_cast<unsigned>(numbers[0]), numbers[1] != 0,
                Uptime{std::chrono::microseconds{numbers[2]}}};
}

class SimulatedChip final : public Chip {
  public:
    SimulatedChip(const ChipOptions& options, Descriptor socket) : socket_{std::move(socket)} {
        for (std::size_t i = 0; i < options.lines.size(); ++i) {
            const auto& line = options.lines[i];
            index_of_[line.offset.value_or(static_cast<unsigned>(i))] = i;
            active_low_.push_back(line.active_low);
            offsets_.push_back(line.output ? line.offset : std::nullopt);
        }
        levels_.resize(options.lines.size());
    }

    std::vector<int> descriptors() const override { return {socket_.get()}; }

    bool drain(std::vector<Edge>& edges) override {
        if (gone_) return false;
        std::array<char, 4096> buffer{};
        while (true) {
            const auto count = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
            if (count < 0 && errno == EINTR) continue;
            if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
            if (count <= 0) {
                gone_ = true;
                break;
            }
            pending_.append(buffer.data(), static_cast<std::size_t>(count));
        }
        take_lines(edges);
        return !gone_;
    }

    std::optional<std::vector<bool>> levels() override {
        std::vector<Edge> unseen;
        if (!drain(unseen)) return std::nullopt;
        std::vector<bool> levels;
        levels.reserve(levels_.size());
        for (const auto& level : levels_) levels.push_back(level.value_or(false));
        return levels;
    }

    bool set(std::size_t line, bool active) override {
        if (gone_ || !offsets_[line]) return false;
        const bool level = active != active_low_[line];
        const auto text = std::to_string(*offsets_[line]) + (level ? " 1\n" : " 0\n");
        return ::send(socket_.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL) ==
               static_cast<ssize_t>(text.size());
    }

  private:
    void take_lines(std::vector<Edge>& edges) {
        std::size_t start = 0;
        for (auto end = pending_.find('\n'); end != std::string::npos;
             start = end + 1, end = pending_.find('\n', start)) {
            const auto told = parse(std::string_view{pending_}.substr(start, end - start));
            if (!told) continue;
            const auto line = index_of_.find(told->offset);
            if (line == index_of_.end()) continue;
            const bool active = told->level != active_low_[line->second];
            const bool first = !levels_[line->second].has_value();
            levels_[line->second] = active;
            if (first) continue;                   // a level at the connection, not an edge
            if (offsets_[line->second]) continue;  // ours: its level tells
            edges.push_back(
                {.line = line->second, .active = active, .at = told->at, .order = edges.size()});
        }
        pending_.erase(0, start);
    }

    Descriptor socket_;
    std::map<unsigned, std::size_t> index_of_;
    std::vector<bool> active_low_;
    std::vector<std::optional<unsigned>> offsets_;  // of outputs
    std::vector<std::optional<bool>> levels_;
    std::string pending_;
    bool gone_ = false;
};

}  // namespace

std::unique_ptr<Chip> open_simulated_chip(const ChipOptions& options, OpenError& error) {
    const auto path = options.chip.substr(std::strlen("sim:"));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) {
        error.message =
            "the simulated chip's path \"" + path + "\" is longer than a unix socket's name may be";
        return nullptr;
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    Descriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!socket ||
        ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        error.message = "no simulator serves the chip \"" + options.chip +
                        "\": " + std::strerror(errno) + "; start `sealwarden sim run` first";
        return nullptr;
    }
    return std::make_unique<SimulatedChip>(options, std::move(socket));
}

}  // namespace sealwarden::gpio
