#include "drivers/camera/jpeg.hpp"

#include <cstddef>

namespace sealwarden::camera {
namespace {

constexpr unsigned soi = 0xD8, eoi = 0xD9, sos = 0xDA, tem = 0x01;

// SOF0 to SOF15: a frame's header; DHT, JPG and DAC share the range.
bool begins_frame(unsigned marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

class Markers {
  public:
    explicit Markers(std::string_view bytes) : bytes_{bytes} {}

    std::string trouble() {
        if (!bytes_.starts_with("\xFF\xD8\xFF")) return "it does not begin like a JPEG";
        place_ = 2;
        bool framed = false;
        while (true) {
            if (place_ + 2 > bytes_.size() || byte(place_) != 0xFF) return "it is cut off";
            while (place_ + 1 < bytes_.size() && byte(place_ + 1) == 0xFF) ++place_;  // fill bytes
            if (place_ + 2 > bytes_.size()) return "it is cut off";
            const auto marker = byte(place_ + 1);
            place_ += 2;
            if (marker == eoi) return framed ? "" : "it holds no picture";
            if (marker == tem) continue;
            if (marker == soi || marker < 0xC0 || (marker >= 0xD0 && marker <= 0xD7))
                return "its segments are out of order";
            const auto length = two_bytes(place_);
            if (length < 2 || place_ + length > bytes_.size()) return "it is cut off";
            if (begins_frame(marker)) {
                // Precision, height, width: a height of 0 is told later by few, and by no camera.
                if (length < 8 || two_bytes(place_ + 3) == 0 || two_bytes(place_ + 5) == 0)
                    return "its picture has no size";
                framed = true;
            }
            place_ += length;
            if (marker == sos && !skip_scan()) return "it is cut off";
        }
    }

  private:
    [[nodiscard]] unsigned byte(std::size_t at) const {
        return static_cast<unsigned char>(bytes_[at]);
    }
    [[nodiscard]] std::size_t two_bytes(std::size_t at) const {
        return at + 2 <= bytes_.size() ? (byte(at) << 8U) | byte(at + 1) : 0;
    }
    // To the next marker that is no stuffed byte and no restart.
    bool skip_scan() {
        for (; place_ + 1 < bytes_.size(); ++place_) {
            if (byte(place_) != 0xFF) continue;
            const auto next = byte(place_ + 1);
            if (next != 0x00 && next != 0xFF && (next < 0xD0 || next > 0xD7)) return true;
        }
        return false;
    }

    std::string_view bytes_;
    std::size_t place_ = 0;
};

}  // namespace

std::string trouble_of_jpeg(std::string_view bytes) {
    return Markers{bytes}.trouble();
}

}  // namespace sealwarden::camera
