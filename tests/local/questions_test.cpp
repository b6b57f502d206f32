#include "firmware/local/api.hpp"
#include "tests/local/door_fixture.hpp"

namespace sealwarden::test {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

using LocalDoorQuestions = LocalDoor;

TEST_F(LocalDoorQuestions, HelloSaysWhoAnswersAndHowLongTheLogIs) {
    for (std::size_t i = 0; i < 3; ++i) log_.entries.push_back(entry(i));
    opens();
    auto caller = calls();
    const auto ok = answer(caller, {{"id", 1}, {"call", "hello"}}).at("ok");
    EXPECT_EQ(ok.at("protocol"), 1);
    EXPECT_EQ(ok.at("site"), "dc7");
    EXPECT_EQ(ok.at("size"), 3);
    EXPECT_EQ(ok.at("boot"), 37);
}

TEST_F(LocalDoorQuestions, AnswersCarryTheCallersIdAndComeInOrder) {
    opens();
    auto caller = calls();
    for (int id = 1; id <= 20; ++id) caller.ask({{"id", id}, {"call", "status"}});
    const auto lines = everything(caller);
    ASSERT_EQ(lines.size(), 20U);
    for (int id = 1; id <= 20; ++id) EXPECT_EQ(lines[static_cast<std::size_t>(id - 1)]["id"], id);
}

TEST_F(LocalDoorQuestions, PointsHaveAValueOrAFaultNeverBoth) {
    house_.points_ = {{.point = "io1.di0",
                       .at = house_.now_ - std::chrono::milliseconds{40},
                       .what = Value{true},
                       .raw = 1},
                      {.point = "io2.di0", .at = house_.now_, .what = Fault::no_answer}};
    opens();
    auto caller = calls();
    const auto points = answer(caller, {{"id", 1}, {"call", "points"}}).at("ok").at("points");
    EXPECT_EQ(points[0], json::parse(R"({"point":"io1.di0","value":true,"age_ms":40,"raw":1})"));
    EXPECT_EQ(points[1], json::parse(R"({"point":"io2.di0","fault":"no_answer","age_ms":0})"));

    const auto one =
        answer(caller, {{"id", 2}, {"call", "points"}, {"device", "io2"}}).at("ok").at("points");
    EXPECT_EQ(one.size(), 1U);
}

TEST_F(LocalDoorQuestions, BytesOfADeviceThatAreNotTextCannotBreakTheAnswer) {
    house_.devices_ = {{.device = "io1", .bus = "east", .identity = "model=\xff\xfe"}};
    opens();
    auto caller = calls();
    const auto devices = answer(caller, {{"id", 1}, {"call", "buses"}}).at("ok").at("devices");
    EXPECT_EQ(devices[0].at("identity"), "model=\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST_F(LocalDoorQuestions, StatusCountsDevicesAndAlarms) {
    house_.devices_ = {{.device = "io1", .online = true}, {.device = "io2", .online = false}};
    house_.alarms_ = {{.id = "door-forced-d07",
                       .kind = "door-forced",
                       .priority = Priority::high,
                       .state = AlarmState::unack_active,
                       .active = true}};
    house_.status_.log_health = eventlog::Health::full;
    house_.status_.log_why = "the disk is full";
    house_.status_.syncs.add(700us);
    house_.status_.loop_lag.add(3s);
    house_.status_.gpio = {{.line = "cab.lid", .latency = {}, .times_lost = 1}};
    house_.status_.gpio[0].latency.add(400us);
    house_.status_.commits.add(1ms);
    house_.status_.commits.add(1ms + 1us);
    house_.status_.detection.add(6s);
    opens();
    auto caller = calls();
    const auto ok = answer(caller, {{"id", 1}, {"call", "status"}}).at("ok");
    EXPECT_EQ(ok.at("buses"), json::parse(R"({"devices":2,"online":1})"));
    EXPECT_EQ(ok.at("alarms"),
              json::parse(R"({"total":1,"active":1,"unacknowledged":1,"high":1})"));
    EXPECT_EQ(ok.at("log").at("health"), "full");
    EXPECT_EQ(ok.at("log").at("why"), "the disk is full");
    const auto& commits = ok.at("log").at("commits");
    EXPECT_EQ(commits.at("bounds_us")[1], 1'000);
    EXPECT_EQ(commits.at("counts"), json::parse("[0,1,1,0,0,0,0,0,0,0,0,0,0]")) << "up to and with";
    EXPECT_EQ(commits.at("sum_us"), 2'001);
    EXPECT_EQ(ok.at("log").at("syncs").at("sum_us"), 700);
    EXPECT_EQ(ok.at("loop_lag").at("sum_us"), 3'000'000);
    const auto& line = ok.at("gpio").at(0);
    EXPECT_EQ(line.at("line"), "cab.lid");
    EXPECT_EQ(line.at("edges"), 1);
    EXPECT_EQ(line.at("times_lost"), 1);
    EXPECT_EQ(line.at("latency").at("sum_us"), 400);
    EXPECT_EQ(ok.at("log").at("detection").at("counts").back(), 1) << "above every bound";
}

TEST_F(LocalDoorQuestions, AQueryHandsOutTheExactBytesOfTheRecords) {
    for (std::size_t i = 0; i < 5; ++i) log_.entries.push_back(entry(i));
    opens();
    auto caller = calls();
    caller.ask({{"id", 1}, {"call", "query"}, {"from", 1}, {"limit", 2}});
    turn();
    const auto lines = caller.take();
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0], R"({"id":1,"ok":{"entries":[)" + log_.entries[1].bytes + "," +
                            log_.entries[2].bytes + R"(],"next":3,"generation":1,"more":true}})");
    // What a caller gets by parsing, sorting and printing is what was hashed.
    EXPECT_EQ(json::parse(lines[0]).at("ok").at("entries")[0].dump(), log_.entries[1].bytes);
}

TEST_F(LocalDoorQuestions, AQueryPassesEveryFilterOn) {
    opens();
    auto caller = calls();
    answer(caller, {{"id", 1},
                    {"call", "query"},
                    {"from", 5},
                    {"before", 9},
                    {"since", "2026-11-24T03:00:00Z"},
                    {"until", "2026-11-24T05:00:00+01:00"},
                    {"subject", {{"k", "door"}, {"v", "d07"}}},
                    {"kinds", {"door.opened", "door.closed"}},
                    {"limit", 7},
                    {"newest_first", true}});
    ASSERT_EQ(log_.queries.size(), 1U);
    const auto& query = log_.queries[0];
    EXPECT_EQ(query.from, 5U);
    EXPECT_EQ(query.before, 9U);
    EXPECT_EQ(*query.until - *query.since, std::chrono::hours{1});
    EXPECT_EQ(query.subject, (Subject{.kind = "door", .id = "d07"}));
    EXPECT_EQ(query.kinds, (std::vector<std::string>{"door.opened", "door.closed"}));
    EXPECT_EQ(query.limit, 7U);
    EXPECT_TRUE(query.newest_first);
}

TEST_F(LocalDoorQuestions, ALongAnswerIsCutAtAnEntryAndSaysWhereToGoOn) {
    for (std::size_t i = 0; i < 40; ++i) {
        log_.entries.push_back(entry(i));
        log_.entries.back().bytes =
            R"({"i":)" + std::to_string(i) + R"(,"x":")" + std::string(60'000, 'x') + "\"}";
    }
    opens();
    auto caller = calls();
    std::uint64_t from = 0;
    std::uint64_t seen = 0;
    for (bool more = true; more;) {
        const auto ok =
            answer(caller, {{"id", 1}, {"call", "query"}, {"from", from}, {"limit", 1000}})
                .at("ok");
        for (const auto& record : ok.at("entries")) EXPECT_EQ(record.at("i"), seen++);
        EXPECT_EQ(ok.at("next"), seen);
        from = ok.at("next");
        more = ok.at("more");
    }
    EXPECT_EQ(seen, 40U);
}

TEST_F(LocalDoorQuestions, AQuestionThatIsWrongIsToldWhichPartIsWrong) {
    opens();
    auto caller = calls();
    const std::vector<std::pair<std::string, std::string>> wrong{
        {R"({"id":1,"call":"query","limit":0})", "limit"},
        {R"({"id":1,"call":"query","limit":-1})", "limit"},
        {R"({"id":1,"call":"query","from":"x"})", "from"},
        {R"({"id":1,"call":"query","since":"2026-02-30T00:00:00Z"})", "since"},
        {R"({"id":1,"call":"query","since":"yesterday"})", "since"},
        {R"({"id":1,"call":"query","subject":"d07"})", "subject"},
        {R"({"id":1,"call":"query","kinds":[1]})", "kinds"},
        {R"({"id":1,"call":"query","newest_first":1})", "newest_first"},
        {R"({"id":1,"call":"points","device":7})", "device"},
        {R"({"id":1,"call":"command","command":"open-door"})", "command"},
        {R"({"id":1,"call":"command","command":"acknowledge"})", "alarm"},
        {R"({"id":1,"call":"command","command":"acknowledge","alarm":"a"})", "channel"},
        {R"({"id":1,"call":"read","device":"io1","table":"holding"})", "table"},
        {R"({"id":1,"call":"read","device":"io1","table":"coil","address":65536})", "address"},
        {R"({"id":1,"call":"read","device":"io1","table":"coil","count":2001})", "count"},
        {R"({"id":1,"call":"read","device":"io1","table":"input_register","count":126})", "count"},
        {R"({"id":1,"call":"feed","from":1.5})", "from"},
        {R"({"id":1,"call":"open-the-door"})", "PROTOCOL.md"},
    };
    for (const auto& [question, named] : wrong) {
        const auto line = answer_to_bytes(caller, question + "\n");
        EXPECT_EQ(code(line), "usage") << question;
        EXPECT_NE(message(line).find(named), std::string::npos) << question << line;
    }
    EXPECT_FALSE(caller.cut_off());
}

TEST_F(LocalDoorQuestions, ThreeMalformedLinesInARowEndTheConnection) {
    opens();
    auto caller = calls();
    EXPECT_EQ(code(answer_to_bytes(caller, "rubbish\n")), "usage");
    EXPECT_EQ(code(answer_to_bytes(caller, "[1]\n")), "usage");
    EXPECT_TRUE(answer(caller, {{"id", 1}, {"call", "hello"}}).contains("ok"));
    answer_to_bytes(caller, R"({"call":"hello"})"
                            "\n");
    answer_to_bytes(caller, R"({"id":0,"call":"hello"})"
                            "\n");
    EXPECT_FALSE(caller.cut_off());
    const auto last = answer_to_bytes(caller, "{\"id\":1,\"call\":\"\xff\"}\n");
    EXPECT_TRUE(last.at("id").is_null());
    EXPECT_NE(message(last).find("goodbye"), std::string::npos);
    EXPECT_TRUE(caller.cut_off());
    EXPECT_EQ(server_->clients(), 0U);
}

TEST_F(LocalDoorQuestions, GarbageOfEveryKindCostsOnlyItsOwnConnection) {
    opens();
    auto good = calls();
    std::uint32_t seed = 1;
    for (int round = 0; round < 200; ++round) {
        auto bad = calls();
        std::string garbage;
        for (int i = 0; i < 300; ++i) {
            seed = seed * 1664525 + 1013904223;
            garbage += static_cast<char>(seed >> 24);
        }
        garbage += '\n';
        bad.send(garbage);
        bad.send(std::string(20'000, '[') + "\n");
        turn();
    }
    turn();
    EXPECT_TRUE(answer(good, {{"id", 1}, {"call", "hello"}}).contains("ok"));
    EXPECT_EQ(server_->clients(), 1U);
}

TEST_F(LocalDoorQuestions, ALineWithoutAnEndIsCutOffAtItsLimit) {
    opens();
    auto caller = calls();
    for (int i = 0; i < 10; ++i) {
        caller.send(std::string(10'000, 'x'));
        turn();
    }
    const auto lines = everything(caller);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(message(lines[0]), "the line is longer than 65536 bytes");
    EXPECT_TRUE(caller.cut_off());
}

TEST_F(LocalDoorQuestions, ACallerThatOnlyAsksAndHangsUpGetsItsAnswers) {
    log_.entries.push_back(entry(0));
    log_.held = true;
    opens();
    auto caller = calls();
    caller.ask({{"id", 1}, {"call", "query"}});
    caller.says_no_more();
    EXPECT_TRUE(everything(caller).empty());
    EXPECT_FALSE(caller.cut_off());
    log_.answer_all();
    EXPECT_EQ(everything(caller).size(), 1U);
    EXPECT_TRUE(caller.cut_off());
}

TEST_F(LocalDoorQuestions, SixtyFourCallersAreServedAndOneMoreIsToldWhy) {
    opens();
    std::vector<Caller> callers;
    for (int i = 0; i < 64; ++i) {
        callers.push_back(calls());
        turn();
    }
    auto late = calls();
    const auto lines = everything(late);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(message(lines[0]), "64 callers are connected already");
    EXPECT_TRUE(late.cut_off());
    for (auto& caller : callers) {
        EXPECT_TRUE(answer(caller, {{"id", 1}, {"call", "hello"}}).contains("ok"));
    }
    callers.pop_back();
    turn();
    auto next = calls();
    EXPECT_TRUE(answer(next, {{"id", 1}, {"call", "hello"}}).contains("ok"));
}

TEST_F(LocalDoorQuestions, ACallerWithoutEndOfQuestionsIsAnsweredNoFasterThanItReads) {
    house_.points_.assign(200, {.point = "io1.di0", .at = house_.now_, .what = Value{true}});
    opens();
    auto greedy = calls();
    for (int i = 1; i <= 1000; ++i) greedy.ask({{"id", i}, {"call", "points"}});
    turn();
    EXPECT_EQ(server_->clients(), 1U);  // it waits, and is not cut off for it
    EXPECT_FALSE(everything(greedy).empty());
}

TEST_F(LocalDoorQuestions, ManyQueriesOfACallerAreReadOneByOneAndNoneWhileAnswersLieUnread) {
    for (std::size_t i = 0; i < 40; ++i) {
        log_.entries.push_back(entry(i));
        log_.entries.back().bytes =
            R"({"i":)" + std::to_string(i) + R"(,"x":")" + std::string(60'000, 'x') + "\"}";
    }
    log_.held = true;
    opens();
    auto greedy = calls();
    for (int i = 1; i <= 10; ++i) greedy.ask({{"id", i}, {"call", "query"}, {"limit", 1000}});
    turn();
    EXPECT_EQ(log_.queries.size(), 1U);
    log_.held = false;
    log_.answer_all();
    turn();
    // The socket takes a part of the second answer; what is behind it is not even read from the
    // log.
    EXPECT_LE(log_.queries.size(), 3U);
    const auto lines = everything(greedy);
    EXPECT_EQ(lines.size(), 10U);
    EXPECT_EQ(log_.queries.size(), 10U);
}

}  // namespace
}  // namespace sealwarden::test
