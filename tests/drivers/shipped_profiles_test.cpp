// Every shipped profile, polled from a device that holds the registers of its vectors.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "tests/drivers/fake_line.hpp"
#include "tests/drivers/fake_profiles.hpp"

namespace sealwarden::modbus {
namespace {

bool is_when(const Profile& profile, const std::string& point) {
    return std::any_of(profile.handshakes.begin(), profile.handshakes.end(),
                       [&](const auto& one) { return one.when == point; });
}

// Such a point is said only when there is something to take.
bool by_handshake(const Profile& profile, const std::string& point) {
    return std::any_of(profile.handshakes.begin(), profile.handshakes.end(), [&](const auto& one) {
        return std::find(one.read.begin(), one.read.end(), point) != one.read.end();
    });
}

TEST(ShippedProfilesTest, EveryVectorComesOutOfThePollerAsItComesOutOfTheDecoder) {
    std::size_t vectors = 0;
    for (const auto& file :
         std::filesystem::directory_iterator{SEALWARDEN_SOURCE_DIR "/config/profiles"}) {
        if (file.path().extension() != ".toml") continue;
        const auto loaded = load_profile(file.path());
        ASSERT_TRUE(loaded.profile) << file.path();
        for (const auto& vector : loaded.profile->vectors) {
            ++vectors;
            FakeLine line{one_device(*loaded.profile, 100ms)};
            line.devices[1].holding = vector.holding;
            line.devices[1].input = vector.input;
            line.devices[1].coils = vector.coils;
            line.devices[1].discrete = vector.discrete;
            // What a handshake writes stays as the vector has it.
            line.devices[1].on_asked = [&] {
                line.devices[1].coils = vector.coils;
                line.devices[1].holding = vector.holding;
            };
            line.passes(150s);
            // A `when` reads false again once the poller has answered it.
            for (const auto& handshake : loaded.profile->handshakes)
                if (const auto value = vector.expect.find(handshake.when);
                    value != vector.expect.end()) {
                    const auto said = line.of("io." + handshake.when);
                    EXPECT_TRUE(std::any_of(
                        said.begin(), said.end(),
                        [&](const auto& one) { return one.what == What{value->second}; }))
                        << file.path() << " " << vector.name;
                }
            for (const auto& [point, value] : vector.expect) {
                const auto* said = line.last("io." + point);
                if (is_when(*loaded.profile, point)) continue;
                if (said == nullptr && by_handshake(*loaded.profile, point)) continue;
                ASSERT_NE(said, nullptr) << file.path() << " " << vector.name << " " << point;
                EXPECT_EQ(said->what, What{value})
                    << file.path() << " " << vector.name << " " << point;
            }
            for (const auto& [point, fault] : vector.expect_fault) {
                const auto* said = line.last("io." + point);
                if (said == nullptr && by_handshake(*loaded.profile, point)) continue;
                ASSERT_NE(said, nullptr) << file.path() << " " << vector.name << " " << point;
                EXPECT_EQ(said->what, What{fault})
                    << file.path() << " " << vector.name << " " << point;
            }
        }
    }
    EXPECT_GT(vectors, 0U);
}

}  // namespace
}  // namespace sealwarden::modbus
