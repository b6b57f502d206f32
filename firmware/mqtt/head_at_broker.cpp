#include "firmware/mqtt/head_at_broker.hpp"

#include <algorithm>

namespace sealwarden::mqtt_front {
namespace {

constexpr std::size_t note_limit = 16u << 10;  // ours have 350 bytes, and 140 for each witness

}  // namespace

void HeadAtBroker::connected(bool retains, Uptime now) {
    state_ = retains ? State::asking : State::reporting;
    asking_until_ = now + longest_patience;
    report_from_ = send_from_ = ask_from_ = now;
    found_.reset();
}

void HeadAtBroker::disconnected() {
    state_ = State::away;
    waiting_.reset();
    taken_.reset();
    sent_.clear();
    in_flight_ = false;
}

void HeadAtBroker::subscribed(bool granted, Uptime now) {
    if (state_ != State::asking) return;
    asking_until_ = std::min(asking_until_, granted ? now + patience : now);
}

void HeadAtBroker::received(std::string payload) {
    if (state_ == State::away || payload.empty()) return;
    // A broker may hand us anything: what is longer than a note goes on as an empty one, which
    // nobody has signed.
    if (payload.size() > note_limit) payload.clear();
    if (state_ != State::asking && std::ranges::find(sent_, payload) != sent_.end()) return;
    found_ = std::move(payload);
    state_ = State::reporting;
}

void HeadAtBroker::acknowledged() {
    if (!in_flight_) return;
    in_flight_ = false;
    if (state_ == State::open && !sent_.empty()) found_ = taken_ = sent_.back();
}

void HeadAtBroker::refused(Uptime now) {
    if (!in_flight_) return;
    in_flight_ = false;
    if (!waiting_ && !sent_.empty()) waiting_ = sent_.back();
    send_from_ = now + refused_wait;
}

void HeadAtBroker::door_opened() {
    waiting_.reset();
    if (state_ == State::open || state_ == State::shut) state_ = State::reporting;
}

void HeadAtBroker::look() {
    look_ = true;
}

std::optional<HeadAtBroker::Report> HeadAtBroker::to_report(Uptime now) {
    if (state_ == State::asking && now >= asking_until_) state_ = State::reporting;
    if (state_ == State::open && taken_ && now >= tell_from_) return Report{.note = taken_};
    if (state_ != State::reporting || now < report_from_) return std::nullopt;
    return Report{.note = found_};
}

void HeadAtBroker::reported(const std::string& verdict, Uptime now) {
    if (state_ != State::reporting && state_ != State::open) return;
    if (verdict == "not_compared") {
        report_from_ = tell_from_ = now + again_after;
    } else if (verdict == "contradicts") {
        state_ = State::shut;
        waiting_.reset();
    } else {
        look_ |= state_ == State::reporting;
        state_ = State::open;
        report_from_ = now + pause;  // so often at most, whatever the broker says
        tell_from_ = now + taken_pause;
        taken_.reset();
    }
}

bool HeadAtBroker::wanted(Uptime now) const {
    return state_ == State::open && look_ && now >= ask_from_;
}

void HeadAtBroker::newest(const std::string& state, std::string note, Uptime now) {
    look_ = false;
    ask_from_ = now + pause;
    if (state != "signing" || note.empty()) {
        waiting_.reset();
        return;
    }
    if (sent_.empty() ? found_ != note : sent_.back() != note) waiting_ = std::move(note);
}

std::optional<Message> HeadAtBroker::next(Uptime now) {
    if (state_ != State::open || in_flight_ || !waiting_ || now < send_from_) return std::nullopt;
    Message message{.topic = topic_, .payload = *waiting_, .retain = true, .json = false};
    sent_.push_back(std::move(*waiting_));
    if (sent_.size() > echoes) sent_.pop_front();
    waiting_.reset();
    in_flight_ = true;
    send_from_ = now + pause;
    return message;
}

std::optional<Uptime> HeadAtBroker::deadline() const {
    switch (state_) {
        case State::away:
        case State::shut: return std::nullopt;
        case State::asking: return asking_until_;
        case State::reporting: return report_from_;
        case State::open: break;
    }
    std::optional<Uptime> first;
    const auto consider = [&](Uptime at) { first = first ? std::min(*first, at) : at; };
    if (look_) consider(ask_from_);
    if (waiting_ && !in_flight_) consider(send_from_);
    if (taken_) consider(tell_from_);
    return first;
}

}  // namespace sealwarden::mqtt_front
