// One connection of the local door as lines: in with a limit, out with a queue that has one. Knows
// nothing of what they say.
#pragma once

#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace sealwarden::local {

// All of it runs on the loop; the operations under way keep it alive.
class Connection : public std::enable_shared_from_this<Connection> {
  public:
    using Socket = boost::asio::local::stream_protocol::socket;
    struct Limits {
        std::size_t line = 0;                 // bytes of a line that comes in
        std::size_t unsent = 0;               // bytes that wait; more: cut off
        std::chrono::milliseconds stalled{};  // bytes wait and none is taken for so long: cut off
    };
    // While more than this waits to be sent, no further question is read.
    static constexpr std::size_t enough = 64u << 10;

    Connection(Socket socket, Limits limits);
    virtual ~Connection() = default;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void start();
    void send(std::string_view line);  // with its newline; may close() when the limit is passed
    void close();
    void close_when_sent();
    [[nodiscard]] bool closed() const { return closed_; }
    [[nodiscard]] std::size_t unsent() const {
        return writing_.size() - written_ + waiting_.size();
    }

  protected:
    [[nodiscard]] boost::asio::any_io_executor loop() { return stall_.get_executor(); }
    virtual void line(std::string_view text) = 0;  // without its newline
    virtual void line_too_long() = 0;
    virtual void sent() = 0;   // everything that waited was taken
    virtual void ended() = 0;  // the caller will ask nothing more
    virtual void gone() = 0;   // closed; nothing is called after this

  private:
    void read_more();
    void take_lines();
    void write_more();
    void watch_for_stall();

    Socket socket_;
    Limits limits_;
    boost::asio::steady_timer stall_;
    std::array<char, 8192> chunk_{};
    std::string unread_;  // came in, not yet a line
    std::string writing_, waiting_;
    std::size_t written_ = 0;  // of writing_
    bool write_under_way_ = false;
    bool waits_to_read_ = false;
    bool closing_ = false;
    bool closed_ = false;
};

}  // namespace sealwarden::local
