// Of what somebody can make happen as often as he likes, the log is told the first, and then once a
// minute how many there were. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace sealwarden::identity {

class Throttle {
  public:
    // One more of this key. How many the log is to be told of now; empty: none.
    std::optional<std::int64_t> one_more(const std::string& key, std::int64_t now_ms);

    static constexpr std::int64_t every_ms = 60'000;
    static constexpr std::size_t most_keys = 1000;  // then those that are quiet are forgotten

  private:
    struct Seen {
        std::int64_t told_ms = 0, since = 0;
    };
    std::map<std::string, Seen> seen_;
};

}  // namespace sealwarden::identity
