// How it stands between us and the broker, on disk for `sealwarden status`, `doctor` and the
// figures: the file `broker` beside the cursor (TOPICS.md). Written at each change, atomically, not
// durably.
#pragma once

#include <filesystem>
#include <string>

#include "firmware/clock.hpp"

namespace sealwarden::mqtt_front {

struct BrokerState {
    bool connected = false;
    std::string url;      // of the broker that is connected or was tried last
    std::string version;  // "5" or "3.1.1" while connected
    std::string why;      // it is not connected
    friend bool operator==(const BrokerState&, const BrokerState&) = default;
};

class BrokerFile {
  public:
    // The directory is the cursor's and exists.
    explicit BrokerFile(const std::filesystem::path& directory) : path_{directory / "broker"} {}
    // Nothing is done when nothing has changed. A file that cannot be written is left as it is: the
    // cursor beside it says so.
    void tell(const BrokerState& state, WallTime now);

  private:
    std::filesystem::path path_;
    BrokerState told_;
};

}  // namespace sealwarden::mqtt_front
