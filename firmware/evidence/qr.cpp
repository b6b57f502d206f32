#include "firmware/evidence/qr.hpp"

#include <qrencode.h>

#include <memory>

namespace sealwarden::evidence {

bool QrCode::is_dark(std::ptrdiff_t row, std::ptrdiff_t column) const {
    const auto width = static_cast<std::ptrdiff_t>(width_);
    if (row < 0 || column < 0 || row >= width || column >= width) return false;
    return dark_[static_cast<std::size_t>(row * width + column)];
}

std::optional<QrCode> qr_code(const std::string& bytes) {
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> code{
        QRcode_encodeData(static_cast<int>(bytes.size()),
                          reinterpret_cast<const unsigned char*>(bytes.data()), 0, QR_ECLEVEL_M),
        &QRcode_free};
    if (!code) return std::nullopt;
    const auto width = static_cast<std::size_t>(code->width);
    std::vector<bool> dark(width * width);
    for (std::size_t i = 0; i < dark.size(); ++i) dark[i] = (code->data[i] & 1) != 0;
    return QrCode{width, std::move(dark)};
}

std::string qr_text(const QrCode& code, bool colour) {
    const auto end = static_cast<std::ptrdiff_t>(code.width()) + qr_quiet;
    std::string text;
    for (std::ptrdiff_t row = -qr_quiet; row < end; row += 2) {
        if (colour) text += "\033[97;40m";
        for (std::ptrdiff_t column = -qr_quiet; column < end; ++column) {
            const bool upper = !code.is_dark(row, column), lower = !code.is_dark(row + 1, column);
            text += upper ? (lower ? "█" : "▀") : (lower ? "▄" : " ");
        }
        text += colour ? "\033[0m\n" : "\n";
    }
    return text;
}

}  // namespace sealwarden::evidence
