#include "firmware/tlog/epoch_clock.hpp"

#include <algorithm>
#include <cassert>

namespace sealwarden::tlog {
namespace {

constexpr auto longest_wait = std::chrono::days{1};

}  // namespace

bool EpochPlan::ends_a_day(std::uint64_t epoch) const {
    return std::chrono::floor<std::chrono::days>(begin_of(epoch)) !=
           std::chrono::floor<std::chrono::days>(begin_of(epoch + 1));
}

EpochClock::EpochClock(const EpochPlan& plan, std::uint64_t epoch, Uptime now)
    : plan_{plan}, epoch_{epoch}, believed_{plan.begin_of(epoch)}, last_{now}, began_{now} {
    assert(plan.keys > epoch && plan.length > std::chrono::seconds{0});
}

bool EpochClock::follows(std::chrono::microseconds step, bool synchronised) {
    if (step < std::chrono::microseconds{0}) return synchronised && -step <= unsynchronised_limit;
    if (forward_ + step > synchronised_limit) return false;
    if (!synchronised) {
        if (forward_unsynchronised_ + step > unsynchronised_limit) return false;
        forward_unsynchronised_ += step;
    }
    forward_ += step;
    return true;
}

std::uint64_t EpochClock::look(const Sample& now) {
    believed_ += now.uptime - last_;
    last_ = now.uptime;
    const auto step = now.wall - believed_;
    const bool followed = follows(step, now.synchronised);
    if (followed) believed_ = now.wall;
    holds_back_ = !followed && step > std::chrono::microseconds{0};
    move_to_epoch_of(now.uptime);
    return epoch_;
}

std::uint64_t EpochClock::trust(const Sample& now) {
    last_ = now.uptime;
    believed_ = now.wall;
    holds_back_ = false;
    move_to_epoch_of(now.uptime);
    return epoch_;
}

void EpochClock::move_to_epoch_of(Uptime now) {
    if (now - began_ >= longest_wait + plan_.length) {
        believed_ = std::max(believed_, decltype(believed_){plan_.begin_of(epoch_ + 1)});
    }
    const auto since = believed_ - plan_.start;
    const auto reached = since / std::chrono::microseconds{plan_.length};
    if (reached <= static_cast<std::int64_t>(epoch_)) return;
    const auto next = std::min(static_cast<std::uint64_t>(reached), plan_.keys - 1);
    if (next == epoch_) return;
    epoch_ = next;
    began_ = now;
}

}  // namespace sealwarden::tlog
