#include "firmware/notify/turn.hpp"

#include <utility>

namespace sealwarden::notify {
namespace {

// The message itself is wrong for it: it will be wrong tomorrow. Everything else can be mended at
// the other end (a token, a path, a proxy), and is tried again.
bool refuses_for_ever(unsigned status) {
    return status == 400 || status == 413 || status == 415 || status == 422;
}

}  // namespace

Turn::Turn(std::chrono::seconds expires, outward::Pace::Random random, Uptime now)
    : expires_{expires}, pace_{std::chrono::seconds{0}, std::move(random), now} {
    pace_.at(now);
}

std::optional<Uptime> Turn::due() const {
    if (waiting_) return std::nullopt;
    return pace_.due();
}

Outcome Turn::answered(unsigned status, std::chrono::seconds age, Uptime now) {
    if (status < 200 || status > 299) {
        return failed("it answered with HTTP status " + std::to_string(status),
                      refuses_for_ever(status), age, now);
    }
    waiting_ = false;
    ++tries_;
    failures_ = 0;
    trouble_.clear();
    pace_.succeeded(now);
    pace_.at(now + gap);
    return Outcome::delivered;
}

Outcome Turn::unanswered(std::string why, std::chrono::seconds age, Uptime now) {
    return failed(std::move(why), false, age, now);
}

Outcome Turn::failed(std::string why, bool for_ever, std::chrono::seconds age, Uptime now) {
    waiting_ = false;
    ++tries_;
    ++failures_;
    trouble_ = std::move(why);
    pace_.failed(now);
    return for_ever || age > expires_ ? Outcome::given_up : Outcome::again;
}

}  // namespace sealwarden::notify
