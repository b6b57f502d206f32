// Whether each camera's stored picture was looked at in time (CTPAT 9.14, 9.15).
//
// A camera whose recorder is asked for stored pictures is to be looked at every so often (`every_h`
// of [camera_check]), on working days unless the site says otherwise: what falls on a Saturday, a
// Sunday or one of the site's holidays is due at the same hour of the next working day. Its time
// counts from the last look, at first from an hour behind the start that brought it. A look that
// comes later than `late_h` behind its time is missed, which is told once and stands until somebody
// looks. A good result needs a stored picture that nobody looked at yet and that shows a moment at
// most two periods ago: a recorder that stands still cannot be called good day after day.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "firmware/core/response/camera_check.hpp"
#include "firmware/core/rules.hpp"

namespace sealwarden {

class CameraChecks {
  public:
    void restore(const Record& record, const Circumstances& circumstances);
    // Behind the last restore(), and whenever the configuration is another one.
    void start(const Circumstances& circumstances);
    void apply(const CheckCamera& act, const Asked& asked, Events& events);
    void take(const Event& event, const Circumstances& circumstances, Events& events);
    void tick(const Circumstances& circumstances, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const { return next_; }
    void carry(const Circumstances& circumstances, Events& events) const;
    [[nodiscard]] static std::span<const RecordKind> record_kinds();

  private:
    // When time next has something to say of it; nothing: it is missed already.
    [[nodiscard]] std::optional<Uptime> wakes(const CameraCheck& check) const;
    void find_deadline();
    void count_from(CameraCheck& check, Uptime at, const Circumstances& circumstances) const;

    std::map<std::string, CameraCheck> checks_;  // by camera
    std::set<std::string> configured_;           // cameras that are to be looked at
    std::chrono::hours late_{0};
    Uptime started_{};
    std::optional<Uptime> next_;
};

}  // namespace sealwarden
