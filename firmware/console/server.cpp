#include "firmware/console/server.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <ctime>
#include <map>
#include <span>
#include <vector>

#include "firmware/console/head.hpp"
#include "firmware/console/router.hpp"
#include "firmware/console/security_headers.hpp"
#include "firmware/console/target.hpp"
#include "firmware/console/tls_context.hpp"
#include "firmware/diag.hpp"
#include "firmware/local/socket_file.hpp"

namespace sealwarden::console {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace ssl = asio::ssl;
using namespace std::chrono_literals;
using asio::ip::tcp;
using Error = boost::system::error_code;
using unix_socket = asio::local::stream_protocol;
using TcpStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;
using UnixStream = beast::basic_stream<unix_socket>;
using State = ServerState;

constexpr unsigned socket_mode = 0660;
constexpr std::size_t piece_size = 64 << 10;
constexpr auto accept_pause = 100ms;  // no descriptors left
constexpr std::size_t most_drained = 256 << 10;

auto when(Error& error) {
    return asio::redirect_error(asio::use_awaitable, error);
}

struct Peer {
    std::string name;  // as Request.peer
    std::string address;
    bool local = false;
    std::optional<unsigned> uid;
};

Peer peer_of(const tcp::socket& socket) {
    Error error;
    auto address = socket.remote_endpoint(error).address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    }
    const auto text = error ? "unknown" : address.to_string();
    return {.name = text, .address = text, .local = false, .uid = {}};
}

Peer peer_of(unix_socket::socket& socket) {
    auto caller = local::peer_of(socket.native_handle());
    return {.name = caller.name, .address = caller.name, .local = true, .uid = caller.uid};
}

void set_options(tcp::socket& socket, std::chrono::milliseconds patience) {
    Error ignored;
    socket.set_option(tcp::no_delay{true}, ignored);
    socket.set_option(asio::socket_base::keep_alive{true}, ignored);
    // A phone that left the hall answers nothing: what was sent is given up after so long.
    using UserTimeout = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>;
    socket.set_option(UserTimeout{static_cast<int>(patience.count())}, ignored);
}
void set_options(unix_socket::socket& /*socket*/, std::chrono::milliseconds /*patience*/) {}

std::string http_date(WallTime now) {
    const auto seconds =
        std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(now));
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[40];
    return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

// What came over a connection: a request, a fault to be told, or nobody any more.
struct Heard {
    enum class What { request, fault, gone } what = What::gone;
    Request request;
    Problem fault{400, "usage", ""};
    bool keep_alive = false;
    bool is_1_1 = true;
};

Heard faulty(unsigned status, std::string_view why) {
    Heard heard;
    heard.what = Heard::What::fault;
    std::string code = "usage";
    if (status == 408) code = "too_slow";
    if (status == 413) code = "too_large";
    heard.fault = Problem{status, std::move(code), std::string{why}};
    return heard;
}

Fields fields_of(const http::fields& given) {
    Fields fields;
    for (const auto& field : given) {
        std::string name{field.name_string()};
        for (char& c : name) {
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        }
        auto [at, is_new] = fields.emplace(std::move(name), field.value());
        if (!is_new) at->second += ", " + std::string{field.value()};
    }
    return fields;
}

}  // namespace

struct ServerState {
    ServerState(asio::io_context& io, ServerOptions given, const Clock& times)
        : loop{io}, options{std::move(given)}, clock{times}, admission{options.limits.admission} {}

    asio::io_context& loop;
    ServerOptions options;
    const Clock& clock;
    Admission admission;
    std::shared_ptr<ssl::context> tls;
    std::map<Admission::Id, std::function<void()>> closers;  // by which the evicted are closed
    std::vector<std::function<void()>> closers_of_listeners;
    bool stopped = false;
};

namespace {

// One connection of either kind. Coroutines hold it.
template <class Stream>
class Connection : public std::enable_shared_from_this<Connection<Stream>> {
  public:
    static constexpr bool is_secure = std::is_same_v<Stream, TlsStream>;
    template <class Wire>
    Connection(std::shared_ptr<State> server, Wire wire, Admission::Answer place, Peer peer)
        : server_{std::move(server)},
          stream_{make(std::move(wire), *server_)},
          soft_{stream_.get_executor()},
          place_{place},
          peer_{std::move(peer)},
          buffer_{server_->options.limits.header + piece_size} {}

