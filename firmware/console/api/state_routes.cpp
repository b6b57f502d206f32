// How things stand now, as the door tells it.
#include <algorithm>
#include <map>

#include "firmware/console/api/routes.hpp"
#include "firmware/inquiry/figures.hpp"
#include "firmware/inquiry/instructions.hpp"
#include "firmware/inquiry/names.hpp"

namespace sealwarden::console::api {

using boost::asio::awaitable;
using nlohmann::json;

namespace {

json to_json(const Name& name, const std::string& id) {
    return {{"en", name.en.empty() ? (name.es.empty() ? id : name.es) : name.en},
            {"es", name.es.empty() ? (name.en.empty() ? id : name.en) : name.es}};
}

std::string_view word(DoorKind kind) {
    switch (kind) {
        case DoorKind::dock: return "dock";
        case DoorKind::personnel: return "personnel";
        case DoorKind::gate: return "gate";
    }
    return "dock";
}

template <class Things, class ToJson>
json list_of(const Things& things, ToJson one) {
    auto list = json::array();
    for (const auto& thing : things) list.push_back(one(thing));
    return list;
}

template <class Things>
json named(const Things& things) {
    return list_of(things, [](const auto& thing) {
        return json{{"id", thing.id}, {"name", to_json(thing.name, thing.id)}};
    });
}

json or_null(const std::optional<std::string>& text) {
    return text ? json(*text) : json(nullptr);
}

json door_json(const SiteOptions& site, const DoorOptions& door) {
    json told{{"id", door.id},
              {"name", to_json(door.name, door.id)},
              {"kind", word(door.kind)},
              {"zone", nullptr},
              {"reader", or_null(door.reader)},
              {"seal", nullptr},
              {"cameras", json::array()},
              {"point", door.contact.point.name()},
              {"controlled", door.controlled},
              {"held_open_after_ms", door.held_open_after.count()}};
    for (const auto& zone : site.zones)
        if (std::ranges::find(zone.doors, door.id) != zone.doors.end()) told["zone"] = zone.id;
    for (const auto& seal : site.seals)
        if (seal.door == door.id) told["seal"] = seal.id;
    for (const auto& camera : site.cameras)
        if (std::ranges::find(camera.doors, door.id) != camera.doors.end())
            told["cameras"].push_back(camera.id);
    return told;
}

json devices_json(const config::Config& config) {
    std::map<std::string, json> buses;
    for (const auto& bus : config.buses) {
        const auto& options =
            std::visit([](const auto& one) -> const modbus::BusOptions& { return one.bus; }, bus);
        for (const auto& device : options.devices) {
            buses[device.id] = {
                {"bus", options.id},
                {"unit", device.unit},
                {"profile", device.profile ? json(device.profile->id) : json(nullptr)}};
        }
    }
    return list_of(config.site.devices, [&](const DeviceWatch& device) {
        json told{{"id", device.id}, {"points", json::array()}, {"bus", nullptr}};
        if (const auto bus = buses.find(device.id); bus != buses.end()) told.update(bus->second);
        for (const auto point : device.points) {
            auto subjects = json::array();
            for (const auto& subject : inquiry::meanings_of(config.site, point))
                subjects.push_back(inquiry::to_json(subject));
            told["points"].push_back({{"point", point.name()}, {"subjects", subjects}});
        }
        return told;
    });
}

json site_json(const config::Config& config) {
    const auto& site = config.site;
    const auto minutes = [](auto time) {
        return std::chrono::duration_cast<std::chrono::minutes>(time).count();
    };
    return {{"site", site.site},
            {"gateway", site.gateway},
            {"name", to_json(site.name, site.site)},
            {"time_zone", config.time_zone},
            {"doors", list_of(site.doors, [&](const auto& door) { return door_json(site, door); })},
            {"seals", list_of(site.seals,
                              [](const SealOptions& seal) {
                                  return json{{"id", seal.id},
                                              {"name", to_json(seal.name, seal.id)},
                                              {"door", or_null(seal.door)}};
                              })},
            {"readers", list_of(site.readers,
                                [](const ReaderOptions& reader) {
                                    return json{{"id", reader.id},
                                                {"name", to_json(reader.name, reader.id)},
                                                {"door", or_null(reader.door)}};
                                })},
            {"cameras", list_of(site.cameras,
                                [](const CameraOptions& camera) {
                                    return json{{"id", camera.id},
                                                {"name", to_json(camera.name, camera.id)},
                                                {"doors", camera.doors}};
                                })},
            {"lights", named(site.lights)},
            {"power", named(site.powers)},
            {"cabinets", named(site.cabinets)},
            {"outputs", named(site.outputs)},
            {"zones", list_of(site.zones,
                              [](const ZoneOptions& zone) {
                                  return json{{"id", zone.id},
                                              {"name", to_json(zone.name, zone.id)},
                                              {"doors", zone.doors},
                                              {"readers", zone.readers},
                                              {"sensitive", zone.sensitive}};
                              })},
            {"devices", devices_json(config)},
            {"gpio", list_of(config.chips, [](const gpio::ChipOptions& chip) { return chip.id; })},
            {"limits",
             {{"longest_shelf_min", minutes(site.alarm.longest_shelf)},
              {"longest_test_min", minutes(site.test.longest_mode)},
              {"longest_maintenance_min", minutes(site.access.longest_maintenance)},
              {"seal_after_close_s", site.dock.seal_after_close.count()},
              {"test_every_h", site.test.every.count()},
              {"case_due_h", site.dock.case_due.count()},
              {"shift_ends", site.access.shift_ends},
              {"two_persons", site.alarm.two_persons}}}};
}

// One of the door's questions that takes no arguments.
awaitable<Response> told(Surroundings* around, std::string question) {
    const json nothing = json::object();
    const auto body = co_await around->gateway.ask(std::move(question), nothing);
    co_return answer(body);
}

Route as_told(Surroundings& around, const char* pattern, const char* question, const char* right) {
    return {
        .method = "GET", .pattern = pattern, .right = right, .handler = [&around, question](Call) {
            return told(&around, question);
        }};
}

awaitable<Response> site(Surroundings* around, Call) {
    const auto body = site_json(around->config);
    co_return answer(body);
}

awaitable<Response> points(Surroundings* around, Call call) {
    json question = json::object();
    if (const auto device = call.request.asked("device")) question["device"] = *device;
    const auto told = co_await around->gateway.ask("points", question);
    co_return answer(told);
}

awaitable<Response> alarms(Surroundings* around, Call) {
    const json nothing = json::object();
    const auto told = co_await around->gateway.ask("state", nothing);
    const json body{{"alarms", told.at("alarms")}};
    co_return answer(body);
}

// One with what was said of it lately, newest first, for those who may search.
awaitable<Response> alarm(Surroundings* around, Call call) {
    const auto id = call.parameters.at("id");
    const json nothing = json::object();
    const auto state = co_await around->gateway.ask("state", nothing);
    const auto& all = state.at("alarms");
    const auto found =
        std::ranges::find_if(all, [&id](const json& one) { return one.at("id") == id; });
    json body{{"alarm", found == all.end() ? json(nullptr) : *found},
              {"entries", json::array()},
              {"instructions", nullptr}};
    if (found != all.end()) {
        body["instructions"] = inquiry::instructions(
            found->at("kind").get<std::string>(), around->config.instructions, call.who.language);
        body["sentence"] =
            inquiry::sentence_of_alarm(*found, around->config.site, call.who.language);
    }
    if (call.who.may("search")) {
        const Subject subject{.kind = "alarm", .id = id};
        const json query{
            {"subject", inquiry::to_json(subject)}, {"newest_first", true}, {"limit", 50}};
        const auto page = co_await around->gateway.ask("query", query);
        const auto may = sees(call.who);
        for (const auto& entry : page.at("entries"))
            if (may(entry)) body["entries"].push_back(entry);
    }
    if (found == all.end() && body["entries"].empty()) no_such("there is no alarm `" + id + "`");
    co_return answer(body);
}

awaitable<Response> figures(Surroundings* around, Call call) {
    constexpr std::chrono::hours a_month{30 * 24};
    const auto window = past_of(call, around->now(), a_month);
    const auto ask = ask_of(around->gateway);
    const auto told = co_await inquiry::alarm_figures(ask, window);
    const auto body = inquiry::to_json(told);
    co_return answer(body);
}

}  // namespace

Routes state_routes(Surroundings& around) {
    return {{"GET", "/api/v1/site", "live", bound(around, site)},
            as_told(around, "/api/v1/status", "status", "live"),
            as_told(around, "/api/v1/state", "state", "live"),
            as_told(around, "/api/v1/buses", "buses", "devices"),
            as_told(around, "/api/v1/checkpoint", "checkpoint", "live"),
            {"GET", "/api/v1/points", "live", bound(around, points)},
            {"GET", "/api/v1/alarms", "live", bound(around, alarms)},
            {"GET", "/api/v1/alarms/figures", "search", bound(around, figures)},
            {"GET", "/api/v1/alarms/{id}", "live", bound(around, alarm)}};
}

}  // namespace sealwarden::console::api
