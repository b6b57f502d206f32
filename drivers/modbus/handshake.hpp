// A reader that keeps what it read until it is told that it was taken. Pure.
//
//   idle ──`when` true──► reading ──all read──► said, writing ──confirmed──► idle
//     ▲                      │ failed              │ refused: surely not written
//     └── next period ◄──────┴─────────────────────┘ unanswered: in doubt
//
// A write is not repeated at once: had the first one worked, the second could clear a newer badge.
// After a failed write the values are read again at the next period. Are they the same as those
// already said, then: refused, they are not said again; unanswered, they are (twice rather than
// never: the write may have worked and the same badge come again), but at most `most_doubts` times
// in a row, for then the write plainly does not work.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "drivers/modbus/pdu.hpp"
#include "drivers/profile.hpp"

namespace sealwarden::modbus {

struct HandshakeState {
    static constexpr unsigned most_doubts = 3;

    const Handshake* profile = nullptr;
    std::size_t when = 0;             // index into Profile::points
    std::vector<std::size_t> points;  // of `read`, in its order
    std::optional<std::size_t> echo;
    std::vector<std::size_t> items;  // indices into Device::items, asked one after the other
    Request write;                   // values are filled in before each use

    enum class Step { idle, reading, writing };
    Step step = Step::idle;
    std::size_t reading = 0;  // index into `items`

    struct Taken {
        std::size_t point = 0;
        std::vector<std::uint16_t> registers;
        friend bool operator==(const Taken&, const Taken&) = default;
    };
    std::vector<Taken> taken;  // of this cycle

    void begin() {
        step = Step::reading;
        reading = 0;
        taken.clear();
    }
    void abort() { step = Step::idle; }

    // All is read: are the values news?
    [[nodiscard]] bool news() const {
        if (after_ == After::confirmed || taken != said_) return true;
        return after_ == After::unanswered && doubts_ < most_doubts;
    }
    void said() {
        if (after_ == After::unanswered && taken == said_)
            ++doubts_;
        else
            doubts_ = 0;
        said_ = taken;
    }
    void written() { end(After::confirmed); }
    void refused() { end(After::refused); }
    void unanswered() { end(After::unanswered); }
    // `when` is false: whatever was written before has worked.
    void nothing_there() { after_ = After::confirmed; }

  private:
    enum class After { confirmed, refused, unanswered };
    void end(After after) {
        step = Step::idle;
        after_ = after;
    }
    After after_ = After::confirmed;
    std::vector<Taken> said_;
    unsigned doubts_ = 0;
};

}  // namespace sealwarden::modbus
