#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <limits>
#include <regex>

#include "tests/console/api/api_fixture.hpp"

namespace sealwarden::test {
namespace {

using namespace std::chrono_literals;

class Figures : public ApiFixture {
  protected:
    std::string page() { return asks("GET /metrics").text; }
    // The line that begins so, without it; "": there is none.
    std::string value(const std::string& series) {
        std::istringstream in{page()};
        for (std::string line; std::getline(in, line);)
            if (line.starts_with(series + ' ')) return line.substr(series.size() + 1);
        return {};
    }
    std::set<std::string> names() {
        std::set<std::string> all;
        std::istringstream in{page()};
        for (std::string line; std::getline(in, line);)
            if (line.starts_with("# TYPE ")) all.insert(line.substr(7, line.find(' ', 7) - 7));
        return all;
    }
};

TEST_F(Figures, EverySeriesIsThereFromTheStart) {
    EXPECT_EQ(value("sealwarden_door_transitions_total{door=\"d07\"}"), "0");
    EXPECT_EQ(value("sealwarden_log_records_total{kind=\"door.opened\"}"), "0");
    EXPECT_EQ(value("sealwarden_alarms{state=\"unack_active\",priority=\"high\"}"), "0");
    EXPECT_EQ(value("sealwarden_alarms_raised_total{kind=\"door-forced\",priority=\"high\"}"), "0");
    EXPECT_EQ(value("sealwarden_seal_checks_total{result=\"mismatch\"}"), "0");
    EXPECT_EQ(value("sealwarden_alarm_ack_seconds_count"), "0");
    EXPECT_EQ(value("sealwarden_http_requests_total{route=\"/api/v1/site\",code=\"2xx\"}"), "0");
    EXPECT_EQ(value("sealwarden_witness_last_timestamp_seconds{witness=\"office\"}"), "0");
}

TEST_F(Figures, WhatTheLogSaysIsCountedOnce) {
    page();
    door().say("door.opened", {{"door", "d07"}});
    door().say("alarm.raised", {{"alarm", "door-forced-d07"}, {"door", "d07"}},
               {{"kind", "door-forced"}, {"priority", "high"}});
    door().say("alarm.acknowledged", {{"alarm", "door-forced-d07"}}, {{"raised_ago_ms", 12'000}});
    page();
    EXPECT_EQ(value("sealwarden_door_transitions_total{door=\"d07\"}"), "1");
    EXPECT_EQ(value("sealwarden_alarms_raised_total{kind=\"door-forced\",priority=\"high\"}"), "1");
    EXPECT_EQ(value("sealwarden_alarm_ack_seconds_bucket{le=\"5\"}"), "0");
    EXPECT_EQ(value("sealwarden_alarm_ack_seconds_bucket{le=\"15\"}"), "1");
    EXPECT_EQ(value("sealwarden_alarm_ack_seconds_sum"), "12");
}

TEST_F(Figures, AClosedDoorAndAnUnknownOneAreNotTheSame) {
    EXPECT_EQ(value("sealwarden_door_state{door=\"d07\",state=\"unknown\"}"), "1");
    door().told["state"] = nlohmann::json::parse(
        R"({"states":[{"subject":{"k":"door","v":"d07"},"since_ts":1000,"good":true,"state":"closed"}],
            "alarms":[]})");
    EXPECT_EQ(value("sealwarden_door_state{door=\"d07\",state=\"unknown\"}"), "0");
    EXPECT_EQ(value("sealwarden_door_state{door=\"d07\",state=\"closed\"}"), "1");
    EXPECT_EQ(value("sealwarden_door_open{door=\"d07\"}"), "0");
}

TEST_F(Figures, ACameraThatNobodyKnowsOfIsNotLive) {
    config_.site.cameras.push_back({.id = "c1"});
    EXPECT_EQ(value("sealwarden_camera_live{camera=\"c1\"}"), "0");
    door().told["state"] = nlohmann::json::parse(
        R"({"states":[{"subject":{"k":"camera","v":"c1"},"since_ts":1000,"good":true,"state":"online",
            "live":true,"recording":"unknown"}],"alarms":[]})");
    EXPECT_EQ(value("sealwarden_camera_live{camera=\"c1\"}"), "1");
    EXPECT_EQ(value("sealwarden_camera_recording{camera=\"c1\"}"), "0");
}

TEST_F(Figures, APointThatWasNeverReadIsNotWatched) {
    EXPECT_EQ(value("sealwarden_points{quality=\"never_read\"}"), "1");
    EXPECT_EQ(value("sealwarden_points_watched_ratio"), "0");
}

TEST_F(Figures, WhatTheLogCostsAndHowLateItKnowsIsToldInSeconds) {
    EXPECT_EQ(value("sealwarden_log_commit_duration_seconds_bucket{le=\"0.002\"}"), "4");
    EXPECT_EQ(value("sealwarden_log_commit_duration_seconds_sum"), "0.0025");
    EXPECT_EQ(value("sealwarden_detection_latency_seconds_bucket{le=\"0.002\"}"), "0");
    EXPECT_EQ(value("sealwarden_detection_latency_seconds_count"), "1");
}

TEST_F(Figures, WhatASyncTakesAloneAndHowLateTheLoopIsAreToldToo) {
    EXPECT_EQ(value("sealwarden_log_fsync_duration_seconds_bucket{le=\"0.001\"}"), "4");
    EXPECT_EQ(value("sealwarden_log_fsync_duration_seconds_sum"), "0.002");
    EXPECT_EQ(value("sealwarden_loop_lag_seconds_count"), "7");
}

TEST_F(Figures, TheEdgesOfALineAreToldWithThoseThatWereLost) {
    door().told["status"]["gpio"] = nlohmann::json::parse(
        R"([{"line":"cab.lid","edges":4,"times_lost":1,
             "latency":{"bounds_us":[1000],"counts":[3,1],"sum_us":9000}},
            {"line":"cab.siren","edges":0,"times_lost":0,
             "latency":{"bounds_us":[1000],"counts":[0,0],"sum_us":0}}])");
    EXPECT_EQ(value("sealwarden_gpio_edges_total{line=\"cab.lid\"}"), "4");
    EXPECT_EQ(value("sealwarden_gpio_events_dropped_total{line=\"cab.lid\"}"), "1");
    EXPECT_EQ(value("sealwarden_gpio_edges_total{line=\"cab.siren\"}"), "0");
    EXPECT_EQ(value("sealwarden_gpio_event_latency_seconds_bucket{line=\"cab.lid\",le=\"0.001\"}"),
              "3");
}

