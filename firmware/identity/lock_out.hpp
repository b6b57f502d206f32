// Lock-out with back-off against guessing, per account and per address. Pure: the counters that are
// kept and the time are arguments.
//
//   free --failure, up to `free` of them--> free --one more--> locked for `first`, then twice as
//    ^                                        long each time, up to `longest`
//    '--- `forgotten` after the last failure, or a sign-in that fits (of its own pair alone)
//
// A wrong password counts three times: for the user at this address, for this address, and for the
// user wherever it came from. The last two could lock the real user out by a stranger's guesses (a
// whole site may be behind one address), so they do not hold at an address where the user signed in
// before; there only the first does. At the figures below an address has 13 tries in its first hour
// and 4 in each later one at one user, and all addresses together 38 and then 4 at one user: under
// the 100 of the threat model.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sealwarden::identity {

using Milliseconds = std::int64_t;  // epoch, or a length

struct Failures {
    std::int64_t count = 0;
    Milliseconds last = 0, until = 0;  // locked until
    friend bool operator==(const Failures&, const Failures&) = default;
};

struct BackOff {
    std::int64_t free = 5;  // failures without a wait
    Milliseconds first = 30'000, longest = Milliseconds{15} * 60'000;
    Milliseconds forgotten = Milliseconds{60} * 60'000;  // after the last failure

    // How long nothing is taken from now on; 0: it is. Never longer than `longest`, whatever the
    // clock did in between.
    [[nodiscard]] Milliseconds wait(const Failures& so_far, Milliseconds now) const;
    [[nodiscard]] Failures one_more(const Failures& so_far, Milliseconds now) const;
    // The failure that led from `before` to `after` was none; others may have come since. What they
    // locked stays locked.
    [[nodiscard]] static Failures without(Failures now, const Failures& before,
                                          const Failures& after);
};

struct LockOut {
    BackOff pair{.free = 5};      // a user at an address
    BackOff address{.free = 20};  // whoever is tried from it: a whole site may be behind one
    BackOff user{.free = 30};     // wherever it comes from

    struct State {
        Failures pair, address, user;
        bool known = false;  // the user signed in from this address before
    };
    [[nodiscard]] Milliseconds wait(const State& state, Milliseconds now) const;
    // Counted before the password is looked at, so that many at once are not more than one by one.
    [[nodiscard]] State attempt(State state, Milliseconds now) const;
    struct Attempt {
        State before, after;
    };
    // It did fit: the pair begins anew, the others had one failure fewer.
    [[nodiscard]] static State succeeded(State now, const Attempt& attempt);
    // It was not looked at after all.
    [[nodiscard]] static State withdrawn(State now, const Attempt& attempt);
};

// Under which an address is counted: an IPv4 address, the first 64 bits of an IPv6 address (whoever
// has one has all behind them), anything else ("uid:1000(ana)") as it is.
[[nodiscard]] std::string counted_address(std::string_view peer);

}  // namespace sealwarden::identity
