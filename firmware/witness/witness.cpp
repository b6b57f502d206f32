#include "firmware/witness/witness.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "firmware/diag.hpp"
#include "firmware/tlog/checkpoint.hpp"
#include "firmware/tlog/cosignature.hpp"
#include "firmware/tlog/proofs.hpp"

namespace sealwarden::witness {
namespace {

struct Request {
    std::uint64_t old_size = 0;
    tlog::Path proof;
    tlog::Note note;
    tlog::Checkpoint checkpoint;
};

// "old N", then one hash a line, each line with its newline.
bool parse_proof(std::string_view lines, Request& request) {
    constexpr std::string_view old = "old ";
    if (!lines.starts_with(old)) return false;
    const auto end = lines.find('\n');
    const auto size = tlog::number_from(lines.substr(old.size(), end - old.size()));
    if (!size) return false;
    request.old_size = *size;
    for (lines.remove_prefix(end + 1); !lines.empty();) {
        const auto line = lines.substr(0, lines.find('\n'));
        const auto hash = tlog::hash_from_base64(line);
        if (!hash || request.proof.size() == most_proof_hashes) return false;
        request.proof.push_back(*hash);
        lines.remove_prefix(line.size() + 1);
    }
    return true;
}

std::optional<Request> parse_request(std::string_view body) {
    const auto parting = body.find("\n\n");
    if (parting == std::string_view::npos) return std::nullopt;
    Request request;
    if (!parse_proof(body.substr(0, parting + 1), request)) return std::nullopt;
    auto note = tlog::parse_note(body.substr(parting + 2));
    if (!note) return std::nullopt;
    const auto checkpoint = tlog::parse_checkpoint_of_any_log(note->text);
    if (!checkpoint || request.old_size > checkpoint->size) return std::nullopt;
    request.note = std::move(*note);
    request.checkpoint = *checkpoint;
    return request;
}

Answer refusal(unsigned status, std::string_view sentence) {
    return {.status = status,
            .content_type = "text/plain; charset=utf-8",
            .body = std::string{sentence} + '\n'};
}

bool grew(const Held& held, const Request& request) {
    const auto& [origin, size, root] = request.checkpoint;
    if (held.size == 0) return request.proof.empty();
    return tlog::is_consistent(held.size, held.root, size, root, request.proof);
}

// Is it the log of this name, or a generation of it?
bool stands_for(std::string_view name, std::string_view origin) {
    constexpr std::string_view first = "/g1";
    if (name == origin) return true;
    if (!name.ends_with(first)) return false;
    const auto base = name.substr(0, name.size() - 1);  // up to the number
    if (!origin.starts_with(base)) return false;
    const auto generation = tlog::number_from(origin.substr(base.size()));
    return generation && *generation > 0 && *generation <= most_generations;
}

// What may show that a log went wrong is worth a line.
void tell(diag::Level level, std::string_view sentence, const Request& request, const Held& held) {
    diag::say(level, sentence,
              {{"log", request.checkpoint.origin},
               {"size", request.checkpoint.size},
               {"root", tlog::base64(request.checkpoint.root)},
               {"held_size", held.size},
               {"held_root", tlog::base64(held.root)}});
}

}  // namespace

Witness::Witness(std::string name, tlog::SigningKey key, std::vector<tlog::NoteKey> logs,
                 Heads& heads)
    : name_{std::move(name)}, key_{std::move(key)}, logs_{std::move(logs)}, heads_{heads} {}

std::string Witness::vkey() const {
    return tlog::NoteKey{
        .name = name_, .type = tlog::KeyType::cosignature, .key = key_.public_key()}
        .vkey();
}

std::vector<tlog::NoteKey> Witness::keys_of(const std::string& origin) const {
    std::vector<tlog::NoteKey> keys;
    for (const auto& log : logs_) {
        if (!stands_for(log.name, origin)) continue;
        keys.push_back({.name = origin, .type = log.type, .key = log.key});
    }
    return keys;
}

// The order of the checks is the specification's.
Answer Witness::add_checkpoint(std::string_view body, std::uint64_t time) {
    const auto request = parse_request(body);
    if (!request) return refusal(400, "this is no add-checkpoint request");
    const auto& [origin, size, root] = request->checkpoint;
    const auto keys = keys_of(origin);
    if (keys.empty()) return refusal(404, "this witness does not know the log");
    const auto log = std::ranges::find_if(keys, [&](const tlog::NoteKey& key) {
        return tlog::is_signed(request->note, key) == tlog::Signed::yes;
    });
    if (log == keys.end()) return refusal(403, "the log's key did not sign this checkpoint");
    const auto held = heads_.read(*log);
    if (request->old_size != held.size) {
        return {.status = 409,
                .content_type = "text/x.tlog.size",
                .body = std::to_string(held.size) + '\n'};
    }
    if (size == held.size && root != held.root) {
        tell(diag::Level::error, "a log has two roots for one size, the second is not signed",
             *request, held);
        return refusal(409, "this witness holds another root for the size");
    }
    if (!grew(held, *request)) {
        // Anybody can send a log's own checkpoint with a wrong proof.
        tell(diag::Level::warn, "a proof does not lead from the head held, nothing is signed",
             *request, held);
        return refusal(422, "the proof does not lead from the root held to this one");
    }
    const Held now{.size = size, .root = root};
    if (now != held) heads_.write(*log, now);
    return {.status = 200,
            .content_type = "text/plain; charset=utf-8",
            .body = tlog::cosignature_line(name_, key_, time, request->note.text)};
}

}  // namespace sealwarden::witness
