// A seal, as its reader sees it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/core/fact.hpp"
#include "firmware/core/site.hpp"

namespace sealwarden {

//            any point lost
//   unknown <---------------- (every state)          absent <-- not present, or no number
//      |                                                ^
//      | all read again                                 v
//      +-----------------> present, intact, open or tampered: the worst of what is configured
//
//   present   nothing but its presence is known about (neither `intact` nor `tamper` configured)
//   tampered > open > intact
//
// A reader that is lost is not an absent seal: the seal is unknown until the reader answers. What
// is read of a seal that is absent is not told. Another number is another seal: seal_number, with
// the number before it, also when nobody saw the change.
enum class SealState { unknown, absent, present, intact, open, tampered };
[[nodiscard]] std::string_view to_string(SealState state);

class Seal {
  public:
    explicit Seal(SealOptions options);

    void apply(const Reading& reading, Events& events);
    void tick(Uptime now, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const;

    [[nodiscard]] Subject subject() const { return {"seal", options_.id}; }
    [[nodiscard]] std::vector<PointId> points() const;
    [[nodiscard]] static bool wants_looks() { return false; }
    void describe(State& state) const;
    [[nodiscard]] SealOptions nameless() const;

  private:
    // The newest change of any point: the time of the state that follows from it.
    struct Cause {
        Uptime at;
        std::optional<Uptime> after;
        PointId source;
        std::optional<std::uint64_t> raw;
    };
    void number(const Reading& reading);
    void feed(std::optional<Contact>& contact, const Reading& reading);
    void take(const std::vector<ContactNews>& news);
    void caused(Cause cause);
    void decide(Events& events);
    [[nodiscard]] SealState now() const;
    [[nodiscard]] ContactLevel lost() const;
    [[nodiscard]] Level presence() const;
    [[nodiscard]] Event event(EventKind kind) const;

    SealOptions options_;
    std::optional<Contact> present_, intact_, tamper_;
    std::vector<Fact> battery_;  // none or one
    struct Number {
        Why why = Why::never_read;
        std::optional<Fault> fault;
        std::string text;  // empty: none
        friend bool operator==(const Number& a, const Number& b) {
            return a.why == b.why && a.text == b.text;
        }
    };
    Settle<Number> number_;
    std::string last_number_;  // of the last seal that had one
    SealState state_ = SealState::unknown;
    Why told_why_ = Why::never_read;
    Uptime since_{};
    std::optional<Cause> cause_;
};

}  // namespace sealwarden
