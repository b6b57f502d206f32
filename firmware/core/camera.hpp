// A camera by its relays: operating, recording, untampered.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "firmware/core/fact.hpp"
#include "firmware/core/site.hpp"

namespace sealwarden {

// Three facts of their own, and the worst of them as the state:
//
//   unknown  any configured relay is unknown
//   failed > tampered > not_recording > ok   otherwise, the first that is true
//
// Relays are normally energised: a cut wire reads as the fault. A relay that is lost makes one
// camera_unknown; when it answers again its fact is told again.
enum class CameraState { unknown, ok, failed, tampered, not_recording };
[[nodiscard]] std::string_view to_string(CameraState state);

class Camera {
  public:
    explicit Camera(CameraOptions options);

    void apply(const Reading& reading, Events& events);
    void tick(Uptime now, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const;

    [[nodiscard]] Subject subject() const { return {"camera", options_.id}; }
    [[nodiscard]] std::vector<PointId> points() const;
    [[nodiscard]] static bool wants_looks() { return false; }
    void describe(State& state) const;
    [[nodiscard]] CameraOptions nameless() const;

  private:
    void settle(Events& events, std::size_t from, Uptime at, std::optional<Uptime> after);
    [[nodiscard]] CameraState now() const;
    [[nodiscard]] const Fact* lost() const;

    CameraOptions options_;
    std::vector<Fact> facts_;
    std::optional<std::size_t> operating_, recording_, untampered_;  // where they are in facts_
    CameraState state_ = CameraState::unknown;
    Why told_why_ = Why::never_read;
    Uptime since_{};
};

}  // namespace sealwarden
