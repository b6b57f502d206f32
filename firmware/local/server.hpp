// The one door into the gateway: a unix socket, newline-delimited JSON (PROTOCOL.md). This is the
// gateway's end; all of it runs on the loop and never blocks.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "firmware/core/site.hpp"
#include "firmware/eventlog/log.hpp"

namespace sealwarden::local {

// What the door may ask of the gateway. Called on the loop.
class House {
  public:
    virtual ~House() = default;
    virtual nlohmann::json status() = 0;      // PROTOCOL.md, `status`
    virtual nlohmann::json points() = 0;      // value or fault, age, raw, per point
    virtual nlohmann::json buses() = 0;       // device reports
    virtual std::vector<State> states() = 0;  // as of the last commit
    virtual std::vector<Alarm> alarms() = 0;  // as of the last commit
    virtual Uptime now() = 0;
    virtual std::int64_t wall_ms(Uptime at) = 0;  // epoch milliseconds
    // `done` is called after the command's events are committed, with an empty text, or with the
    // reason it was refused.
    virtual void command(Command command,
                         std::function<void(std::string refused, std::uint64_t index)> done) = 0;
    // One raw read for `bus read`; done with JSON as `points`, or an error text.
    virtual void read_raw(nlohmann::json question, std::function<void(nlohmann::json)> done) = 0;
};

struct ServerOptions {
    std::filesystem::path socket;
    unsigned mode = 0660;
    std::size_t max_clients = 64;
    std::size_t max_line = 1u << 20;
    std::size_t max_unsent =
        4u << 20;  // a reader that does not read is cut off there and resumes by cursor
};

class Server {
  public:
    Server(boost::asio::io_context& loop, ServerOptions options, House& house,
           eventlog::Reader& reader, std::uint64_t log_size);
    ~Server();
    // The log has these now: feeds get them. States changed with them: watchers get those after.
    void committed(const std::vector<eventlog::Entry>& entries, const std::vector<State>& changes);

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace sealwarden::local
