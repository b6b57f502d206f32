// A cabinet: its lid.
#pragma once

#include <string_view>
#include <vector>

#include "firmware/core/contact.hpp"
#include "firmware/core/event.hpp"
#include "firmware/core/site.hpp"

namespace sealwarden {

//              lid inactive                  lid active
//   unknown ----------------> closed <----------------------> open
//      ^                        |                               |
//      +------ lid unknown -----+-------------------------------+
//
// An opening that only a counter or latch saw is told as opened and closed, `between_polls` true.
enum class CabinetState { unknown, closed, open };
[[nodiscard]] std::string_view to_string(CabinetState state);

class Cabinet {
  public:
    explicit Cabinet(CabinetOptions options) : options_{std::move(options)}, lid_{options_.lid} {}

    void apply(const Reading& reading, Events& events);
    void tick(Uptime now, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const { return lid_.deadline(); }

    [[nodiscard]] Subject subject() const { return {"cabinet", options_.id}; }
    [[nodiscard]] std::vector<PointId> points() const { return lid_.points(); }
    [[nodiscard]] bool wants_looks() const { return lid_.wants_looks(); }
    void describe(State& state) const;
    [[nodiscard]] CabinetOptions nameless() const;

  private:
    void take(const std::vector<ContactNews>& news, Events& events);
    void take(const ContactChange& change, Events& events);
    void take(const Activations::Hidden& hidden, Events& events);
    void take(const CounterRestarted& restarted, Events& events) const;
    // That nobody looked is told of the device; what opened meanwhile is hidden news.
    void take(const Recounted&, Events&) const {}

    CabinetOptions options_;
    Contact lid_;
    CabinetState state_ = CabinetState::unknown;
    Uptime since_{};
};

}  // namespace sealwarden
