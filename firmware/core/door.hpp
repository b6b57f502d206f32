// A door: its contact, its tamper contact, who may open it, how long it may stand open.
#pragma once

#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "firmware/core/contact.hpp"
#include "firmware/core/event.hpp"
#include "firmware/core/fields.hpp"
#include "firmware/core/site.hpp"

namespace sealwarden {

//              contact inactive                contact active
//   unknown -------------------> closed <------------------> open
//      ^ ^                         |                           |  \  held_open_after over: held
//      | +------ contact unknown --+                           |   \ opened without a grant: forced
//      +-------- contact unknown ------------------------------+
//
// The clock of `held` starts at the opening, not when a grant ends; `door.warned` comes before it.
// A lost contact is not a closed door: the door stays unknown until the contact answers again.
// `held` and `forced` last until the door is known to be closed.
enum class DoorState { unknown, closed, open };
[[nodiscard]] std::string_view to_string(DoorState state);

class Door {
  public:
    explicit Door(DoorOptions options);

    void apply(const Reading& reading, Events& events);
    void tick(Uptime now, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const;

    // A badge was presented at its reader in the span: an opening up to access_time later is
    // allowed. One that may have come before the opening counts, one that came after it does not.
    void grant(Span presented);
    // Conditions that held when the last boot ended, by their alarm kind.
    void restore(std::string_view alarm_kind);
    // How its counter stood (door_past.hpp), and until when it was watched.
    void resume(const Record& counted, Uptime until);

    [[nodiscard]] Subject subject() const { return {"door", options_.id}; }
    [[nodiscard]] std::vector<PointId> points() const;
    [[nodiscard]] bool wants_looks() const { return contact_.wants_looks(); }
    void describe(State& state) const;
    [[nodiscard]] DoorOptions nameless() const;
    [[nodiscard]] const std::optional<std::string>& reader() const { return options_.reader; }

  private:
    void take(const std::vector<ContactNews>& news, Events& events);
    void take(const ContactChange& change, Events& events);
    void take(const Activations::Hidden& hidden, Events& events);
    void take(const CounterRestarted& restarted, Events& events);
    void take(const Recounted& recounted, Events& events);
    // How the counter stands, for a gateway that starts again.
    void tell_counter(Event& moved) const;
    void take_tamper(const ContactChange& change, Events& events);
    void request_to_exit(const Reading& reading, Events& events);
    [[nodiscard]] bool asked_to_leave(Span opening) const;
    [[nodiscard]] bool allowed(Span opening) const;
    void tell_exit(Span opening, Event& said) const;
    [[nodiscard]] Event event(EventKind kind, Uptime at, std::optional<Uptime> after) const;
    [[nodiscard]] std::optional<Uptime> held_at() const;
    [[nodiscard]] std::optional<Uptime> warned_at() const;
    [[nodiscard]] std::optional<Uptime> stuck_at() const;

    DoorOptions options_;
    Contact contact_;
    std::optional<Contact> tamper_;
    DoorState state_ = DoorState::unknown;
    Uptime since_{};
    bool held_ = false, warned_ = false, forced_ = false, stuck_ = false;
    std::optional<bool> tampered_;          // as last told
    std::optional<Uptime> opened_at_;       // of the present opening, as far as known
    std::optional<Uptime> moved_at_;        // the last time it certainly moved, or was first seen
    std::deque<Span> grants_;               // by badges: the newest few
    std::deque<Span> exits_;                // requests to exit that are over: the newest few
    std::optional<Uptime> exit_requested_;  // while the request lasts: since when
};

}  // namespace sealwarden
