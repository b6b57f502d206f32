// What happens at the simulated site and when. TOML ends in scenario.cpp.
#pragma once

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "drivers/reading.hpp"
#include "drivers/toml/finding.hpp"
#include "firmware/config/config.hpp"
#include "firmware/sim/device.hpp"

namespace sealwarden::sim {

struct SetPoint {
    PointId point;
    Value to;
};
struct Replaced {};   // another device of the same model answers
struct Unplugged {};  // a GPIO chip goes away
struct DeviceTrouble {
    std::string device;
    std::variant<Trouble, Replaced, Unplugged> what;
};

struct Act {  // what somebody says or does, as at the local door (firmware/core/acts.hpp)
    std::string name;
    nlohmann::json arguments;  // an object of texts, flags and integers
};

struct Step {
    std::chrono::milliseconds at{};
    std::optional<std::chrono::milliseconds> lasts;  // then back
    bool once = false;                               // not when the scenario is played again
    std::string say;
    std::variant<SetPoint, DeviceTrouble, Act> what;
};

struct Scenario {
    std::string title;
    std::optional<std::chrono::milliseconds> repeat_after;
    std::vector<Step> steps;  // by time
};

struct ScenarioResult {
    std::optional<Scenario> scenario;  // present when no finding is an error
    std::vector<FileFinding> findings;
};
// Reads and checks it against the site it plays at: every point and device must exist there, and
// every act with its arguments.
[[nodiscard]] ScenarioResult load_scenario(const std::filesystem::path& file,
                                           const config::Config& site);

}  // namespace sealwarden::sim