TEST_F(Figures, WhichBrokerHasUsIsToldAndNoneWhereTheFrontIsGone) {
    EXPECT_EQ(value("sealwarden_mqtt_connected{conn=\"mqtt://a:1883\"}"), "") << "no MQTT here";
    config_.mqtt.emplace().urls = {"mqtt://a:1883", "mqtt://b:1883"};
    EXPECT_EQ(value("sealwarden_mqtt_connected{conn=\"mqtt://b:1883\"}"), "0");
    std::filesystem::create_directory(directory_.path() / "mqtt");
    const auto tells = [&](int pid, const std::string& version) {
        std::ofstream{directory_.path() / "mqtt" / "broker"}
            << nlohmann::json{{"v", 1},
                              {"pid", pid},
                              {"connected", true},
                              {"url", "mqtt://b:1883"},
                              {"version", version}};
    };
    tells(::getpid(), "3.1.1");
    EXPECT_EQ(value("sealwarden_mqtt_connected{conn=\"mqtt://b:1883\"}"), "1");
    EXPECT_EQ(value("sealwarden_mqtt_connected{conn=\"mqtt://a:1883\"}"), "0");
    EXPECT_EQ(value("sealwarden_mqtt_protocol_version{conn=\"mqtt://b:1883\"}"), "4");
    tells(std::numeric_limits<int>::max(), "5");  // more than Linux gives
    EXPECT_EQ(value("sealwarden_mqtt_connected{conn=\"mqtt://b:1883\"}"), "0");
    EXPECT_EQ(value("sealwarden_mqtt_protocol_version{conn=\"mqtt://b:1883\"}"), "0");
}