    static asio::awaitable<void> run(std::shared_ptr<Connection> self) {
        try {
            co_await serve(self);
        } catch (const std::exception& error) {
            diag::debug("a connection of the console ended",
                        {{"peer", self->peer_.name}, {"why", error.what()}});
        }
        self->soft_.cancel();
        self->close();
        self->server_->closers.erase(self->place_.id);
        self->server_->admission.leaves(self->place_.id);
    }
    void close() {
        Error ignored;
        wire().socket().close(ignored);
    }

  private:
    template <class Wire>
    static Stream make(Wire wire, State& server) {
        if constexpr (is_secure)
            return Stream{std::move(wire), *server.tls};
        else
            return Stream{std::move(wire)};
    }
    auto& wire() { return beast::get_lowest_layer(stream_); }
    [[nodiscard]] const ServerLimits& limits() const { return server_->options.limits; }
    [[nodiscard]] Uptime now() const { return server_->clock.uptime(); }

    static asio::awaitable<void> serve(std::shared_ptr<Connection> self) {
        if constexpr (is_secure) {
            self->wire().expires_after(self->limits().handshake);
            co_await self->stream_.async_handshake(ssl::stream_base::server, asio::use_awaitable);
        }
        for (bool goes_on = true; goes_on;) {
            self->server_->admission.waits(self->place_.id, self->now());
            auto heard = co_await next_request(self);
            self->server_->admission.works(self->place_.id);
            if (heard.what == Heard::What::gone) break;
            if (self->place_.verdict == Admission::Verdict::full) {
                heard = faulty(503, "too many are connected; try again later");
                heard.fault.code = "too_slow";
                heard.fault.headers["retry-after"] = "5";
            }
            goes_on = co_await answer(self, std::move(heard));
        }
        co_await say_farewell(self);
    }

    // Writes the answer; returns whether the connection goes on.
    static asio::awaitable<bool> answer(std::shared_ptr<Connection> self, Heard heard) {
        const bool is_request = heard.what == Heard::What::request;
        const bool is_head = heard.request.method == "HEAD";
        const bool goes_on = is_request && heard.keep_alive && !self->server_->stopped;
        const auto path = heard.request.path;
        Response response;
        if (is_request)
            response = co_await self->server_->options.answer(std::move(heard.request));
        else
            response = problem(heard.fault);
        add_security_headers(response.headers, path, is_secure);
        Shape shape{.is_head = is_head, .is_1_1 = heard.is_1_1, .goes_on = goes_on};
        if (response.stream && !is_head) {
            self->server_->admission.streams(self->place_.id, response.listener);
            const bool whole = co_await write_stream(self, std::move(response), shape);
            co_return goes_on&& whole&& heard.is_1_1;
        }
        co_await write_whole(self, std::move(response), shape);
        co_return goes_on;
    }

    struct Shape {
        bool is_head = false, is_1_1 = true, goes_on = true;
    };
    template <class Body>
    void fill(http::response<Body>& out, const Response& response, const Shape& shape) {
        out.result(response.status);
        out.version(shape.is_1_1 ? 11 : 10);
        for (const auto& [name, value] : response.headers) out.set(name, value);
        out.set(http::field::date, http_date(server_->clock.sample().wall));
        out.keep_alive(shape.goes_on);
    }

