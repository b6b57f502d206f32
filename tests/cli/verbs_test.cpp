#include <array>
#include <fstream>
#include <sstream>

#include "firmware/eventlog/directory.hpp"
#include "tests/cli/cli_fixture.hpp"

namespace sealwarden::test {
namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// The record with other data, as JSON.
eventlog::Entry with_data(eventlog::Entry record, const std::string& data) {
    const auto from = record.bytes.find("{\"note\"");
    record.bytes.replace(from, record.bytes.find('}', from) + 1 - from, data);
    return record;
}

void collect(const CLI::App& app, const std::string& path,
             std::vector<std::pair<std::string, const CLI::App*>>& verbs) {
    verbs.emplace_back(path, &app);
    for (const auto* verb : app.get_subcommands({})) {
        collect(*verb, path + " " + verb->get_name(), verbs);
    }
}

std::vector<std::string> example_lines(const std::string& help) {
    std::vector<std::string> lines;
    std::istringstream in{help};
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("  sealwarden ")) lines.push_back(line.substr(2));
    }
    return lines;
}

TEST_F(Cli, EveryVerbHasExamplesACompletionAndALineInTheManPage) {
    std::ostringstream nowhere;
    cli::Context context{nowhere, nowhere};
    CLI::App app;
    cli::add_verbs(app, context);
    std::ifstream page{SEALWARDEN_SOURCE_DIR "/firmware/cli/man/sealwarden.1.scd"};
    const std::string man{std::istreambuf_iterator<char>{page}, {}};
    std::vector<std::pair<std::string, const CLI::App*>> verbs;
    collect(app, "sealwarden", verbs);
    EXPECT_GT(verbs.size(), 25U);
    for (const auto& [path, verb] : verbs) {
        EXPECT_FALSE(example_lines(says(path + " --help").out).empty()) << path;
        if (!verb->get_subcommands({}).empty()) continue;
        EXPECT_TRUE(has(man, "*" + path + "*")) << path;
        for (const auto* shell : {"bash", "zsh", "fish"}) {
            EXPECT_TRUE(has(cli::completion(app, shell), "'" + path.substr(path.find(' ') + 1)))
                << path << shell;
        }
    }
}

// "0 entries" about something mistyped would read as "nothing happened".
TEST_F(Cli, ADoorOrAKindThatNeverWasIsNotFound) {
    log_.entries.push_back(entry(0, "door.opened", {.kind = "door", .id = "d99"}));
    serves();
    const auto kind = says("sealwarden log search --kind dor.opened");
    EXPECT_EQ(kind.exit, 8);
    EXPECT_TRUE(has(kind.err, "did you mean `door.opened`?")) << kind.err;
    const auto door = says("sealwarden log search --door nosuch");
    EXPECT_EQ(door.exit, 8);
    EXPECT_TRUE(has(door.err, "there is no door `nosuch`")) << door.err;
    // One that is no longer configured stays findable.
    EXPECT_EQ(says("sealwarden log search --door d99").exit, 0);
}

// Waiting for ever for something mistyped would read as "nothing happens".
TEST_F(Cli, WatchingWhatIsNotThereEndsAtOnceAndSaysWhatWasMeant) {
    serves();
    const std::vector<std::pair<std::string, std::string>> mistyped{
        {"bus watch est", "there is no bus `est`; did you mean `east`?"},
        {"bus watch nosuch", "there is no bus `nosuch`; `sealwarden bus list` shows all"},
        {"point watch io1.dio0", "there is no device or point `io1.dio0`; did you mean `io1.di0`?"},
        {"point watch nosuch", "there is no device or point `nosuch`; `sealwarden point list`"},
        {"log tail -f --door d70", "there is no door `d70`, and the log never had one"},
        {"log tail -f --door d7", "did you mean `d07`?"}};
    for (const auto& [command, sentence] : mistyped) {
        const auto said = says("sealwarden " + command);
        EXPECT_EQ(said.exit, 8) << command;
        EXPECT_TRUE(has(said.err, sentence)) << said.err;
        EXPECT_TRUE(said.out.empty()) << command << said.out;
    }
    EXPECT_EQ(says("sealwarden bus watch east").exit, 0);
}

TEST_F(Cli, APeriodThatEndsBeforeItBeginsIsRefused) {
    serves();
    const auto said = says("sealwarden log search --since now --until 1h");
    EXPECT_EQ(said.exit, 2);
    EXPECT_TRUE(has(said.err, "ends before it begins")) << said.err;
}

