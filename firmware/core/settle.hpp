// A value that counts once it lasted: the debounce under contacts and numbers.
#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include "drivers/reading.hpp"

namespace sealwarden {

//            see(other)                 lasted `settle`
//   at rest ------------> unsettled ------------------> at rest, with the new value
//      ^                   |    ^
//      | lasted `settle`   v    | see(other)
//      +----------------- back at the old value
//
// A train of bounces is one unrest: its first edge is the time of the change that comes out of it.
template <class T>
class Settle {
  public:
    struct Change {
        T from, to;
        Uptime left;                       // when the old value was left: the first edge
        std::optional<Uptime> left_after;  // the last look before that
        Uptime since;                      // when the new value came, the last time
        std::optional<Uptime> since_after;
    };

    Settle(T initial, UptimeClock::duration settle)
        : value_{initial}, raw_{std::move(initial)}, settle_{settle} {}

    // Something was read at `at`. Comes with the change when it counts at once.
    std::optional<Change> see(const T& raw, Uptime at, std::optional<Uptime> after) {
        if (raw == raw_) return tick(at);
        const bool rested = raw_ == value_ && (!left_ || at - raw_since_ >= settle_);
        if (rested) left_ = at, left_after_ = after;
        raw_ = raw;
        raw_since_ = at;
        raw_after_ = after;
        return tick(at);
    }

    // Counts at once, whatever was pending; nothing when it is the value already.
    std::optional<Change> set(const T& value, Uptime at, std::optional<Uptime> after) {
        raw_ = value;
        raw_since_ = at;
        raw_after_ = after;
        left_.reset();
        if (value == value_) return {};
        return Change{std::exchange(value_, value), value, at, after, at, after};
    }

    // Replaces the old value and leaves what is pending to settle against the new one.
    std::optional<Change> give_up(const T& value, Uptime at) {
        if (value == value_) return {};
        const auto after = left_after_;
        left_ = at;
        return Change{std::exchange(value_, value), value, at, after, at, after};
    }

    std::optional<Change> tick(Uptime now) {
        if (now - raw_since_ < settle_) return {};
        if (raw_ == value_) {
            left_.reset();
            return {};
        }
        Change change{std::exchange(value_, raw_),      raw_,       left_.value_or(raw_since_),
                      left_ ? left_after_ : raw_after_, raw_since_, raw_after_};
        left_.reset();
        return change;
    }

    [[nodiscard]] std::optional<Uptime> deadline() const {
        if (at_rest()) return {};
        return raw_since_ + settle_;
    }
    [[nodiscard]] bool at_rest() const { return !left_ && raw_ == value_; }
    [[nodiscard]] std::optional<Uptime> unrest_since() const { return left_; }
    [[nodiscard]] const T& value() const { return value_; }
    [[nodiscard]] const T& raw() const { return raw_; }

  private:
    T value_, raw_;
    UptimeClock::duration settle_;
    Uptime raw_since_{};
    std::optional<Uptime> raw_after_;
    std::optional<Uptime> left_, left_after_;
};

}  // namespace sealwarden
