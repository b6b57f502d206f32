#include "firmware/eventlog/signatures.hpp"

#include <utility>

#include "firmware/diag.hpp"

namespace sealwarden::eventlog {
namespace {

using namespace std::chrono_literals;

constexpr auto remember_every = 10s;  // the newest head, in the epoch state file

}  // namespace

Signatures::Signatures(std::shared_ptr<tlog::Signer> signer, std::string gateway,
                       const Clock& clock)
    : signer_{std::move(signer)}, gateway_{std::move(gateway)}, clock_{clock} {}

std::optional<Signing> Signatures::signing() const {
    if (!signs()) return std::nullopt;
    return Signing{.signer = *signer_, .epoch = signer_->epoch(), .gateway = gateway_};
}

SigningState Signatures::state(Store* store) const {
    SigningState now;
    if (!held_back_.empty()) {
        now.state = SigningState::State::held_back;
        now.why = held_back_;
    } else if (signer_) {
        now.state = waits_ ? SigningState::State::waiting : SigningState::State::signing;
    }
    if (store != nullptr) {
        now.checkpoint = store->heads().note();
        now.cosigned = store->heads().cosigned_note();
    }
    if (signer_) {
        now.epoch = signer_->epoch();
        now.clock_held_back = clock_is_held_back();
        now.old_key_left = old_key_left_;
    }
    return now;
}

std::uint64_t Signatures::known_generation() const {
    return signer_ ? signer_->last().generation : 0;
}

std::optional<tlog::Head> Signatures::known() const {
    return signer_ ? std::optional{signer_->last()} : std::nullopt;
}

void Signatures::check(Store& opened) {
    auto& heads = opened.heads();
    if (!signer_) {
        held_back_ = heads.newest() ? "this log was signed, and its keys are gone" : "";
        return;
    }
    std::string why;
    for (const auto& known :
         {heads.newest(), std::optional{signer_->last()}, not_yet_remembered_}) {
        if (known && why.empty()) why = heads.contradiction(*known, opened.generation());
    }
    if (!why.empty() && why != held_back_) {
        diag::error("the log contradicts what was signed of it: nothing is signed", {{"why", why}});
    }
    held_back_ = std::move(why);
    // Closed durably, and then the power went before the key was destroyed.
    if (held_back_.empty() && heads.last_closed() && *heads.last_closed() >= signer_->epoch()) {
        old_key_left_ = !signer_->advance(*heads.last_closed() + 1, *heads.newest());
    }
}

void Signatures::wait_for_word(std::chrono::microseconds longest) {
    waits_ = signer_ && longest.count() > 0;
    waits_until_ = clock_.uptime() + longest;
}

bool Signatures::waited_in_vain() {
    if (!waits_ || clock_.uptime() < waits_until_) return false;
    waits_ = false;
    diag::info("nobody outside said what is known of the log: it is signed on");
    return true;
}

bool Signatures::has_unsigned(Store& store) const {
    const auto newest = store.heads().newest();
    const auto size = store.heads().tree().size();
    return size > 0 && (!newest || newest->size < size);
}

std::uint64_t Signatures::due_epoch() {
    const auto sample = clock_.sample();
    if (!epoch_clock_) epoch_clock_.emplace(signer_->plan(), signer_->epoch(), sample.uptime);
    const tlog::EpochClock::Sample now{
        .wall = sample.wall, .uptime = sample.uptime, .synchronised = sample.sync == "ntp"};
    return std::exchange(trusts_, false) ? epoch_clock_->trust(now) : epoch_clock_->look(now);
}

bool Signatures::clock_is_held_back() const {
    return epoch_clock_ && epoch_clock_->holds_back();
}

void Signatures::close(Store& store, std::uint64_t to, const Boot& boot,
                       std::vector<Entry>& sealed) {
    store.close_epochs({.to = to, .time = epoch_clock_->believed(), .gateway = gateway_},
                       clock_.sample(), boot, sealed, *signer_);
}

void Signatures::closed(std::uint64_t to, const tlog::Head& newest) {
    old_key_left_ = !signer_->advance(to, newest);
    remembered_at_ = clock_.uptime();
    if (old_key_left_) diag::error("the key of a closed epoch cannot be overwritten yet");
}

LogThread::Comparison Signatures::compare(Store& store, const std::optional<tlog::Head>& outside,
                                          const std::string& where) {
    if (!signer_) return {};
    std::string why;
    if (outside) why = store.heads().contradiction(*outside, store.generation());
    waits_ = false;
    if (!why.empty()) {
        hold_back(where + ": " + why, *outside);
        remember(&store, true);
    }
    return {.compared = true, .why = std::move(why)};
}

// Kept in the state file, so that the next start finds the same contradiction by itself.
void Signatures::hold_back(std::string why, const tlog::Head& outside) {
    const auto known = signer_->last();
    const bool newer =
        std::pair{outside.generation, outside.size} > std::pair{known.generation, known.size};
    if (held_back_.empty() || newer) not_yet_remembered_ = outside;
    if (held_back_.empty()) {
        diag::error("a head of this log outside contradicts it: nothing is signed", {{"why", why}});
        held_back_ = std::move(why);
    }
}

void Signatures::remember(Store* store, bool at_once) {
    if (not_yet_remembered_ && signer_->remember(*not_yet_remembered_)) {
        not_yet_remembered_.reset();
    }
    if (!signs() || store == nullptr || !store->heads().newest()) return;
    const auto newest = *store->heads().newest();
    if (old_key_left_) {
        old_key_left_ = !signer_->advance(signer_->epoch(), newest);
        return;
    }
    if (newest == signer_->last()) return;
    if (!at_once && clock_.uptime() - remembered_at_ < remember_every) return;
    if (signer_->remember(newest)) remembered_at_ = clock_.uptime();
}

}  // namespace sealwarden::eventlog
