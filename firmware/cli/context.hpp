// What every verb works with: where to print, which configuration and door, and how it ends.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <iosfwd>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/modbus/one_shot.hpp"
#include "firmware/cli/secret_prompt.hpp"
#include "firmware/clock.hpp"
#include "firmware/config/config.hpp"
#include "firmware/local/client.hpp"
#include "firmware/text/printable.hpp"
#include "firmware/text/text.hpp"

namespace sealwarden::cli {

// Exit codes: sealwarden(1).
enum class Exit {
    ok = 0,
    failed = 1,
    usage = 2,
    changed = 3,
    gaps = 4,
    not_provable = 5,
    unreachable = 6,
    not_allowed = 7,
    not_found = 8,
    try_again = 75,
    configuration = 78,
};

// One sentence for the person at the terminal: what, where, how to put it right.
struct Failure : std::runtime_error {
    Failure(Exit how, const std::string& sentence) : std::runtime_error{sentence}, exit{how} {}
    Exit exit;
};

// What may reach a terminal: text of devices, configuration, log and gateway made printable, and
// our own colours. Human output is made of these; JSON keeps the exact text.
class Shown {
  public:
    Shown(std::string_view foreign) : text_{printable(foreign)} {}    // NOLINT: meant to convert
    Shown(const std::string& foreign) : text_{printable(foreign)} {}  // NOLINT
    Shown(const char* foreign) : text_{printable(foreign)} {}         // NOLINT
    Shown(const nlohmann::json& value);  // NOLINT: a text without its quotes, else the JSON
    static Shown coloured(std::string_view code, const Shown& word);  // SGR, "31"
    friend Shown operator+(Shown left, const Shown& right) {
        left.text_ += right.text_;
        return left;
    }
    friend std::ostream& operator<<(std::ostream& out, const Shown& shown);
    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    std::string text_;
};

// By LC_ALL, LC_MESSAGES, LANG, the first that is set (POSIX.1-2017, XBD 8.2): Spanish for es…,
// else English.
[[nodiscard]] Language language_of_environment();

class Context {
  public:
    Context(std::ostream& data, std::ostream& talk) : out{data}, err{talk} {}

    std::ostream& out;  // data
    std::ostream& err;  // talk
    std::string version;
    bool colour = false;    // the data goes to a terminal, and NO_COLOR is not set
    bool terminal = false;  // lines may be written over
    Language language = Language::english;
    bool json = false;
    std::optional<std::filesystem::path> config_file;  // --config
    std::optional<std::filesystem::path> socket;       // --socket
    Exit exit = Exit::ok;

    // The outside, so that tests can stand in for it.
    std::function<WallTime()> now;
    std::function<bool()> goes_on = [] { return true; };  // streams end when false
    std::chrono::milliseconds longest_wait{5'000};        // of a stream between two looks
    std::function<std::unique_ptr<modbus::OneShot>(const modbus::WireOptions&)> open_wire =
        modbus::open_wire;
    std::function<std::string(const std::string& prompt)> ask_secret = ask_on_terminal;

    // The configuration with all its findings; read once.
    const config::Loaded& configuration();
    [[nodiscard]] config::Sources sources() const;
    // The same, or a Failure that prints its findings.
    const config::Config& valid_configuration();
    // --socket, else what the configuration says, else the default.
    std::filesystem::path socket_path();
    // A client that has said hello; times are then shown in the site's zone. Throws Unreachable.
    local::Client connect();
    // The configured name of a thing ("Dock 7"), else its id.
    std::string name_of(const std::string& kind, const std::string& id);
    // A word of the catalog in the reader's language: word("head.bus"); see state() for data.
    [[nodiscard]] std::string word(const std::string& key,
                                   const std::map<std::string, std::string>& places = {}) const {
        return sealwarden::text(language, key, places);
    }
    // A state's word for people ("state.intact"); one that the catalog lacks as it is.
    [[nodiscard]] std::string state(const std::string& name) const {
        return has_text("state." + name) ? word("state." + name) : name;
    }
    // Headings of a table by their keys: {"bus", "device"}.
    [[nodiscard]] std::vector<Shown> heads(std::initializer_list<const char*> keys) const;

    void print(const nlohmann::json& object) const;  // one line on `out`
    // A word in colour: "red", "green", "yellow", "dim", "bold".
    [[nodiscard]] Shown paint(const std::string& how, const Shown& word) const;

  private:
    std::optional<config::Loaded> loaded_;
};

// "; did you mean `io1`?", or `otherwise` when no candidate is near.
[[nodiscard]] std::string meant(std::string_view word, const std::vector<std::string>& candidates,
                                std::string_view otherwise = {});

// A list with its columns lined up under a header. Widths count characters, not bytes.
class Columns {
  public:
    explicit Columns(std::vector<Shown> header) { add(std::move(header)); }
    void add(std::vector<Shown> row) { rows_.push_back(std::move(row)); }
    void print(std::ostream& out) const;

  private:
    std::vector<std::vector<Shown>> rows_;
};

}  // namespace sealwarden::cli
