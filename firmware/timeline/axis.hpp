// Where a moment lies across a picture. A clock that was stepped breaks the axis: each piece
// between steps has its own stretch of clock time, in the order in which it passed, so that no time
// is hidden and none is drawn over another.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace sealwarden::timeline {

class Axis {
  public:
    struct Piece {
        std::int64_t from = 0, to = 0;  // as the clock said, epoch milliseconds
        double left = 0, right = 0;
        std::uint64_t index = 0;  // of the step that it begins behind; 0: of the first one
        std::int64_t by = 0;      // that step's size, milliseconds
    };

    // `told`: as Lanes::told().
    Axis(const nlohmann::json& told, double left, double right);

    // What the entry at `index` says of this moment.
    [[nodiscard]] double x(std::int64_t at, std::uint64_t index) const;
    // The end of what the entry at `index` began, when no entry tells of that end.
    [[nodiscard]] double end(std::int64_t at, std::uint64_t index) const;
    // Of what lies between two places, the widest part without a break.
    [[nodiscard]] std::pair<double, double> widest_part(double from, double to) const;
    [[nodiscard]] const std::vector<Piece>& pieces() const { return pieces_; }

    static constexpr double gap = 14;  // between two pieces

  private:
    [[nodiscard]] static double within(const Piece& piece, std::int64_t at);

    std::vector<Piece> pieces_;
};

}  // namespace sealwarden::timeline
