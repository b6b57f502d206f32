#include "firmware/drop/gateway_door.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "firmware/local/greeting.hpp"

namespace sealwarden::drop {
namespace {

// A file of the largest size is decided and on disk in a few seconds; the supervisor's patience is
// a minute.
constexpr std::chrono::seconds patience{30};
constexpr int page = 200;

}  // namespace

GatewayDoor::GatewayDoor(const std::filesystem::path& socket, const config::Config& config)
    : client_{socket, patience} {
    local::greet(client_, config.site);
}

std::string GatewayDoor::config_hash() {
    return client_.call("status").at("config_hash").get<std::string>();
}

std::optional<std::uint64_t> GatewayDoor::taken(const std::string& ref) {
    // What was decided and is not on disk yet cannot be found.
    if (client_.call("status").at("log").at("queued") != 0) {
        throw std::runtime_error{"the gateway is still writing"};
    }
    nlohmann::json question{{"kinds", {"file.imported"}}, {"newest_first", true}, {"limit", page}};
    for (;;) {
        const auto answer = client_.call("query", question);
        for (const auto& entry : answer.at("entries")) {
            const auto& data = entry.at("data");
            if (data.value("command_id", "") == ref) return entry.at("i").get<std::uint64_t>();
        }
        if (answer.at("more") != true) return std::nullopt;
        question["before"] = answer.at("next");
    }
}

GatewayDoor::Answer GatewayDoor::import(const std::string& act, const Claimed& file,
                                        const std::string& text) {
    local::bring_file(client_, text);
    try {
        const auto done = client_.call("command", {{"command", act},
                                                   {"file", "csv"},
                                                   {"arguments", {{"source", file.name}}},
                                                   {"channel", "drop"},
                                                   {"ref", file.ref}});
        return {.index = done.at("index").get<std::uint64_t>(), .refused = {}};
    } catch (const local::Refused& refused) {
        // Without an entry it was not decided: the log takes nothing at present.
        if (refused.code == "refused" && refused.index == 0) throw;
        return {.index = refused.index, .refused = refused.what()};
    }
}

}  // namespace sealwarden::drop
