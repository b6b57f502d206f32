#include "firmware/core/dock/sampling.hpp"

#include <algorithm>

namespace sealwarden {

std::uint64_t fnv1a64(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325U;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001B3U;
    }
    return hash;
}

std::uint64_t splitmix64(std::uint64_t state) {
    auto z = state + 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
}

Draw::Draw(std::string_view seed, std::size_t count) : seed_{fnv1a64(seed)}, count_{count} {}

void Draw::offer(std::string_view number) {
    ++offered_;
    const auto lot = splitmix64(seed_ + fnv1a64(number));
    if (winners_.size() == count_) {
        if (count_ == 0 || lot > winners_.front().lot) return;
        Ticket ticket{lot, std::string{number}};
        if (winners_.front() < ticket) return;
        std::ranges::pop_heap(winners_);
        winners_.back() = std::move(ticket);
    } else {
        winners_.push_back({lot, std::string{number}});
    }
    std::ranges::push_heap(winners_);
}

std::vector<std::string> Draw::drawn() const {
    auto sorted = winners_;
    std::ranges::sort(sorted);
    std::vector<std::string> numbers;
    for (auto& ticket : sorted) numbers.push_back(std::move(ticket.number));
    return numbers;
}

}  // namespace sealwarden