TEST_F(Cli, ACountThatIsNoneIsRefused) {
    for (const auto* count : {"-1", "0.5", "99999999999999999999", "many"}) {
        EXPECT_EQ(says(std::string{"sealwarden log search -n "} + count).exit, 2) << count;
        EXPECT_EQ(says(std::string{"sealwarden log tail -n "} + count).exit, 2) << count;
    }
}

TEST_F(Cli, OutputThatIsNotTakenIsAFailure) {
    std::ofstream full{"/dev/full"};
    std::ostringstream talk;
    cli::Context context{full, talk};
    context.version = "1";
    CLI::App app;
    cli::add_verbs(app, context);
    const std::array words{"sealwarden", "version"};
    EXPECT_EQ(cli::run(app, context, static_cast<int>(words.size()), words.data()), 1);
    EXPECT_TRUE(has(talk.str(), "could not be written")) << talk.str();
}

TEST_F(Cli, EveryExampleOfTheHelpRuns) {
    std::ostringstream nowhere;
    cli::Context context{nowhere, nowhere};
    CLI::App app;
    cli::add_verbs(app, context);
    std::vector<std::pair<std::string, const CLI::App*>> verbs;
    collect(app, "sealwarden", verbs);
    std::filesystem::create_symlink(config(), "sealwarden.toml");
    std::ofstream{"expected.csv"} << "container,kind,seals,document,carrier\n";
    serves();
    for (const auto& [path, verb] : verbs) {
        for (const auto& example : example_lines(says(path + " --help").out)) {
            const auto said = says(example);
            // A doctor may find something wrong on the machine that tests; no log is signed here; a
            // bundle needs a log with its export, which tests/integration/evidence has, and a
            // picture a camera, which tests/integration/camera has.
            const bool well = said.exit == 0 || (has(example, "doctor") && said.exit == 1) ||
                              (has(example, "log check") && said.exit == 5) ||
                              (has(example, "log export") && said.exit == 8) ||
                              (has(said.err, "list --all` shows all") && said.exit == 8) ||
                              (has(said.err, "no such picture can be read") && said.exit == 8) ||
                              (has(example, "evidence build") &&
                               has(said.err, "entry 4711 of the log is no export"));
            EXPECT_TRUE(well) << example << "\n" << said.exit << said.out << said.err;
            EXPECT_FALSE(said.out.empty() && said.err.empty()) << example;
        }
    }
    std::filesystem::remove("sealwarden.toml");
    std::filesystem::remove("expected.csv");
    EXPECT_TRUE(std::filesystem::remove("sheet.pdf"));
    EXPECT_TRUE(std::filesystem::remove("d08.svg"));
    EXPECT_FALSE(std::filesystem::exists("d07.zip")) << "what came to nothing leaves nothing";
    EXPECT_EQ(house_.exports.size(), 1u);
}

// DESIGN.md: every command that prints data has --json. A script is no data, and giving up a log
// prints none.
TEST_F(Cli, EveryVerbThatPrintsDataHasJson) {
    std::ostringstream nowhere;
    cli::Context context{nowhere, nowhere};
    CLI::App app;
    cli::add_verbs(app, context);
    std::vector<std::pair<std::string, const CLI::App*>> verbs;
    collect(app, "sealwarden", verbs);
    std::vector<std::string> without;
    for (const auto& [path, verb] : verbs) {
        if (verb->get_subcommands({}).empty() && verb->get_option_no_throw("--json") == nullptr)
            without.push_back(path);
    }
    EXPECT_EQ(without,
              (std::vector<std::string>{"sealwarden log recover", "sealwarden completion"}));
}

TEST_F(Cli, TheConfigurationIsShownAsJsonWithItsOrigins) {
    const auto plain = json_of("sealwarden config show --json");
    EXPECT_EQ(plain.at("config").at("site").at("id"), "dc7");
    EXPECT_FALSE(plain.contains("origins"));
    const auto told = json_of("sealwarden config show --origin --json");
    const auto& origins = told.at("origins");
    EXPECT_EQ(origins.value(std::string{"/site/id"}, ""), config().string() + ":2") << told;
    EXPECT_EQ(origins.value(std::string{"/site/time_zone"}, ""), config().string() + ":4");
    EXPECT_EQ(origins.value(std::string{"/local/socket"}, ""), "default");
    EXPECT_EQ(json_of("sealwarden config schema --json"), json_of("sealwarden config schema"));
}

