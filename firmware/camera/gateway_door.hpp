// The local door as the cameras' front uses it: the entries that may want a picture, what the log
// knows of pictures, and the call by which one gets into it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "firmware/config/config.hpp"
#include "firmware/local/client.hpp"

namespace sealwarden::camera {

// Blocks for an answer, seconds at most. Everything throws local::Unreachable, local::Refused or
// another std::exception: then this door is done with, open another one.
class GatewayDoor {
  public:
    // Says hello and follows the entries from now on. Throws when it is another site's gateway than
    // the configuration's.
    GatewayDoor(const std::filesystem::path& socket, const config::Config& config);

    // The entries that have come, without waiting.
    [[nodiscard]] std::vector<nlohmann::json> read();
    // The hash of the gateway's configuration, at first and where an entry says that it changed.
    [[nodiscard]] std::optional<std::string> new_config_hash();
    // Do the log's epochs not believe the wall clock?
    [[nodiscard]] bool clock_doubted();

    // The subject's newest entry of these kinds.
    [[nodiscard]] std::optional<nlohmann::json> newest(const Subject& subject,
                                                       const std::vector<std::string>& kinds);
    // Every camera.picture of the log, the newest first, until `use` says false.
    void each_picture(const std::function<bool(const nlohmann::json&)>& use);

    // Returns the index of the entry that records it.
    std::uint64_t tell(const nlohmann::json& news);

    [[nodiscard]] int descriptor() const { return client_.descriptor(); }

  private:
    local::Client client_;
    std::int64_t feed_ = 0;
    bool look_at_config_ = true;
};

}  // namespace sealwarden::camera
