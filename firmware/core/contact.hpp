// One wire pair: what its readings say, once they lasted.
#pragma once

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "firmware/core/activations.hpp"
#include "firmware/core/options.hpp"
#include "firmware/core/settle.hpp"

namespace sealwarden {

//                 reads inactive, lasted `settle`
//   unknown <---------------------------------------> inactive
//      ^  \      a fault, at once; trouble that lasted     ^
//      |   \                                               | lasted `settle`
//      |    +----------> active <--------------------------+
//      +-------------------+
//
// A fault counts at once: it has survived the driver's retries. A cut, short, in-between or
// disagreement has to last like any other change, because a door in motion passes through them.
// A contact that finds no rest for ten times `settle` (at least 1 s) is unknown, "chattering".
//
// Behind a restart of the gateway or a silence of the device the counter is compared with what it
// was before: what it counted meanwhile was not watched.
//
// Limit: a counter that starts anew (or belongs to a device put in its place) and already stands a
// little higher than the old one cannot be told from openings while nobody looked.
enum class Level { unknown, inactive, active };
enum class Why { known, never_read, fault, cut, shorted, in_between, disagree, chattering };
[[nodiscard]] std::string_view to_string(Level level);
[[nodiscard]] std::string_view to_string(Why why);

struct ContactLevel {
    Level level = Level::unknown;
    Why why = Why::never_read;
    std::optional<Fault> fault;  // of Why::fault, the newest
    // Another fault of a contact that is lost already is no news.
    friend bool operator==(const ContactLevel& a, const ContactLevel& b) {
        return a.level == b.level && a.why == b.why;
    }
};

struct ContactChange {
    ContactLevel from, to;
    Level was = Level::unknown;  // the last level that was known, also before an unknown
    Uptime at;  // when the old state was left (the first edge); from unknown: when the new one came
    std::optional<Uptime> after;  // the last look at which it was not so yet
    PointId source;
    std::optional<std::uint64_t> raw;
};

// The counter went backwards or leapt: its device has started anew. No activation follows from it.
struct CounterRestarted {
    PointId source;
    Uptime at;
    std::optional<Uptime> after;
    std::int64_t from = 0, to = 0;
};

// How many activations it counted in (after, at], in which nobody looked; 0: there was none. What
// the level did not show of them is told as hidden besides.
struct Recounted {
    PointId source;
    Uptime at, after;
    std::int64_t from = 0, to = 0, count = 0;
};

using ContactNews = std::variant<ContactChange, Activations::Hidden, CounterRestarted, Recounted>;

// What was known when the gateway ended.
struct ContactPast {
    Uptime until;  // and of nothing later
    std::int64_t counter = 0;
    std::int64_t uncounted = 0;  // activations that were seen, and that it had not counted yet
    bool active = false;
};

class Contact {
  public:
    explicit Contact(ContactOptions options);

    // Before the first reading.
    void resume(const ContactPast& past);
    // Appends what follows from the reading; readings of foreign points do nothing.
    void apply(const Reading& reading, std::vector<ContactNews>& news);
    void tick(Uptime now, std::vector<ContactNews>& news);
    [[nodiscard]] std::optional<Uptime> deadline() const;

    [[nodiscard]] const ContactLevel& level() const { return settle_.value(); }
    // As last read, while it answers.
    [[nodiscard]] std::optional<std::int64_t> counter() const {
        return unwatched_since_ ? std::nullopt : counter_;
    }
    [[nodiscard]] std::int64_t uncounted() const { return activations_.uncounted(); }
    [[nodiscard]] std::vector<PointId> points() const;
    // Whether it waits for the next look at the level, be it unchanged.
    [[nodiscard]] bool wants_looks() const { return activations_.waiting(); }

  private:
    void see(const Reading& reading, std::vector<ContactNews>& news);
    void count(const Reading& reading, std::vector<ContactNews>& news);
    void latch(const Reading& reading);
    void tell(const Settle<ContactLevel>::Change& change, std::vector<ContactNews>& news);
    void tell_hidden(Uptime now, std::vector<ContactNews>& news);
    [[nodiscard]] ContactLevel read(const Reading& reading) const;
    [[nodiscard]] ContactLevel band(std::int64_t value) const;
    [[nodiscard]] ContactLevel together() const;

    ContactOptions options_;
    Settle<ContactLevel> settle_;
    Activations activations_;
    ContactLevel main_, opposite_;
    Level was_ = Level::unknown;
    std::optional<Uptime> known_until_;  // the last look before the present unknown
    std::optional<std::int64_t> counter_;
    std::optional<Uptime> unwatched_since_;  // while the counter does not answer: its last look
    std::optional<ContactPast> past_;
    std::optional<bool> latched_;
    std::optional<std::uint64_t> raw_;
    PointId source_;
};

}  // namespace sealwarden
