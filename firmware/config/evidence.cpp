#include "firmware/config/evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

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

}  // namespace

Evidence read_evidence(const Section& root, const Config& config, Findings& findings) {
    Evidence out{.origin = fmt::format("sealwarden/{}/{}", config.site.site, config.site.gateway),
                 .keys = config.log_directory / "keys",
                 .log_key = std::nullopt};
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
