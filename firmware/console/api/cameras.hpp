// Cameras, their pictures, and the daily check, as routes.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>
#include <string>

#include "firmware/clock.hpp"
#include "firmware/config/config.hpp"
#include "firmware/console/gateway.hpp"
#include "firmware/console/route.hpp"

namespace sealwarden::console {

// A kept picture by its SHA-256, read where blocking is allowed; empty: it is not kept any more.
using ReadPicture =
    std::function<boost::asio::awaitable<std::optional<std::string>>(std::string sha256)>;

//   GET /api/v1/cameras                 every camera: its last picture, what failed, its check
//   GET /api/v1/cameras/check           the daily check: what waits to be looked at
//   GET /api/v1/cameras/{id}/pictures   those that the log names, newest first: since, until,
//                                       before, limit
//   GET /api/v1/pictures/{sha256}       the JPEG itself, when the log names it
//
// Who looks at pictures is in the log. Both references outlive the routes.
[[nodiscard]] Routes camera_routes(Gateway& gateway, const config::Config& config, ReadPicture read,
                                   std::function<WallTime()> now);

}  // namespace sealwarden::console
