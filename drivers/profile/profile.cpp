#include "drivers/profile.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "drivers/embedded.hpp"
#include "drivers/profile/reader.hpp"
#include "drivers/toml/document.hpp"
#include "drivers/toml/schema.hpp"

namespace sealwarden {

namespace embedded {
std::span<const Embedded> profile_schema();
}

namespace {

const nlohmann::json& schema() {
    static const auto parsed = nlohmann::json::parse(embedded::profile_schema().front().text);
    return parsed;
}

std::string sha256(const std::string& bytes) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
    std::string hex;
    for (const unsigned char byte : digest) hex += fmt::format("{:02x}", byte);
    return hex;
}

}  // namespace

const PointProfile* Profile::point(std::string_view name) const {
    const auto found =
        std::find_if(points.begin(), points.end(), [&](const auto& p) { return p.name == name; });
    return found == points.end() ? nullptr : &*found;
}

const DeclaredOutput* Profile::output(std::string_view name) const {
    const auto found = std::find_if(outputs.begin(), outputs.end(),
                                    [&](const auto& one) { return one.name == name; });
    return found == outputs.end() ? nullptr : &*found;
}

std::string_view profile_schema() {
    return embedded::profile_schema().front().text;
}

ProfileResult load_profile(const std::filesystem::path& file) {
    ProfileResult result;
    TomlResult toml = read_toml(file);
    result.findings = std::move(toml.findings);
    if (!result.findings.empty()) return result;
    const TomlDocument& document = toml.document;
    result.findings = check_schema(document, schema());
    if (!result.findings.empty()) return result;

    ReadProfile read = read_profile(document);
    result.findings = read.findings;
    if (!result.findings.empty()) return result;
    result.findings = check_profile(document, read);
    if (read.profile.id != file.stem().string())
        result.findings.push_back(finding_at(
            document, nlohmann::json::json_pointer("/id"),
            fmt::format("must be the file's name: rename the file to {}.toml, or write \"{}\"",
                        read.profile.id, file.stem().string())));
    sort_findings(result.findings);
    if (!result.findings.empty()) return result;
    read.profile.hash = sha256(toml.text);
    result.profile = std::move(read.profile);
    return result;
}

}  // namespace sealwarden
