#include "firmware/identity/throttle.hpp"

namespace sealwarden::identity {

std::optional<std::int64_t> Throttle::one_more(const std::string& key, std::int64_t now_ms) {
    if (!seen_.contains(key) && seen_.size() >= most_keys) {
        std::erase_if(seen_, [now_ms](const auto& one) {
            return one.second.since == 0 && now_ms - one.second.told_ms >= every_ms;
        });
        // All of them loud: strangers choose new keys. The count of one of them is lost.
        if (seen_.size() >= most_keys) seen_.erase(seen_.begin());
    }
    const auto [place, is_new] = seen_.try_emplace(key);
    auto& seen = place->second;
    ++seen.since;
    const bool clock_set_back = now_ms < seen.told_ms;
    if (!is_new && !clock_set_back && now_ms - seen.told_ms < every_ms) return {};
    seen.told_ms = now_ms;
    const auto count = seen.since;
    seen.since = 0;
    return count;
}

}  // namespace sealwarden::identity
