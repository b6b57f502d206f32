// Makes a gateway's keys, once.
#pragma once

#include <filesystem>

#include "firmware/evidence/keys.hpp"

namespace sealwarden::evidence {

struct Commissioning {
    std::string origin;
    std::chrono::sys_seconds now;
    std::chrono::seconds epoch{3600};  // divides a day, so that days end with an epoch
    std::uint64_t keys = 0;
    tlog::Head log;  // as it is now
    std::chrono::seconds export_every{10};
    std::vector<tlog::NoteKey> witnesses;
    std::vector<std::string> tsas;
};

// Epoch 0 begins at the multiple of the epoch's length at or before `now`. Takes about 35 us a key.
// Throws KeyTrouble when keys are there already, or cannot be written.
tlog::Sheet commission(const KeyFiles& files, const Commissioning& wanted);

// SHA-256 of the certificate's DER, hex; of a PEM or DER file. Throws KeyTrouble.
[[nodiscard]] std::string certificate_hash(const std::filesystem::path& file);

}  // namespace sealwarden::evidence
