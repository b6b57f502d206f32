#include "firmware/anchor/witness_turn.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace sealwarden::anchor {
namespace {

constexpr unsigned most_corrections = 3;  // a witness that tells ever other sizes is not well

}  // namespace

WitnessTurn::WitnessTurn(std::chrono::seconds period, Pace::Random random, Uptime now)
    : pace_{period, std::move(random), now} {}

void WitnessTurn::log_opened(std::uint64_t size, bool contradicted) {
    cosigned_ = held_ = size;
    corrections_ = 0;
    if (!contradicted || contradicted_) return;
    contradicted_ = true;
    trouble_ = "it contradicted this log before this start, and has not cosigned it since";
}

std::optional<Uptime> WitnessTurn::due(std::uint64_t worth) const {
    if (asked_ || worth <= cosigned_) return std::nullopt;
    return pace_.due();
}

std::uint64_t WitnessTurn::ask(std::uint64_t size) {
    assert(!asked_);
    asked_ = true;
    // A head of before what it holds, after the keys were kept from signing: it will tell.
    return std::min(held_, size);
}

void WitnessTurn::recorded(std::uint64_t size, Uptime now) {
    asked_ = contradicted_ = false;
    corrections_ = 0;
    trouble_.clear();
    held_ = size;
    cosigned_ = std::max(cosigned_, size);
    pace_.succeeded(now);
}

void WitnessTurn::holds(std::uint64_t size, std::uint64_t log_size, Uptime now) {
    if (size > log_size) {
        contradicts(
            fmt::format(
                "it says that it signed this log up to size {}, and the log has {} entries, "
                "which nothing proves: if so, the log was rolled back, or another gateway "
                "goes on with its keys",
                size, log_size),
            now);
        return;
    }
    if (size < cosigned_) {
        remark_ = fmt::format(
            "it says that it signed this log up to size {}, and its cosignature "
            "of size {} is in the log: it lost its state, and could sign two "
            "histories",
            size, cosigned_);
    }
    held_ = size;
    if (++corrections_ > most_corrections) {
        failed("it tells another size each time", now);
        return;
    }
    asked_ = false;
    pace_.at(now);
}

void WitnessTurn::contradicts(std::string why, Uptime now) {
    asked_ = false;
    contradicted_ = true;
    trouble_ = std::move(why);
    pace_.failed(now);
}

void WitnessTurn::failed(std::string why, Uptime now) {
    asked_ = false;
    // Falling silent takes nothing back.
    if (!contradicted_) trouble_ = std::move(why);
    pace_.failed(now);
}

}  // namespace sealwarden::anchor
