// Doors at which something goes on that explains what they do: somebody works on them, or a visit
// is loaded or unloaded there.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "firmware/core/access/access_acts.hpp"
#include "firmware/core/rules.hpp"

namespace sealwarden {

// Maintenance of a door:  begin ----> begun ---- end, or the limit is over ----> ended
struct Maintenance {
    std::optional<Uptime> until;
    std::string person, ended_by;  // "limit": nobody said so in time
    std::string reason;
    template <class Self, class Fields>
    static void fields(Self& self, Fields& f) {
        f("until_ts", self.until);
        f("person", self.person);
        f("ended_by", self.ended_by);
        f.personal("reason", self.reason);
    }
    friend bool operator==(const Maintenance&, const Maintenance&) = default;
};

class DoorWork {
  public:
    void configure(const Circumstances& circumstances);
    void restore(const Record& record, const Circumstances& circumstances);
    void apply(const BeginMaintenance& act, const Asked& asked, Events& events);
    void apply(const EndMaintenance& act, const Asked& asked, Events& events);
    void take(const Event& said, const Circumstances& circumstances, Events& events);
    void tick(const Circumstances& circumstances, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const { return deadline_; }
    void carry(const Circumstances& circumstances, Events& events) const;
    [[nodiscard]] static RecordKind record_kind();

    // `maintenance` true on all that a door says while it is worked on; `loading` true on a dock
    // door's warned and held while a visit stands there.
    void mark(Event& event) const;

  private:
    // A door that was held open while a visit was worked on.
    struct Held {
        Uptime open_since;
        std::optional<Uptime> due;  // the visit has left: when it is held for nobody's sake
        std::string visit;          // that left last
    };
    void arrived(const std::string& visit, const std::string& door);
    // The dock is free, and gets the time to be closed that any opening has.
    void left(const Event& said);
    void tell_held(const Circumstances& circumstances, Events& events);
    void plan();

    std::unordered_map<std::string, std::chrono::milliseconds> docks_;  // held_open_after
    std::map<std::string, Maintenance, std::less<>> under_;             // by door
    std::unordered_map<std::string, std::string> visits_;               // visit -> door
    std::unordered_map<std::string, std::set<std::string>> at_;         // door -> visits
    std::map<std::string, Held> held_;                                  // by door
    std::optional<Uptime> deadline_;
};

}  // namespace sealwarden
