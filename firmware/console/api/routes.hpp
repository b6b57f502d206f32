// The routes over the gateway's data. Each list is one subject's; `around` outlives them.
#pragma once

#include "firmware/console/api/common.hpp"
#include "firmware/console/route.hpp"

namespace sealwarden::console::api {

[[nodiscard]] Routes state_routes(Surroundings& around);
[[nodiscard]] Routes entries_routes(Surroundings& around);
[[nodiscard]] Routes records_routes(Surroundings& around);
[[nodiscard]] Routes acts_routes(Surroundings& around);
[[nodiscard]] Routes inquiry_routes(Surroundings& around);
[[nodiscard]] Routes settings_routes(Surroundings& around);
[[nodiscard]] Routes openapi_routes(Surroundings& around);

}  // namespace sealwarden::console::api
