#include <fstream>
#include <thread>

#include "tests/console/api/api_fixture.hpp"

namespace sealwarden::test {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

class EvidenceOrders : public ApiFixture {
  protected:
    EvidenceOrders() {
        built_.zip = "PK-the-bundle";
        built_.sha256 = "0123456789abcdef";
        built_.records = 3;
        built_.entry = 17;
        door().passes(24h);
    }
    static constexpr auto order =
        R"({"subject":"door:d07","since":"2026-11-24T00:00:00Z","until":"2026-11-24T06:00:00Z",
            "for":"customs","why":"audit 17"})";
    // Its own thread builds: waits for it, bounded.
    json ended(const std::string& id) {
        for (int i = 0; i < 500'000; ++i) {
            const auto told = asks("GET /api/v1/evidence/" + id).json();
            if (told.at("state") == "done" || told.at("state") == "failed") return told;
            std::this_thread::yield();
        }
        ADD_FAILURE() << "it never ends";
        return {};
    }
};

TEST_F(EvidenceOrders, ABundleIsBuiltAndFetched) {
    const auto ordered = asks("POST /api/v1/evidence", order);
    EXPECT_EQ(ordered.status, 202);
    const std::string id = ordered.json().at("id");
    EXPECT_EQ(ordered.headers.at("location"), "/api/v1/evidence/" + id);
    const auto told = ended(id);
    EXPECT_EQ(told.at("state"), "done");
    EXPECT_EQ(told.at("progress"), 1.0);
    EXPECT_EQ(told.at("file"), "sealwarden-door-d07-2026-11-24-2026-11-24-01234567.zip");
    EXPECT_EQ(told.at("entry"), 17);
    const auto file = asks("GET /api/v1/evidence/" + id + "/file");
    EXPECT_EQ(file.text, "PK-the-bundle");
    EXPECT_EQ(reached("used").at("what"), "exported");
    EXPECT_EQ(asks("GET /api/v1/evidence").json().at("bundles").size(), 1U);
}

TEST_F(EvidenceOrders, TheOrderIsInTheNameOfWhoIsSignedIn) {
    ended(asks("POST /api/v1/evidence", order).json().at("id"));
    ASSERT_EQ(orders_.size(), 1U);
    EXPECT_EQ(orders_[0].by, "ana");
    EXPECT_EQ(orders_[0].whom, "customs");
    EXPECT_EQ(orders_[0].subject.id, "d07");
    EXPECT_EQ(orders_[0].tool, "sealwarden 0.1.0");
}

TEST_F(EvidenceOrders, WhyOneFailedIsSaid) {
    fails_.emplace(evidence::OrderFailed::Why::not_provable, "the log is not commissioned");
    const auto told = ended(asks("POST /api/v1/evidence", order).json().at("id"));
    EXPECT_EQ(told.at("state"), "failed");
    EXPECT_EQ(told.at("code"), "not_provable");
    EXPECT_EQ(told.at("why"), "the log is not commissioned");
    EXPECT_EQ(asks("GET /api/v1/evidence/" + told.at("id").get<std::string>() + "/file").status,
              404);
}

TEST_F(EvidenceOrders, AWrongOrderIsRefusedAtOnce) {
    const auto with = [](const char* name, const json& value) {
        auto body = json::parse(order);
        body[name] = value;
        return body.dump();
    };
    for (const auto& [body, named] : std::vector<std::pair<std::string, std::string>>{
             {with("subject", "d07"), "`subject`"},
             {with("subject", "person:ana"), "`subject`"},
             {with("until", "2026-11-23T00:00:00Z"), "`until`"},
             {with("until", "2036-11-23T00:00:00Z"), "future"},
             {with("for", ""), "`for`"},
             {with("lang", "fr"), "`lang`"},
             {with("personal", "yes"), "`personal`"},
             {with("extra", 1), "`extra`"}}) {
        const auto refused = asks("POST /api/v1/evidence", body);
        EXPECT_EQ(refused.status, 400) << body;
        EXPECT_NE(refused.text.find(named), std::string::npos) << refused.text;
    }
    EXPECT_TRUE(orders_.empty());
}

