#include "firmware/anchor/stamp_turn.hpp"

namespace sealwarden::anchor {

void StampTurn::log_opened(std::uint64_t size, std::chrono::seconds ago, Uptime now) {
    stamped_ = size;
    if (size > 0) pace_.succeeded_before(ago, now);
}

std::optional<Uptime> StampTurn::due(std::uint64_t closing) const {
    if (asked_ || closing <= stamped_) return std::nullopt;
    return pace_.due();
}

void StampTurn::recorded(std::uint64_t size, Uptime now) {
    asked_ = false;
    stamped_ = size;
    trouble_.clear();
    pace_.succeeded(now);
}

void StampTurn::failed(std::string why, Uptime now) {
    asked_ = false;
    trouble_ = std::move(why);
    pace_.failed(now);
}

}  // namespace sealwarden::anchor
