// A power supply: on mains or on battery, and whether the battery lasts.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "firmware/core/fact.hpp"
#include "firmware/core/site.hpp"

namespace sealwarden {

//               on_battery false                     on_battery true
//   unknown --------------------> mains <-------------------------------> on_battery
//      ^                            |        power_restored                  |
//      +------ a fault -------------+----------------------------------------+
//
// Beside it: low or not, by the contact or by the charge below its limit (5 percent more ends it).
// Only on_battery being lost makes the supply unknown; without that point `low` decides alone.
enum class PowerState { unknown, mains, on_battery };
[[nodiscard]] std::string_view to_string(PowerState state);

class Power {
  public:
    explicit Power(PowerOptions options);

    void apply(const Reading& reading, Events& events);
    void tick(Uptime now, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const;

    [[nodiscard]] Subject subject() const { return {"power", options_.id}; }
    [[nodiscard]] std::vector<PointId> points() const;
    [[nodiscard]] static bool wants_looks() { return false; }
    void describe(State& state) const;
    [[nodiscard]] PowerOptions nameless() const;

  private:
    void take_source(const ContactChange& change, Events& events);
    void take_low(const Reading& reading, Events& events);
    void tell_low(const Settle<Level>::Change& change, Events& events);
    [[nodiscard]] Level low() const;

    PowerOptions options_;
    std::optional<Contact> source_;
    Level low_contact_ = Level::unknown, low_charge_ = Level::unknown;
    std::optional<std::int64_t> charge_;
    Settle<Level> low_;
    Level low_told_ = Level::unknown;
    PointId low_by_;
    std::optional<std::uint64_t> low_raw_;
    PowerState state_ = PowerState::unknown;
    bool was_on_battery_ = false;
    Uptime since_{};
};

}  // namespace sealwarden
