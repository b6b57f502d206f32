#include "firmware/config/config.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "drivers/embedded.hpp"
#include "drivers/toml/schema.hpp"
#include "firmware/config/bus_load.hpp"
#include "firmware/config/console.hpp"
#include "firmware/config/effects.hpp"
#include "firmware/config/evidence.hpp"
#include "firmware/config/hardware.hpp"
#include "firmware/config/instructions.hpp"
#include "firmware/config/layers.hpp"
#include "firmware/config/mqtt.hpp"
#include "firmware/config/pictures.hpp"
#include "firmware/config/retention.hpp"
#include "firmware/config/site.hpp"

namespace sealwarden::embedded {
std::span<const Embedded> config_schema();
}

namespace sealwarden::config {

namespace {

using nlohmann::json;

constexpr double full = 1.0, comfortable = 0.7;

std::string sha256(const std::string& text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr);
    std::string hex;
    for (unsigned i = 0; i < length; ++i) hex += fmt::format("{:02x}", digest[i]);
    return hex;
}

// nlohmann's objects are sorted by key, and numbers here are integers: dump() is canonical.
std::string canonical(const json& root, const std::vector<UsedProfile>& profiles) {
    json out = root;
    for (const auto& used : profiles)
        out["profile"][used.id] = {{"version", used.version}, {"sha256", used.hash}};
    return out.dump();
}

bool has_password(const json& value) {
    return value.is_string() && value.get_ref<const std::string&>().find('@') != std::string::npos;
}

// "must be a table, but is a text" is true of a password, and not what its owner needs to hear; and
// one in a URL must not be repeated in a finding.
void explain_secrets(const TomlDocument& document, std::vector<FileFinding>& findings) {
    for (auto& finding : findings) {
        if (finding.path.starts_with("/mqtt/url") &&
            has_password(document.root.at(Pointer(finding.path)))) {
            finding.message =
                "user and password do not stand in the URL; write `user = \"…\"` and `password = { "
                "credential = \"mqtt-password\" }`";
        }
        if (finding.path.starts_with("/camera/") && finding.path.ends_with("_url") &&
            has_password(document.root.at(Pointer(finding.path)))) {
            finding.message =
                "user and password do not stand in the URL; write `user = \"…\"` and `password = { "
                "credential = \"camera-password\" }`";
        }
        if (finding.path != "/mqtt/password" && finding.path != "/mqtt/key") continue;
        if (!document.root.at(Pointer(finding.path)).is_string()) continue;
        finding.message = fmt::format(
            "a secret is never written here; write {} and put it into a credential of that name",
            finding.path == "/mqtt/key" ? "{ credential = \"mqtt-key\" }"
                                        : "{ credential = \"mqtt-password\" }");
    }
}

// The device that asks for the largest part of the bus: the one whose period to change.
std::size_t busiest(const modbus::BusPlan& plan) {
    std::map<std::size_t, double> shares;
    for (const auto& read : plan.reads())
        if (read.scheduled) shares[read.device] += read.cost / read.period;
    return std::max_element(shares.begin(), shares.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; })
        ->first;
}

void check_load(const modbus::BusPlan& plan, const Bus& bus, const Section& section,
                Findings& findings) {
    const double load = plan.load();
    if (load <= comfortable) return;
    const std::size_t device = busiest(plan);
    const auto period = options_of(bus).devices[device].period;
    const auto fitting = static_cast<std::int64_t>(
        std::ceil(static_cast<double>(period.count()) * load / comfortable / 10) * 10);
    const Section asked = section.sections("device")[device];
    const std::string message = fmt::format(
        "bus `{}` would be busy {:.0f} % of its time; with period_ms = {} for its devices it "
        "would be at most 70 %",
        options_of(bus).id, load * 100, fitting);
    if (load > full)
        findings.error(asked.at("period_ms"), "the bus cannot carry this: " + message);
    else
        findings.warning(asked.at("period_ms"), message);
}

void check_promise(const Section& section, const std::vector<std::optional<PointId>>& points,
                   const std::vector<modbus::BusPlan>& plans, Findings& findings) {
    const auto promised = section.milliseconds("detect_within_ms");
    if (promised.count() == 0) return;
    std::chrono::milliseconds worst{};
    for (const auto& plan : plans)
        for (const auto& point : points)
            if (point) worst = std::max(worst, plan.worst_detection(*point));
    if (worst > promised)
        findings.error(section.at("detect_within_ms"),
                       fmt::format("cannot be kept: with one other device of the bus silent it may "
                                   "take {} ms",
                                   worst.count()));
}

