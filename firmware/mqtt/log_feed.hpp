// The complete feed: a cursor over the log that moves on the broker's acknowledgement. Pure.
//
//   cursor_          first record the broker has not acknowledged; what is saved
//      | batches in flight, in order
//   next_            first record not sent
//      | held_, in memory, bounded
//   next_ + held_    first record to be asked for, when it is below head_
//   head_            next index of the log
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "firmware/mqtt/topics.hpp"

namespace sealwarden::mqtt_front {

struct LogFeedOptions {
    std::size_t batch_bytes = 32u << 10;    // of a message
    std::size_t held_bytes = 1u << 20;      // records waiting in memory; beyond it the log has them
    std::size_t flight_min = 8u << 10;      // bytes in flight on a slow line
    std::size_t flight_max = 512u << 10;    // and on a fast one
    std::chrono::milliseconds quick{500};   // an answer so soon doubles the bytes in flight,
    std::chrono::milliseconds slow{1500};   // one so late halves them: alarms must get through
    std::chrono::seconds refused_wait{10};  // after the broker said no
};

class LogFeed {
  public:
    LogFeed(std::uint64_t cursor, LogFeedOptions options)
        : options_{options}, cursor_{cursor}, next_{cursor}, flight_{options.flight_min} {}

    // Another log: its indexes begin at 0.
    void restart();
    // The door is open; the log's next index. False: the cursor was of another log and is 0 now.
    bool opened(std::uint64_t size);
    // Committed just now, contiguous, from the door's feed.
    void arrived(std::vector<Record> records);

    struct Page {
        std::uint64_t from = 0, before = 0;
        friend bool operator==(const Page&, const Page&) = default;
    };
    // What to ask the log for; empty: nothing missing, or enough in memory.
    [[nodiscard]] std::optional<Page> wanted() const;
    void page(std::vector<Record> records);

    // The next batch to send, if the line may take more. It is in flight then, under `ticket`.
    [[nodiscard]] std::vector<Record> next(std::uint64_t ticket, Uptime now);
    void acknowledged(std::uint64_t ticket, Uptime now);
    // The broker said no: everything from the cursor is sent again, after a while.
    void refused(Uptime now);
    // The connection is gone: everything unacknowledged is sent again on the next one.
    void lost();
    void limit_message(std::size_t bytes) { message_limit_ = bytes; }

    [[nodiscard]] std::uint64_t cursor() const { return cursor_; }
    [[nodiscard]] std::uint64_t behind() const { return head_ > cursor_ ? head_ - cursor_ : 0; }
    [[nodiscard]] bool idle() const { return held_.empty(); }
    [[nodiscard]] std::optional<Uptime> deadline() const;

  private:
    struct Batch {
        std::uint64_t ticket = 0, end = 0;
        std::size_t bytes = 0;
        Uptime sent;
        bool acknowledged = false;
    };
    [[nodiscard]] std::uint64_t wanted_from() const { return next_ + held_.size(); }
    void hold(std::vector<Record> records);
    void rewind();

    LogFeedOptions options_;
    std::uint64_t cursor_ = 0, next_ = 0, head_ = 0;
    std::deque<Record> held_;
    std::size_t held_bytes_ = 0;
    std::deque<Batch> in_flight_;
    std::size_t flight_bytes_ = 0, flight_;
    std::size_t message_limit_ = 32u << 10;
    std::optional<Uptime> not_before_;
};

}  // namespace sealwarden::mqtt_front
