// Cross-check: a door opens while the reader of an electronic seal on it says that the seal is
// intact. A seal in custody on a container is looked after by its visit (visit.deviation
// opened_without_cut).
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "firmware/core/access/finding.hpp"
#include "firmware/core/rules.hpp"

namespace sealwarden {

class SealedDoors {
  public:
    void configure(const Circumstances& circumstances);
    void take(const Event& said, Events& events);
    void tick(Uptime now, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const;

  private:
    // The seal may have been opened before its door, and its reader looked at later: it has until
    // then to say so.
    struct Doubt {
        std::string door, seal;
        Span opening;
    };

    std::unordered_map<std::string, std::vector<std::string>> seals_at_;   // by door
    std::unordered_map<std::string, std::chrono::milliseconds> patience_;  // by seal
    std::unordered_map<std::string, bool> intact_;                         // as last told
    std::multimap<Uptime, Doubt> doubts_;
};

}  // namespace sealwarden
