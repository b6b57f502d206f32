#include "firmware/timeline/ink.hpp"

#include <cassert>

namespace sealwarden::timeline {
namespace {

Ink solid_ink(Look look) {
    constexpr unsigned black = 0x1b1e22, grey = 0x4a5058, white = 0xffffff;
    switch (look) {
        case Look::tick: return {.stroke = 0xd4d8dd};
        case Look::midnight: return {.stroke_width = 2, .bold = true};
        case Look::faint: return {.words = grey, .words_size = 10.5};
        case Look::name: return {.words_size = 13, .bold = true};
        case Look::base: return {.stroke_width = 2};
        case Look::quiet: return {.stroke_width = 2, .words = grey, .halo = true};
        case Look::soft: return {.fill = 0xe3e5e8};
        case Look::strong: return {.stroke = grey, .fill = grey, .words = white, .bold = true};
        case Look::hatch:
            return {
                .stroke = 0x6a2c91, .dashed = true, .hatched = true, .bold = true, .halo = true};
        case Look::high:
            return {.stroke = 0xb00020, .fill = 0xb00020, .words = white, .bold = true};
        case Look::medium: return {.stroke = black, .fill = 0xf2a900, .bold = true};
        case Look::low: return {.stroke = 0x1f4e8c, .fill = 0x1f4e8c, .words = white, .bold = true};
        case Look::mark: return {.stroke = black, .stroke_width = 2};
        case Look::broken:
            return {.stroke = black, .stroke_width = 1.5, .bold = true, .halo = true};
        case Look::now: return {.stroke = grey, .stroke_width = 2};
    }
    assert(!"every look has an ink");
    return {};
}

}  // namespace

Ink ink_of(Look look, bool hollow) {
    auto ink = solid_ink(look);
    if (!hollow) return ink;
    ink.fill = 0xffffff;
    ink.stroke_width = 2;
    ink.words = 0x1b1e22;
    return ink;
}

}  // namespace sealwarden::timeline
