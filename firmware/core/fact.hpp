// One yes-or-no of a thing (recording, tampered, on battery) with the event kind of each answer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "firmware/core/contact.hpp"
#include "firmware/core/event.hpp"

namespace sealwarden {

[[nodiscard]] inline Event make_event(EventKind kind, std::vector<Subject> subjects, Uptime at,
                                      std::optional<Uptime> after = {}) {
    Event event;
    event.kind = kind;
    event.at = at;
    event.after = after;
    event.subjects = std::move(subjects);
    return event;
}

// Why something is unknown, as an event and a state say it.
void explain(std::map<std::string, Datum>& data, const ContactLevel& level);
// device.restarted, as the counter of `thing` tells it.
[[nodiscard]] Event restarted_event(const CounterRestarted& restarted, Subject thing);
// true, false or null.
[[nodiscard]] Datum truth(Level level, bool when_active = true);

[[nodiscard]] inline std::optional<Uptime> sooner(std::optional<Uptime> a,
                                                  std::optional<Uptime> b) {
    if (!a) return b;
    if (!b) return a;
    return *a < *b ? a : b;
}

// Events follow when an answer differs from the last one told; an unknown of it is told by the
// thing it belongs to, which then wants the answer told again (forget()).
class Fact {
  public:
    Fact(ContactOptions contact, EventKind when_active, EventKind when_inactive)
        : contact_{std::move(contact)}, when_active_{when_active}, when_inactive_{when_inactive} {}

    // Each event waits with its subject still to be set.
    void apply(const Reading& reading, Events& events);
    void tick(Uptime now, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const { return contact_.deadline(); }
    [[nodiscard]] const Contact& contact() const { return contact_; }
    [[nodiscard]] const ContactLevel& level() const { return contact_.level(); }
    [[nodiscard]] Level told() const { return told_; }
    [[nodiscard]] bool is(Level level) const { return contact_.level().level == level; }
    [[nodiscard]] std::vector<PointId> points() const { return contact_.points(); }
    void forget() { told_ = Level::unknown; }

  private:
    void tell(const std::vector<ContactNews>& news, Events& events);

    Contact contact_;
    EventKind when_active_, when_inactive_;
    Level told_ = Level::unknown;
};

}  // namespace sealwarden