TEST_F(EvidenceOrders, WhatIsSaidAboutPersonsTakesTheRightAtTheOrderAndAtTheFile) {
    auto body = json::parse(order);
    body["personal"] = true;
    EXPECT_EQ(asks_as({"evidence"}, "POST /api/v1/evidence", body.dump()).status, 403);
    const auto told = ended(asks("POST /api/v1/evidence", body.dump()).json().at("id"));
    const auto file = "GET /api/v1/evidence/" + told.at("id").get<std::string>() + "/file";
    EXPECT_EQ(asks_as({"evidence"}, file).status, 403);
    EXPECT_EQ(asks(file).status, 200);
}

TEST_F(EvidenceOrders, AContainersNumberIsTakenAsItIsWritten) {
    auto body = json::parse(order);
    body["subject"] = "container:mscu 663987-0";
    ended(asks("POST /api/v1/evidence", body.dump()).json().at("id"));
    EXPECT_EQ(orders_.at(0).subject.id, "MSCU6639870");
}

TEST_F(EvidenceOrders, OldBundlesMakeRoom) {
    std::string first;
    for (std::size_t i = 0; i <= console::api::EvidenceJobs::most_kept; ++i) {
        const std::string id = asks("POST /api/v1/evidence", order).json().at("id");
        if (i == 0) first = id;
        ended(id);
    }
    EXPECT_EQ(asks("GET /api/v1/evidence/" + first).status, 404);
    EXPECT_EQ(asks("GET /api/v1/evidence").json().at("bundles").size(),
              console::api::EvidenceJobs::most_kept);
}

TEST_F(EvidenceOrders, AConsoleThatStartsAgainHasWhatWasBuiltAndSaysWhatWasNot) {
    const std::string built = asks("POST /api/v1/evidence", order).json().at("id");
    const auto told = ended(built);
    fails_.emplace(evidence::OrderFailed::Why::not_provable, "the log is not commissioned");
    const std::string failed = asks("POST /api/v1/evidence", order).json().at("id");
    const auto why = ended(failed).at("why");
    fails_.reset();
    starts_again();
    auto again = asks("GET /api/v1/evidence/" + built).json();
    EXPECT_EQ(again.at("sha256"), told.at("sha256"));
    for (const auto* same : {"file", "size", "records", "entry", "by", "for", "reason", "subject",
                             "since", "until", "personal", "ordered_ts"})
        EXPECT_EQ(again.at(same), told.at(same)) << same;
    EXPECT_EQ(asks("GET /api/v1/evidence/" + built + "/file").text, "PK-the-bundle");
    EXPECT_EQ(asks("GET /api/v1/evidence/" + failed).json().at("why"), why);
    // Ids go on, none is given twice.
    const std::string next = asks("POST /api/v1/evidence", order).json().at("id");
    EXPECT_GT(next, failed);
    ended(next);
}

TEST_F(EvidenceOrders, WhatWasNotBuiltWhenTheConsoleStoppedHasFailed) {
    const std::string id = asks("POST /api/v1/evidence", order).json().at("id");
    auto told = ended(id);
    const auto folder = directory_.path() / "bundles";
    stops();
    told["state"] = "building";
    std::ofstream{folder / (id + ".json")} << told;
    std::ofstream{folder / "b000900.json"} << "half a no";
    std::ofstream{folder / "b000901.zip"} << "PK";
    starts_again();
    EXPECT_EQ(asks("GET /api/v1/evidence/" + id).json().at("state"), "failed");
    EXPECT_NE(asks("GET /api/v1/evidence/" + id).text.find("order it again"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(folder / "b000900.json"));
    EXPECT_FALSE(std::filesystem::exists(folder / "b000901.zip"));
    EXPECT_EQ(asks("GET /api/v1/evidence").json().at("bundles").size(), 1U);
}

TEST_F(EvidenceOrders, APreviewSaysWhatIsLacking) {
    door().say("custody.verified", {{"seal_number", "HL1"}, {"door", "d07"}}, {{"view", "good"}});
    const auto asked = [&](const char* until) {
        const json body{
            {"subject", "door:d07"}, {"since", "2026-11-24T00:00:00Z"}, {"until", until}};
        return asks("POST /api/v1/evidence/preview", body.dump());
    };
    EXPECT_NE(asked("2036-11-26T00:00:00Z").text.find("future"), std::string::npos);
    door().now += std::chrono::seconds{1};
    const auto told = asked(rfc3339(door().now).c_str()).json();
    EXPECT_EQ(told.at("records"), 1);
    EXPECT_EQ(told.at("meters")[0].at("what"), "checks");
    EXPECT_EQ(told.at("meters")[0].at("lacking")[0].at("why"), "verify,tug,twist");
}

}  // namespace
}  // namespace sealwarden::test
