// Floor 0: the words that drivers and firmware both speak.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace sealwarden {

// The monotonic clock of this boot (CLOCK_MONOTONIC), microseconds. It has no now(): time is an
// argument everywhere but in the threads' shells (firmware/clock.hpp).
struct UptimeClock {
    using duration = std::chrono::microseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<UptimeClock, duration>;
    static constexpr bool is_steady = true;
};
using Uptime = UptimeClock::time_point;

// One thing that can be read, by its name "device.point". A value: copying costs nothing, comparing
// for equality compares one pointer, and the name lives as long as the process. Making one from
// text takes a lock and a look-up, so make them once, from configuration. Any thread.
class PointId {
  public:
    PointId() = default;
    PointId(std::string_view name);  // NOLINT(google-explicit-constructor): reads as a literal
    PointId(const char* name) : PointId(std::string_view{name}) {}
    PointId(const std::string& name) : PointId(std::string_view{name}) {}

    [[nodiscard]] const std::string& name() const { return *name_; }
    [[nodiscard]] std::string_view device() const;  // the part before the first dot
    [[nodiscard]] std::string_view point() const;   // the part behind it
    [[nodiscard]] bool empty() const { return name_->empty(); }

    friend bool operator==(PointId, PointId) = default;
    friend std::strong_ordering operator<=>(PointId a, PointId b) { return *a.name_ <=> *b.name_; }

  private:
    friend struct std::hash<PointId>;
    const std::string* name_ = &none();
    static const std::string& none();
};

// A contact is a bool; what a contact's `true` means is said where it is used. Measures are
// integers in the unit its profile names (mV, s, 0.1 %), so that nothing rounds on the way to the
// log.
using Value = std::variant<bool, std::int64_t, std::string>;

// Named by what the reader does about it.
enum class Fault {
    no_answer,   // nothing came in time: try again at the next period
    bad_answer,  // CRC, length, unit or echo wrong: try again at the next period, count it
    refused,     // the device said no: the profile is wrong there, stop polling this group
    port_gone,   // the port, socket or chip itself failed: reopen it, with back-off
};
[[nodiscard]] std::string_view to_string(Fault fault);

// A point's value or fault at a moment. Drivers send one when the value changes, when a fault
// begins or ends, and, unchanged, at least every second or every period, whichever is longer:
// silence for much longer than that means the driver itself is gone.
struct Reading {
    PointId point;
    Uptime at;  // when it was read; for a GPIO edge, the kernel's time of the edge
    std::variant<Value, Fault> what;
    std::optional<Uptime>
        after;  // the last good look before this one: the change lies in (after, at]
    std::optional<std::uint64_t> raw;  // the register or level as it came, where there is one
    bool edges_lost = false;           // the kernel dropped edges before this level was read

    [[nodiscard]] const Value* value() const { return std::get_if<Value>(&what); }
    [[nodiscard]] const Fault* fault() const { return std::get_if<Fault>(&what); }
    friend bool operator==(const Reading&, const Reading&) = default;
};

// Points every polled device has besides those of its profile.
//   <device>.online    bool, never a fault: does the device answer at all
//   <device>.identity  text: its identity registers in the profile's order, "name=value;name=value"
inline constexpr std::string_view online_point = "online";
inline constexpr std::string_view identity_point = "identity";

}  // namespace sealwarden

template <>
struct std::hash<sealwarden::PointId> {
    std::size_t operator()(sealwarden::PointId id) const noexcept {
        return std::hash<const void*>{}(id.name_);
    }
};
