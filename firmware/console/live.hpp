// What the console knows of the gateway's present, and those who watch it: one watch and one feed
// at the local door, handed out to any number of browsers as server-sent events. On the console's
// loop.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace sealwarden::console {

class Live {
  public:
    // Is a gateway behind the door, and has it told its states?
    [[nodiscard]] bool reached() const { return reached_; }
    // The door's `hello`, with `size` as it has grown since; null before the first one.
    [[nodiscard]] const nlohmann::json& hello() const { return hello_; }
    // As last heard, by subject ("door:d07") and by alarm id; kept when the gateway is lost.
    [[nodiscard]] const std::map<std::string, nlohmann::json>& states() const { return states_; }
    [[nodiscard]] const std::map<std::string, nlohmann::json>& alarms() const { return alarms_; }
    [[nodiscard]] std::size_t listeners() const { return listeners_; }

  private:
    bool reached_ = false;
    nlohmann::json hello_;
    std::map<std::string, nlohmann::json> states_, alarms_;
    std::size_t listeners_ = 0;
};

}  // namespace sealwarden::console
