#include "firmware/mqtt/retained.hpp"

#include <algorithm>
#include <cassert>

namespace sealwarden::mqtt_front {

void Retained::wait(const std::string& topic, Slot& slot) {
    slot.waiting = true;
    // One in flight comes back as acknowledged or refused, and waits then.
    if (!slot.in_flight && !put_off_.contains(topic)) waiting_.insert(key(topic, slot));
}

void Retained::want(Message message, Rank rank) {
    const auto topic = message.topic;
    const auto found = slots_.find(topic);
    if (found == slots_.end()) {
        auto& slot = slots_[topic];
        slot = {.message = std::move(message), .rank = rank, .changed = ++changes_};
        wait(topic, slot);
        return;
    }
    auto& slot = found->second;
    if (slot.message.content == message.content && slot.message.json == message.json) return;
    slot.message = std::move(message);
    // A topic that waits keeps its place: changing often must not push it back.
    if (slot.waiting) return;
    slot.changed = ++changes_;
    wait(topic, slot);
}

Message Retained::send(const std::string& topic) {
    auto& slot = slots_.at(topic);
    slot.waiting = false;
    slot.in_flight = true;
    return slot.message;
}

std::optional<Message> Retained::next(Uptime now) {
    for (auto at = put_off_.begin(); at != put_off_.end();) {
        if (at->second > now) {
            ++at;
            continue;
        }
        auto& slot = slots_.at(at->first);
        if (slot.waiting) waiting_.insert(key(at->first, slot));
        at = put_off_.erase(at);
    }
    if (waiting_.empty()) return std::nullopt;
    const auto topic = std::get<std::string>(*waiting_.begin());
    waiting_.erase(waiting_.begin());
    return send(topic);
}

std::optional<Message> Retained::next_status() {
    if (waiting_.empty() || std::get<Rank>(*waiting_.begin()) != Rank::status) return std::nullopt;
    const auto topic = std::get<std::string>(*waiting_.begin());
    waiting_.erase(waiting_.begin());
    return send(topic);
}

bool Retained::acknowledged(const std::string& topic) {
    const auto found = slots_.find(topic);
    if (found == slots_.end() || !found->second.in_flight) return false;
    auto& slot = found->second;
    slot.in_flight = false;
    if (slot.waiting) {
        waiting_.insert(key(topic, slot));
        return false;
    }
    const bool emptied = slot.message.payload.empty();
    if (emptied) slots_.erase(found);
    return emptied;
}

void Retained::refused(const std::string& topic, Uptime now) {
    const auto found = slots_.find(topic);
    if (found == slots_.end() || !found->second.in_flight) return;
    found->second.in_flight = false;
    found->second.waiting = true;
    put_off_[topic] = now + refused_wait;
}

void Retained::lost() {
    waiting_.clear();
    put_off_.clear();
    for (auto& [topic, slot] : slots_) {
        slot.in_flight = false;
        wait(topic, slot);
    }
}

bool Retained::delivered(const std::string& topic) const {
    const auto found = slots_.find(topic);
    return found != slots_.end() && !found->second.waiting && !found->second.in_flight;
}

std::optional<Uptime> Retained::deadline() const {
    std::optional<Uptime> first;
    for (const auto& [topic, when] : put_off_) first = first ? std::min(*first, when) : when;
    return first;
}

}  // namespace sealwarden::mqtt_front