    static asio::awaitable<void> write_whole(std::shared_ptr<Connection> self, Response response,
                                             Shape shape) {
        const std::string_view body = response.shared ? *response.shared : response.body;
        http::response<http::span_body<const char>> out;
        self->fill(out, response, shape);
        if (response.status != 304 && response.status != 204) out.content_length(body.size());
        const bool in_pieces = body.size() > piece_size;
        if (!shape.is_head && !in_pieces) {
            out.body() = beast::span<const char>{body.data(), body.size()};
        }
        http::response_serializer<http::span_body<const char>> serializer{out};
        self->wire().expires_after(self->limits().piece_time);
        if (shape.is_head || in_pieces) {
            serializer.split(true);
            co_await http::async_write_header(self->stream_, serializer, asio::use_awaitable);
        } else {
            co_await http::async_write(self->stream_, serializer, asio::use_awaitable);
        }
        // Each piece has its time: who takes little is waited for, who takes nothing is not.
        for (std::size_t at = 0; in_pieces && !shape.is_head && at < body.size();
             at += piece_size) {
            const auto part = body.substr(at, piece_size);
            self->wire().expires_after(self->limits().piece_time);
            co_await asio::async_write(self->stream_, asio::buffer(part), asio::use_awaitable);
        }
    }

    class ChunkSink final : public Sink {
      public:
        ChunkSink(std::shared_ptr<Connection> connection, bool chunked)
            : connection_{std::move(connection)}, chunked_{chunked} {}
        asio::awaitable<void> write(std::string piece) override {
            auto shared = std::make_shared<const std::string>(std::move(piece));
            co_await share(std::move(shared));
        }
        asio::awaitable<void> share(std::shared_ptr<const std::string> piece) override {
            const std::string_view all{*piece};
            for (std::size_t at = 0; at < all.size(); at += piece_size) {
                const auto part = all.substr(at, piece_size);
                const asio::const_buffer bytes{part.data(), part.size()};
                connection_->wire().expires_after(connection_->limits().piece_time);
                if (chunked_) {
                    const auto chunk = http::make_chunk(bytes);
                    co_await asio::async_write(connection_->stream_, chunk, asio::use_awaitable);
                } else {
                    co_await asio::async_write(connection_->stream_, bytes, asio::use_awaitable);
                }
            }
        }
        asio::awaitable<void> end() {
            if (!chunked_) co_return;
            connection_->wire().expires_after(connection_->limits().piece_time);
            const auto last = http::make_chunk_last();
            co_await asio::async_write(connection_->stream_, last, asio::use_awaitable);
        }

      private:
        std::shared_ptr<Connection> connection_;
        bool chunked_;
    };

    // A stream that fails half-way is not ended: the peer sees that something is missing.
    static asio::awaitable<bool> write_stream(std::shared_ptr<Connection> self, Response response,
                                              Shape shape) {
        http::response<http::empty_body> out;
        if (!shape.is_1_1) shape.goes_on = false;
        self->fill(out, response, shape);
        if (shape.is_1_1) out.chunked(true);
        http::response_serializer<http::empty_body> serializer{out};
        serializer.split(true);
        self->wire().expires_after(self->limits().piece_time);
        co_await http::async_write_header(self->stream_, serializer, asio::use_awaitable);
        ChunkSink sink{self, shape.is_1_1};
        const auto stream = std::move(response.stream);
        co_await stream(sink);
        co_await sink.end();
        co_return true;
    }

    // Reading is ended softly, so that the peer can still be told that it was too slow.
    void allow(std::chrono::milliseconds time) {
        wire().expires_after(time + 1min);  // for what cannot be cancelled
        too_slow_ = false;
        soft_.expires_after(time);
        soft_.async_wait([weak = this->weak_from_this()](Error error) {
            const auto self = weak.lock();
            if (error || !self) return;
            self->too_slow_ = true;
            self->wire().cancel();
        });
    }

    [[nodiscard]] std::string_view read_so_far() const {
        return {static_cast<const char*>(buffer_.data().data()), buffer_.size()};
    }

    static asio::awaitable<Heard> next_request(std::shared_ptr<Connection> self) {
        if (self->buffer_.size() == 0) {
            self->allow(self->limits().idle);
            if (!co_await read_more(self)) {
                self->soft_.cancel();
                co_return Heard{};
            }
        }
        self->allow(self->limits().header_time);
        auto heard = co_await read_head(self);
        self->soft_.cancel();
        co_return heard;
    }