TEST_F(Cli, AWrongWordIsAnsweredWithTheRightOne) {
    const auto verb = says("sealwarden stauts");
    EXPECT_EQ(verb.exit, 2);
    EXPECT_TRUE(has(verb.err, "there is no command `stauts`; did you mean `status`?")) << verb.err;
    EXPECT_TRUE(verb.out.empty());
    EXPECT_TRUE(has(says("sealwarden log serach").err, "did you mean `search`?"));
    EXPECT_TRUE(has(says("sealwarden log tail --jsno").err, "did you mean `--json`?"));
    EXPECT_EQ(says("sealwarden").exit, 2);
    EXPECT_EQ(says("sealwarden alarm show").exit, 2);
    EXPECT_EQ(says("sealwarden log search --since soon").exit, 6);  // the zone is the gateway's
}

TEST_F(Cli, WithoutAGatewayTheExitCodeIsSixAndTheSentenceSaysWhatToDo) {
    for (const auto* command : {"sealwarden status", "sealwarden alarm list", "sealwarden log tail",
                                "sealwarden point list", "sealwarden bus list"}) {
        const auto said = says(command);
        EXPECT_EQ(said.exit, 6) << command;
        EXPECT_TRUE(has(said.err, "systemctl status sealwarden")) << said.err;
        EXPECT_TRUE(said.out.empty());
    }
}

TEST_F(Cli, AlarmsAreShownInWordsAndAcknowledgedByName) {
    serves();
    const auto list = says("sealwarden alarm list");
    EXPECT_TRUE(has(list.out, "d07 opened while secured")) << list.out;
    EXPECT_TRUE(has(list.out, "-06:00")) << list.out;
    EXPECT_EQ(json_of("sealwarden alarm list --json").at("alarms")[0].at("id"), "door-forced-d07");
    EXPECT_EQ(says("sealwarden alarm show nothing").exit, 8);
    EXPECT_TRUE(has(says("sealwarden alarm show door-forced-d07").out, "1. Go to the door"));
    EXPECT_EQ(json_of("sealwarden alarm show door-forced-d07 --json").at("instructions").size(), 3);
    EXPECT_EQ(json_of("sealwarden alarm ack door-forced-d07 --json").at("index"), 4711);
    ASSERT_EQ(house_.commands.size(), 1U);
    EXPECT_EQ(house_.commands[0].channel, "cli");
}

TEST_F(Cli, ARefusedAcknowledgementFailsWithTheGatewaysReason) {
    house_.on_command = [](const Command&, auto done) { done("it is not active", 0); };
    serves();
    const auto said = says("sealwarden alarm ack door-forced-d07");
    EXPECT_EQ(said.exit, 1);
    EXPECT_TRUE(has(said.err, "it is not active"));
}

TEST_F(Cli, LogSearchFindsByDoorKindAndTime) {
    serves();
    const auto count = [this](const std::string& options) {
        const auto out = says("sealwarden log search --json" + options).out;
        return std::ranges::count(out, '\n');
    };
    EXPECT_EQ(count(""), 30);
    EXPECT_EQ(count(" --door d08"), 10);
    EXPECT_EQ(count(" --kind door.opened"), 15);
    EXPECT_EQ(count(" --kind door.opened --kind door.closed --door d07"), 20);
    EXPECT_EQ(count(" --since 35min"), 5);
    EXPECT_EQ(count(" -n 3"), 3);
    EXPECT_EQ(says("sealwarden log search --since soon").exit, 2);
}

TEST_F(Cli, LogRecordsAsJsonAreTheBytesThatWereHashed) {
    serves();
    const auto said = says("sealwarden log tail -n 2 --json");
    EXPECT_EQ(said.out, log_.entries[28].bytes + "\n" + log_.entries[29].bytes + "\n");
}

TEST_F(Cli, PointsShowAFaultWhereThereIsNoValue) {
    serves();
    const auto said = says("sealwarden point list");
    EXPECT_TRUE(has(said.out, "io1.di0  true")) << said.out;
    EXPECT_TRUE(has(said.out, "io2.di0  no answer")) << said.out;
    EXPECT_EQ(says("sealwarden point list io9").exit, 8);
}

