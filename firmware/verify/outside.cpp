#include "firmware/verify/outside.hpp"

#include <fmt/core.h>

#include "firmware/verify/stamp.hpp"

namespace sealwarden::verify {
namespace {

constexpr std::string_view held_rule = "held";

// The epoch whose key signed a held checkpoint, where that key is known.
std::optional<std::uint64_t> epoch_of(const Outside& log, const Checkpoint& checkpoint) {
    const auto prefix = checkpoint.origin + "/epoch/";
    for (const auto& line : checkpoint.note.signatures) {
        if (!line.name.starts_with(prefix)) continue;
        const auto epoch = number(std::string_view{line.name}.substr(prefix.size()));
        const auto key = epoch ? log.epoch_keys.find(*epoch) : log.epoch_keys.end();
        if (key == log.epoch_keys.end()) continue;
        const Verifier verifier{.name = line.name, .key = key->second};
        if (signature_of(checkpoint.note, verifier) == SignatureState::good) return epoch;
    }
    return std::nullopt;
}

// True when the log was already larger than it is now, in an epoch that lies behind.
bool shows_rollback(const Outside& log, const Checkpoint& held) {
    const auto epoch = epoch_of(log, held);
    if (!epoch) return false;
    const auto closing = log.closings.find(*epoch);
    if (closing != log.closings.end() && held.size > closing->second) return true;
    return *epoch < log.head.epoch && held.size > log.head.checkpoint.size;
}

void check_one(const Outside& log, const Held& file) {
    Checkpoint held;
    try {
        held = parse_checkpoint(file.bytes);
    } catch (const Malformed& error) {
        log.report.missing(held_rule, say(Say::held_unreadable, file.name, error.what()));
        return;
    }
    const auto signature = signature_of(held.note, log.sheet.log_verifier(held.origin));
    if (held.origin != log.origin || signature != SignatureState::good) {
        log.report.missing(held_rule, say(Say::held_of_other, file.name));
        return;
    }
    if (shows_rollback(log, held)) throw Broken{say(Say::held_rollback, file.name, held.size)};
    switch (log.link(held.size, held.root)) {
        case Link::same: log.report.remark(say(Say::held_agrees, file.name, held.size)); return;
        case Link::other: throw Broken{say(Say::held_contradicts, file.name, held.size)};
        case Link::unknown:
            log.report.missing(held_rule, say(Say::held_unlinked, file.name, held.size));
    }
}

// The two signature lines of the log itself: what a stamp is over.
std::string without_cosignatures(const Note& note, std::string_view origin) {
    std::string bytes = note.text + "\n";
    for (const auto& line : note.signatures) {
        if (line.name != origin && !line.name.starts_with(fmt::format("{}/epoch/", origin)))
            continue;
        bytes += "\xE2\x80\x94 " + line.name + " " + base64(line.key_id + line.bytes) + "\n";
    }
    return bytes;
}

}  // namespace

void check_held(const Outside& log, const std::vector<Held>& held) {
    for (const auto& file : held) check_one(log, file);
}

void check_commissioned(const Outside& log) {
    const auto& sheet = log.sheet;
    if (log.origin != sheet.origin + "/g1" || sheet.commissioned_size == 0) return;
    if (log.link(sheet.commissioned_size, sheet.commissioned_root) == Link::other) {
        throw Broken{say(Say::commissioned_differs, sheet.commissioned_size)};
    }
}

void check_cosignatures(const Outside& log) {
    if (log.sheet.witnesses.empty()) return;
    std::size_t best = 0;
    for (const auto& [size, checkpoint] : log.checkpoints) {
        std::size_t good = 0;
        for (const auto& witness : log.sheet.witnesses) {
            switch (signature_of(checkpoint.checkpoint.note, witness)) {
                case SignatureState::good: ++good; break;
                case SignatureState::absent: break;
                case SignatureState::wrong:
                    throw Broken{say(Say::cosignature_wrong, witness.name, size)};
            }
        }
        if (size >= log.needed_size) best = std::max(best, good);
    }
    if (best < log.sheet.quorum()) {
        log.report.missing("cosignature", say(Say::quorum_missing, best, log.sheet.quorum()));
    }
}

void check_stamps(const Outside& log) {
    const auto* chain = log.files.find("anchors/tsa.pem");
    bool none = true;
    for (const auto& [name, bytes] : log.files.all()) {
        const auto parsed = file_name(name);
        if (parsed.kind != FileKind::stamp) continue;
        none = false;
        const auto checkpoint = log.checkpoints.find(parsed.first);
        if (checkpoint == log.checkpoints.end()) throw Broken{say(Say::proof_of_nothing, name)};
        const auto stamped = without_cosignatures(checkpoint->second.checkpoint.note, log.origin);
        const auto stamp =
            check_stamp(bytes, chain != nullptr ? *chain : "", stamped, log.sheet.authorities);
        switch (stamp.state) {
            case StampState::good:
                log.report.remark(say(Say::stamped, parsed.first, second_text(stamp.time)));
                break;
            case StampState::wrong: throw Broken{say(Say::stamp_wrong, name, stamp.why)};
            case StampState::stranger: log.report.missing("anchor", say(Say::stamp_stranger, name));
        }
    }
    if (none && !log.sheet.authorities.empty()) log.report.remark(say(Say::stamp_missing));
}

}  // namespace sealwarden::verify
