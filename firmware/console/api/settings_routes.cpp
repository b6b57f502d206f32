// What is configured, with where each value comes from; and one raw look at a device.
#include <memory>

#include "firmware/console/api/routes.hpp"
#include "firmware/local/api.hpp"

namespace sealwarden::console::api {

using boost::asio::awaitable;
using nlohmann::json;

namespace {

// {"config": {…}, "origins": {pointer: "site.toml:3"}, "hash"}. Secrets are references.
awaitable<Response> settings(std::shared_ptr<const json> shown, Call call) {
    const auto tag = '"' + shown->at("hash").get<std::string>() + '"';
    auto response = answer(*shown);
    response.headers["etag"] = tag;
    if (call.request.header("if-none-match").find(tag) != std::string_view::npos) {
        response.status = 304;
        response.body.clear();
    }
    co_return response;
}

awaitable<Response> read(Surroundings* around, Call call) {
    const auto body = body_of(call);
    json question{{"device", call.parameters.at("id")}};
    for (const auto& [name, value] : body.items()) {
        if (name == "table") {
            if (!value.is_string() || !local::table(value.get_ref<const std::string&>()))
                wrong("`table` must be coil, discrete_input, input_register or holding_register");
        } else if (name == "address" || name == "count") {
            constexpr std::uint64_t most = 65535;
            if (!value.is_number_unsigned() || value.get<std::uint64_t>() > most)
                wrong("`" + name + "` must be a whole number, 0 to 65535");
        } else {
            wrong("there is no `" + name + "`; it takes table, address and count");
        }
        question[name] = value;
    }
    for (const auto* name : {"table", "address", "count"})
        if (!question.contains(name)) wrong("`" + std::string{name} + "` must be given");
    const auto told = co_await around->gateway.ask("read", question);
    co_return answer(told);
}

}  // namespace

Routes settings_routes(Surroundings& around) {
    // As it was when the console started: it starts anew with another configuration.
    auto shown = json::parse(config::show_json(around.sources, true), nullptr, false);
    if (!shown.is_object()) shown = json::object();
    shown["hash"] = around.config.hash;
    const auto kept = std::make_shared<const json>(std::move(shown));
    return {{"GET", "/api/v1/settings", "settings",
             [kept](Call call) { return settings(kept, std::move(call)); }},
            {"POST", "/api/v1/devices/{id}/read", "devices", bound(around, read)}};
}

}  // namespace sealwarden::console::api
