#include "tests/cli/cli_fixture.hpp"

#include <fstream>
#include <sstream>

namespace sealwarden::test {

modbus::OneAnswer FakeWire::ask(const modbus::Request& request, std::chrono::milliseconds) {
    const auto unit = units_.find(request.unit);
    if (unit == units_.end()) return {};
    if (request.function == modbus::Function::read_device_identification) {
        const auto& text = unit->second;
        modbus::OneAnswer answer{.kind = modbus::OneAnswer::Kind::answer,
                                 .data = {1, 1, 0, 0, 1, 0, static_cast<std::uint8_t>(text.size())},
                                 .why = {}};
        answer.data.insert(answer.data.end(), text.begin(), text.end());
        return answer;
    }
    return {.kind = modbus::OneAnswer::Kind::answer, .data = {0, 1}, .why = {}};
}

Cli::Cli() {
    std::filesystem::create_directory_symlink(SEALWARDEN_SOURCE_DIR "/config/profiles",
                                              directory_.path() / "profiles");
    std::ofstream{config()} << R"([site]
id = "dc7"
gateway = "gw1"
time_zone = "America/Mexico_City"

[log]
directory = ")" << directory_.path().string()
                            << "\"\n";
    house_.identity_.time_zone = "America/Mexico_City";
    house_.status_.signing = {.state = eventlog::SigningState::State::signing,
                              .epoch = 7,
                              .checkpoint = "sealwarden/dc7/gw1/g1\n30\n…\n",
                              .cosigned = "sealwarden/dc7/gw1/g1\n28\n…\n\u2014 office …\n"};
    house_.points_ = {{.point = "io1.di0", .at = house_.now_, .what = Value{true}, .raw = 1},
                      {.point = "io2.di0", .at = house_.now_, .what = Fault::no_answer}};
    house_.devices_ = {{.device = "io1", .bus = "east", .unit = 1, .online = true, .exchanges = 9}};
    house_.states_ = {{.subject = {.kind = "door", .id = "d07"},
                       .since = house_.now_,
                       .values = {{"state", std::string{"open"}}}}};
    house_.alarms_ = {{.id = "door-forced-d07",
                       .kind = "door-forced",
                       .source = {.kind = "door", .id = "d07"},
                       .priority = Priority::high,
                       .state = AlarmState::unack_active,
                       .active = true,
                       .count = 1,
                       .raised_at = house_.now_}};
    for (std::size_t i = 0; i < 30; ++i) {
        log_.entries.push_back(entry(i, i % 2 == 0 ? "door.opened" : "door.closed",
                                     {.kind = "door", .id = i < 20 ? "d07" : "d08"},
                                     WallTime{std::chrono::seconds{1'795'500'000 + 60 * i}}));
    }
}

void Cli::serves() {
    guard_.emplace(loop_.get_executor());
    server_ = std::make_unique<local::Server>(loop_, local::ServerOptions{.socket = socket()},
                                              house_, log_.read(), log_.entries.size());
    thread_ = std::jthread{[this] { loop_.run(); }};
}

Cli::~Cli() {
    guard_.reset();
    loop_.stop();
    if (thread_.joinable()) thread_.join();
    server_.reset();
}

Said Cli::says(const std::string& command) {
    std::vector<std::string> words{{}};
    bool quoted = false;
    for (const char c : command) {
        if (c == '"') {
            quoted = !quoted;
        } else if (c == ' ' && !quoted) {
            words.emplace_back();
        } else {
            words.back() += c;
        }
    }
    words.insert(words.begin() + 1, {"--socket", socket().string()});
    std::vector<const char*> argv;
    for (const auto& word : words) argv.push_back(word.c_str());

    std::ostringstream out;
    std::ostringstream err;
    cli::Context context{out, err};
    context.version = "0.1.0";
    context.config_file = config();
    context.now = [] { return WallTime{std::chrono::seconds{1'795'500'000 + 3'600}}; };
    context.goes_on = [looks = looks_]() mutable { return looks-- > 0; };
    context.longest_wait = std::chrono::milliseconds{1};
    context.open_wire = [this](const modbus::WireOptions&) {
        return std::make_unique<FakeWire>(units_);
    };
    context.ask_secret = [](const std::string&) { return "vela norte tres cucharas"; };
    CLI::App app;
    cli::add_verbs(app, context);
    const int exit = cli::run(app, context, static_cast<int>(argv.size()), argv.data());
    return {.exit = exit, .out = out.str(), .err = err.str()};
}

nlohmann::json Cli::json_of(const std::string& command) {
    const auto said = says(command);
    EXPECT_EQ(said.exit, 0) << command << said.err;
    return nlohmann::json::parse(said.out, nullptr, false);
}

nlohmann::json Cli::json_of_doctor() {
    return nlohmann::json::parse(says("sealwarden doctor --json").out, nullptr, false);
}

std::string Cli::doctor_says(const std::string& check) {
    const auto checks = json_of_doctor().at("checks");
    for (const auto& one : checks) {
        if (one.at("check") != check) continue;
        return one.at("level").get<std::string>() + ": " + one.at("reason").get<std::string>();
    }
    return {};
}

}  // namespace sealwarden::test
