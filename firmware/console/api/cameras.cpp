#include "firmware/console/api/cameras.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>

#include "firmware/console/view_log.hpp"
#include "firmware/eventlog/pictures.hpp"

namespace sealwarden::console {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

constexpr int look_back = 10, usual_page = 50, largest_page = 500;

Response answer(const json& body) {
    Response response;
    response.headers["content-type"] = "application/json";
    response.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
    return response;
}

json picture_of(const json& entry) {
    const auto& data = entry.at("data");
    auto about = json::array();
    for (const auto& subject : entry.at("subj"))
        if (subject.at("k") != "camera" && subject.at("k") != "picture")
            about.push_back({{"k", subject.at("k")}, {"v", subject.at("v")}});
    return {{"sha256", data.value("sha256", "")},
            {"stored", data.value("stored", false)},
            {"taken_ts", data.value("taken_ts", json{})},
            {"bytes", data.value("bytes", json{})},
            {"clock_offset_ms", data.value("clock_offset_ms", json{})},
            {"cause", data.value("cause", json{})},
            {"skipped", data.value("skipped", json{})},
            {"about", std::move(about)},
            {"entry", entry.at("i")},
            {"time", entry.at("t").at("wall")}};
}

// A picture waits when it is newer than what was looked at last.
json check_of(const json& record) {
    const auto& data = record.at("data");
    json check;
    for (const auto* name : {"state", "result", "person", "checked_ts", "due_ts", "picture",
                             "picture_ts", "checked_picture"})
        check[name] = data.value(name, json{});
    const auto picture = data.value("picture", "");
    check["waits"] = !picture.empty() && picture != data.value("checked_picture", "");
    return check;
}

class Cameras {
  public:
    Cameras(Gateway& gateway, const config::Config& config, ReadPicture read,
            std::function<WallTime()> now)
        : gateway_{gateway}, config_{config}, read_{std::move(read)}, now_{std::move(now)} {}

    asio::awaitable<Response> all(Call /*call*/) {
        const auto checks = co_await all_checks();
        auto list = json::array();
        for (const auto& camera : config_.site.cameras) {
            auto one = described(camera);
            json question{{"subject", {{"k", "camera"}, {"v", camera.id}}},
                          {"kinds", {"camera.picture", "camera.picture_failed"}},
                          {"newest_first", true},
                          {"limit", look_back}};
            const auto page = co_await gateway_.ask("query", std::move(question));
            add_newest(page.at("entries"), one);
            const auto check = checks.find(camera.id);
            one["check"] = check == checks.end() ? json{} : *check;
            list.push_back(std::move(one));
        }
        co_return answer({{"cameras", std::move(list)}});
    }

    asio::awaitable<Response> check(Call /*call*/) {
        const auto checks = co_await all_checks();
        auto list = json::array();
        for (const auto& camera : config_.site.cameras) {
            if (!camera.stored_picture) continue;
            auto one = described(camera);
            const auto check = checks.find(camera.id);
            if (check != checks.end()) one.update(*check);
            list.push_back(std::move(one));
        }
        const auto& options = config_.site.camera_check;
        co_return answer({{"cameras", std::move(list)},
                          {"every_h", options.every.count()},
                          {"late_h", options.late.count()},
                          {"weekends", options.weekends}});
    }

    asio::awaitable<Response> pictures(Call call) {
        const auto& id = call.parameters.at("id");
        const auto& cameras = config_.site.cameras;
        if (std::ranges::find(cameras, id, &CameraOptions::id) == cameras.end())
            throw Problem{404, "not_found", "there is no such camera"};
        json question{{"subject", {{"k", "camera"}, {"v", id}}},
                      {"kinds", {"camera.picture"}},
                      {"newest_first", true},
                      {"limit", number(call, "limit", usual_page, largest_page)}};
        for (const auto* name : {"since", "until"})
            if (const auto text = call.request.asked(name)) question[name] = *text;
        if (call.request.asked("before"))
            question["before"] = number(call, "before", 0, std::int64_t{1} << 53);
        co_await enter(call, "camera:" + id);
        const auto page = co_await gateway_.ask("query", std::move(question));
        auto list = json::array();
        for (const auto& entry : page.at("entries")) list.push_back(picture_of(entry));
        co_return answer(
            {{"pictures", std::move(list)}, {"next", page.at("next")}, {"more", page.at("more")}});
    }

