// A badge reader: which badge was presented, and when.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "firmware/core/contact.hpp"
#include "firmware/core/event.hpp"
#include "firmware/core/site.hpp"

namespace sealwarden {

//          number or `fresh` read         another number, or `fresh` says new
//   unknown -----------------> ready ------------------------------------------+
//      ^                       |   ^                                           |
//      +-- fault of either ----+   +----------------- presented <--------------+
//
// After a fault of the number alone, only the number makes it ready again.
// The badge is personal: its number goes beside the entry, never into it. A badge held in the
// field is one presentation. With a `fresh` point the number may stay from the last badge, so what
// is there at the start is old; the number counts as read after `fresh` spoke.
enum class ReaderState { unknown, ready };
[[nodiscard]] std::string_view to_string(ReaderState state);

class BadgeReader {
  public:
    explicit BadgeReader(ReaderOptions options) : options_{std::move(options)} {}

    void apply(const Reading& reading, Events& events);
    void tick(Uptime now, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const;

    // Presentations since the last call; they count for doors before their number is known.
    [[nodiscard]] std::vector<Span> take_presented();

    [[nodiscard]] Subject subject() const { return {"reader", options_.id}; }
    [[nodiscard]] std::vector<PointId> points() const;
    [[nodiscard]] bool wants_looks() const { return waiting_.has_value(); }
    void describe(State& state) const;
    [[nodiscard]] ReaderOptions nameless() const;
    [[nodiscard]] const std::string& id() const { return options_.id; }

  private:
    void number(const Reading& reading, Events& events);
    void fresh(const Reading& reading, Events& events);
    void lost(const Reading& reading, Events& events);
    void answers(const Reading& reading, Events& events);
    void present(Span when, PointId source, Events& events);
    [[nodiscard]] std::vector<Subject> subjects() const;

    ReaderOptions options_;
    ReaderState state_ = ReaderState::unknown;
    Uptime since_{};
    ContactLevel why_;
    std::string number_, facility_;
    bool ever_read_ = false, fresh_lost_ = false;
    std::optional<Value> fresh_;
    std::optional<Span> waiting_;      // `fresh` spoke; its number is not read yet
    std::optional<Uptime> presented_;  // when the last presentation was told
    std::vector<Span> untaken_;
};

}  // namespace sealwarden
