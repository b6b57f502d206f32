#include "firmware/config/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>

#include "firmware/outward/url.hpp"
#include "firmware/text/printable.hpp"
#include "firmware/tlog/certificates.hpp"

namespace sealwarden::config {
namespace {

constexpr std::string_view log_key = "log-key";

// "…/g7" would read as another log's seventh generation.
bool ends_in_generation(std::string_view origin) {
    const auto slash = origin.rfind('/');
    if (slash == std::string_view::npos) return false;
    const auto last = origin.substr(slash + 1);
    return last.size() > 1 && last.front() == 'g' &&
           std::all_of(last.begin() + 1, last.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "1min"; zero for what the schema has refused.
std::chrono::seconds duration(const std::string& text) {
    using namespace std::chrono;
    std::int64_t count = 0;
    const auto [unit, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{}) return {};
    const std::string_view name{unit, text.data() + text.size()};
    if (name == "s") return seconds{count};
    if (name == "min") return minutes{count};
    if (name == "h") return hours{count};
    if (name == "d") return days{count};
    return {};
}

std::chrono::seconds period(const Section& section, std::chrono::seconds shortest,
                            std::chrono::seconds longest, std::string_view limits,
                            Findings& findings) {
    const auto time = duration(section.text("period"));
    if (time < shortest || time > longest) {
        findings.error(section.at("period"), fmt::format("must be {}", limits));
    }
    return time;
}

tlog::NoteKey witness_key(const Section& section, const std::string& origin, Findings& findings) {
    const auto at = section.at("key");
    const auto key = tlog::key_from_vkey(section.text("key"));
    if (!key) {
        findings.error(at,
                       "is no verifier key; copy the line that `sealwarden witness key` printed, "
                       "NAME+ID+BASE64");
        return {};
    }
    if (key->type != tlog::KeyType::cosignature) {
        findings.error(at, "signs notes and cosigns none; a witness's key has the type 04");
    } else if (const auto trouble = trouble_of_witness_name(key->name); !trouble.empty()) {
        findings.error(at, "has a name that " + trouble);
    } else if (key->name == origin || key->name.starts_with(origin + "/")) {
        findings.error(at, "has a name of this log's own; give the witness another one");
    }
    return *key;
}

std::string url_of(const Section& section, Findings& findings) {
    auto url = section.text("url");
    // The schema has checked everything else.
    if (!outward::parse_url(url)) {
        findings.error(section.at("url"), "has a port that is none; write 1 to 65535");
    }
    return url;
}

std::string witness_url(const Section& section, Findings& findings) {
    constexpr std::string_view added = "/add-checkpoint";
    auto url = url_of(section, findings);
    if (url.ends_with(added) || url.ends_with(fmt::format("{}/", added))) {
        findings.error(section.at("url"),
                       fmt::format("ends in {}, which is added by itself; leave that away", added));
    }
    return url;
}

std::vector<Witness> read_witnesses(const Section& evidence, const std::string& origin,
                                    Findings& findings) {
    using namespace std::chrono_literals;
    std::vector<Witness> out;
    Once names, keys;
    for (const auto& section : evidence.sections("witness")) {
        Witness witness{.url = witness_url(section, findings),
                        .key = witness_key(section, origin, findings),
                        .period = period(section, 10s, 24h, "10s to 1d", findings)};
        names.check(witness.key.name, section, "key", fmt::format("witness `{}`", witness.key.name),
                    findings);
        if (!witness.key.name.empty()) {
            keys.check(tlog::hex({reinterpret_cast<const char*>(witness.key.key.data()),
                                  witness.key.key.size()}),
                       section, "key", "this witness key", findings);
        }
        out.push_back(std::move(witness));
    }
    return out;
}

// Warnings: the gateway takes nothing but certificates from the file, and without them it still
// keeps its log.
void check_certificates(const Section& section, Findings& findings) {
    const auto at = section.at("certificates");
    const auto file = section.text("certificates");
    if (file.empty()) return;  // the schema has said so
    std::ifstream in{file, std::ios::binary};
    if (!in) {
        findings.warning(at, fmt::format("{} cannot be read here; no time stamp can be checked "
                                         "without the authority's certificates",
                                         file));
        return;
    }
    constexpr std::size_t looked_at = 1 << 20;  // bytes
    std::string text(looked_at, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (tlog::certificates_in(text).empty()) {
        findings.warning(at, fmt::format("{} holds no certificate; put the authority's there as "
                                         "PEM, up to the root that the sheet names",
                                         file));
    }
    if (tlog::holds_private_key(text)) {
        findings.warning(at, fmt::format("{} holds a private key, which nobody needs to check time "
                                         "stamps; take it out",
                                         file));
    }
}

std::optional<TimeStamps> read_time_stamps(const Section& evidence, Findings& findings) {
    using namespace std::chrono_literals;
    const auto section = evidence.section("time_stamps");
    if (!section) return std::nullopt;
    check_certificates(*section, findings);
    return TimeStamps{
        .url = url_of(*section, findings),
        .certificates = section->text("certificates"),
        .period = period(*section, 1min, std::chrono::days{366}, "1min to 366d", findings)};
}

}  // namespace

std::string trouble_of_witness_name(std::string_view name) {
    constexpr std::size_t longest = 128;  // it becomes the subject of entries
    if (name.size() > longest) return fmt::format("is longer than {} bytes", longest);
    if (!tlog::is_key_name(name)) return "is empty or has a space, a plus or a control character";
    if (printable(name) != name) return "has characters that are not seen or turn the writing";
    return {};
}

Evidence read_evidence(const Section& root, const Config& config, Findings& findings) {
    Evidence out{.origin = fmt::format("sealwarden/{}/{}", config.site.site, config.site.gateway),
                 .keys = config.log_directory / "keys",
                 .log_key = std::nullopt,
                 .witnesses = {},
                 .time_stamps = std::nullopt};
    const auto section = root.section("evidence");
    if (!section) return out;
    if (const auto origin = section->maybe_text("origin")) {
        out.origin = *origin;
        if (ends_in_generation(*origin)) {
            findings.error(section->at("origin"),
                           "ends like a generation, which is added by itself; leave that part out");
        }
    }
    if (const auto keys = section->maybe_text("keys")) out.keys = *keys;
    if (const auto secret = section->section("log_key")) {
        const auto name = secret->maybe_text("credential");
        out.log_key = name ? SecretRef{.kind = SecretRef::Kind::credential, .name = *name}
                           : SecretRef{.kind = SecretRef::Kind::file, .name = secret->text("file")};
    }
    out.witnesses = read_witnesses(*section, out.origin, findings);
    out.time_stamps = read_time_stamps(*section, findings);
    return out;
}

SecretRef log_key_of(const Evidence& evidence) {
    if (evidence.log_key) return *evidence.log_key;
    const SecretRef file{.kind = SecretRef::Kind::file, .name = (evidence.keys / log_key).string()};
    // Set by systemd once, before the process starts.
    const char* directory = std::getenv("CREDENTIALS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe)
    std::error_code error;
    if (directory == nullptr ||
        !std::filesystem::exists(std::filesystem::path{directory} / log_key, error)) {
        return file;
    }
    return {.kind = SecretRef::Kind::credential, .name = std::string{log_key}};
}

}  // namespace sealwarden::config
