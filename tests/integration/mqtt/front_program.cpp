// The front without a configuration file: options as JSON in the first argument, "run" or "test" in
// the second; a third makes the test answer as JSON.
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "firmware/core/channel_commands.hpp"
#include "firmware/mqtt/front.hpp"

int main(int count, char** arguments) {
    using namespace sealwarden;
    if (count < 3) return 2;
    const auto json = nlohmann::json::parse(arguments[1]);
    mqtt_front::FrontOptions options;
    options.socket = json.value("socket", "");
    options.directory = json.value("directory", "");
    options.topics = {.base = json.value("base", "sealwarden/v1/dc7/gw1"), .full_detail = false};
    options.topics.site.site = "dc7";
    options.topics.site.gateway = "gw1";
    options.topics.site.name = {.en = "Distribution centre 7", .es = "Centro 7"};
    options.topics.site.doors = {{.id = "d07", .name = {.en = "Dock 7", .es = "Andén 7"}}};
    if (json.value("commands", false)) options.publisher.commands = usual_channel_commands();
    const auto protocol = json.value("protocol", "auto");
    options.protocol = protocol == "5"       ? config::MqttProtocol::v5
                       : protocol == "3.1.1" ? config::MqttProtocol::v3_1_1
                                             : config::MqttProtocol::automatic;
    auto& broker = options.broker;
    broker.urls = json.at("urls").get<std::vector<std::string>>();
    broker.client_id = "sealwarden-dc7-gw1";
    if (json.contains("user")) broker.user = json["user"].get<std::string>();
    if (json.contains("password")) broker.password = json["password"].get<std::string>();
    if (json.contains("ca")) broker.ca = json["ca"].get<std::string>();
    if (json.contains("certificate")) broker.certificate = json["certificate"].get<std::string>();
    if (json.contains("key")) broker.key = json["key"].get<std::string>();
    broker.keep_alive = std::chrono::seconds{json.value("keep_alive_s", 15)};
    broker.patience = std::chrono::seconds{json.value("patience_s", 10)};
    broker.attempt = std::chrono::milliseconds{json.value("attempt_ms", 15'000)};
    broker.silence = std::chrono::milliseconds{json.value("silence_ms", 0)};
    return std::string{arguments[2]} == "test" ? mqtt_front::self_test(options, count > 3)
                                               : mqtt_front::run(options);
}
