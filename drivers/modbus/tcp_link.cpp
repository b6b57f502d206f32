#include "drivers/modbus/tcp_link.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "drivers/modbus/now.hpp"
#include "drivers/modbus/reconnecting.hpp"

namespace sealwarden::modbus {
namespace {

using namespace std::chrono_literals;

constexpr auto connect_deadline = 3s;  // one lost SYN is sent again after 1 s (RFC 6298, 2.1)
// A device that closes an idle connection is back within this; longer, and its points are unknown.
constexpr auto reconnect_grace = 500ms;
constexpr unsigned unacknowledged_ms = 5'000;  // TCP_USER_TIMEOUT

std::string reason(int error) {
    return std::generic_category().message(error);
}

}  // namespace

TcpLink::TcpLink(const TcpOptions& tcp, const BusOptions& bus, std::size_t index, Uptime start)
    : tcp_{tcp},
      index_{index},
      poller_{bus, start},
      reporter_{bus},
      back_off_{reconnect_first, reconnect_most},
      due_{start},
      deadline_{start},
      down_at_{start + reconnect_grace} {}

TcpLink::~TcpLink() {
    close();
}

// Links move only while the loop's vector of them is filled, before anything points into one.
TcpLink::TcpLink(TcpLink&& other) noexcept
    : tcp_{std::move(other.tcp_)},
      index_{other.index_},
      poller_{std::move(other.poller_)},
      reporter_{std::move(other.reporter_)},
      back_off_{other.back_off_},
      fd_{std::exchange(other.fd_, -1)},
      due_{other.due_},
      deadline_{other.deadline_},
      down_at_{other.down_at_} {}

void TcpLink::close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

void TcpLink::turn(Uptime now, const Loop& loop) {
    if (said_down_) poller_.link_down(now, readings_);  // which says it again once a second
    if (now < due_) return;
    if (state_ != State::up && !said_down_ && now >= down_at_) say_down(now);
    if (now < deadline_) {
        wait_for(deadline_);
        return;
    }
    switch (state_) {
        case State::waiting:
            if (const auto address = numeric_address(tcp_.host, tcp_.port)) {
                start_connecting(*address, now, loop);
            } else {
                state_ = State::resolving;
                loop.names.ask(index_, tcp_.host, tcp_.port);
                wait_for(Uptime::max());
            }
            return;
        case State::resolving: return;
        case State::connecting: failed("no connection within 3 s", now, loop); return;
        case State::up:
            if (sent_)
                drop(Outcome::Kind::no_answer, "no answer in time", now, loop);
            else
                ask(now, loop);
            return;
    }
}

void TcpLink::wait_for(Uptime deadline) {
    deadline_ = deadline;
    due_ = state_ != State::up && !said_down_ ? std::min(deadline, down_at_) : deadline;
}

void TcpLink::resolved(const NameLookup::Found& found, Uptime now, const Loop& loop) {
    if (state_ != State::resolving) return;
    if (found.address)
        start_connecting(*found.address, now, loop);
    else
        failed("cannot resolve " + tcp_.host + ": " + found.error, now, loop);
}

void TcpLink::start_connecting(const Address& address, Uptime now, const Loop& loop) {
    state_ = State::connecting;
    fd_ = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) {
        failed("cannot make a socket: " + reason(errno), now, loop);
        return;
    }
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(fd_, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms, sizeof unacknowledged_ms);
    const auto* to = reinterpret_cast<const sockaddr*>(&address.storage);
    if (::connect(fd_, to, address.length) != 0 && errno != EINPROGRESS) {
        failed("cannot connect: " + reason(errno), now, loop);
        return;
    }
    epoll_event event{.events = EPOLLOUT, .data = {.u64 = index_}};
    ::epoll_ctl(loop.epoll, EPOLL_CTL_ADD, fd_, &event);
    wait_for(now + connect_deadline);
}

void TcpLink::connected(Uptime now, const Loop& loop) {
    epoll_event event{.events = EPOLLIN | EPOLLRDHUP, .data = {.u64 = index_}};
    ::epoll_ctl(loop.epoll, EPOLL_CTL_MOD, fd_, &event);
    state_ = State::up;
    error_.clear();
    have_ = 0;
    if (!std::exchange(said_up_, true)) poller_.link_up(now);
    said_down_ = false;
    ask(now, loop);
}

void TcpLink::failed(std::string why, Uptime now, const Loop& loop) {
    error_ = std::move(why);
    close();
    if (!said_down_) say_down(now);
    wait_and_retry(now, loop);
}

void TcpLink::say_down(Uptime now) {
    poller_.link_down(now, readings_);
    said_down_ = true;
    said_up_ = false;
}

