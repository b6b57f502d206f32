// All that a site tells once more to a log that began anew.
#pragma once

#include <algorithm>
#include <iterator>

#include "firmware/core/site.hpp"

namespace sealwarden::test {

inline Events carried(const Site& site) {
    Events all;
    std::size_t place = 0;
    for (;;) {
        auto piece = site.carried(place);
        if (piece.empty()) return all;
        std::ranges::move(piece, std::back_inserter(all));
    }
}

}  // namespace sealwarden::test
