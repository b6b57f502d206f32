// When a file that somebody else writes is whole. Pure: time is an argument.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "drivers/reading.hpp"

namespace sealwarden::drop {

// What a file looks like from outside.
struct Looks {
    std::uint64_t inode = 0, size = 0;
    std::int64_t modified_ns = 0;  // since the epoch
    friend bool operator==(const Looks&, const Looks&) = default;
};

// A file counts as whole once it has looked the same for so long: whoever renames it into place
// waits a moment, whoever writes it in place until he has been quiet.
class Ripeness {
  public:
    explicit Ripeness(std::chrono::milliseconds quiet) : quiet_{quiet} {}

    [[nodiscard]] bool is_whole(const std::string& name, const Looks& looks, Uptime now);
    // Forgets what was not looked at since the last call.
    void sweep();

  private:
    struct Seen {
        Looks looks;
        Uptime since;
        bool looked = true;
    };
    std::chrono::milliseconds quiet_;
    std::map<std::string, Seen> seen_;
};

}  // namespace sealwarden::drop