    asio::awaitable<Response> picture(Call call) {
        auto sha256 = call.parameters.at("sha256");
        if (!eventlog::is_picture_name(sha256))
            throw Problem{404, "not_found", "a picture is named by its SHA-256, 64 hex digits"};
        json question{{"subject", {{"k", "picture"}, {"v", sha256}}},
                      {"kinds", {"camera.picture"}},
                      {"newest_first", true},
                      {"limit", 1}};
        const auto page = co_await gateway_.ask("query", std::move(question));
        if (page.at("entries").empty())
            throw Problem{404, "not_found", "the log names no such picture"};
        co_await enter(call, camera_of(page.at("entries").front()));
        auto bytes = co_await read_(std::move(sha256));
        if (!bytes)
            throw Problem{404, "not_found",
                          "the picture is not kept any more; what the log says of it stays"};
        Response response;
        response.headers["content-type"] = "image/jpeg";
        response.headers["content-security-policy"] = "default-src 'none'; sandbox";
        response.headers["x-content-type-options"] = "nosniff";
        response.headers["cache-control"] = "no-store";
        response.headers["content-disposition"] = "inline";
        response.body = std::move(*bytes);
        co_return response;
    }

  private:
    // Whoever looks at pictures of a camera: not each of the pictures of one screen.
    asio::awaitable<void> enter(const Call& call, std::string camera) {
        auto use = use_of(call, "viewed", "pictures", camera);
        use.erase("route");
        co_await ViewLog::enter(&views_, &gateway_, now_(), std::move(use));
    }
    static std::string camera_of(const json& entry) {
        for (const auto& subject : entry.at("subj"))
            if (subject.at("k") == "camera") return "camera:" + subject.at("v").get<std::string>();
        return {};
    }
    static std::int64_t number(const Call& call, const char* name, std::int64_t otherwise,
                               std::int64_t largest) {
        const auto text = call.request.asked(name);
        if (!text) return otherwise;
        std::int64_t value = 0;
        const auto read = std::from_chars(text->data(), text->data() + text->size(), value);
        if (read.ec != std::errc{} || read.ptr != text->data() + text->size() || value < 0 ||
            value > largest)
            throw Problem{
                400, "usage",
                std::string{name} + " must be a number, at most " + std::to_string(largest)};
        return value;
    }

    // By camera.
    asio::awaitable<json> all_checks() {
        auto checks = json::object();
        json question{{"records", "camera_check"}, {"limit", 1000}};
        const auto page = co_await gateway_.ask("query", std::move(question));
        for (const auto& record : page.at("entries"))
            checks[record.at("subj").at(0).at("v").get<std::string>()] = check_of(record);
        co_return checks;
    }

    [[nodiscard]] json described(const CameraOptions& camera) const {
        const auto& sources = config_.pictures.sources;
        const auto source = std::ranges::find(sources, camera.id, &config::PictureSource::camera);
        return {{"id", camera.id},
                {"name", {{"en", camera.name.en}, {"es", camera.name.es}}},
                {"doors", camera.doors},
                {"live", source != sources.end() && source->live.has_value()},
                {"stored", camera.stored_picture}};
    }

    // The newest picture, and by live and stored what fails since.
    static void add_newest(const json& entries, json& camera) {
        camera["picture"] = nullptr;
        camera["failures"] = json::array();
        bool told[2] = {false, false};
        for (const auto& entry : entries) {
            const auto& data = entry.at("data");
            const bool taken = entry.at("kind") == "camera.picture";
            const bool stored = data.value("stored", false);
            if (taken && camera["picture"].is_null()) camera["picture"] = picture_of(entry);
            if (std::exchange(told[stored ? 1 : 0], true) || taken) continue;
            camera["failures"].push_back({{"stored", stored},
                                          {"why", data.value("why", "")},
                                          {"entry", entry.at("i")},
                                          {"time", entry.at("t").at("wall")}});
        }
    }

    Gateway& gateway_;
    const config::Config& config_;
    ReadPicture read_;
    std::function<WallTime()> now_;
    ViewLog views_;
};

}  // namespace

Routes camera_routes(Gateway& gateway, const config::Config& config, ReadPicture read,
                     std::function<WallTime()> now) {
    const auto cameras =
        std::make_shared<Cameras>(gateway, config, std::move(read), std::move(now));
    const auto to = [&](asio::awaitable<Response> (Cameras::*handler)(Call)) -> Handler {
        return [cameras, handler](Call call) { return (cameras.get()->*handler)(std::move(call)); };
    };
    return {
        {.method = "GET",
         .pattern = "/api/v1/cameras",
         .right = "live",
         .handler = to(&Cameras::all)},
        {.method = "GET",
         .pattern = "/api/v1/cameras/check",
         .right = "dock",
         .handler = to(&Cameras::check)},
        {.method = "GET",
         .pattern = "/api/v1/cameras/{id}/pictures",
         .right = "search",
         .handler = to(&Cameras::pictures)},
        {.method = "GET",
         .pattern = "/api/v1/pictures/{sha256}",
         .right = "search",
         .handler = to(&Cameras::picture)},
    };
}

}  // namespace sealwarden::console
