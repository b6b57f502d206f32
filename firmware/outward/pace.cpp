#include "firmware/outward/pace.hpp"

#include <algorithm>

namespace sealwarden::outward {
namespace {

constexpr unsigned most_doublings = 9;  // 512 s: above the longest range

}  // namespace

Pace::Pace(std::chrono::seconds period, Random random, Uptime now)
    : period_{period}, random_{std::move(random)}, due_{now + within(first_range)} {}

std::chrono::microseconds Pace::within(std::chrono::seconds range) const {
    const std::chrono::microseconds whole{range};
    return std::chrono::microseconds{
        static_cast<std::int64_t>(random_() * static_cast<double>(whole.count()))};
}

void Pace::succeeded(Uptime now) {
    failures_ = 0;
    due_ = now + period_;
}

void Pace::failed(Uptime now) {
    const auto doublings = std::min(failures_++, most_doublings);
    due_ = now +
           within(std::min<std::chrono::seconds>(first_range * (1u << doublings), longest_range));
}

void Pace::succeeded_before(std::chrono::seconds ago, Uptime now) {
    // A wall clock that was set says a time in the future: then a whole period.
    const auto left = period_ - std::clamp(ago, std::chrono::seconds{0}, period_);
    due_ = std::max(due_, now + left);
}

}  // namespace sealwarden::outward
