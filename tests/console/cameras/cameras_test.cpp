#include "firmware/console/api/cameras.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace sealwarden::console {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

const std::string known(64, 'a'), gone(64, 'b'), unknown(64, 'c');

json entry(std::uint64_t index, const char* kind, json data, const std::string& picture = {}) {
    auto subjects = json::array({{{"k", "camera"}, {"v", "c07"}}});
    if (!picture.empty()) {
        subjects.push_back({{"k", "picture"}, {"v", picture}});
        subjects.push_back({{"k", "door"}, {"v", "d07"}});
        data["sha256"] = picture;
    }
    return {{"i", index},
            {"kind", kind},
            {"data", std::move(data)},
            {"subj", subjects},
            {"t", {{"wall", "2026-11-24T03:00:00.000000Z"}}}};
}

// Answers as the local door does of a small log.
class FakeGateway final : public Gateway {
  public:
    asio::awaitable<json> ask(std::string call, json arguments) override {
        if (call == "used") {
            used.push_back(arguments);
            co_return json{{"index", 900}};
        }
        EXPECT_EQ(call, "query");
        questions.push_back(arguments);
        auto entries = json::array();
        if (arguments.contains("records")) {
            entries = checks;
        } else if (arguments.at("subject").at("k") == "camera") {
            if (arguments.at("subject").at("v") == "c07") entries = of_c07;
        } else if (arguments.at("subject").at("v") == known ||
                   arguments.at("subject").at("v") == gone) {
            entries.push_back(entry(7, "camera.picture", {}, known));
        }
        json page{{"entries", entries}, {"next", 5}, {"more", false}};
        co_return page;
    }
    std::vector<json> questions, used;
    json of_c07 = json::array(
        {entry(9, "camera.picture_failed",
               {{"stored", true}, {"why", "it does not answer in time"}}),
         entry(8, "camera.picture_failed", {{"stored", true}, {"why", "another before"}}),
         entry(7, "camera.picture", {{"stored", false}, {"taken_ts", 1000}, {"cause", 6}}, known)});
    json checks = json::array(
        {{{"i", 5},
          {"kind", "camera_check.ready"},
          {"data",
           {{"state", "good"}, {"person", "ana"}, {"picture", known}, {"checked_picture", ""}}},
          {"subj", {{{"k", "camera_check"}, {"v", "c07"}}}}}});
};

