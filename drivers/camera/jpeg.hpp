// Whether bytes are a JPEG by its markers. Nothing is decoded: a picture is data from a stranger.
#pragma once

#include <string>
#include <string_view>

namespace sealwarden::camera {

// Empty: it has the form of one whole JPEG (ITU T.81 annex B): SOI, segments of stated lengths with
// one frame of a size, scans, EOI; what some cameras append behind it is not looked at. Else one
// sentence what it lacks.
[[nodiscard]] std::string trouble_of_jpeg(std::string_view bytes);

}  // namespace sealwarden::camera
