// The other end of the local door, for fronts and the command line. Blocking, one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace sealwarden::local {

struct Unreachable : std::runtime_error {  // no gateway behind the door: exit code 6
    using std::runtime_error::runtime_error;
};

// The gateway answered, and the answer is no.
struct Refused : std::runtime_error {
    Refused(std::string why, const std::string& sentence, std::uint64_t entry = 0)
        : std::runtime_error{sentence}, code{std::move(why)}, index{entry} {}
    std::string code;     // PROTOCOL.md: "usage", "not_found", "not_allowed", "refused", ...
    std::uint64_t index;  // of the entry that records the refusal; 0: there is none
};

class Client {
  public:
    // Connects. An answer is waited for as long as `patience`. Throws Unreachable.
    explicit Client(const std::filesystem::path& socket,
                    std::chrono::milliseconds patience = std::chrono::seconds{10});
    ~Client();
    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;

    // One question, one answer ("ok" part). Throws Refused with the door's own sentence, and
    // Unreachable when the door closes or does not answer in time. Stream lines that come between
    // are kept for next().
    nlohmann::json call(const std::string& call,
                        nlohmann::json arguments = nlohmann::json::object());

    // Starts a stream ("feed" from a cursor, "watch" of states) and returns its id. A stream that
    // is refused says so in its first line, as one that fails does in its last: {"id","error"}.
    std::int64_t start(const std::string& call,
                       nlohmann::json arguments = nlohmann::json::object());

    // The next line of any stream, with "id"; empty after `timeout`. Throws Unreachable. What came
    // before the door closed is still handed out.
    std::optional<nlohmann::json> next(std::chrono::milliseconds timeout);

    // Ends a stream; lines of it that were kept are forgotten.
    void cancel(std::int64_t stream);

    // To wait for it with others; drain with next(0ms) until it is empty before waiting.
    [[nodiscard]] int descriptor() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// Brings a file of UTF-8 for the next command on this connection, which names the argument that it
// is: {"command":"visit.import","file":"csv",…}. Throws as call() does.
void bring_file(Client& client, std::string_view text);

}  // namespace sealwarden::local
