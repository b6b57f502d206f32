// How a look is drawn where there is no style sheet: in an SVG file and on paper. Legible in black
// and white.
#pragma once

#include "firmware/timeline/scene.hpp"

namespace sealwarden::timeline {

struct Ink {
    unsigned stroke = 0x747b84;  // of lines and of boxes' edges: 0xRRGGBB
    double stroke_width = 1;
    bool dashed = false;
    unsigned fill = 0xffffff;  // of boxes
    bool hatched = false;      // over the fill, in the colour of the stroke
    unsigned words = 0x1b1e22;
    double words_size = 12.5;
    bool bold = false;
    bool halo = false;  // the words stand on a white ground of their own
};

[[nodiscard]] Ink ink_of(Look look, bool hollow);

}  // namespace sealwarden::timeline