class CamerasTest : public testing::Test {
  protected:
    CamerasTest() {
        CameraOptions camera;
        camera.id = "c07";
        camera.name = {.en = "Dock 7", .es = "Andén 7"};
        camera.stored_picture = true;
        camera.doors = {"d07"};
        config_.site.cameras = {camera};
        camera.id = "c08";
        camera.stored_picture = false;
        config_.site.cameras.push_back(camera);
        config_.pictures.sources = {{.camera = "c07", .live = "http://a/", .stored = "http://b/"}};
    }
    Response get(const std::string& pattern, Fields parameters = {}, Fields query = {}) {
        const auto routes = camera_routes(
            gateway_, config_,
            [this](std::string sha256) -> asio::awaitable<std::optional<std::string>> {
                return read(std::move(sha256));
            },
            [] { return WallTime{std::chrono::seconds{1'795'500'000}}; });
        for (const auto& route : routes) {
            if (route.pattern != pattern) continue;
            Call call;
            call.parameters = std::move(parameters);
            call.request.query = std::move(query);
            asio::io_context loop;
            Response response;
            std::exception_ptr failure;
            asio::co_spawn(loop, route.handler(std::move(call)),
                           [&](const std::exception_ptr& error, Response given) {
                               failure = error;
                               response = std::move(given);
                           });
            loop.run();
            if (failure) std::rethrow_exception(failure);
            return response;
        }
        ADD_FAILURE() << pattern;
        return {};
    }
    asio::awaitable<std::optional<std::string>> read(std::string sha256) {
        read_.push_back(sha256);
        std::optional<std::string> bytes;
        if (sha256 == known) bytes = "\xFF\xD8 picture";
        co_return bytes;
    }
    unsigned refused(const std::string& pattern, Fields parameters, Fields query = {}) {
        try {
            get(pattern, std::move(parameters), std::move(query));
        } catch (const Problem& problem) {
            return problem.status;
        }
        return 200;
    }

    config::Config config_;
    FakeGateway gateway_;
    std::vector<std::string> read_;
};

TEST_F(CamerasTest, APictureIsGivenAsAnImageThatCanDoNothing) {
    const auto response = get("/api/v1/pictures/{sha256}", {{"sha256", known}});
    EXPECT_EQ(response.body, "\xFF\xD8 picture");
    EXPECT_EQ(response.headers.at("content-type"), "image/jpeg");
    EXPECT_EQ(response.headers.at("x-content-type-options"), "nosniff");
    EXPECT_EQ(response.headers.at("content-security-policy"), "default-src 'none'; sandbox");
    EXPECT_EQ(response.headers.at("cache-control"), "no-store");
}

TEST_F(CamerasTest, OnlyPicturesThatTheLogNamesAreRead) {
    const auto* const pattern = "/api/v1/pictures/{sha256}";
    EXPECT_EQ(refused(pattern, {{"sha256", unknown}}), 404U);
    for (const auto* name : {"../../etc/passwd", "", "AAAA", "a"})
        EXPECT_EQ(refused(pattern, {{"sha256", name}}), 404U) << name;
    EXPECT_EQ(refused(pattern, {{"sha256", std::string(64, 'A')}}), 404U);
    EXPECT_EQ(refused(pattern, {{"sha256", known + ".jpg"}}), 404U);
    EXPECT_TRUE(read_.empty());
    EXPECT_EQ(refused(pattern, {{"sha256", gone}}), 404U) << "the file is gone";
    EXPECT_EQ(read_, std::vector<std::string>{gone});
}

TEST_F(CamerasTest, WhoLooksAtPicturesIsInTheLogByCamera) {
    get("/api/v1/pictures/{sha256}", {{"sha256", known}});
    get("/api/v1/cameras/{id}/pictures", {{"id", "c07"}});
    ASSERT_EQ(gateway_.used.size(), 2U);
    for (const auto& use : gateway_.used) {
        EXPECT_EQ(use.at("what"), "viewed");
        EXPECT_EQ(use.at("act"), "pictures");
        EXPECT_EQ(use.at("subject"), "camera:c07");
    }
    get("/api/v1/cameras");
    EXPECT_EQ(gateway_.used.size(), 2U) << "no picture is in it";
}

TEST_F(CamerasTest, ACameraIsToldWithItsPictureItsFailureAndItsCheck) {
    const auto body = json::parse(get("/api/v1/cameras").body).at("cameras");
    ASSERT_EQ(body.size(), 2U);
    const auto& camera = body[0];
    EXPECT_EQ(camera.at("id"), "c07");
    EXPECT_EQ(camera.at("name"), (json{{"en", "Dock 7"}, {"es", "Andén 7"}}));
    EXPECT_EQ(camera.at("live"), true);
    EXPECT_EQ(camera.at("stored"), true);
    EXPECT_EQ(camera.at("picture").at("sha256"), known);
    EXPECT_EQ(camera.at("picture").at("cause"), 6);
    EXPECT_EQ(camera.at("picture").at("about"), (json{{{"k", "door"}, {"v", "d07"}}}));
    ASSERT_EQ(camera.at("failures").size(), 1U) << "the newest of its kind";
    EXPECT_EQ(camera.at("failures")[0].at("why"), "it does not answer in time");
    EXPECT_EQ(camera.at("check").at("state"), "good");
    EXPECT_EQ(camera.at("check").at("waits"), true);
    EXPECT_EQ(body[1].at("picture"), nullptr);
    EXPECT_EQ(body[1].at("check"), nullptr);
}

TEST_F(CamerasTest, TheDailyCheckNamesOnlyCamerasWithStoredPictures) {
    const auto body = json::parse(get("/api/v1/cameras/check").body);
    ASSERT_EQ(body.at("cameras").size(), 1U);
    EXPECT_EQ(body.at("cameras")[0].at("id"), "c07");
    EXPECT_EQ(body.at("cameras")[0].at("picture"), known);
    EXPECT_EQ(body.at("cameras")[0].at("waits"), true);
    EXPECT_EQ(body.at("every_h"), 24);
}

TEST_F(CamerasTest, PicturesOfACameraAreAskedForByTimeAndPage) {
    const auto* const pattern = "/api/v1/cameras/{id}/pictures";
    const auto body =
        json::parse(get(pattern, {{"id", "c07"}},
                        {{"since", "2026-11-24T00:00:00Z"}, {"limit", "7"}, {"before", "99"}})
                        .body);
    EXPECT_EQ(body.at("pictures").size(), 3U);
    const auto& question = gateway_.questions.back();
    EXPECT_EQ(question.at("since"), "2026-11-24T00:00:00Z");
    EXPECT_EQ(question.at("limit"), 7);
    EXPECT_EQ(question.at("before"), 99);
    EXPECT_EQ(question.at("kinds"), json{"camera.picture"});
    EXPECT_EQ(refused(pattern, {{"id", "c99"}}), 404U);
    for (const auto* limit : {"x", "-1", "501", "7 ", "1e3"})
        EXPECT_EQ(refused(pattern, {{"id", "c07"}}, {{"limit", limit}}), 400U) << limit;
}

}  // namespace
}  // namespace sealwarden::console
