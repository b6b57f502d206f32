// When a bus speaks and what it says: readings as they come, its devices once a second and when one
// goes on or off line. Pure; belongs to the thread of its transport.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "drivers/modbus/poller.hpp"
#include "drivers/report.hpp"

namespace sealwarden::modbus {

class BusReporter {
  public:
    static constexpr std::chrono::seconds interval{1};

    explicit BusReporter(const BusOptions& options);

    // Takes `readings` and leaves it empty. Nothing: there is nothing to say now.
    // `link_error`: why port or connection is down, becomes every device's last error; empty: it is
    // up.
    [[nodiscard]] std::optional<BusReport> collect(Uptime now, std::vector<Reading>& readings,
                                                   const Poller& poller,
                                                   std::string_view link_error);
    // When collect() has something to say even without a reading.
    [[nodiscard]] Uptime due() const { return due_; }

  private:
    [[nodiscard]] bool note_online(const std::vector<Reading>& readings);

    std::string bus_;
    std::vector<std::pair<PointId, std::optional<bool>>> online_;  // a device: what was said last
    Uptime due_{};
};

}  // namespace sealwarden::modbus
