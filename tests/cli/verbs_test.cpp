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
    serves();
    for (const auto& [path, verb] : verbs) {
        for (const auto& example : example_lines(says(path + " --help").out)) {
            const auto said = says(example);
            // A doctor may find something wrong on the machine that tests; no log is signed here; a
            // bundle needs a log with its export, which tests/integration/evidence has.
            const bool well = said.exit == 0 || (has(example, "doctor") && said.exit == 1) ||
                              (has(example, "log check") && said.exit == 5) ||
                              (has(example, "log export") && said.exit == 8) ||
                              (has(example, "evidence build") &&
                               has(said.err, "entry 4711 of the log is no export"));
            EXPECT_TRUE(well) << example << "\n" << said.exit << said.out << said.err;
            EXPECT_FALSE(said.out.empty() && said.err.empty()) << example;
        }
    }
    std::filesystem::remove("sealwarden.toml");
    EXPECT_TRUE(std::filesystem::remove("sheet.pdf"));
    EXPECT_FALSE(std::filesystem::exists("d07.zip")) << "what came to nothing leaves nothing";
    EXPECT_EQ(house_.exports.size(), 1u);
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
    EXPECT_TRUE(has(said.out, "io2.di0  no_answer")) << said.out;
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

TEST_F(Cli, ColourNeverReachesAPipe) {
    serves();
    EXPECT_FALSE(has(says("sealwarden status").out, "\033"));
    EXPECT_FALSE(has(says("sealwarden doctor").out, "\033"));
}

}  // namespace
}  // namespace sealwarden::test
