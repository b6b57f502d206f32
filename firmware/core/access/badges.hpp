// What becomes of a badge: granted or denied, taken or not; and who is in which zone.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "firmware/core/access/finding.hpp"
#include "firmware/core/access/people.hpp"
#include "firmware/core/rules.hpp"

namespace sealwarden {

// Why a badge is denied; the first of these that is true.
enum class Denial {
    unknown_badge,
    revoked,
    not_yet_valid,
    expired,
    wrong_zone,
    outside_hours,  // ZoneOptions::schedule
    anti_passback
};
[[nodiscard]] std::string_view to_string(Denial why);
[[nodiscard]] std::span<const Denial> values(Denial);

// Where somebody was let in last. A zone without a reader that leaves it is not kept: nobody would
// ever come out of it.
struct Presence {
    std::vector<std::string> inside;  // zones
    std::string reader;               // of the last grant
    std::optional<Uptime> granted;    // of the last one that was taken or still may be
    bool waits = false;               // it still may be
    template <class Self, class Fields>
    static void fields(Self& self, Fields& f) {
        f("inside", self.inside);
        f("reader", self.reader);
        f("granted_ts", self.granted);
        f.added("waits", self.waits);
    }
    friend bool operator==(const Presence&, const Presence&) = default;
};

//                       door opens within its access time
//   granted ---------------------------------------------------> taken
//      |   \  no door, or it stands open: at once                  ^
//      |    +------------------------------------------------------+
//      +-- the time is over -----------------------------------> not taken
//
//   denied ---- door opens within the time, and no grant or request to exit explains it: finding
//
// A door that opens takes every grant that may have come before it: two who show their badges and
// go in together cannot be told apart. One whose time a restart falls into is told as not taken,
// and blind: whether its door opened nobody saw.
class Badges {
  public:
    void configure(const Circumstances& circumstances);
    void restore(const Record& record, const Circumstances& circumstances);
    void take(const Event& said, const Circumstances& circumstances, Events& events);
    void tick(const Circumstances& circumstances, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const;
    void carry(const Circumstances& circumstances, Events& events) const;
    [[nodiscard]] static RecordKind record_kind();

  private:
    // What the configuration says of a reader.
    struct Place {
        std::vector<std::string> doors, enters, leaves;
        std::vector<std::string> counted;       // of those that it enters: zones that can be left
        std::vector<Schedule> hours;            // of those that it enters, each of them
        std::chrono::milliseconds patience{0};  // until an opening was told, had there been one
    };
    struct Opening {
        Span span;
        bool explained = false;  // by a grant or a request to exit
    };
    struct DoorView {
        std::chrono::milliseconds access_time{0}, patience{0};
        Level level = Level::unknown;
        std::optional<Opening> last;
    };
    // A badge that was presented, while its door may open.
    struct Attempt {
        Span presented;
        std::string reader;
        std::string person;  // empty: unknown
        std::vector<Subject> subjects;
        std::optional<Denial> denied = {};
        bool blind = false;  // its door was unknown at some time since
        // What a grant that is not taken leaves behind.
        std::string reader_before = {};
        std::optional<Uptime> granted_before = {};
    };

    void decide(const Event& presented, const Circumstances& circumstances, Events& events);
    [[nodiscard]] std::optional<Denial> denial(const Person* person, const Place& place,
                                               const std::string& reader, Uptime at,
                                               const Circumstances& circumstances) const;
    [[nodiscard]] bool came_back(const Person& person, const Place& place,
                                 const std::string& reader, Uptime at,
                                 const AccessOptions& options) const;
    // Whether what is known of its doors already answers it.
    bool answered(const Attempt& attempt, const Place& place, const Circumstances& circumstances,
                  Events& events);
    void opened(const Event& opened, const Circumstances& circumstances, Events& events);
    void blinded(const std::string& door);
    void tell_taken(const Attempt& attempt, std::string_view how, std::int64_t together,
                    const Event& cause, const Circumstances& circumstances, Events& events);
    static void tell_denied_and_opened(const Attempt& attempt, const std::string& door, Span span,
                                       Events& events);
    [[nodiscard]] const Place& place_of(const std::string& reader) const;
    // Its grants are states of the person's presence, those that come to nothing too.
    static void tell_presence(EventKind kind, const Attempt& attempt, const Presence& presence,
                              const Event& cause, const Circumstances& circumstances,
                              std::map<std::string, Datum> more, Events& events);

    std::unordered_map<std::string, Place> places_;        // by reader
    std::unordered_map<std::string, DoorView> doors_;      // configured ones
    std::unordered_map<std::string, Presence> presences_;  // by person
    std::multimap<Uptime, Attempt> attempts_;              // by when their time is over
};

}  // namespace sealwarden