void TcpLink::wait_and_retry(Uptime now, const Loop& loop) {
    state_ = State::waiting;
    wait_for(now + back_off_.next_jittered(loop.random));
}

// The stream can no longer be trusted: what still comes on it would answer another question.
void TcpLink::drop(Outcome::Kind kind, std::string why, Uptime now, const Loop& loop) {
    error_ = std::move(why);
    close();
    if (exchange_ != nullptr) {
        Outcome outcome;
        outcome.kind = kind;
        outcome.sent = sent_ ? sent_at_ : now;
        outcome.at = now;
        const bool polled = !exchange_->question;
        exchange_ = nullptr;
        sent_ = false;
        (void)poller_.finish(outcome, readings_);
        if (kind == Outcome::Kind::port_gone && polled) {  // as link_down() would say it
            said_down_ = true;
            said_up_ = false;
        }
    }
    down_at_ = now + reconnect_grace;
    wait_and_retry(now, loop);
}

void TcpLink::take(Question question, Uptime now, const Loop& loop) {
    poller_.ask(std::move(question), now);
    if (state_ == State::up && exchange_ == nullptr) ask(now, loop);
}

void TcpLink::take(RelayOrder order, Uptime now, const Loop& loop) {
    poller_.set(std::move(order), now);
    if (state_ == State::up && exchange_ == nullptr) ask(now, loop);
}

void TcpLink::ask(Uptime now, const Loop& loop) {
    if (exchange_ == nullptr) {
        // Asking when is cheaper than asking what, and after most answers there is nothing to ask.
        auto due = poller_.deadline().value_or(Uptime::max());
        if (due <= now) {
            exchange_ = poller_.next(now);
            if (exchange_ == nullptr) due = poller_.deadline().value_or(Uptime::max());
        }
        if (exchange_ == nullptr) {
            wait_for(due);
            return;
        }
    }
    if (const auto earliest = last_byte_ + exchange_->gap; now < earliest) {
        wait_for(earliest);
        return;
    }
    std::array<std::uint8_t, max_tcp_frame> frame;
    const auto length =
        tcp_.rtu_framing ? encode_rtu(exchange_->request, std::span{frame}.first<max_rtu_frame>())
                         : encode_tcp(exchange_->request, ++transaction_, frame);
    sent_at_ = modbus::now();
    // A request is a dozen bytes: a socket that does not take it at once has a dead peer.
    const auto wrote = ::send(fd_, frame.data(), length, MSG_NOSIGNAL);
    if (wrote != static_cast<ssize_t>(length)) {
        drop(Outcome::Kind::port_gone, "cannot send: " + reason(errno), now, loop);
        return;
    }
    sent_ = true;
    have_ = 0;
    wait_for(sent_at_ + exchange_->timeout);
}

void TcpLink::ready(std::uint32_t events, Uptime now, const Loop& loop) {
    if (state_ == State::up) {
        receive(now, loop);
        return;
    }
    if (state_ != State::connecting || events == 0) return;
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error == 0)
        connected(now, loop);
    else
        failed("cannot connect: " + reason(error), now, loop);
}

void TcpLink::receive(Uptime now, const Loop& loop) {
    const auto got = ::recv(fd_, answer_.data() + have_, answer_.size() - have_, 0);
    if (got <= 0) {
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
        drop(Outcome::Kind::port_gone,
             got == 0 ? "the device closed the connection" : "connection lost: " + reason(errno),
             now, loop);
        return;
    }
    if (!sent_) {
        drop(Outcome::Kind::bad_frame, "the device spoke without being asked", now, loop);
        return;
    }
    have_ += static_cast<std::size_t>(got);
    const std::span<const std::uint8_t> received{answer_.data(), have_};
    const auto split = tcp_.rtu_framing ? split_rtu(exchange_->request, received)
                                        : split_tcp(exchange_->request, transaction_, received);
    switch (split.kind) {
        case Split::Kind::need_more: return;
        case Split::Kind::garbage: drop(Outcome::Kind::bad_frame, split.why, now, loop); return;
        case Split::Kind::frame: break;
    }
    if (split.length != have_) {
        drop(Outcome::Kind::bad_frame, "more came than one answer", now, loop);
        return;
    }
    Outcome outcome;
    outcome.kind = Outcome::Kind::answer;
    outcome.pdu = split.pdu;
    outcome.sent = sent_at_;
    outcome.at = std::max(now, sent_at_);
    exchange_ = nullptr;
    sent_ = false;
    last_byte_ = outcome.at;
    if (!poller_.finish(outcome, readings_)) {
        drop(Outcome::Kind::bad_frame, "the answer did not fit the question", now, loop);
        return;
    }
    back_off_.reset();  // a device that takes connections but never answers well is not well
    ask(now, loop);
}

}  // namespace sealwarden::modbus
