// What the diagnostics have told of one anchor. Pure.
#pragma once

#include <string>

#include "firmware/anchor/anchors_file.hpp"

namespace sealwarden::anchor {

class Told {
  public:
    // Remembers the state, and returns whether it is news: a contradiction whose sentence changes
    // nothing but its numbers, with every entry of the log, is not.
    [[nodiscard]] bool is_news(const AnchorState& state) {
        auto now = state.trouble;
        if (state.contradicted) std::erase_if(now, [](char c) { return c >= '0' && c <= '9'; });
        if (now == said_) return false;
        said_ = std::move(now);
        return true;
    }

  private:
    std::string said_;  // empty: it is well
};

}  // namespace sealwarden::anchor
