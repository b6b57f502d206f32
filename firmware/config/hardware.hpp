// [[bus]] and [[gpio]]: what is wired to the gateway.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "firmware/config/config.hpp"
#include "firmware/config/points.hpp"
#include "firmware/config/section.hpp"

namespace sealwarden::config {

// The profiles in some directories, each read when it is first asked for.
class Profiles {
  public:
    explicit Profiles(const std::vector<std::filesystem::path>& directories);
    // Null when there is none of this name, or it has errors: both are findings.
    std::shared_ptr<const Profile> get(const Section& device, Findings& findings);
    [[nodiscard]] std::vector<UsedProfile> used() const;

  private:
    std::map<std::string, std::filesystem::path> files_;
    std::map<std::string, std::shared_ptr<const Profile>> read_;
};

struct Hardware {
    std::vector<Bus> buses;  // DeviceOptions::points are still to be filled in
    std::vector<gpio::ChipOptions> chips;
    Points points;
};
[[nodiscard]] Hardware read_hardware(const Section& root, Profiles& profiles, Findings& findings);

// The points that something uses, those the device's handshakes need, and its identity.
void fill_points(Config& config, const Points& points);

[[nodiscard]] const modbus::BusOptions& options_of(const Bus& bus);
[[nodiscard]] modbus::BusOptions& options_of(Bus& bus);

}  // namespace sealwarden::config