TEST_F(Figures, WithoutAGatewayThereIsStillAPageThatSaysSo) {
    EXPECT_EQ(value("sealwarden_up"), "1");
    door().gone = true;
    EXPECT_EQ(value("sealwarden_up"), "0");
}

TEST_F(Figures, QuestionsOverHttpAreCountedByRouteAndStatus) {
    metrics_->answered("GET", "/api/v1/site", 200, 3ms);
    metrics_->answered("GET", "/api/v1/site", 404, 3ms);
    metrics_->answered("GET", "/api/v1/site", 401, 3ms);
    EXPECT_EQ(value("sealwarden_http_requests_total{route=\"/api/v1/site\",code=\"2xx\"}"), "1");
    EXPECT_EQ(value("sealwarden_http_requests_total{route=\"/api/v1/site\",code=\"4xx\"}"), "2");
    EXPECT_EQ(value("sealwarden_auth_failures_total"), "1");
    EXPECT_EQ(
        value(
            "sealwarden_http_request_duration_seconds_bucket{route=\"/api/v1/site\",le=\"0.005\"}"),
        "3");
}

// Labels with what a site's people or freight are called would grow without bound, and leak.
TEST_F(Figures, NoContainerSealOrPersonIsInALabel) {
    page();
    door().say("custody.verified", {{"seal_number", "HL123456"}, {"container", "MSCU6639870"}},
               {{"person", "ana-r"}});
    const auto text = page();
    for (const auto* secret : {"HL123456", "MSCU6639870", "ana-r"})
        EXPECT_EQ(text.find(secret), std::string::npos) << secret;
}

// Dashboards and rules outlive the names of figures unless somebody looks.
TEST_F(Figures, DashboardsAndRulesNameOnlyFiguresThatThereAre) {
    door().told["buses"] = nlohmann::json::parse(
        R"({"devices":[{"bus":"east","device":"io1","online":true,"last_good_ms":5,"exchanges":9,
            "timeouts":1,"bad_answers":0,"exceptions":0,"late_polls":0,"round_trips":[1,2],
            "round_trip_bounds_us":[1000],"unit":1}]})");
    door().told["status"]["gpio"] = nlohmann::json::parse(
        R"([{"line":"cab.lid","edges":0,"times_lost":0,
             "latency":{"bounds_us":[1000],"counts":[0,0],"sum_us":0}}])");
    config_.mqtt.emplace().urls = {"mqtt://b:1883"};
    door().told["status"]["outside"] = {{"size", 1}, {"ago_ms", 5}};
    auto known = names();
    known.insert("sealwarden_cert_expiry_timestamp_seconds");  // once a certificate is served
    const std::regex figure{"(sealwarden|process)_[a-z0-9_]+"};
    std::size_t seen = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator{
             std::filesystem::path{SEALWARDEN_SOURCE_DIR} / "config/monitoring"}) {
        const auto ending = file.path().extension();
        if (ending != ".json" && ending != ".yml") continue;
        std::ifstream in{file.path()};
        const std::string text{std::istreambuf_iterator<char>{in}, {}};
        for (std::sregex_iterator found{text.begin(), text.end(), figure}, end; found != end;
             ++found) {
            auto name = found->str();
            for (const auto* part : {"_bucket", "_count", "_sum"})
                if (name.ends_with(part) &&
                    known.contains(name.substr(0, name.size() - std::strlen(part))))
                    name.resize(name.size() - std::strlen(part));
            EXPECT_TRUE(known.contains(name)) << name << " in " << file.path();
            ++seen;
        }
    }
    EXPECT_GT(seen, 20U);
}

TEST_F(Figures, PromtoolFindsNothingWrong) {
    const auto file = directory_.path() / "page.txt";
    std::ofstream{file} << page();
    EXPECT_EQ(std::system(("promtool check metrics < " + file.string()).c_str()), 0);
}

}  // namespace
}  // namespace sealwarden::test
