// Who may hold a connection: so many in all, so many of one address. When all places are taken, the
// one that has kept us waiting longest gives way, of that address when it is the address's places;
// and where all of its connections work, the oldest stream of the user who has most streams there,
// if he has more than one: a browser comes back to a stream by itself. Pure; time is an argument.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "drivers/reading.hpp"

namespace sealwarden::console {

struct AdmissionLimits {
    std::size_t connections = 512;
    std::size_t per_address = 64;
    std::size_t refusals = 8;  // beyond the limits so many are told 503; more are just closed
};

class Admission {
  public:
    using Id = std::uint64_t;
    enum class Verdict {
        welcome,
        full,    // say 503 and close; counts as a refusal until it leaves
        closed,  // close at once
    };
    struct Answer {
        Verdict verdict = Verdict::closed;
        Id id = 0;                // of this connection; of `closed` none
        std::optional<Id> evict;  // this one is closed for it
    };

    explicit Admission(AdmissionLimits limits) : limits_{limits} {}

    // `address` without the port; of the unix socket the user.
    Answer arrives(const std::string& address, Uptime now);
    // It waits for the peer to say something (handshake, header, next request) since then …
    void waits(Id id, Uptime now);
    // … or has been asked something, and is not evicted …
    void works(Id id);
    // … or is told what happens, for as long as it lasts: a stream of this user.
    void streams(Id id, const std::string& user);
    void leaves(Id id);
    [[nodiscard]] std::size_t connections() const { return places_.size() - refusals_; }

  private:
    struct Place {
        std::string address;
        bool refusal = false;
        std::optional<Uptime> waits_since;
        std::string streams_to;  // the user; empty: it is no stream
    };
    // An empty address: of all.
    [[nodiscard]] std::optional<Id> longest_waiting(const std::string& address) const;
    [[nodiscard]] std::optional<Id> stream_of_the_greediest(const std::string& address) const;

    AdmissionLimits limits_;
    std::map<Id, Place> places_;
    std::map<std::string, std::size_t> of_address_;
    std::size_t refusals_ = 0;
    Id last_ = 0;
};

}  // namespace sealwarden::console
