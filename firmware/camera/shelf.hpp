// What pictures are kept, and which of them must go. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "firmware/clock.hpp"

namespace sealwarden::camera {

struct Shelved {
    std::string sha256;
    std::int64_t bytes = 0;
    std::optional<std::uint64_t> entry;  // that records it; empty: none of this log
    std::optional<WallTime> recorded;    // then, where the clock of that moment was synchronised
    bool held = false;                   // a hold of [retention] covers it
    friend bool operator==(const Shelved&, const Shelved&) = default;
};

struct Goes {
    std::string sha256;
    std::optional<std::uint64_t> entry;
    std::string rule;  // for the log: "older than 90 days"
    friend bool operator==(const Goes&, const Goes&) = default;
};

class Shelf {
  public:
    Shelf(std::chrono::days keep, std::int64_t quota_bytes) : keep_{keep}, quota_{quota_bytes} {}

    // In the order of their entries; what is named again by a later entry counts from that one.
    void add(Shelved picture);
    void remove(const std::string& sha256);
    [[nodiscard]] std::int64_t bytes() const { return bytes_; }

    // Those whose time is over. One of a moment without a synchronised clock is not younger than
    // the next one behind it that has one; without such a one it stays.
    [[nodiscard]] std::vector<Goes> aged(WallTime now) const;
    // The oldest ones that make room for so many bytes more; empty text of `full` when there is
    // room then, else why not.
    struct Room {
        std::vector<Goes> goes;
        std::string full;
    };
    [[nodiscard]] Room room_for(std::int64_t more) const;

  private:
    std::chrono::days keep_;
    std::int64_t quota_;
    std::int64_t bytes_ = 0;
    std::vector<Shelved> pictures_;
    std::set<std::string> names_;  // of them
};

}  // namespace sealwarden::camera
