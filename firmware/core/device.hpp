// A device or GPIO chip: whether it is there, whether it is still the same one, how well it is
// watched.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "firmware/core/coverage.hpp"
#include "firmware/core/site.hpp"

namespace sealwarden {

//               <device>.online true            online false, or silent_after without a word
//   unknown -----------------------> online <-----------------------------------> offline
//      |                                        online true (a word, if silence was the reason)
//      +----------------------------------------------------------------------------^
//                       online false, or silent_after without a word
enum class DeviceState { unknown, online, offline };
[[nodiscard]] std::string_view to_string(DeviceState state);

class Device {
  public:
    // `identity`: the last one seen in an earlier run; empty: never seen.
    Device(DeviceWatch watch, std::string identity, Uptime start);

    void apply(const Reading& reading, Events& events);
    void tick(Uptime now, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const;

    // A reading of any of its points, be it unchanged. Cheap: at every reading.
    void heard(Uptime at) {
        if (heard_ < at) heard_ = at;
    }
    // Whether it has just fallen silent: then all its points are to be taken as not answering.
    [[nodiscard]] bool take_silenced() { return std::exchange(silenced_, false); }

    [[nodiscard]] Subject subject() const { return {"device", coverage_.watch().id}; }
    [[nodiscard]] std::vector<PointId> points() const;
    [[nodiscard]] static bool wants_looks() { return false; }
    void describe(State& state) const;
    [[nodiscard]] const DeviceWatch& nameless() const { return coverage_.watch(); }
    [[nodiscard]] const std::string& identity() const { return identity_; }

  private:
    void become(DeviceState state, Uptime at, std::optional<Uptime> after, std::string_view reason,
                Events& events);
    void identify(const Reading& reading, Events& events);

    Coverage coverage_;
    PointId online_, identity_point_;
    std::string identity_;
    DeviceState state_ = DeviceState::unknown;
    Uptime since_, heard_;
    bool silent_ = false, silenced_ = false;
};

}  // namespace sealwarden
