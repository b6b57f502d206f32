// Openings that only a counter or a latch has seen.
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <vector>

#include "drivers/reading.hpp"

namespace sealwarden {

// Something happened in (after, at].
struct Span {
    Uptime after = Uptime::min();
    Uptime at;
    friend bool operator==(const Span&, const Span&) = default;
};

// Weighs what a counter proves against what the level showed. The two come in requests of their
// own, in either order, so each is an interval: an activation that was seen explains one step of
// the counter when their intervals overlap. What no seen activation explains, once the level was
// looked at after the counter, was hidden between two looks.
//
// `settle` is how long the level may bounce: so long behind its first edge a look may still show
// the old level, and proves nothing.
class Activations {
  public:
    struct Hidden {
        std::uint32_t count = 0;
        Span span;
        PointId source;
        std::optional<std::uint64_t> raw;
    };

    explicit Activations(UptimeClock::duration settle) : settle_{settle} {}

    void saw(Span span);       // the level showed an activation
    void moved(Hidden proof);  // the counter or latch proves so many
    void looked(Uptime at);    // the level was read
    void forget();             // the counter started anew: nothing before it can be compared

    // What is certain by now. `resting`: the level is known and nothing of it is pending; without
    // that only what waited for `patience` is given out.
    std::vector<Hidden> take(Uptime now, bool resting);
    [[nodiscard]] std::optional<Uptime> deadline() const;
    // Seen, and not counted yet.
    [[nodiscard]] std::int64_t uncounted() const { return std::ssize(seen_); }
    [[nodiscard]] bool waiting() const { return !moves_.empty(); }

  private:
    struct Explained {
        Span seen, step;
    };
    void match();

    UptimeClock::duration settle_;
    std::vector<Span> seen_;
    std::vector<Hidden> moves_;
    // Which step was its own is not certain when the next one overlaps it too: then the one that is
    // left over may be either, and its interval covers both.
    std::vector<Explained> explained_;
    Uptime looked_ = Uptime::min();
};

}  // namespace sealwarden
