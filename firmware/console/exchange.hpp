// One question over HTTP and its answer as values, without the library that carries them: handlers
// and their tests know these only. On the console's loop.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sealwarden::console {

using Fields = std::map<std::string, std::string, std::less<>>;

struct Request {
    std::string method;  // "GET"
    std::string path;    // decoded; begins with '/'; no empty, "." or ".." segment
    Fields query;        // decoded; of a name given twice the last
    Fields headers;      // names in lower case
    std::string body;
    std::string peer;    // for people and the log: "192.0.2.7", or "uid:1000(ana)" on the socket
    bool local = false;  // over the unix socket: `peer` and `uid` are the kernel's word
    std::optional<unsigned> uid;

    [[nodiscard]] std::string_view header(std::string_view name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? std::string_view{} : found->second;
    }
    [[nodiscard]] std::optional<std::string> asked(std::string_view name) const {
        const auto found = query.find(name);
        if (found == query.end()) return {};
        return found->second;
    }
};

// Where a long answer goes, piece by piece. `write` waits for the peer, and throws
// boost::system::system_error when it is gone or takes nothing for the server's limit.
class Sink {
  public:
    virtual ~Sink() = default;
    virtual boost::asio::awaitable<void> write(std::string piece) = 0;
    // The same for bytes that many are given: they are not copied for each.
    virtual boost::asio::awaitable<void> share(std::shared_ptr<const std::string> piece) = 0;
};

struct Response {
    unsigned status = 200;
    Fields headers;  // names in lower case; length, date and the security headers are the server's
    std::string body;
    std::shared_ptr<const std::string> shared;  // instead of `body`, when many get the same
    // Instead of both: writes the answer itself. Called once, after the header is out; its answer
    // ends when it returns. Captures own what they name: the handler has long returned.
    std::function<boost::asio::awaitable<void>(Sink&)> stream;
    std::string listener;  // whose stream it is, where it lasts as long as he listens
};

}  // namespace sealwarden::console