void check_buses(const Config& config, const Section& root, Findings& findings) {
    std::vector<modbus::BusPlan> plans;
    const auto sections = root.sections("bus");
    for (std::size_t i = 0; i < config.buses.size(); ++i) {
        plans.push_back(plan_of(config.buses[i]));
        check_load(plans.back(), config.buses[i], sections[i], findings);
    }
    const auto doors = root.sections("door"), seals = root.sections("seal");
    for (std::size_t i = 0; i < doors.size(); ++i)
        check_promise(doors[i], {config.site.doors[i].contact.point}, plans, findings);
    for (std::size_t i = 0; i < seals.size(); ++i) {
        const auto& seal = config.site.seals[i];
        check_promise(seals[i], {seal.present, seal.intact, seal.tamper}, plans, findings);
    }
}

bool is_error(const FileFinding& finding) {
    return finding.severity == FileFinding::Severity::error;
}

Loaded refused(std::vector<FileFinding> findings) {
    sort_findings(findings);
    return {.config = std::nullopt, .findings = std::move(findings)};
}

}  // namespace

Loaded load(const Sources& sources) {
    Layers layers = read_layers(sources);
    // What is missing because a file could not be read would only hide the reason.
    if (!layers.findings.empty()) return refused(std::move(layers.findings));
    TomlDocument& document = layers.document;

    Findings findings(document);
    const json rules = json::parse(schema());
    auto wrong = check_schema(document, rules);
    explain_secrets(document, wrong);
    findings.refuse(std::move(wrong));
    add_defaults(document, rules);

    const Section root(document, Pointer());
    Profiles profiles(sources.profiles);
    Hardware hardware = read_hardware(root, profiles, findings);
    Config config;
    config.site = read_site(root, hardware.points, findings);
    config.site.outputs = read_outputs(root, config.site.alarm, hardware.points, findings);
    config.webhooks = read_webhooks(root, findings);
    config.instructions = read_instructions(root, findings);
    for (const auto& webhook : config.webhooks) config.site.webhooks.push_back(webhook.id);
    config.buses = std::move(hardware.buses);
    config.chips = std::move(hardware.chips);
    fill_points(config, hardware.points);
    if (const auto site = root.section("site")) {
        config.time_zone = site->text("time_zone");
        check_time_zone(*site, findings);
    }
    config.language = language_of(root);
    config.drops = read_drops(root, findings);
    if (const auto log = root.section("log")) config.log_directory = log->text("directory");
    config.evidence = read_evidence(root, config, findings);
    for (const auto& witness : config.evidence.witnesses) {
        config.site.witnesses.push_back(witness.key.name);
    }
    config.retention = read_retention(root, findings);
    config.pictures = read_pictures(root, findings);
    if (const auto local = root.section("local")) config.socket = local->text("socket");
    if (const auto mqtt = root.section("mqtt"))
        config.mqtt = read_mqtt(*mqtt, config.site, sources.authorities, findings);
    if (const auto console = root.section("console"))
        config.console = read_console(*console, config, findings);
    // Numbers that make no sense would make no sensible load.
    if (std::none_of(findings.all.begin(), findings.all.end(), is_error))
        check_buses(config, root, findings);
    config.profiles = profiles.used();
    config.effective = canonical(document.root, config.profiles);
    config.hash = sha256(config.effective);

    if (std::any_of(findings.all.begin(), findings.all.end(), is_error))
        return refused(std::move(findings.all));
    sort_findings(findings.all);
    return {.config = std::move(config), .findings = std::move(findings.all)};
}

std::string schema() {
    return std::string(embedded::config_schema().front().text);
}

Sources default_sources(const std::optional<std::filesystem::path>& file) {
    namespace fs = std::filesystem;
    Sources out;
    std::vector<fs::path> directories{"/usr/share/sealwarden/profiles", "/etc/sealwarden/profiles"};
    std::error_code error;
    if (file) {
        out.files.push_back(*file);
        out.one_file = true;
        directories.push_back(file->parent_path() / "profiles");
    } else {
        for (const fs::path path :
             {"/usr/lib/sealwarden/sealwarden.toml", "/etc/sealwarden/sealwarden.toml",
              "/etc/sealwarden/conf.d", "/run/sealwarden/conf.d"})
            if (fs::exists(path, error)) out.files.push_back(path);
        // Said as "cannot be read", which names the file to write.
        if (out.files.empty()) out.files.emplace_back("/etc/sealwarden/sealwarden.toml");
    }
    for (const auto& directory : directories)
        if (fs::is_directory(directory, error)) out.profiles.push_back(directory);
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const auto equals = text.find('=');
        if (text.starts_with("SEALWARDEN__") && equals != std::string_view::npos)
            out.overrides.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return out;
}

}  // namespace sealwarden::config
