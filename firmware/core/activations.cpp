#include "firmware/core/activations.hpp"

#include <algorithm>

namespace sealwarden {
namespace {

// A level that stays unknown cannot explain a step any more: after this the step speaks for itself.
constexpr std::chrono::seconds patience{10};

// A counter that never moves explains nothing; what it did not count is not kept for ever.
constexpr std::size_t most_seen = 16;

bool overlap(const Span& a, const Span& b) {
    return std::max(a.after, b.after) < std::min(a.at, b.at);
}

}  // namespace

void Activations::saw(Span span) {
    if (span.after != Uptime::min()) span.after -= settle_;
    seen_.push_back(span);
    if (seen_.size() > most_seen) seen_.erase(seen_.begin());
    match();
}

void Activations::moved(Hidden proof) {
    const auto looked_before = proof.span.after;
    // The counter was read after these: what it did not count then it never will.
    std::erase_if(explained_, [&](const Explained& one) { return one.seen.at <= looked_before; });
    for (const auto& one : explained_)
        if (overlap(one.seen, proof.span))
            proof.span.after = std::min(proof.span.after, one.step.after);
    moves_.push_back(std::move(proof));
    match();
    std::erase_if(seen_, [&](const Span& seen) { return seen.at <= looked_before; });
}

void Activations::looked(Uptime at) {
    looked_ = std::max(looked_, at);
}

void Activations::forget() {
    seen_.clear();
    moves_.clear();
    explained_.clear();
}

void Activations::match() {
    for (auto& move : moves_) {
        while (move.count > 0) {
            const auto found =
                std::ranges::find_if(seen_, [&](const Span& s) { return overlap(s, move.span); });
            if (found == seen_.end()) break;
            for (auto& other : moves_)
                if (overlap(*found, other.span))
                    other.span.after = std::min(other.span.after, move.span.after);
            explained_.push_back({*found, move.span});
            if (explained_.size() > most_seen) explained_.erase(explained_.begin());
            seen_.erase(found);
            --move.count;
        }
    }
    std::erase_if(moves_, [](const Hidden& move) { return move.count == 0; });
}

std::vector<Activations::Hidden> Activations::take(Uptime now, bool resting) {
    std::vector<Hidden> certain;
    std::erase_if(moves_, [&](const Hidden& move) {
        const bool told =
            (resting && looked_ >= move.span.at + settle_) || now >= move.span.at + patience;
        if (told) certain.push_back(move);
        return told;
    });
    return certain;
}

std::optional<Uptime> Activations::deadline() const {
    if (moves_.empty()) return {};
    return moves_.front().span.at + patience;
}

}  // namespace sealwarden
