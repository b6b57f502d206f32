// Who may hold a connection: so many in all, so many of one address, and when all places are taken
// the one that has kept us waiting longest gives way. Pure; time is an argument.
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
    // … or has been asked something, and is not evicted.
    void works(Id id);
    void leaves(Id id);
    [[nodiscard]] std::size_t connections() const { return places_.size() - refusals_; }

  private:
    struct Place {
        std::string address;
        bool refusal = false;
        std::optional<Uptime> waits_since;
    };
    [[nodiscard]] std::optional<Id> longest_waiting() const;

    AdmissionLimits limits_;
    std::map<Id, Place> places_;
    std::map<std::string, std::size_t> of_address_;
    std::size_t refusals_ = 0;
    Id last_ = 0;
};

}  // namespace sealwarden::console
