// What one caller asks and follows: questions, feeds, watches. On the loop.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "firmware/local/connection.hpp"
#include "firmware/local/server.hpp"
#include "firmware/local/socket_file.hpp"

namespace sealwarden::local {

// What a session sees of the server; outlives it while it is open.
struct Door {
    House& house;
    ReadEntries read;
    const ServerOptions& options;
    std::uint64_t log_size = 0;    // index of the next entry, as far as the loop was told
    std::uint64_t generation = 1;  // of the log it counts in
    std::function<void(Connection*)> gone;
    std::size_t files = 0;  // bytes that callers brought for their next command
};

class Session final : public Connection {
  public:
    Session(Socket socket, Door& door, Peer peer);
    ~Session() override = default;  // behind gone(), which gave back what it held of the door
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    // The entries are committed and `door.log_size` counts them.
    void committed(const std::vector<eventlog::Entry>& entries);
    // The log was set aside and a new one began: every feed ends and says so. `door` knows already.
    void began_anew();
    // `changes` is the inside of the line: "states":[…],"alarms":[…]
    void changed(std::string_view changes);
    [[nodiscard]] bool watches() const { return !watches_.empty(); }

  private:
    // A feed reads pages while it is behind and takes what is committed when it is not. Only the
    // entry at its cursor goes out, so neither way can leave one out or send one twice.
    //
    //   behind --page sent, cursor == log_size--> level
    //   level --committed, too much unsent-----> behind
    struct Feed {
        std::uint64_t cursor = 0;  // the next index to send
        bool asking = false;       // a page is being read
        std::uint64_t serial = 0;  // tells it from an earlier feed of the same id
    };
    using Id = std::int64_t;

    void line(std::string_view text) override;
    void line_too_long() override;
    void sent() override;
    void ended() override;
    void gone() override;

    void malformed(const std::string& what);
    void handle(Id id, const std::string& call, const nlohmann::json& question);
    void answer(Id id, const nlohmann::json& ok);
    void refuse(Id id, std::string_view code, std::string_view message);
    [[nodiscard]] bool may_stream(Id id);
    void leave_when_done();

    void hello(Id id, const nlohmann::json& question);
    void status(Id id, const nlohmann::json& question);
    void checkpoint(Id id, const nlohmann::json& question);
    void state(Id id, const nlohmann::json& question);
    void points(Id id, const nlohmann::json& question);
    void buses(Id id, const nlohmann::json& question);
    void query(Id id, const nlohmann::json& question);
    void find(Id id, const nlohmann::json& question);
    void command(Id id, const nlohmann::json& question);
    void erase(Id id, const nlohmann::json& question);
    void file(Id id, const nlohmann::json& question);
    void noticed(Id id, const nlohmann::json& question);
    void read(Id id, const nlohmann::json& question);
    void make_export(Id id, const nlohmann::json& question);
    void sign_export(Id id, const nlohmann::json& question);
    void seen(Id id, const nlohmann::json& question);
    void anchor(Id id, const nlohmann::json& question);
    void contradicted(Id id, const nlohmann::json& question);
    void used(Id id, const nlohmann::json& question);
    void picture(Id id, const nlohmann::json& question);
    void feed(Id id, const nlohmann::json& question);
    void watch(Id id, const nlohmann::json& question);
    void cancel(Id id, const nlohmann::json& question);

    // One page at a time is read for a caller, and none while the answers before it lie unread:
    // many questions of many callers must not become memory.
    void next_query();
    void take_found(Id id, const eventlog::Reader::Page& page);
    void take_answer(Id id, bool newest_first, const eventlog::Reader::Page& page);
    void advance(Id id, Feed& feed);
    void take_page(Id id, std::uint64_t serial, const eventlog::Reader::Page& page);
    void send_from(Id id, Feed& feed, const std::vector<eventlog::Entry>& entries);
    [[nodiscard]] std::string take_file();
    void drop_file();
    [[nodiscard]] bool trusted() const;
    [[nodiscard]] std::string caller(const nlohmann::json& question) const;
    [[nodiscard]] bool may_ask(Id id);
    [[nodiscard]] House::Done when_recorded(Id id);

    std::weak_ptr<Session> weak() { return std::static_pointer_cast<Session>(shared_from_this()); }

    Door& door_;
    Peer peer_;
    std::map<Id, Feed> feeds_;
    std::set<Id> watches_;
    std::uint64_t serial_ = 0;
    std::deque<std::pair<Id, eventlog::Query>> queries_;  // wait for their page
    bool reading_ = false;                                // a page for one of them
    std::string file_;                                    // for the next command that names it
    std::set<std::uint64_t> exports_;  // made by this caller and not signed yet; indexes
    std::size_t open_questions_ = 0;
    int malformed_in_a_row_ = 0;
    bool ended_ = false;
};

// The inside of a watch line.
[[nodiscard]] std::string changes_text(const std::vector<State>& states,
                                       const std::vector<Alarm>& alarms, House& house);

}  // namespace sealwarden::local
