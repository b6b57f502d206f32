// QR codes, by libqrencode: the one door to it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace sealwarden::evidence {

class QrCode {
  public:
    QrCode(std::size_t width, std::vector<bool> dark) : width_{width}, dark_{std::move(dark)} {}
    [[nodiscard]] std::size_t width() const { return width_; }  // modules a side
    // Light beyond its edges: the quiet zone.
    [[nodiscard]] bool is_dark(std::ptrdiff_t row, std::ptrdiff_t column) const;

  private:
    std::size_t width_;
    std::vector<bool> dark_;  // row by row
};

inline constexpr int qr_quiet = 4;  // modules of white around it (ISO/IEC 18004)

// Of exactly these bytes, error correction M; empty: too many for one code.
[[nodiscard]] std::optional<QrCode> qr_code(const std::string& bytes);

// For a terminal: two modules a character, in half blocks, quiet zone included. With `colour` black
// on white whatever the terminal's own colours; else light modules are printed, as on dark ground.
[[nodiscard]] std::string qr_text(const QrCode& code, bool colour);

}  // namespace sealwarden::evidence
