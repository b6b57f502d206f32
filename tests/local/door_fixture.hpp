// A local door in a directory of its own, its loop turned by the test, and callers that the test
// moves byte by byte.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/local/server.hpp"
#include "tests/support/fake_house.hpp"
#include "tests/support/fake_log.hpp"
#include "tests/support/temporary_directory.hpp"

namespace sealwarden::test {

// One connection of raw bytes; never blocks.
class Caller {
  public:
    explicit Caller(const std::filesystem::path& socket);
    ~Caller();
    Caller(Caller&& other) noexcept;
    Caller& operator=(Caller&&) = delete;

    void send(std::string_view bytes) const;
    void ask(const nlohmann::json& question) const { send(question.dump() + "\n"); }
    void says_no_more() const;  // shuts its side down
    // Takes at most `most` bytes of what is there and returns the lines that are whole.
    std::vector<std::string> take(std::size_t most = std::size_t(-1));
    [[nodiscard]] bool cut_off() const { return cut_off_; }
    [[nodiscard]] std::size_t taken() const { return taken_; }  // bytes so far

  private:
    int fd_;
    std::string unread_;
    std::size_t taken_ = 0;
    bool cut_off_ = false;
};

// Of an answer that is an error.
inline std::string code(const nlohmann::json& line) {
    return line.at("error").at("code");
}
inline std::string message(const nlohmann::json& line) {
    return line.at("error").at("message");
}

class LocalDoor : public testing::Test {
  protected:
    [[nodiscard]] std::filesystem::path socket() const { return directory_.path() / "door.sock"; }

    void opens();  // the server, with options_ and what log_ has
    void closes();
    // Turns the loop until nothing moves any more.
    void turn();
    Caller calls() const { return Caller{socket()}; }
    // Asks, turns, and returns the one line that came.
    nlohmann::json answer(Caller& caller, const nlohmann::json& question);
    nlohmann::json answer_to_bytes(Caller& caller, std::string_view bytes);
    // Everything that comes until nothing comes any more.
    std::vector<nlohmann::json> everything(Caller& caller);

    // New entries are committed: in the log, then told to the server.
    void commits(std::size_t count, const std::string& kind = "door.opened");
    void tells(std::size_t from, const std::vector<State>& changes = {});

    TemporaryDirectory directory_;
    boost::asio::io_context loop_;
    FakeHouse house_;
    FakeLog log_;
    local::ServerOptions options_;
    std::unique_ptr<local::Server> server_;
};

}  // namespace sealwarden::test
