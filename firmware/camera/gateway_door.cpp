#include "firmware/camera/gateway_door.hpp"

#include <stdexcept>

#include "firmware/local/greeting.hpp"

namespace sealwarden::camera {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr auto patience = 5s;
constexpr int page = 500;

}  // namespace

GatewayDoor::GatewayDoor(const std::filesystem::path& socket, const config::Config& config)
    : client_{socket, patience} {
    local::greet(client_, config.site);
    feed_ = client_.start("feed");
}

std::vector<json> GatewayDoor::read() {
    std::vector<json> records;
    while (const auto line = client_.next(0ms)) {
        if (line->contains("error")) throw std::runtime_error{line->at("error").dump()};
        if (line->value("id", std::int64_t{0}) != feed_) continue;
        for (const auto& record : line->at("entries")) {
            if (record.at("kind") == "config.changed") look_at_config_ = true;
            records.push_back(record);
        }
    }
    return records;
}

std::optional<std::string> GatewayDoor::new_config_hash() {
    if (!look_at_config_) return std::nullopt;
    look_at_config_ = false;
    return client_.call("status").at("config_hash").get<std::string>();
}

bool GatewayDoor::clock_doubted() {
    return client_.call("status").at("signing").value("clock_held_back", false);
}

std::optional<json> GatewayDoor::newest(const Subject& subject,
                                        const std::vector<std::string>& kinds) {
    const auto answer =
        client_.call("query", {{"subject", {{"k", subject.kind}, {"v", subject.id}}},
                               {"kinds", kinds},
                               {"newest_first", true},
                               {"limit", 1}});
    if (answer.at("entries").empty()) return std::nullopt;
    return answer.at("entries").front();
}

void GatewayDoor::each_picture(const std::function<bool(const json&)>& use) {
    json question{{"kinds", {"camera.picture"}}, {"newest_first", true}, {"limit", page}};
    while (true) {
        const auto answer = client_.call("query", question);
        for (const auto& record : answer.at("entries"))
            if (!use(record)) return;
        if (!answer.at("more").get<bool>()) return;
        question["before"] = answer.at("next");
    }
}

std::uint64_t GatewayDoor::tell(const json& news) {
    return client_.call("picture", news).at("index").get<std::uint64_t>();
}

}  // namespace sealwarden::camera
