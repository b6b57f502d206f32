// One Modbus TCP endpoint: its connection and its Poller, as a state machine that the loop of
// TcpBuses turns. Never blocks; belongs to the loop's thread.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "drivers/modbus/back_off.hpp"
#include "drivers/modbus/bus.hpp"
#include "drivers/modbus/bus_reporter.hpp"
#include "drivers/modbus/frame.hpp"
#include "drivers/modbus/name_lookup.hpp"
#include "drivers/modbus/poller.hpp"

namespace sealwarden::modbus {

//             back-off over              address known
//   ┌─► waiting ─────────────► resolving ─────────────► connecting ──► up
//   │                              │                         │          │ time-out, bad answer,
//   └──────────────────────────────┴─────────────────────────┴──────────┘ reset, end of stream
class TcpLink {
  public:
    // `index` is what epoll(7) and the name look-up call this link by.
    TcpLink(const TcpOptions& tcp, const BusOptions& bus, std::size_t index, Uptime start);
    ~TcpLink();
    TcpLink(TcpLink&& other) noexcept;
    TcpLink& operator=(TcpLink&&) = delete;

    // What the link needs of its loop.
    struct Loop {
        int epoll;
        NameLookup& names;
        std::minstd_rand& random;
    };
    void turn(Uptime now, const Loop& loop);                         // due() has come
    void ready(std::uint32_t events, Uptime now, const Loop& loop);  // epoll says so
    void resolved(const NameLookup::Found& found, Uptime now, const Loop& loop);
    void take(Question question, Uptime now, const Loop& loop);
    void take(RelayOrder order, Uptime now, const Loop& loop);
    [[nodiscard]] bool has(std::string_view device) const { return poller_.has(device); }

    [[nodiscard]] Uptime due() const { return std::min(due_, reporter_.due()); }
    [[nodiscard]] std::optional<BusReport> report(Uptime now) {
        return reporter_.collect(now, readings_, poller_, error_);
    }

  private:
    enum class State { waiting, resolving, connecting, up };

    void start_connecting(const Address& address, Uptime now, const Loop& loop);
    void connected(Uptime now, const Loop& loop);
    void failed(std::string why, Uptime now, const Loop& loop);  // there was no connection yet
    void drop(Outcome::Kind kind, std::string why, Uptime now, const Loop& loop);
    void wait_and_retry(Uptime now, const Loop& loop);
    void wait_for(Uptime deadline);
    void say_down(Uptime now);
    void ask(Uptime now, const Loop& loop);
    void receive(Uptime now, const Loop& loop);
    void close();

    TcpOptions tcp_;
    std::size_t index_;
    Poller poller_;
    BusReporter reporter_;
    BackOff back_off_;
    State state_ = State::waiting;
    int fd_ = -1;
    Uptime due_;            // of turn()
    Uptime deadline_;       // of what the state waits for
    Uptime down_at_;        // when it is time to say that the link is down
    bool said_up_ = false;  // to the poller
    bool said_down_ = false;
    const Exchange* exchange_ = nullptr;  // the poller's
    bool sent_ = false;
    Uptime sent_at_{};
    Uptime last_byte_{};
    std::uint16_t transaction_ = 0;
    std::size_t have_ = 0;
    std::array<std::uint8_t, max_tcp_frame + 1> answer_{};  // one more, to see what is too long
    std::string error_;                                     // why it is down; empty: up
    std::vector<Reading> readings_;
};

}  // namespace sealwarden::modbus
