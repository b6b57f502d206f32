// What one bus asks next, and what its answers mean. Pure: no clock, socket or thread; the serial
// line's thread and the TCP link's coroutine are two shells round the same Poller.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/modbus/pdu.hpp"
#include "drivers/modbus/question.hpp"
#include "drivers/modbus/relay.hpp"
#include "drivers/profile.hpp"
#include "drivers/reading.hpp"
#include "drivers/report.hpp"

namespace sealwarden::modbus {

struct DeviceOptions {
    std::string id;
    std::uint8_t unit = 1;
    std::shared_ptr<const Profile> profile;
    std::chrono::milliseconds period{100};  // of the profile's "fast" group
    std::vector<std::string> points;        // points anybody uses; empty: all of the profile
};

struct BusOptions {
    std::string id;
    std::vector<DeviceOptions> devices;
    // RTU: after a time-out or bad answer of a unit, its next value counts only when its answer can
    // be told from late ones (stragglers.hpp), or, where it cannot, when it was read twice alike.
    bool confirm_after_silence = false;
    // Of a character on a serial line, so that the learnt time-outs leave the wire out; 0: none.
    std::chrono::microseconds character_time{0};
    // No learnt time-out is shorter. A device alone on its link gets half its fastest period, for
    // it holds up nobody.
    std::chrono::microseconds timeout_floor{3'000};
    double dead_share = 0.05;  // of the line's time, for all silent devices together
    std::chrono::milliseconds probe_at_least{8'000};  // a silent device is asked again within this
};

// One exchange on the wire, handed out by next() and given back by finish().
struct Exchange {
    Request request;
    // For the whole answer, from the last byte sent; a serial line adds what the bytes of the
    // longest answer take on the wire.
    std::chrono::microseconds timeout{};
    std::chrono::microseconds gap{};  // silence this device wants before its request
    std::uint32_t ticket = 0;         // the poller's own
    bool question = false;  // from outside the plan: its failure tells nothing of the points
};

// How it went. A PDU is checked by the Poller; the transport has checked its own frame (unit,
// transaction id, CRC) before.
struct Outcome {
    enum class Kind { answer, no_answer, bad_frame, port_gone };
    Kind kind = Kind::no_answer;
    std::span<const std::uint8_t> pdu;  // of `answer`; lives until finish() returns
    Uptime sent;
    Uptime at;  // when the last byte came, or the wait ended
};

class Poller {
  public:
    explicit Poller(BusOptions options, Uptime start);
    ~Poller();
    Poller(Poller&&) noexcept;
    Poller& operator=(Poller&&) noexcept;

    // The exchange to make now, the most urgent first; empty when nothing is due. One is under way
    // at a time: next() is called again after finish(). The pointer lives until then.
    [[nodiscard]] const Exchange* next(Uptime now);

    // When next() will have something; empty only while the link is down.
    [[nodiscard]] std::optional<Uptime> deadline() const;

    // Takes the outcome and appends the readings that follow from it. An exchange that ended in
    // `port_gone` is a failed one, made again when it can be; only link_down() takes the link down.
    // Returns false when the stream can no longer be trusted (time-out, bad answer): a TCP link
    // then closes its connection, a serial line drains for the worst answer time.
    bool finish(const Outcome& outcome, std::vector<Reading>& readings);

    // Asks in between the polls. A question waits for one exchange and its retries at most, unless
    // questions had a twentieth of the line's time already: then until nothing is due. Its answer
    // says nothing about the device: no reading, count or learnt time-out follows from it. At most
    // 8 wait. While the device is silent or the link down, it is answered without being asked.
    void ask(Question question, Uptime now);
    // Switches a relay that the device's profile declares, after the exchange under way and before
    // everything else; the newest order for a relay takes the place of one that waits. One that the
    // device left unanswered holds back all others for a second. Of a silent device, or while the
    // link is down, nothing is written.
    void set(RelayOrder order, Uptime now);
    [[nodiscard]] bool has(std::string_view device) const;

    // The link is down: every point of the bus is port_gone, at once and then, called again, once a
    // second at most; nothing is due until link_up(). A TCP link that finish() had closed is first
    // opened again, and only when that fails is it down: one lost answer makes no point unknown.
    void link_down(Uptime at, std::vector<Reading>& readings);
    void link_up(Uptime at);

    [[nodiscard]] std::vector<DeviceReport> report() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sealwarden::modbus
