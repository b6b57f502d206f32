// What every set of rules above the sensors has in common. Each one (People, Custody, Visits,
// Access, CrossChecks, Cases, TestRegister) owns its state, copies whole, and speaks to the others
// by events only:
//
//   void restore(const Record&, const Circumstances&);          the newest event of one subject
//   void apply(const SomeAct&, const Asked&, Events&);           a person's act: events, or a
//   refusal void take(const Event&, const Circumstances&, Events&);      something was said, by
//   whomever void tick(const Circumstances&, Events&);                    time passed
//   std::optional<Uptime> deadline() const;                      when tick() is next worth calling
//   void describe(const Circumstances&, std::vector<State>&) const;  retained states, where it has
//   some static std::span<const RecordKind> record_kinds();
//
// What it says is taken by all of them, itself included, and by the alarms. An event whose main
// subject is one of its records carries that record's whole state (write_fields), so the newest
// event of each subject rebuilds it: the log is the only snapshot.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "firmware/core/act.hpp"
#include "firmware/core/event.hpp"
#include "firmware/core/fields.hpp"

namespace sealwarden {

// Subjects of one kind whose newest event is their state.
struct RecordKind {
    std::string_view subject;           // "visit"
    std::span<const EventKind> states;  // events that carry the whole state
    std::span<const EventKind> ends;    // of those: behind it nothing needs to be remembered
};

// A record's state once more: the log that held it was set aside. `last_kind` is the kind it was
// told by.
template <class T>
[[nodiscard]] Event carried_record(Subject subject, EventKind last_kind, const T& value,
                                   const Now& now) {
    Event event;
    event.kind = EventKind::record_carried;
    event.at = now.at;
    event.subjects = {std::move(subject)};
    write_fields(value, now, event);
    event.data["last_kind"] = std::string{to_string(last_kind)};
    return event;
}

// Of tens of thousands of records that are to be carried, those that are carried now: `make` is
// called for each of them.
class CarriedPiece {
  public:
    CarriedPiece(std::size_t from, std::size_t most, Events& events)
        : skipped_{from}, room_{most}, events_{events} {}
    template <class Make>
    void offer(const Make& make) {
        if (skipped_ > 0) {
            --skipped_;
        } else if (room_ > 0) {
            --room_;
            events_.push_back(make());
        }
    }

  private:
    std::size_t skipped_, room_;
    Events& events_;
};

}  // namespace sealwarden
