// What people do with alarms besides acknowledging them (ISA-18.2: shelve, out of service). To
// silence is not to acknowledge: the horn stops, the alarm still waits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware/core/act.hpp"

namespace sealwarden {

struct ShelveAlarm {
    static constexpr ActInfo info{"alarm.shelve", "Sets an alarm aside for a time, with a reason"};
    std::string alarm;
    std::int64_t minutes = 0;
    std::string reason;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("alarm", self.alarm, "id of the alarm");
        a("minutes", self.minutes, "for how long");
        a.prose("reason", self.reason, "why");
        a("person", self.person, "who does it, a registered person");
    }
};
struct UnshelveAlarm {
    static constexpr ActInfo info{"alarm.unshelve", "Ends the shelving"};
    std::string alarm;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("alarm", self.alarm, "id of the alarm");
        a("person", self.person, "who does it, a registered person");
    }
};
struct TakeOutOfService {
    static constexpr ActInfo info{"alarm.disable", "Takes an alarm out of service, on authority"};
    std::string alarm;
    std::string authority;
    std::string reason;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("alarm", self.alarm, "id of the alarm");
        a("authority", self.authority, "on whose authority, a registered person");
        a.prose("reason", self.reason, "why");
        a("person", self.person, "who does it, a registered person");
    }
};
struct ReturnToService {
    static constexpr ActInfo info{"alarm.enable", "Puts it back into service"};
    std::string alarm;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("alarm", self.alarm, "id of the alarm");
        a("person", self.person, "who does it, a registered person");
    }
};

struct SilenceAlarm {
    static constexpr ActInfo info{"alarm.silence",
                                  "Stops the sound of an alarm; it is not acknowledged by that"};
    std::string alarm;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("alarm", self.alarm, "id of the alarm");
        a("person", self.person, "who does it, a registered person");
    }
};

using AlarmActs =
    std::variant<ShelveAlarm, UnshelveAlarm, TakeOutOfService, ReturnToService, SilenceAlarm>;

}  // namespace sealwarden
