// The door's lines, as PROTOCOL.md has them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "firmware/mqtt/publisher.hpp"

namespace sealwarden::mqtt_front::test {

inline const std::string base = "sealwarden/v1/dc7/gw1";

inline Moment at(std::chrono::microseconds since) {
    return {.at = Uptime{since}, .wall = WallTime{std::chrono::seconds{1'795'500'000} + since}};
}

inline Topics topics(bool full_detail = false) {
    TopicOptions options{.base = base, .full_detail = full_detail};
    options.site.site = "dc7";
    options.site.gateway = "gw1";
    options.site.doors = {{.id = "d07", .name = {.en = "Dock 7", .es = "Andén 7"}}};
    options.site.lights.push_back({.id = "l1",
                                   .name = {.en = "Yard lamp", .es = "Luz del patio"},
                                   .lamp = PointId{"io1.di9"}});
    options.secret = "0123";
    return Topics{std::move(options)};
}

inline nlohmann::json record(std::uint64_t index, const std::string& kind = "door.opened",
                             nlohmann::json subjects = {{{"k", "door"}, {"v", "d07"}}},
                             nlohmann::json data = nlohmann::json::object()) {
    return {{"i", index},
            {"kind", kind},
            {"subj", std::move(subjects)},
            {"data", std::move(data)},
            {"t", {{"wall", "2026-11-24T03:00:00.123456Z"}}},
            {"v", 1}};
}

inline nlohmann::json alarm(const std::string& state = "unack_active") {
    return {{"id", "door-forced-d07"},
            {"kind", "door-forced"},
            {"source", {{"k", "door"}, {"v", "d07"}}},
            {"prio", "high"},
            {"state", state},
            {"active", state != "rtn_unack"},
            {"count", 1},
            {"raised_ts", 1'795'500'000'000},
            {"cleared_ts", nullptr},
            {"acked_by", nullptr}};
}

inline nlohmann::json door(const std::string& state = "closed") {
    return {{"subject", {{"k", "door"}, {"v", "d07"}}},
            {"since_ts", 1'795'500'000'000},
            {"good", state != "unknown"},
            {"state", state},
            {"open", state == "open"}};
}

inline const std::string visit = "v-20261124-140500-d07";

inline nlohmann::json dock(const std::string& state = "verified") {
    return {{"subject", {{"k", "dock"}, {"v", "d07"}}},
            {"since_ts", 1'795'500'000'000},
            {"good", true},
            {"state", state},
            {"visit", visit},
            {"purpose", "unload"},
            {"container", "MSCU6639870"},
            {"seal", "HL123456"},
            {"expected", true},
            {"inspected", false},
            {"verified", true},
            {"deviations", 1},
            {"hold", false}};
}

// Of a thing that must stand in no topic.
inline nlohmann::json seal_alarm(const std::string& state = "unack_active") {
    auto told = alarm(state);
    told["id"] = "seal-differs-HL123456";
    told["kind"] = "seal-differs";
    told["source"] = {{"k", "seal_number"}, {"v", "HL123456"}};
    return told;
}

}  // namespace sealwarden::mqtt_front::test
