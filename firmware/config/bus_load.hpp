// The plan by which a configured bus will be polled.
#pragma once

#include "drivers/modbus/bus_plan.hpp"
#include "firmware/config/config.hpp"

namespace sealwarden::config {

[[nodiscard]] modbus::BusPlan plan_of(const Bus& bus);

}  // namespace sealwarden::config
