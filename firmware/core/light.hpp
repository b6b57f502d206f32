// A lamp circuit and, where there is one, the photocell that says whether it is dark (CTPAT 9.6).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "firmware/core/fact.hpp"
#include "firmware/core/settle.hpp"
#include "firmware/core/site.hpp"

namespace sealwarden {

//             lamp read                   dark and the lamp off, lasted `settle`
//   unknown ------------> on <--> off ----------------------------------------> failed
//      ^                   ^       ^                                              |
//      +-- lamp or dark    +-------+-- no longer, lasted `settle`: light.well ----+
//          cannot be read (from any)
//
// Without a photocell it is never known to be dark, and nothing fails.
enum class LightState { unknown, on, off, failed };
[[nodiscard]] std::string_view to_string(LightState state);

class Light {
  public:
    explicit Light(LightOptions options);

    void apply(const Reading& reading, Events& events);
    void tick(Uptime now, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const;

    [[nodiscard]] Subject subject() const { return {"light", options_.id}; }
    [[nodiscard]] std::vector<PointId> points() const;
    [[nodiscard]] static bool wants_looks() { return false; }
    void describe(State& state) const;
    [[nodiscard]] LightOptions nameless() const;

  private:
    // Dark without light, as far as it can be known.
    enum class Failing { unknown, no, yes };

    void settle(Events& events, std::size_t from, Uptime at, std::optional<Uptime> after);
    void weigh(Events& events, Uptime at, std::optional<Uptime> after);
    [[nodiscard]] Failing failing() const;
    [[nodiscard]] LightState now() const;
    [[nodiscard]] const Contact* lost() const;

    LightOptions options_;
    Fact lamp_;
    std::optional<Contact> dark_;
    Settle<Failing> failing_;
    LightState state_ = LightState::unknown;
    Why told_why_ = Why::never_read;
    Uptime since_{};
};

}  // namespace sealwarden
