// A scene as an SVG file: one that stands alone, with words and without a script.
#pragma once

#include <string>
#include <string_view>

#include "firmware/timeline/scene.hpp"

namespace sealwarden::timeline {

[[nodiscard]] std::string svg_of(const Scene& scene, std::string_view title,
                                 std::string_view description);

}  // namespace sealwarden::timeline