TEST_F(Cli, AScanPrintsABlockForTheConfiguration) {
    units_ = {{1, "Moxa ioLogik"}, {255, ""}};
    const auto said = says("sealwarden bus scan 192.0.2.10");
    EXPECT_EQ(said.exit, 0) << said.err;
    EXPECT_TRUE(has(said.out, "host = \"192.0.2.10\"")) << said.out;
    EXPECT_TRUE(has(said.out, "unit = 255"));
    EXPECT_TRUE(has(said.out, "# it says: Moxa ioLogik"));
    units_.clear();
    EXPECT_EQ(says("sealwarden bus scan 192.0.2.10").exit, 8);
    EXPECT_EQ(says("sealwarden bus scan 192.0.2.10 --ids 1-300").exit, 2);
}

TEST_F(Cli, AScanLeavesALineAloneThatTheGatewayPolls) {
    std::ofstream{config(), std::ios::app} << R"(
[[bus]]
id = "east"
transport = "tcp"
host = "192.0.2.10"

  [[bus.device]]
  id = "io1"
  unit = 1
  profile = "moxa-iologik-e1210"
)";
    EXPECT_EQ(says("sealwarden bus scan 192.0.2.10").exit, 0);
    serves();
    const auto said = says("sealwarden bus scan 192.0.2.10");
    EXPECT_EQ(said.exit, 7) << said.err;
    EXPECT_TRUE(has(said.err, "sealwarden bus read"));
}

TEST_F(Cli, CommissioningMakesKeysOnceAndSaysTheSheetAndItsWords) {
    const auto made = json_of("sealwarden commission --epoch 1d --years 1 --json");
    const std::string sheet = made.at("sheet");
    EXPECT_TRUE(sheet.starts_with("sealwarden sheet 1\norigin sealwarden/dc7/gw1\n")) << sheet;
    EXPECT_TRUE(has(sheet, "\nstart 2026-11-24T00:00:00Z\nepoch 86400\nkeys 366\n")) << sheet;
    EXPECT_TRUE(has(sheet, "\ncommissioned 0 "));
    EXPECT_EQ(made.at("words").get<std::string>().size(), 35u);
    std::ifstream kept{directory_.path() / "keys" / "sheet.txt"};
    EXPECT_EQ((std::string{std::istreambuf_iterator<char>{kept}, {}}), sheet);
    const auto again = says("sealwarden commission --epoch 1d --years 1");
    EXPECT_EQ(again.exit, 1);
    EXPECT_TRUE(has(again.err, "commissioned already")) << again.err;
}

TEST_F(Cli, CommissioningRefusesWhatWouldMakeNoSheet) {
    EXPECT_EQ(says("sealwarden commission --epoch 7h").exit, 2);
    EXPECT_EQ(says("sealwarden commission --epoch soon").exit, 2);
    EXPECT_EQ(says("sealwarden commission --epoch 1s").exit, 2) << "315 million keys";
    EXPECT_EQ(says("sealwarden commission --witness me").exit, 2);
    const auto unseen = says(
        "sealwarden commission --witness "
        "office\u202etwo+5951260f+BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g");
    EXPECT_EQ(unseen.exit, 2);
    EXPECT_TRUE(has(unseen.err, R"(`office\u202etwo+)")) << unseen.err;
    EXPECT_TRUE(has(unseen.err, "turn the writing")) << unseen.err;
    EXPECT_EQ(says("sealwarden commission --tsa /nowhere").exit, 1);
    EXPECT_FALSE(std::filesystem::exists(directory_.path() / "keys"));
}

TEST_F(Cli, ARunningGatewayIsNotCommissioned) {
    const eventlog::DirectoryLock gateway{directory_.path()};
    const auto said = says("sealwarden commission --epoch 1d --years 1");
    EXPECT_EQ(said.exit, 75);
    EXPECT_TRUE(has(said.err, "systemctl stop sealwarden")) << said.err;
    EXPECT_FALSE(std::filesystem::exists(directory_.path() / "keys"));
}

TEST_F(Cli, StatusSaysWhetherTheLogIsSigned) {
    serves();
    EXPECT_TRUE(has(says("sealwarden status").out, "signing, epoch 7"));
    EXPECT_EQ(says("sealwarden checkpoint show").out, house_.status_.signing.checkpoint);
    EXPECT_EQ(json_of("sealwarden checkpoint show --json").at("epoch"), 7);
}

