#include "firmware/verify/case.hpp"

#include <fmt/core.h>

namespace sealwarden::verify {

std::string_view Case::file(std::string_view name) const {
    const auto* bytes = files.find(name);
    if (bytes == nullptr) throw Broken{say(Say::file_lost, name)};
    return *bytes;
}

std::optional<std::uint64_t> signing_epoch(const Checkpoint& checkpoint, std::string_view origin,
                                           const Sheet& sheet,
                                           const std::map<std::uint64_t, PublicKey>& keys,
                                           std::string_view rule, Report& report) {
    if (checkpoint.origin != origin) {
        throw Broken{say(Say::other_origin, checkpoint.size, checkpoint.origin)};
    }
    if (signature_of(checkpoint.note, sheet.log_verifier(origin)) != SignatureState::good) {
        throw Broken{say(Say::log_signature, checkpoint.size)};
    }
    const auto prefix = fmt::format("{}/epoch/", origin);
    std::optional<std::uint64_t> signer;
    std::optional<std::uint64_t> unknown;
    for (const auto& line : checkpoint.note.signatures) {
        if (!line.name.starts_with(prefix)) continue;
        const auto epoch = number(std::string_view{line.name}.substr(prefix.size()));
        if (!epoch) continue;
        const auto key = keys.find(*epoch);
        if (key == keys.end()) {
            unknown = epoch;
            continue;
        }
        const Verifier verifier{.name = line.name, .key = key->second};
        if (signature_of(checkpoint.note, verifier) != SignatureState::good || signer) {
            throw Broken{say(Say::epoch_signature, checkpoint.size, *epoch)};
        }
        signer = epoch;
    }
    if (!signer && unknown && *unknown < sheet.keys) {
        report.missing(rule, say(Say::epoch_key_missing, *unknown, checkpoint.size));
        return std::nullopt;
    }
    if (!signer) throw Broken{say(Say::epoch_signature_absent, checkpoint.size)};
    return signer;
}

}  // namespace sealwarden::verify
