// What callers hand over: exports, acknowledgements, and what fronts say that others did.
#include <unistd.h>

#include "firmware/local/api.hpp"
#include "firmware/tlog/encoding.hpp"
#include "tests/local/door_fixture.hpp"

namespace sealwarden::test {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

using LocalDoorCommands = LocalDoor;

nlohmann::json export_question() {
    return {{"id", 1},
            {"call", "export"},
            {"subject", {{"k", "door"}, {"v", "d07"}}},
            {"since", "2026-11-24T03:00:00Z"},
            {"until", "2026-11-24T09:00:00Z"},
            {"for", "customs"},
            {"why", "audit 17"},
            {"lang", "es"}};
}

TEST_F(LocalDoorCommands, AnExportIsWrittenWithWhoTheKernelSaysAndSignedOnce) {
    opens();
    auto caller = calls();
    const auto made = answer(caller, export_question());
    EXPECT_EQ(made, (nlohmann::json{{"id", 1}, {"ok", {{"index", 4711}, {"generation", 1}}}}));
    ASSERT_EQ(house_.exports.size(), 1U);
    EXPECT_TRUE(house_.exports[0].who.starts_with("uid:")) << house_.exports[0].who;
    EXPECT_EQ(house_.exports[0].whom, "customs");
    EXPECT_EQ(house_.exports[0].subject, (Subject{"door", "d07"}));
    EXPECT_EQ(house_.exports[0].language, "es");
    EXPECT_FALSE(house_.exports[0].personal);

    const nlohmann::json sign{
        {"id", 2}, {"call", "sign_export"}, {"index", 4711}, {"manifest", std::string(64, 'a')}};
    EXPECT_EQ(answer(caller, sign)["ok"]["line"], house_.bundle_line);
    EXPECT_EQ(house_.signed_manifests.at(0)[31], 0xaa);
    EXPECT_EQ(answer(caller, sign)["error"]["code"], "not_found") << "a second bundle";
}

TEST_F(LocalDoorCommands, NobodySignsAnExportThatHeDidNotMake) {
    opens();
    auto caller = calls(), other = calls();
    answer(caller, export_question());
    const nlohmann::json sign{
        {"id", 2}, {"call", "sign_export"}, {"index", 4711}, {"manifest", std::string(64, 'a')}};
    EXPECT_EQ(answer(other, sign)["error"]["code"], "not_found");
    house_.no_export = "nothing is signed";
    EXPECT_EQ(answer(other, export_question())["error"]["code"], "refused");
    EXPECT_EQ(answer(other, sign)["error"]["code"], "not_found");
    EXPECT_TRUE(house_.signed_manifests.empty());
}

TEST_F(LocalDoorCommands, AnExportSaysForWhomWhyAndOfWhichPeriod) {
    opens();
    auto caller = calls();
    const auto refused = [&](const nlohmann::json& patch) {
        auto question = export_question();
        question.merge_patch(patch);
        return message(answer(caller, question));
    };
    EXPECT_EQ(refused({{"for", nullptr}}), "for must be given, as a text");
    EXPECT_EQ(refused({{"why", ""}}), "for and why must say something: they go into the log");
    EXPECT_EQ(refused({{"until", "2026-11-24T03:00:00Z"}}), "until must be later than since");
    EXPECT_EQ(refused({{"subject", nullptr}}), R"(subject must be given, as {"k":kind,"v":id})");
    EXPECT_EQ(refused({{"lang", "fr"}}), "lang must be en or es");
    EXPECT_EQ(refused({{"personal", "yes"}}), "personal must be true or false");
    EXPECT_TRUE(house_.exports.empty());
    EXPECT_EQ(message(answer(caller, {{"id", 2}, {"call", "sign_export"}, {"manifest", "AA"}})),
              "manifest must be a SHA-256, 64 hex digits in lower case");
}

TEST_F(LocalDoorCommands, AnAcknowledgeIsAnsweredWhenItIsOnDisk) {
    std::function<void(std::string, std::uint64_t)> later;
    house_.on_command = [&](const Command&, auto done) { later = std::move(done); };
    opens();
    auto caller = calls();
    caller.ask({{"id", 9},
                {"call", "command"},
                {"command", "acknowledge"},
                {"alarm", "door-forced-d07"},
                {"channel", "cli"}});
    EXPECT_TRUE(everything(caller).empty());
    ASSERT_EQ(house_.commands.size(), 1U);
    EXPECT_EQ(house_.commands[0].channel, "cli");
    EXPECT_EQ(house_.commands[0].id, "9");
    EXPECT_EQ(std::get<AcknowledgeAlarm>(house_.commands[0].what).alarm, "door-forced-d07");
    later("", 4712);
    EXPECT_EQ(everything(caller).at(0).at("ok").at("index"), 4712);

    caller.ask({{"id", 10},
                {"call", "command"},
                {"command", "acknowledge"},
                {"alarm", "nothing"},
                {"channel", "cli"}});
    turn();
    later("there is no alarm nothing", 4713);
    const auto refused = everything(caller).at(0);
    EXPECT_EQ(message(refused), "there is no alarm nothing");
    EXPECT_EQ(refused.at("error").at("index"), 4713) << "the entry that records the refusal";
}

TEST_F(LocalDoorCommands, AnAnswerForACallerThatLeftIsDropped) {
    std::function<void(std::string, std::uint64_t)> later;
    house_.on_command = [&](const Command&, auto done) { later = std::move(done); };
    log_.entries.push_back(entry(0));
    log_.held = true;
    opens();
    {
        auto caller = calls();
        caller.ask({{"id", 1}, {"call", "feed"}, {"from", 0}});
        caller.ask({{"id", 9},
                    {"call", "command"},
                    {"command", "acknowledge"},
                    {"alarm", "a"},
                    {"channel", "cli"}});
        turn();
    }
    turn();
    later("", 1);
    log_.answer_all();
    closes();  // and what comes after the server is gone finds nobody either
    turn();
    EXPECT_FALSE(std::filesystem::exists(socket()));
}

TEST_F(LocalDoorCommands, ARawReadGoesThroughThePoller) {
    opens();
    auto caller = calls();
    const auto line = answer(caller, {{"id", 1},
                                      {"call", "read"},
                                      {"device", "io1"},
                                      {"table", "input_register"},
                                      {"address", 48},
                                      {"count", 2}});
    EXPECT_EQ(line.at("ok").at("registers"), (json{1, 2}));
    EXPECT_EQ(house_.raw_reads.at(0).address, 48);
    house_.raw_answer = local::RawRefusal{.why = "io1 does not answer"};
    EXPECT_EQ(message(answer(caller,
                             {{"id", 2}, {"call", "read"}, {"device", "io1"}, {"table", "coil"}})),
              "io1 does not answer");

    house_.raw_answer = local::RawRefusal{.why = "io1 says no", .exception = 2};
    const auto no =
        answer(caller, {{"id", 3}, {"call", "read"}, {"device", "io1"}, {"table", "coil"}});
    EXPECT_EQ(no.at("error").at("exception"), 2);
}

TEST_F(LocalDoorCommands, WhatIsPersonalIsSeenAndErasedByTheGatewaysOwnPeopleOnly) {
    for (std::uint64_t i = 0; i < 6; ++i) log_.entries.push_back(entry(i));
    log_.personal = {{2, {{"badge", "4711"}}}, {4, {{"badge", "4712"}}}};
    options_.mode = 0666;
    std::filesystem::permissions(directory_.path(), std::filesystem::perms{0755});
    opens();
    const json look{{"id", 1}, {"call", "query"}, {"only_personal", true}, {"with_personal", true}};
    const json erase{{"id", 2},    {"call", "command"}, {"command", "erase"},
                     {"entry", 2}, {"rule", "asked"},   {"by", "ana"}};
    auto ours = calls();
    const auto seen = answer(ours, look).at("ok");
    EXPECT_EQ(seen.at("entries").size(), 2U);
    EXPECT_EQ(seen.at("personal"), json::parse(R"({"2":{"badge":"4711"},"4":{"badge":"4712"}})"));
    EXPECT_EQ(answer(ours, erase).at("ok").at("index"), 4711);
    EXPECT_EQ(house_.erasures.at(0).by, "ana");
    auto held = erase;
    held["entry"] = 4;
    EXPECT_EQ(message(answer(ours, held)), "hold `case-17` covers entry 4: a trial");
    auto filtered = look;
    filtered["kinds"] = {"door.opened"};
    EXPECT_EQ(code(answer(ours, filtered)), "usage");
    auto no_reason = erase;
    no_reason["rule"] = "";
    EXPECT_EQ(code(answer(ours, no_reason)), "usage");

    auto nobody = erase;
    nobody["by"] = "";
    EXPECT_EQ(code(answer(ours, nobody)), "usage") << "it would read as a rule's";

    if (::geteuid() != 0) return;  // only root can become somebody else
    ASSERT_EQ(::seteuid(65534), 0);
    auto stranger = calls();
    ASSERT_EQ(::seteuid(0), 0);
    EXPECT_EQ(code(answer(stranger, look)), "not_allowed");
    EXPECT_EQ(
        code(answer(stranger, {{"id", 3}, {"call", "seen"}, {"note", nullptr}, {"where", "x"}})),
        "not_allowed");
    EXPECT_EQ(
        code(answer(
            stranger,
            {{"id", 4}, {"call", "command"}, {"command", "trust_clock"}, {"channel", "cli"}})),
        "not_allowed");
    EXPECT_EQ(code(answer(stranger, {{"id", 8},
                                     {"call", "command"},
                                     {"command", "visit.expect"},
                                     {"arguments", {{"container", "MSCU6639870"}}},
                                     {"channel", "drop"}})),
              "not_allowed")
        << "nobody passes for a program, which need not name a person";
    EXPECT_EQ(code(answer(stranger, {{"id", 5},
                                     {"call", "contradicted"},
                                     {"where", "office"},
                                     {"why", "x"},
                                     {"holds", true}})),
              "not_allowed");
    EXPECT_EQ(code(answer(stranger, {{"id", 6},
                                     {"call", "used"},
                                     {"what", "signed_in"},
                                     {"act", "sign_in"},
                                     {"user", "ana"}})),
              "not_allowed");
    EXPECT_EQ(code(answer(stranger,
                          {{"id", 7}, {"call", "picture"}, {"camera", "c07"}, {"failed", "x"}})),
              "not_allowed");
    EXPECT_TRUE(house_.pictures.empty());
    EXPECT_TRUE(house_.contradictions.empty());
    EXPECT_TRUE(house_.uses.empty());
    EXPECT_TRUE(house_.commands.empty());
    EXPECT_EQ(code(answer(stranger, erase)), "not_allowed");
    EXPECT_EQ(house_.erasures.size(), 2U);
}

TEST_F(LocalDoorCommands, WhatCamerasShowedIsHandedOnAndTakenFromTheGatewaysOwnUserOnly) {
    opens();
    auto caller = calls();
    const std::string hash(64, 'a');
    const json taken{{"id", 1},
                     {"call", "picture"},
                     {"camera", "c07"},
                     {"stored", true},
                     {"sha256", hash},
                     {"bytes", 5000},
                     {"taken_ts", 1795500000000},
                     {"clock_offset_ms", -700},
                     {"cause", 12},
                     {"about", {{{"k", "door"}, {"v", "d07"}}}},
                     {"skipped", 3}};
    EXPECT_EQ(answer(caller, taken).at("ok"), (json{{"index", 4711}}));
    ASSERT_EQ(house_.pictures.size(), 1U);
    const auto& got = std::get<local::PictureTaken>(house_.pictures[0]);
    EXPECT_EQ(got.camera, "c07");
    EXPECT_TRUE(got.stored);
    EXPECT_EQ(got.bytes, 5000);
    EXPECT_EQ(got.clock_offset_ms, -700);
    EXPECT_EQ(got.cause, 12U);
    EXPECT_EQ(got.about, (std::vector<Subject>{{"door", "d07"}}));
    EXPECT_EQ(got.skipped, 3);
    answer(caller, {{"id", 2}, {"call", "picture"}, {"camera", "c07"}, {"failed", "no answer"}});
    EXPECT_EQ(std::get<local::PictureFailed>(house_.pictures.at(1)).why, "no answer");
    answer(caller, {{"id", 3}, {"call", "picture"}, {"erased", hash}, {"rule", "too old"}});
    EXPECT_FALSE(std::get<local::PictureErased>(house_.pictures.at(2)).entry);

    const auto with = [&](const char* name, const json& value) {
        auto question = taken;
        question[name] = value;
        return code(answer(caller, question));
    };
    EXPECT_EQ(with("camera", ""), "usage");
    EXPECT_EQ(with("sha256", "../x"), "usage");
    EXPECT_EQ(with("bytes", -1), "usage");
    EXPECT_EQ(with("taken_ts", "now"), "usage");
    EXPECT_EQ(with("about", {{{"k", "person"}, {"v", "ana"}}}), "usage");
    EXPECT_EQ(with("about", "d07"), "usage");
    EXPECT_EQ(with("failed", ""), "usage");
    EXPECT_EQ(house_.pictures.size(), 3U);
}

TEST_F(LocalDoorCommands, TrustingTheClockIsACommandWithItsCaller) {
    opens();
    auto caller = calls();
    const auto line = answer(
        caller, {{"id", 1}, {"call", "command"}, {"command", "trust_clock"}, {"channel", "cli"}});
    EXPECT_EQ(line.at("ok").at("index"), 4711);
    ASSERT_EQ(house_.commands.size(), 1U);
    EXPECT_TRUE(std::holds_alternative<TrustClock>(house_.commands[0].what));
    EXPECT_NE(house_.commands[0].by, "");
}

TEST_F(LocalDoorCommands, AHeadSeenOutsideIsHandedOnAsItWasFound) {
    opens();
    auto caller = calls();
    house_.seen_answer = {.verdict = local::Seen::Verdict::contradicts, .why = "it is larger"};
    const auto line =
        answer(caller, {{"id", 1}, {"call", "seen"}, {"note", "a\nb\n"}, {"where", "broker b"}});
    EXPECT_EQ(line.at("ok"), (json{{"verdict", "contradicts"}, {"why", "it is larger"}}));
    answer(caller, {{"id", 2}, {"call", "seen"}, {"note", nullptr}, {"where", "broker b"}});
    ASSERT_EQ(house_.sightings.size(), 2U);
    EXPECT_EQ(house_.sightings[0].note, "a\nb\n");
    EXPECT_EQ(house_.sightings[0].where, "broker b");
    EXPECT_FALSE(house_.sightings[1].note);
    EXPECT_EQ(code(answer(caller, {{"id", 3}, {"call", "seen"}, {"where", "x"}})), "usage");
    EXPECT_EQ(code(answer(caller, {{"id", 4}, {"call", "seen"}, {"note", "x"}})), "usage");
}

TEST_F(LocalDoorCommands, WhatOthersVouchForIsHandedOnAndItsEntryTold) {
    opens();
    auto caller = calls();
    const json cosigned{
        {"id", 1}, {"call", "anchor"}, {"size", 7}, {"cosignature", "\u2014 w AA=="}};
    EXPECT_EQ(answer(caller, cosigned).at("ok"), (json{{"index", 4711}}));
    answer(caller, {{"id", 2}, {"call", "anchor"}, {"size", 8}, {"stamp", "MAA="}});
    ASSERT_EQ(house_.anchors.size(), 2U);
    EXPECT_EQ(house_.anchors[0].size, 7U);
    EXPECT_EQ(house_.anchors[0].cosignature, "\u2014 w AA==");
    EXPECT_EQ(house_.anchors[1].stamp, (std::string{"\x30\x00", 2}));

    using Result = eventlog::Anchored::Result;
    house_.anchor_answer = {.result = Result::not_found, .why = "no head of that size is kept"};
    EXPECT_EQ(code(answer(caller, cosigned)), "not_found");
    house_.anchor_answer = {.result = Result::refused, .why = "it does not hold"};
    const auto refused = answer(caller, cosigned);
    EXPECT_EQ(code(refused), "refused");
    EXPECT_EQ(message(refused), "it does not hold");
}

TEST_F(LocalDoorCommands, AContradictionIsHandedOnAndItsEntryTold) {
    opens();
    auto caller = calls();
    const json said{{"id", 1},
                    {"call", "contradicted"},
                    {"where", "office"},
                    {"why", "it is larger"},
                    {"holds", true}};
    EXPECT_EQ(answer(caller, said).at("ok"), (json{{"index", 4711}}));
    ASSERT_EQ(house_.contradictions.size(), 1U);
    EXPECT_EQ(house_.contradictions[0].where, "office");
    EXPECT_EQ(house_.contradictions[0].why, "it is larger");
    EXPECT_TRUE(house_.contradictions[0].holds);
    auto over = said;
    over["holds"] = false;
    over["why"] = "";
    EXPECT_TRUE(answer(caller, over).contains("ok"));
    EXPECT_FALSE(house_.contradictions[1].holds);
    house_.no_contradiction = "the log says so already";
    EXPECT_EQ(code(answer(caller, said)), "refused");

    const auto with = [&](const char* name, const json& value) {
        auto question = said;
        question[name] = value;
        return code(answer(caller, question));
    };
    EXPECT_EQ(with("holds", "yes"), "usage");
    EXPECT_EQ(with("why", ""), "usage") << "it begins without a reason";
    EXPECT_EQ(with("why", std::string(513, 'x')), "usage");
    EXPECT_EQ(with("where", nullptr), "usage");
}

TEST_F(LocalDoorCommands, WhatPeopleDoAtTheConsoleIsHandedOnAndItsEntryTold) {
    opens();
    auto caller = calls();
    const json viewed{{"id", 1},
                      {"call", "used"},
                      {"what", "viewed"},
                      {"act", "driver_log"},
                      {"user", "ana"},
                      {"role", "security"},
                      {"way", "session"},
                      {"route", "/api/v1/records/driver"},
                      {"subject", "door:d07"},
                      {"address", "192.0.2.7"},
                      {"ref", "u-17"},
                      {"count", 2},
                      {"at_ts", 1795500000000}};
    EXPECT_EQ(answer(caller, viewed).at("ok"), (json{{"index", 4711}}));
    ASSERT_EQ(house_.uses.size(), 1U);
    const auto& use = house_.uses[0];
    EXPECT_EQ(use.what, EventKind::console_viewed);
    EXPECT_EQ(use.act, "driver_log");
    EXPECT_EQ(use.user, "ana");
    EXPECT_EQ(use.role, "security");
    EXPECT_EQ(use.way, "session");
    EXPECT_EQ(use.route, "/api/v1/records/driver");
    EXPECT_EQ(use.subject, "door:d07");
    EXPECT_EQ(use.address, "192.0.2.7");
    EXPECT_EQ(use.ref, "u-17");
    EXPECT_EQ(use.count, 2);
    EXPECT_EQ(use.at_ms, 1795500000000);
    house_.no_use = "the log takes no entries at present; try again";
    EXPECT_EQ(code(answer(caller, viewed)), "refused");

    const auto with = [&](const char* name, const json& value) {
        auto question = viewed;
        question[name] = value;
        return code(answer(caller, question));
    };
    EXPECT_EQ(with("what", "opened"), "usage");
    EXPECT_EQ(with("act", ""), "usage");
    EXPECT_EQ(with("user", "hunter2 Correct Horse"), "usage") << "a password in the wrong field";
    EXPECT_EQ(with("reason", "Because"), "usage") << "a word of ours, not a sentence";
    EXPECT_EQ(with("route", std::string(257, 'x')), "usage");
    EXPECT_EQ(with("count", -1), "usage");
    EXPECT_EQ(house_.uses.size(), 2U);
}

TEST_F(LocalDoorCommands, WhatOthersVouchForHasOneOfTwoForms) {
    opens();
    auto caller = calls();
    const json asked{{"id", 1}, {"call", "anchor"}, {"size", 7}, {"stamp", "MAA="}};
    const auto with = [&](const char* name, const json& value) {
        auto question = asked;
        question[name] = value;
        return code(answer(caller, question));
    };
    EXPECT_EQ(with("cosignature", "x"), "usage") << "both";
    EXPECT_EQ(with("stamp", "no base64"), "usage");
    EXPECT_EQ(with("stamp", ""), "usage");
    EXPECT_EQ(with("stamp", tlog::base64(std::string((32 << 10) + 1, 'x'))), "usage");
    EXPECT_EQ(with("size", -1), "usage");
    EXPECT_EQ(code(answer(caller, {{"id", 2}, {"call", "anchor"}, {"size", 7}})), "usage");
    EXPECT_TRUE(house_.anchors.empty());
    EXPECT_EQ(answer(caller, {{"id", 3},
                              {"call", "anchor"},
                              {"size", 7},
                              {"stamp", tlog::base64(std::string(32 << 10, 'x'))}})
                  .count("ok"),
              1U);
}

TEST_F(LocalDoorCommands, OnlyRootAndTheGatewayItselfSpeakForOthers) {
    options_.mode = 0666;
    std::filesystem::permissions(directory_.path(), std::filesystem::perms{0755});
    opens();
    const json question{{"id", 1},      {"call", "command"},    {"command", "acknowledge"},
                        {"alarm", "a"}, {"channel", "console"}, {"by", "ana@console"}};
    auto front = calls();
    answer(front, question);
    EXPECT_EQ(house_.commands.at(0).by, "ana@console");

    // A stranger is who the kernel says, whatever it says itself.
    if (::geteuid() != 0) return;  // only root can become somebody else
    ASSERT_EQ(::seteuid(65534), 0);
    auto stranger = calls();
    ASSERT_EQ(::seteuid(0), 0);
    answer(stranger, question);
    EXPECT_EQ(house_.commands.at(1).by, "uid:65534(nobody)");
}

}  // namespace
}  // namespace sealwarden::test
