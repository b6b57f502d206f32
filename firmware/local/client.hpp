// The other end of the local door, for fronts and the command line. Blocking, one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace sealwarden::local {

struct Unreachable : std::runtime_error {  // no gateway behind the door: exit code 6
    using std::runtime_error::runtime_error;
};

class Client {
  public:
    explicit Client(const std::filesystem::path& socket);  // throws Unreachable
    ~Client();
    Client(Client&&) noexcept;

    // One question, one answer ("ok" part). Throws std::runtime_error with the door's own sentence
    // when it is refused, Unreachable when the door closes. Stream lines that come between are
    // kept.
    nlohmann::json call(const std::string& call,
                        nlohmann::json arguments = nlohmann::json::object());

    // Starts a stream ("feed" from a cursor, "watch" of states) and returns its id.
    std::int64_t start(const std::string& call,
                       nlohmann::json arguments = nlohmann::json::object());

    // The next line of any stream, with "id"; empty after `timeout`. Throws Unreachable.
    std::optional<nlohmann::json> next(std::chrono::milliseconds timeout);

    [[nodiscard]] int descriptor() const;  // to wait for it with others; then next(0ms)

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sealwarden::local
