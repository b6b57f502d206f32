#include "firmware/timeline/axis.hpp"

#include <algorithm>

namespace sealwarden::timeline {

Axis::Axis(const nlohmann::json& told, double left, double right) {
    const std::int64_t since = told.at("since_ts"), until = told.at("until_ts");
    pieces_.push_back({.from = since, .to = until});
    for (const auto& step : told.at("steps")) {
        const std::int64_t at = step.at("at_ts"), by = step.at("by_ms");
        auto& before = pieces_.back();
        before.to = std::clamp(at - by, before.from, until);
        const auto from = std::clamp(at, since, until);
        pieces_.push_back({.from = from, .to = until, .index = step.at("index"), .by = by});
    }
    std::int64_t whole = 0;
    for (const auto& piece : pieces_) whole += piece.to - piece.from;
    const auto gaps = static_cast<double>(pieces_.size() - 1) * gap;
    const auto scale = whole == 0 ? 0 : (right - left - gaps) / static_cast<double>(whole);
    for (auto& piece : pieces_) {
        piece.left = left;
        piece.right = left + static_cast<double>(piece.to - piece.from) * scale;
        left = piece.right + gap;
    }
}

double Axis::within(const Piece& piece, std::int64_t at) {
    if (at <= piece.from) return piece.left;
    if (at >= piece.to) return piece.right;
    return piece.left + (piece.right - piece.left) * static_cast<double>(at - piece.from) /
                            static_cast<double>(piece.to - piece.from);
}

double Axis::x(std::int64_t at, std::uint64_t index) const {
    const auto next =
        std::upper_bound(pieces_.begin() + 1, pieces_.end(), index,
                         [](std::uint64_t one, const Piece& piece) { return one < piece.index; });
    return within(*std::prev(next), at);
}

double Axis::end(std::int64_t at, std::uint64_t index) const {
    const auto holds = std::ranges::find_if(pieces_, [&](const Piece& piece) {
        const auto* behind = &piece + 1;
        const bool later = behind == pieces_.data() + pieces_.size() || index < behind->index;
        return later && at <= piece.to;
    });
    return holds == pieces_.end() ? pieces_.back().right : within(*holds, at);
}

std::pair<double, double> Axis::widest_part(double from, double to) const {
    std::pair<double, double> widest{from, from};
    for (const auto& piece : pieces_) {
        const std::pair part{std::max(from, piece.left), std::min(to, piece.right)};
        if (part.second - part.first > widest.second - widest.first) widest = part;
    }
    return widest;
}

}  // namespace sealwarden::timeline
