#include "firmware/identity/lock_out.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <utility>

namespace sealwarden::identity {

Milliseconds BackOff::wait(const Failures& so_far, Milliseconds now) const {
    return std::clamp<Milliseconds>(so_far.until - now, 0, longest);
}

Failures BackOff::one_more(const Failures& so_far, Milliseconds now) const {
    Failures next = so_far;
    // A clock that was set back does not make them older than they are.
    if (now - so_far.last > forgotten) next = {};
    ++next.count;
    next.last = now;
    if (next.count <= free) return next;
    auto length = first;
    for (auto n = next.count - free; n > 1 && length < longest; --n) length *= 2;
    next.until = now + std::min(length, longest);
    return next;
}

Failures BackOff::without(Failures now, const Failures& before, const Failures& after) {
    now.count = std::max<std::int64_t>(now.count - 1, 0);
    if (now.until == after.until) now.until = before.until;
    if (now.last == after.last) now.last = before.last;
    return now;
}

Milliseconds LockOut::wait(const State& state, Milliseconds now) const {
    const auto here = pair.wait(state.pair, now);
    if (state.known) return here;
    return std::max({here, address.wait(state.address, now), user.wait(state.user, now)});
}

LockOut::State LockOut::attempt(State state, Milliseconds now) const {
    state.pair = pair.one_more(state.pair, now);
    state.address = address.one_more(state.address, now);
    state.user = user.one_more(state.user, now);
    return state;
}

LockOut::State LockOut::succeeded(State now, const Attempt& attempt) {
    now = withdrawn(std::move(now), attempt);
    now.pair = {};
    now.known = true;
    return now;
}

LockOut::State LockOut::withdrawn(State now, const Attempt& attempt) {
    now.pair = BackOff::without(now.pair, attempt.before.pair, attempt.after.pair);
    now.address = BackOff::without(now.address, attempt.before.address, attempt.after.address);
    now.user = BackOff::without(now.user, attempt.before.user, attempt.after.user);
    return now;
}

std::string counted_address(std::string_view peer) {
    const std::string text{peer.substr(0, peer.find('%'))};  // without a zone
    std::array<unsigned char, 16> bytes{};
    if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return std::string{peer};
    std::array<char, INET6_ADDRSTRLEN> shown{};
    constexpr std::array<unsigned char, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (std::equal(mapped.begin(), mapped.end(), bytes.begin())) {
        ::inet_ntop(AF_INET, bytes.data() + mapped.size(), shown.data(), shown.size());
        return shown.data();
    }
    std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
    ::inet_ntop(AF_INET6, bytes.data(), shown.data(), shown.size());
    return std::string{shown.data()} + "/64";
}

}  // namespace sealwarden::identity