    static asio::awaitable<bool> read_more(std::shared_ptr<Connection> self) {
        Error error;
        const auto room = self->buffer_.prepare(4096);
        const auto count = co_await self->stream_.async_read_some(room, when(error));
        self->buffer_.commit(count);
        co_return !error;
    }

    // Up to the header's end; then it is judged as it came, before anything parses it.
    static asio::awaitable<Heard> read_head(std::shared_ptr<Connection> self) {
        std::size_t end = std::string_view::npos;
        for (;;) {
            const auto bytes = self->read_so_far();
            end = bytes.find("\r\n\r\n");
            const auto lone = bytes.find('\n');
            if (lone == 0 || (lone != std::string_view::npos && bytes[lone - 1] != '\r')) {
                co_return faulty(400, "a line does not end well");
            }
            if (end != std::string_view::npos) break;
            if (bytes.size() > self->limits().header) {
                co_return faulty(431, "the header is too long");
            }
            const bool more = co_await read_more(self);
            if (!more && self->too_slow_) co_return faulty(408, "the header did not come in time");
            if (!more) co_return Heard{};
        }
        const std::string head{self->read_so_far().substr(0, end + 4)};
        if (head.size() > self->limits().header) co_return faulty(431, "the header is too long");
        if (const auto fault = fault_of_head(head)) co_return faulty(fault->status, fault->why);
        auto heard = co_await read_body(self, head);
        co_return heard;
    }

    static asio::awaitable<Heard> read_body(std::shared_ptr<Connection> self, std::string head) {
        const auto first = head.find(' ');
        const auto method = head.substr(0, first);
        const auto raw = head.substr(first + 1, head.find(' ', first + 1) - first - 1);
        auto target = parse_target(raw);
        if (!target) co_return faulty(400, "the target names no path");
        http::request_parser<http::string_body> parser;
        parser.header_limit(static_cast<std::uint32_t>(self->limits().header));
        parser.body_limit(self->server_->options.body_limit(method, target->path));
        Error error;
        self->buffer_.consume(parser.put(asio::buffer(head), error));
        if (error == http::error::body_limit) co_return faulty(413, "the body is too long");
        if (error) co_return faulty(400, "the header cannot be read");
        Heard heard{.what = Heard::What::request,
                    .request = {.method = method,
                                .path = std::move(target->path),
                                .query = std::move(target->query),
                                .headers = fields_of(parser.get()),
                                .body = {},
                                .peer = self->peer_.name,
                                .local = self->peer_.local,
                                .uid = self->peer_.uid},
                    .keep_alive = parser.get().keep_alive(),
                    .is_1_1 = parser.get().version() == 11};
        if (!parser.is_done()) {
            self->allow(self->limits().body_time);
            if (!heard.request.header("expect").empty() && self->buffer_.size() == 0) {
                static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
                co_await asio::async_write(self->stream_, asio::buffer(go_on), when(error));
                if (error) co_return Heard{};
            }
            co_await http::async_read(self->stream_, self->buffer_, parser, when(error));
            if (error == http::error::body_limit) co_return faulty(413, "the body is too long");
            if (error && self->too_slow_) co_return faulty(408, "the body did not come in time");
            if (error == http::error::end_of_stream || error == http::error::partial_message ||
                error.category() != http::make_error_code(http::error::bad_chunk).category()) {
                if (error) co_return Heard{};
            }
            if (error) co_return faulty(400, "the body cannot be read");
        }
        heard.request.body = std::move(parser.get().body());
        co_return heard;
    }

    // What the peer still sends is taken for a moment: closing with unread bytes would reset the
    // connection, and the answer with it.
    static asio::awaitable<void> say_farewell(std::shared_ptr<Connection> self) {
        Error error;
        self->wire().expires_after(self->limits().farewell);
        if constexpr (is_secure) {
            co_await self->stream_.async_shutdown(when(error));
            error = {};
        }
        self->wire().socket().shutdown(asio::socket_base::shutdown_send, error);
        std::string rest(4096, '\0');
        for (std::size_t taken = 0; !error && taken < most_drained;) {
            taken += co_await self->wire().async_read_some(asio::buffer(rest), when(error));
        }
    }

