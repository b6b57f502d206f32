#include "firmware/mqtt/reconnect.hpp"

#include <algorithm>
#include <cassert>

namespace sealwarden::mqtt_front {

using namespace std::chrono_literals;

namespace {

constexpr auto first_range = 1s;  // 200 gateways after a power cut do not come at once
constexpr auto longest_range = 60s;
constexpr auto lasting = 10s;  // a connection that stood so long counts as one
constexpr unsigned tries_to_tell_version = 2;

}  // namespace

Reconnect::Reconnect(std::size_t brokers, config::MqttProtocol protocol, Random random, Uptime now)
    : protocol_{protocol}, random_{std::move(random)}, brokers_(brokers) {
    assert(brokers > 0);
    if (protocol == config::MqttProtocol::v3_1_1) {
        for (auto& broker : brokers_) broker.version = Version::v3_1_1;
    }
    due_ = now + jitter(first_range);
}

std::chrono::microseconds Reconnect::jitter(std::chrono::microseconds range) const {
    return std::chrono::microseconds{
        static_cast<std::int64_t>(random_() * static_cast<double>(range.count()))};
}

Reconnect::Attempt Reconnect::attempt() const {
    return {.broker = broker_, .version = brokers_[broker_].version};
}

void Reconnect::connected(Uptime now) {
    connected_at_ = now;
    brokers_[broker_].hung_up = 0;
}

void Reconnect::next_broker() {
    broker_ = (broker_ + 1) % brokers_.size();
    if (broker_ == 0) ++rounds_;
}

// Full jitter: uniform in [0, range), the range doubles with every round through the brokers.
void Reconnect::back_off(std::chrono::milliseconds least, Uptime now) {
    const auto doublings = std::min(rounds_, 6u);
    const auto range =
        std::min<std::chrono::seconds>(first_range * (1u << doublings), longest_range);
    due_ = now + least + jitter(range);
}

void Reconnect::refused(Refusal why, Uptime now) {
    auto& broker = brokers_[broker_];
    const bool may_change =
        protocol_ == config::MqttProtocol::automatic && broker.version == Version::v5;
    broker.hung_up = why == Refusal::hung_up ? broker.hung_up + 1 : 0;
    switch (why) {
        case Refusal::wrong_version:
            if (!may_change) break;
            broker.version = Version::v3_1_1;
            due_ = now;
            return;
        case Refusal::hung_up:
            if (!may_change) break;
            if (broker.hung_up >= tries_to_tell_version) {
                broker.version = Version::v3_1_1;
                broker.hung_up = 0;
            }
            back_off(0ms, now);
            return;
        case Refusal::not_authorised:
            next_broker();
            // Only when every broker was asked: the next one may take us.
            back_off(broker_ == 0 ? 60s : 0s, now);
            return;
        case Refusal::unreachable: break;
    }
    next_broker();
    back_off(0ms, now);
}

void Reconnect::lost(bool taken_over, Uptime now) {
    const bool lasted = connected_at_ && now >= *connected_at_ + lasting;
    connected_at_.reset();
    if (lasted) {
        rounds_ = 0;
        broker_ = 0;  // they are named in the order of preference
    } else {
        next_broker();
    }
    back_off(taken_over ? 30s : 0s, now);
}

}  // namespace sealwarden::mqtt_front
