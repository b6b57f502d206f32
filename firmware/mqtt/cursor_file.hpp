// How far the broker has acknowledged the log, on disk: written atomically, then durable.
#pragma once

#include <filesystem>

#include "firmware/mqtt/publisher.hpp"

namespace sealwarden::mqtt_front {

class CursorFile {
  public:
    // Makes the directory. Throws std::runtime_error with one sentence.
    explicit CursorFile(std::filesystem::path directory);
    // Nothing there, or not ours to read: from the beginning. At least once.
    [[nodiscard]] Saved load() const;
    // False when it could not be written: the next one may. What was acknowledged is then sent
    // again after a restart.
    bool save(const Saved& saved);
    // 32 hexadecimal digits that stay the same, made at the first call and kept beside the cursor.
    [[nodiscard]] std::string secret() const;

  private:
    std::filesystem::path directory_;
    bool failing_ = false;
};

}  // namespace sealwarden::mqtt_front