TEST_F(Cli, TheNewestCosignedHeadIsShownWithItsWitnesses) {
    serves();
    EXPECT_EQ(says("sealwarden checkpoint show --cosigned").out, house_.status_.signing.cosigned);
    EXPECT_EQ(says("sealwarden checkpoint show").out, house_.status_.signing.checkpoint);
    house_.status_.signing.cosigned.clear();
    const auto none = says("sealwarden checkpoint show --cosigned");
    EXPECT_EQ(none.exit, 8);
    EXPECT_TRUE(has(none.err, "no witness has cosigned")) << none.err;
}

TEST_F(Cli, AnUncommissionedLogSaysSoAndHasNoCheckpoint) {
    house_.status_.signing = {};
    serves();
    EXPECT_TRUE(has(says("sealwarden status").out, "not commissioned"));
    const auto said = says("sealwarden checkpoint show");
    EXPECT_EQ(said.exit, 8);
    EXPECT_TRUE(has(said.err, "sealwarden commission")) << said.err;
}

TEST_F(Cli, ALogHeldBackSaysWhy) {
    house_.status_.signing = {.state = eventlog::SigningState::State::held_back,
                              .why = "10 entries are known of this log, and it has 5"};
    serves();
    EXPECT_TRUE(has(says("sealwarden status").out, "held back: 10 entries are known"));
}

TEST_F(Cli, ABrokenConfigurationIsExitCodeSeventyEight) {
    std::ofstream{config()} << "[site\n";
    const auto said = says("sealwarden config check");
    EXPECT_EQ(said.exit, 78);
    EXPECT_TRUE(has(said.out, "site.toml:1:")) << said.out;
    EXPECT_EQ(says("sealwarden config show").exit, 78);
}

