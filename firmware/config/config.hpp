// The configuration as types. TOML and JSON Schema end here (config.cpp); inside there are values.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "drivers/gpio/line.hpp"
#include "drivers/modbus/bus.hpp"
#include "drivers/profile.hpp"
#include "firmware/clock.hpp"
#include "firmware/core/event.hpp"
#include "firmware/core/options.hpp"
#include "firmware/text/text.hpp"
#include "firmware/tlog/note.hpp"

namespace sealwarden::config {

// A secret is named, never written: `{ credential = "mqtt-password" }` is a file of that name in
// $CREDENTIALS_DIRECTORY, `{ file = "/path" }` a file only its owner can read.
struct SecretRef {
    enum class Kind { credential, file };
    Kind kind = Kind::credential;
    std::string name;
    friend bool operator==(const SecretRef&, const SecretRef&) = default;
};
struct SecretError {
    std::string message;
};
// Reads it, without the trailing newline. The error says which file, and what to do.
[[nodiscard]] std::variant<std::string, SecretError> read_secret(const SecretRef& secret);

enum class MqttProtocol { automatic, v5, v3_1_1 };

struct Mqtt {
    std::vector<std::string> urls;  // mqtt://host:port, mqtts://host:port; tried in this order
    MqttProtocol protocol = MqttProtocol::automatic;
    std::string client_id;  // default "sealwarden-<site>-<gateway>"
    std::string base;       // "sealwarden/v1/<site>/<gateway>"
    std::optional<std::string> user;
    std::optional<SecretRef> password;
    std::optional<std::filesystem::path> ca, certificate;
    std::optional<SecretRef> key;
    bool full_detail = false;           // seal numbers, badge numbers and names in payloads
    std::vector<std::string> commands;  // taken on the topic `command`; empty: none
    std::chrono::seconds keep_alive{15};
    std::chrono::seconds heartbeat{10};
    friend bool operator==(const Mqtt&, const Mqtt&) = default;
};

// Who cosigns the log's heads (C2SP tlog-witness), and how often he is asked.
struct Witness {
    std::string url;    // http://host:port[/path]; asked at url/add-checkpoint
    tlog::NoteKey key;  // of type cosignature
    std::chrono::seconds period{60};
    friend bool operator==(const Witness&, const Witness&) = default;
};
// Who stamps the log's closings with the time (RFC 3161), and how often he is asked.
struct TimeStamps {
    std::string url;                     // http or https
    std::filesystem::path certificates;  // PEM: the chain up to the root that the sheet names
    std::chrono::seconds period{std::chrono::days{1}};
    friend bool operator==(const TimeStamps&, const TimeStamps&) = default;
};

// The signed log: its name, where its keys lie once `sealwarden commission` made them, and who
// outside vouches for its heads.
struct Evidence {
    std::string origin;          // default "sealwarden/<site>/<gateway>"
    std::filesystem::path keys;  // directory; default `keys` in the log's
    std::optional<SecretRef> log_key;
    std::vector<Witness> witnesses;  // names and keys differ
    std::optional<TimeStamps> time_stamps;
    friend bool operator==(const Evidence&, const Evidence&) = default;
};
// The configured one, else the credential `log-key` where systemd gave one, else that file in
// `keys`.
[[nodiscard]] SecretRef log_key_of(const Evidence& evidence);

// A folder that others put files into, and the act that takes them.
struct Drop {
    std::filesystem::path folder;
    std::string act;  // "visit.import", "person.import"
    friend bool operator==(const Drop&, const Drop&) = default;
};

// [[webhook]]: who outside is told of alarms, by HTTP.
enum class WebhookForm { sealwarden, alertmanager, pagerduty, ntfy, teams };
struct Webhook {
    std::string id;
    std::string url;  // http or https
    WebhookForm form = WebhookForm::sealwarden;
    std::optional<SecretRef> secret;              // with which each message is signed
    std::optional<SecretRef> token;               // bearer; of pagerduty the routing key
    std::optional<std::filesystem::path> ca;      // PEM; else the system's authorities
    std::vector<std::string> events;              // kinds: "alarm.raised"
    std::vector<std::string> priorities, groups;  // empty: all; groups count for alarm.escalated
    bool full_detail = false;
    std::chrono::seconds late_after{300};                // older when it goes out: marked
    std::chrono::seconds expires{std::chrono::days{3}};  // older: not sent any more
    friend bool operator==(const Webhook&, const Webhook&) = default;
};

// [retention]: how long what is kept beside the log about persons stays, and what must stay longer.
struct Hold {
    std::string id, why;
    std::optional<Subject> subject;        // only entries about it
    std::optional<WallTime> since, until;  // only entries of that time; [since, until)
    friend bool operator==(const Hold&, const Hold&) = default;
};
struct Retention {
    std::map<std::string, std::chrono::days> personal;  // by kind of event; not named: kept
    std::vector<Hold> holds;
    friend bool operator==(const Retention&, const Retention&) = default;
};

// Where one camera's stills are had.
struct PictureSource {
    std::string camera;
    std::optional<std::string> live, stored;  // URLs; the stored one with {unix} or {rfc3339}
    std::chrono::minutes stored_ago{120};
    std::optional<std::string> user;
    std::optional<SecretRef> password;
    std::optional<std::filesystem::path> ca;
    friend bool operator==(const PictureSource&, const PictureSource&) = default;
};
struct Pictures {
    std::vector<PictureSource> sources;  // of the cameras that have one
    std::chrono::days keep{90};
    std::int64_t quota_bytes = std::int64_t{2048} << 20;
    friend bool operator==(const Pictures&, const Pictures&) = default;
};

// [console]: where browsers and the command line find it.
struct Console {
    struct Address {
        std::string host;  // an address: "127.0.0.1", "::"
        std::uint16_t port = 0;
        friend bool operator==(const Address&, const Address&) = default;
    };
    std::vector<Address> listen;
    std::vector<std::string> names;  // by which browsers find it, for the certificate
    std::optional<std::filesystem::path> certificate;  // with its chain; absent: the site CA's
    std::optional<SecretRef> key;
    std::filesystem::path socket;     // default console.sock beside the local door
    std::filesystem::path directory;  // its state; default `console` in the log's directory
    std::filesystem::path files;      // the web app
    std::optional<std::filesystem::path> roles;
    std::size_t connections = 512, connections_per_address = 64;
    friend bool operator==(const Console&, const Console&) = default;
};

struct SerialBus {
    modbus::SerialOptions serial;
    modbus::BusOptions bus;
};
struct TcpBus {
    modbus::TcpOptions tcp;
    modbus::BusOptions bus;
};
using Bus = std::variant<SerialBus, TcpBus>;

struct UsedProfile {
    std::string id, version, hash;
    friend bool operator==(const UsedProfile&, const UsedProfile&) = default;
};

struct Config {
    SiteOptions site;
    std::string time_zone = "UTC";  // IANA; for display only, the record is UTC
    std::filesystem::path log_directory = "/var/lib/sealwarden";
    std::filesystem::path socket = "/run/sealwarden/door.sock";
    std::vector<Bus> buses;
    std::vector<gpio::ChipOptions> chips;
    std::optional<Mqtt> mqtt;
    std::optional<Console> console;
    Evidence evidence;
    Retention retention;
    Pictures pictures;
    std::vector<Drop> drops;
    std::vector<Webhook> webhooks;
    // Of [alarm.instructions]: what to do about an alarm of this kind here, instead of what the
    // catalog says; a line for each step.
    std::map<std::string, Name> instructions;
    Language language = Language::english;  // of what the gateway writes for people by itself
    std::vector<UsedProfile> profiles;
    // All values in force, defaults too, and the profiles' hashes, as canonical JSON (sorted keys,
    // no spaces). Secrets are references, so none is in it.
    std::string effective;
    std::string hash;  // SHA-256 of `effective`, hex
};

// Where to look. Later layers win: tables merge, lists of tables merge by `id`, scalars replace,
// `enabled = false` masks an element.
struct Sources {
    std::vector<std::filesystem::path> files;     // in order; a directory means its *.toml, sorted
    bool one_file = false;                        // somebody named it: a directory is a mistake
    std::vector<std::filesystem::path> profiles;  // directories, the later ones win
    std::map<std::string, std::string>
        overrides;  // SEALWARDEN__section__key, "section.key" -> value
    // Whom to trust for a broker without `ca`: every public authority, as Debian's ca-certificates
    // keeps them.
    std::filesystem::path authorities = "/etc/ssl/certs/ca-certificates.crt";
};
// /usr/lib, /etc, conf.d, /run and the environment; `file` given: that file alone and the
// environment.
[[nodiscard]] Sources default_sources(const std::optional<std::filesystem::path>& file);

struct Loaded {
    std::optional<Config> config;       // present when no finding is an error
    std::vector<FileFinding> findings;  // all of them, in file order
};
[[nodiscard]] Loaded load(const Sources& sources);

// The effective configuration as TOML; with_origin: `# file:line` behind each value.
[[nodiscard]] std::string show(const Sources& sources, bool with_origin);
// The same as JSON on one line: {"config": {…}}, with `with_origin` also {"origins": {pointer:
// "site.toml:3"}} for every value (RFC 6901 pointers into "config").
[[nodiscard]] std::string show_json(const Sources& sources, bool with_origin);
// The JSON Schema that load() validates against.
[[nodiscard]] std::string schema();

// What the buses will carry: for `config check` and for the refusal of a plan that cannot work.
struct BusLoad {
    std::string bus;
    double load = 0;                              // 1.0: the line is busy all the time
    double load_one_dead = 0;                     // the same with its most expensive device silent
    std::chrono::milliseconds worst_detection{};  // of a door or seal point, one device silent
};
[[nodiscard]] std::vector<BusLoad> loads(const Config& config);

// What a reload changes, for the log and for SIGHUP: "door.d07.settle_ms", "+door.d09" (new),
// "-bus.east" (gone), in the order of their names.
struct Difference {
    std::vector<std::string> changed;
    std::vector<std::string>
        needs_restart;  // those of them that a running gateway cannot take over
};
[[nodiscard]] Difference difference(const Config& old, const Config& next);

}  // namespace sealwarden::config
