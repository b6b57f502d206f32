// The local door as the drop folders use it.
#pragma once

#include <filesystem>
#include <string>

#include "firmware/config/config.hpp"
#include "firmware/drop/inbox.hpp"
#include "firmware/local/client.hpp"

namespace sealwarden::drop {

class GatewayDoor final : public ImportDoor {
  public:
    // Throws when nobody answers, or another site's gateway does.
    GatewayDoor(const std::filesystem::path& socket, const config::Config& config);

    std::optional<std::uint64_t> taken(const std::string& ref) override;
    Answer import(const std::string& act, const Claimed& file, const std::string& text) override;
    [[nodiscard]] std::string config_hash();

  private:
    local::Client client_;
};

}  // namespace sealwarden::drop
