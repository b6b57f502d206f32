#include "firmware/local/server.hpp"

#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <utility>

#include "firmware/diag.hpp"
#include "firmware/local/api.hpp"
#include "firmware/local/session.hpp"
#include "firmware/local/socket_file.hpp"

namespace sealwarden::local {

namespace asio = boost::asio;
using Protocol = asio::local::stream_protocol;

namespace {

// What a watcher has to be told so that `before` becomes `after`; an alarm that is back to normal
// is told a last time.
std::vector<Alarm> difference(const std::vector<Alarm>& before, const std::vector<Alarm>& after) {
    std::map<std::string_view, const Alarm*> known;
    for (const auto& alarm : before) known.emplace(alarm.id, &alarm);
    std::vector<Alarm> changed;
    for (const auto& alarm : after) {
        const auto found = known.find(alarm.id);
        if (found == known.end() || *found->second != alarm) changed.push_back(alarm);
        if (found != known.end()) known.erase(found);
    }
    for (const auto& [id, alarm] : known) {
        changed.push_back(*alarm);
        changed.back().state = AlarmState::normal;
        changed.back().active = false;
    }
    return changed;
}

bool about_alarms(const std::vector<eventlog::Entry>& entries) {
    return std::ranges::any_of(
        entries, [](const eventlog::Entry& entry) { return entry.kind.starts_with("alarm."); });
}

}  // namespace

struct Server::Parts : std::enable_shared_from_this<Server::Parts> {
    Parts(asio::io_context& io, ServerOptions given, House& inside, ReadEntries read,
          std::uint64_t log_size)
        : loop{io},
          options{std::move(given)},
          house{inside},
          door{.house = inside,
               .read = std::move(read),
               .options = options,
               .log_size = log_size,
               .generation = inside.identity().generation,
               .gone = [this](Connection* connection) { sessions.erase(connection); }},
          acceptor{io, Protocol{}, listen_at(options.socket, options.mode)},
          pause{io},
          alarms{inside.alarms()} {
        struct stat info{};
        if (::stat(options.socket.c_str(), &info) == 0) {
            device = info.st_dev;
            inode = info.st_ino;
        }
    }

    void accept() {
        acceptor.async_accept(
            [self = shared_from_this()](boost::system::error_code error, Protocol::socket socket) {
                if (self->closed) return;
                if (error) {
                    self->accept_later(error);
                    return;
                }
                self->welcome(std::move(socket));
                self->accept();
            });
    }

    // No descriptor left, for example: asking again at once would only spin.
    void accept_later(boost::system::error_code error) {
        diag::warn("the local door cannot take a caller", {{"why", error.message()}});
        pause.expires_after(std::chrono::milliseconds{200});
        pause.async_wait([self = shared_from_this()](boost::system::error_code) {
            if (!self->closed) self->accept();
        });
    }

    void welcome(Protocol::socket socket) {
        if (sessions.size() >= options.max_clients) {
            turn_away(socket);
            return;
        }
        try {
            const auto peer = peer_of(socket.native_handle());
            const auto session = std::make_shared<Session>(std::move(socket), door, peer);
            sessions.emplace(session.get(), session);
            session->start();
        } catch (const std::runtime_error& error) {
            diag::warn("the local door cannot take a caller", {{"why", error.what()}});
        }
    }

    void turn_away(Protocol::socket& socket) const {
        const auto text = line({{"id", nullptr},
                                {"error",
                                 {{"code", "refused"},
                                  {"message", std::to_string(options.max_clients) +
                                                  " callers are connected already"}}}});
        // A fresh socket has room for one line; if not, the closing says it.
        [[maybe_unused]] const auto sent =
            ::send(socket.native_handle(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    }

    [[nodiscard]] std::vector<std::shared_ptr<Session>> all() const {
        std::vector<std::shared_ptr<Session>> list;
        for (const auto& [key, session] : sessions) list.push_back(session);
        return list;
    }

    void committed(const std::vector<eventlog::Entry>& entries, const std::vector<State>& changes) {
        if (!entries.empty()) door.log_size = entries.back().index + 1;
        std::vector<Alarm> changed_alarms;
        if (about_alarms(entries)) {
            auto now = house.alarms();
            changed_alarms = difference(alarms, now);
            alarms = std::move(now);
        }
        const auto listeners = all();  // a session that is cut off leaves the map
        for (const auto& session : listeners) session->committed(entries);
        const bool watched =
            std::ranges::any_of(listeners, [](const auto& session) { return session->watches(); });
        if (!watched || (changes.empty() && changed_alarms.empty())) return;
        const auto text = changes_text(changes, changed_alarms, house);
        for (const auto& session : listeners) session->changed(text);
    }

    void began_anew(std::uint64_t generation) {
        door.log_size = 0;
        door.generation = generation;
        for (const auto& session : all()) session->began_anew();
    }

    void close() {
        closed = true;
        boost::system::error_code ignored;
        acceptor.close(ignored);
        pause.cancel();
        for (const auto& session : all()) session->close();
        remove_socket(options.socket, device, inode);
    }

    asio::io_context& loop;
    ServerOptions options;
    House& house;
    Door door;
    Protocol::acceptor acceptor;
    asio::steady_timer pause;
    std::vector<Alarm> alarms;  // as the watchers know them
    std::map<Connection*, std::shared_ptr<Session>> sessions;
    dev_t device = 0;
    ino_t inode = 0;
    bool closed = false;
};

Server::Server(asio::io_context& loop, ServerOptions options, House& house, ReadEntries read,
               std::uint64_t log_size)
    : parts_{std::make_shared<Parts>(loop, std::move(options), house, std::move(read), log_size)} {
    parts_->accept();
}

Server::~Server() {
    parts_->close();
}

void Server::committed(const std::vector<eventlog::Entry>& entries,
                       const std::vector<State>& changes) {
    parts_->committed(entries, changes);
}

void Server::began_anew(std::uint64_t generation) {
    parts_->began_anew(generation);
}

std::size_t Server::clients() const {
    return parts_->sessions.size();
}

}  // namespace sealwarden::local