// What a badge, a device or a person wrote must not draw on the guard's terminal.
TEST_F(Cli, TextFromOutsideReachesATerminalPrintableAndAScriptExactly) {
    const std::string nasty = "\033[2J\u202ed07\r";
    house_.points_[0].what = Value{nasty};
    house_.devices_[0].last_error = nasty;
    house_.states_[0].values["state"] = nasty;
    house_.alarms_[0].kind = nasty;
    house_.status_.log_why = nasty;
    log_.entries.push_back(with_data(entry(30), R"({"by":"\u001b[2J\u202e"})"));
    serves();
    for (const auto* command :
         {"status", "alarm list", "point list", "bus list", "bus watch", "point watch", "doctor",
          "log tail", "log search", "alarm show door-forced-d07"}) {
        const auto said = says(std::string{"sealwarden "} + command);
        const auto all = said.out + said.err;
        EXPECT_FALSE(has(all, "\033") || has(all, "\u202e") || has(all, "\r")) << all;
        if (std::string_view{command} != "doctor") EXPECT_TRUE(has(all, "\\u001b[2J")) << all;
    }
    EXPECT_EQ(json_of("sealwarden point list --json").at("points")[0].at("value"), nasty);
    EXPECT_EQ(json_of("sealwarden bus list --json").at("devices")[0].at("last_error"), nasty);
}

TEST_F(Cli, AnAlarmThatIsSetAsideIsNotShownAsIfItWereNormal) {
    auto& alarm = house_.alarms_[0];
    alarm.state = AlarmState::normal;
    alarm.active = false;
    alarm.set_aside = SetAside::shelved;
    alarm.until = house_.now_ + std::chrono::minutes{5};
    house_.alarms_.push_back(alarm);
    house_.alarms_[1].id = "door-held-d07";
    house_.alarms_[1].set_aside = SetAside::out_of_service;
    house_.alarms_[1].until.reset();
    serves();
    const auto list = says("sealwarden alarm list").out;
    EXPECT_TRUE(has(list, "shelved until 20")) << list;
    EXPECT_TRUE(has(list, "out of service")) << list;
    EXPECT_FALSE(has(list, "normal")) << list;
}

TEST_F(Cli, TablesSpeakTheLanguageOfTheReader) {
    serves();
    EXPECT_TRUE(has(says("sealwarden alarm list").out, "PRIORITY"));
    const auto alarms = says("sealwarden alarm list --language es").out;
    for (const auto* word : {"PRIORIDAD", "alta", "requiere atención", "puerta abierta estando"})
        EXPECT_TRUE(has(alarms, word)) << alarms;
    const auto status = says("sealwarden status --language es").out;
    for (const auto* word : {"QUÉ", "puerta", "abierto", "versión 0.1.0", "1 sin reconocer"})
        EXPECT_TRUE(has(status, word)) << status;
    EXPECT_EQ(says("sealwarden status --language fr").exit, 2);
    EXPECT_EQ(json_of("sealwarden status --json --language es").at("states")[0].at("state"),
              "open");
}

TEST_F(Cli, EveryHeadingIsInTheCatalog) {
    serves();
    for (const auto* command : {"status", "alarm list", "alarm show door-forced-d07", "point list",
                                "bus list", "bus watch", "bus read io1", "profile list"}) {
        const auto out = says(std::string{"sealwarden "} + command).out;
        for (const auto* key : {"head.", "row.", "state.", "count.", "cli."})
            EXPECT_FALSE(has(out, key)) << out;
    }
}

TEST_F(Cli, ASealThatNeverWasIsNotFound) {
    serves();
    const auto said = says("sealwarden log search --seal s07");
    EXPECT_EQ(said.exit, 8);
    EXPECT_TRUE(has(said.err, "there is no seal `s07`")) << said.err;
    EXPECT_EQ(says("sealwarden log tail -f --seal s07").exit, 8);
}

// A rate from nine answers is none.
TEST_F(Cli, TheDoctorSaysWhenItIsTooEarlyToJudgeADevice) {
    serves();
    const auto check = [this] { return doctor_says("device io1"); };
    auto& device = house_.devices_[0];
    EXPECT_TRUE(has(check(), "ok: answers; too early to say how well: 0 of 9")) << check();
    device.timeouts = 1;
    EXPECT_TRUE(has(check(), "ok: answers; too early to say how well: 1 of 10")) << check();
    device.timeouts = 3;
    EXPECT_TRUE(has(check(), "warn: 25.00 %")) << check();
    device.exchanges = 900;
    EXPECT_TRUE(has(check(), "ok: 0.33 %")) << check();
    device = {.device = "io1", .bus = "east", .unit = 1, .online = false, .timeouts = 1};
    EXPECT_TRUE(has(check(), "warn: too early to say: it was asked 1 times")) << check();
    device.timeouts = 3;
    EXPECT_TRUE(has(check(), "fail: does not answer")) << check();
}

TEST_F(Cli, TheDoctorSaysWhetherHeadsLeaveTheGateway) {
    serves();
    const auto check = [this] { return doctor_says("heads outside"); };
    EXPECT_TRUE(has(check(), "warn: no road leads out")) << check();
    std::ofstream{config(), std::ios::app} << R"([[evidence.witness]]
url = "http://192.0.2.20:7180"
key = "office+587ac7bf+BAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
)";
    EXPECT_TRUE(has(check(), "warn: none was seen outside")) << check();
    house_.status_.outside = {{.size = 28, .ago = std::chrono::seconds{12}}};
    EXPECT_TRUE(has(check(), "ok: one of 28 entries was seen outside 12 s ago")) << check();
    house_.alarms_.push_back({.id = "heads-kept-in-gw1", .kind = "heads-kept-in", .active = true});
    EXPECT_TRUE(has(check(), "fail: one of 28 entries")) << check();
    house_.status_.signing.state = eventlog::SigningState::State::held_back;
    EXPECT_EQ(check(), "") << "what is not signed has no head to leave";
}

TEST_F(Cli, LengthsOfTimeInEntriesAreShownAsSuch) {
    log_.entries.push_back(with_data(entry(30), R"({"by_ms":-1500,"open_ms":3725000})"));
    serves();
    const auto said = says("sealwarden log tail -n 1");
    EXPECT_TRUE(has(said.out, "by=-1 s  open=1 h 2 min")) << said.out;
    EXPECT_TRUE(has(says("sealwarden log tail -n 1 --json").out, "\"open_ms\":3725000"));
}

TEST_F(Cli, ADirectoryIsNoConfiguration) {
    const auto said = says("sealwarden config check " + directory_.path().string());
    EXPECT_EQ(said.exit, 78);
    EXPECT_TRUE(has(said.out, directory_.path().string() + ": is a directory; name the file"))
        << said.out;
    EXPECT_TRUE(has(says("sealwarden config check /nowhere/site.toml").out,
                    "/nowhere/site.toml: cannot be read: "));
    EXPECT_TRUE(has(says("sealwarden config check /dev/null").out, "is no plain file"));
}

TEST_F(Cli, ColourNeverReachesAPipe) {
    serves();
    EXPECT_FALSE(has(says("sealwarden status").out, "\033"));
    EXPECT_FALSE(has(says("sealwarden doctor").out, "\033"));
}

}  // namespace
}  // namespace sealwarden::test
