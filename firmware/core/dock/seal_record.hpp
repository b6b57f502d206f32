// Everything that is kept of one seal; each event about it carries all of it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "firmware/core/dock/custody_acts.hpp"
#include "firmware/core/dock/custody_state.hpp"
#include "firmware/core/fields.hpp"

namespace sealwarden {

// What the ledger of its lot says of a serial, whatever became of its number elsewhere: none is not
// of our stock; out was issued; spoiled and missing left the stock without being issued.
enum class StockPlace : std::uint8_t { none, in, out, spoiled, missing };
[[nodiscard]] std::string_view to_string(StockPlace place);
[[nodiscard]] std::span<const StockPlace> values(StockPlace);

// CTPAT 6.7: view, verify, tug, twist.
struct Checks {
    Check view{}, verify{}, tug{}, twist{};
    [[nodiscard]] bool complete() const {
        return view == Check::good && verify == Check::good && tug == Check::good &&
               twist == Check::good;
    }
    [[nodiscard]] bool any_done() const { return *this != Checks{}; }
    // Something is wrong with the seal itself, whatever its number.
    [[nodiscard]] bool body_bad() const {
        return view == Check::bad || tug == Check::bad || twist == Check::bad;
    }
    friend bool operator==(const Checks&, const Checks&) = default;
};
// Of an act that has the four.
template <class A>
[[nodiscard]] Checks checks_of(const A& act) {
    return {act.view, act.verify, act.tug, act.twist};
}

// Its reader says that it was cut, and whoever cut it may say so until the grace is over.
struct CutSeen {
    std::optional<Uptime> at, until;  // empty: nobody is waited for
    std::string reader;
    std::string says;  // open, tampered
    friend bool operator==(const CutSeen&, const CutSeen&) = default;
};

struct SealRecord {
    std::string id;               // normalised; the subject
    std::optional<Uptime> since;  // of the newest act
    CustodyState state = CustodyState::unseen;
    StockPlace stock = StockPlace::none;
    std::string as_read;    // the last time
    std::string lot;        // empty: not of our stock
    std::string container;  // it is or was on; or it was issued for
    std::string door;       // where that container stood
    std::string holder;     // whom it was issued to
    std::string person;     // who did the last act
    Checks checks;          // the last ones
    std::string document;   // the number or numbers it was compared with
    std::string authority;  // who broke or removed it, or ordered it
    std::string replaces;   // a seal that was broken
    std::string replaced_by;
    std::string held_at;
    bool foreign = false;       // put on by an authority or a shipper
    bool inside_found = false;  // the cut seal was found inside; of both of a replaced pair
    // Its number came up where it cannot be: `was` and `was_container` is what was known of it
    // until then. They are also kept while a mismatch is open, which may turn out to be a
    // misreading.
    bool duplicate = false;
    CustodyState was = CustodyState::unseen;
    std::string was_container;
    std::int64_t issues = 0, returns = 0;  // how often, for the ledger of its lot
    CutSeen cut;                           // while it is verified

    template <class Self, class Fields>
    static void fields(Self& self, Fields& f) {
        f("state", self.state);
        f("since_ts", self.since);
        f("stock", self.stock);
        f("as_read", self.as_read);
        f("lot", self.lot);
        f("container", self.container);
        f("door", self.door);
        f("holder", self.holder);
        f("person", self.person);
        f("view", self.checks.view);
        f("verify", self.checks.verify);
        f("tug", self.checks.tug);
        f("twist", self.checks.twist);
        f("document", self.document);
        f("authority", self.authority);
        f("replaces", self.replaces);
        f("replaced_by", self.replaced_by);
        f("held_at", self.held_at);
        f("foreign", self.foreign);
        f("inside_found", self.inside_found);
        f("duplicate", self.duplicate);
        f("was", self.was);
        f("was_container", self.was_container);
        f("issues", self.issues);
        f("returns", self.returns);
        f.added("cut_seen_ts", self.cut.at);
        f.added("cut_until_ts", self.cut.until);
        f.added("cut_seen_by", self.cut.reader);
        f.added("cut_seen_as", self.cut.says);
    }
    friend bool operator==(const SealRecord&, const SealRecord&) = default;
};

}  // namespace sealwarden
