// What is recorded of the cameras' pictures. Pure.
#pragma once

#include <string>
#include <variant>

#include "firmware/core/event.hpp"
#include "firmware/core/options.hpp"
#include "firmware/local/server.hpp"

namespace sealwarden {

// The entry, of this moment; or one sentence why there is none: no such camera.
[[nodiscard]] std::variant<Event, std::string> picture_event(const local::PictureNews& news,
                                                             const SiteOptions& site, Uptime now);

}  // namespace sealwarden