    std::shared_ptr<State> server_;
    Stream stream_;
    asio::steady_timer soft_;
    Admission::Answer place_;
    Peer peer_;
    beast::flat_buffer buffer_;
    bool too_slow_ = false;
};

template <class Stream, class Socket>
void welcome(const std::shared_ptr<State>& self, Socket socket) {
    if (std::is_same_v<Stream, TlsStream> && !self->tls) return;
    Peer peer;
    try {
        peer = peer_of(socket);
    } catch (const std::exception&) {
        return;  // gone already
    }
    const auto place = self->admission.arrives(peer.address, self->clock.uptime());
    if (place.evict) {
        if (const auto found = self->closers.find(*place.evict); found != self->closers.end()) {
            found->second();
        }
    }
    if (place.verdict == Admission::Verdict::closed) return;
    set_options(socket, self->options.limits.piece_time);
    auto connection = std::make_shared<Connection<Stream>>(self, std::move(socket), place, peer);
    self->closers.emplace(place.id, [weak = std::weak_ptr{connection}] {
        if (const auto open = weak.lock()) open->close();
    });
    asio::co_spawn(self->loop, Connection<Stream>::run(std::move(connection)), asio::detached);
}

// Accepts for as long as the server is there.
template <class Protocol, class Stream>
asio::awaitable<void> accept(std::shared_ptr<State> self,
                             std::shared_ptr<typename Protocol::acceptor> acceptor) {
    asio::steady_timer pause{self->loop};
    while (!self->stopped) {
        Error error;
        auto socket = co_await acceptor->async_accept(when(error));
        if (error == asio::error::operation_aborted || self->stopped) co_return;
        if (error) {
            pause.expires_after(accept_pause);
            co_await pause.async_wait(when(error));
            continue;
        }
        welcome<Stream>(self, std::move(socket));
    }
}

template <class Protocol, class Stream>
void listen(const std::shared_ptr<State>& self, typename Protocol::acceptor acceptor) {
    const auto shared = std::make_shared<typename Protocol::acceptor>(std::move(acceptor));
    self->closers_of_listeners.push_back([shared] {
        Error ignored;
        shared->close(ignored);
    });
    asio::co_spawn(self->loop, accept<Protocol, Stream>(self, shared), asio::detached);
}

}  // namespace

Server::Server(asio::io_context& loop, ServerOptions options, const Clock& clock)
    : state_{std::make_shared<ServerState>(loop, std::move(options), clock)} {}

Server::~Server() {
    stop();
    for (const auto& [id, close] : state_->closers) close();
}

void Server::use(const std::string& certificate, const std::string& key) {
    state_->tls = tls_context(certificate, key);
}

tcp::endpoint Server::listen_tls(const tcp::endpoint& at) {
    tcp::acceptor acceptor{state_->loop};
    acceptor.open(at.protocol());
    acceptor.set_option(asio::socket_base::reuse_address{true});
    acceptor.bind(at);
    acceptor.listen();
    const auto bound = acceptor.local_endpoint();
    listen<tcp, TlsStream>(state_, std::move(acceptor));
    return bound;
}

void Server::listen_unix(const std::filesystem::path& path) {
    take_unix(local::listen_at(path, socket_mode));
    struct stat made{};
    if (::stat(path.c_str(), &made) != 0) return;
    state_->closers_of_listeners.emplace_back([path, device = made.st_dev, inode = made.st_ino] {
        local::remove_socket(path, device, inode);
    });
}

void Server::take_tls(int descriptor) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
    const auto protocol = address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4();
    listen<tcp, TlsStream>(state_, tcp::acceptor{state_->loop, protocol, descriptor});
}

void Server::take_unix(int descriptor) {
    listen<unix_socket, UnixStream>(state_,
                                    unix_socket::acceptor{state_->loop, unix_socket{}, descriptor});
}

std::size_t Server::connections() const {
    return state_->admission.connections();
}

void Server::stop() {
    if (std::exchange(state_->stopped, true)) return;
    for (const auto& close : std::exchange(state_->closers_of_listeners, {})) close();
}

}  // namespace sealwarden::console
