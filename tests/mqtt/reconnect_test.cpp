#include "firmware/mqtt/reconnect.hpp"

#include <gtest/gtest.h>

namespace sealwarden::mqtt_front {
namespace {

using namespace std::chrono_literals;
using config::MqttProtocol;

constexpr Uptime start{1000s};

class ReconnectTest : public testing::Test {
  protected:
    Reconnect make(std::size_t brokers, MqttProtocol protocol = MqttProtocol::automatic) {
        return {brokers, protocol, [this] { return random; }, start};
    }
    double random = 0.5;
};

TEST_F(ReconnectTest, TheFirstTryIsSpreadOverASecond) {
    EXPECT_EQ(make(1).due(), start + 500ms);
}

TEST_F(ReconnectTest, TheRangeOfTheJitterDoublesUpToAMinute) {
    random = 0.999999;
    auto reconnect = make(1);
    for (const auto range : {2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
        reconnect.refused(Refusal::unreachable, start);
        EXPECT_LE(reconnect.due(), start + range);
        EXPECT_GT(reconnect.due(), start + range - 1s);
    }
}

TEST_F(ReconnectTest, ARefusedVersionIsFollowedByThe3_1_1AtOnceAndRemembered) {
    auto reconnect = make(1);
    EXPECT_EQ(reconnect.attempt().version, Version::v5);
    reconnect.refused(Refusal::wrong_version, start);
    EXPECT_EQ(reconnect.due(), start);
    EXPECT_EQ(reconnect.attempt().version, Version::v3_1_1);
    reconnect.connected(start);
    reconnect.lost(false, start + 1h);
    EXPECT_EQ(reconnect.attempt().version, Version::v3_1_1);
}

TEST_F(ReconnectTest, TwoHangUpsAreTakenForAWrongVersion) {
    auto reconnect = make(1);
    reconnect.refused(Refusal::hung_up, start);
    EXPECT_EQ(reconnect.attempt().version, Version::v5);
    reconnect.refused(Refusal::hung_up, start);
    EXPECT_EQ(reconnect.attempt().version, Version::v3_1_1);
}

TEST_F(ReconnectTest, AConfiguredVersionIsKept) {
    auto reconnect = make(1, MqttProtocol::v5);
    reconnect.refused(Refusal::wrong_version, start);
    reconnect.refused(Refusal::hung_up, start);
    reconnect.refused(Refusal::hung_up, start);
    EXPECT_EQ(reconnect.attempt().version, Version::v5);
}

TEST_F(ReconnectTest, BrokersAreTriedInOrderAndTheFirstIsPreferredAfterALastingConnection) {
    auto reconnect = make(2);
    reconnect.refused(Refusal::unreachable, start);
    EXPECT_EQ(reconnect.attempt().broker, 1u);
    reconnect.connected(start);
    reconnect.lost(false, start + 1min);
    EXPECT_EQ(reconnect.attempt().broker, 0u);
}

TEST_F(ReconnectTest, WithoutPermissionOneTryAMinuteIsEnough) {
    auto reconnect = make(1);
    reconnect.refused(Refusal::not_authorised, start);
    EXPECT_GE(reconnect.due(), start + 60s);
}

TEST_F(ReconnectTest, TwoClientsWithOneIdDoNotPlayPingPong) {
    auto reconnect = make(1);
    reconnect.connected(start);
    reconnect.lost(true, start + 1min);
    EXPECT_GE(reconnect.due(), start + 1min + 30s);
}

TEST_F(ReconnectTest, AConnectionThatDoesNotLastBacksOff) {
    random = 0.999999;
    auto reconnect = make(1);
    for (int i = 0; i < 5; ++i) {
        reconnect.connected(start);
        reconnect.lost(false, start + 1s);
    }
    EXPECT_GT(reconnect.due(), start + 30s);
}

}  // namespace
}  // namespace sealwarden::mqtt_front
