#include <fmt/format.h>

#include <algorithm>

#include "drivers/toml/schema.hpp"
#include "firmware/config/hardware.hpp"

namespace sealwarden::config {

namespace fs = std::filesystem;

Profiles::Profiles(const std::vector<fs::path>& directories) {
    for (const auto& directory : directories) {
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(directory, error))
            if (entry.path().extension() == ".toml")
                files_.insert_or_assign(entry.path().stem().string(), entry.path());
    }
}

std::shared_ptr<const Profile> Profiles::get(const Section& device, Findings& findings) {
    const std::string id = device.text("profile");
    if (id.empty()) return nullptr;
    if (const auto known = read_.find(id); known != read_.end()) return known->second;
    const auto file = files_.find(id);
    if (file == files_.end()) {
        std::vector<std::string> names;
        for (const auto& [name, path] : files_) names.push_back(name);
        const std::string meant = did_you_mean(id, names);
        findings.error(device.at("profile"),
                       names.empty() ? fmt::format("there is no profile `{}`, nor any other", id)
                       : meant.empty()
                           ? fmt::format("there is no profile `{}`; known: {}", id, listed(names))
                           : fmt::format("there is no profile `{}`; did you mean `{}`? known: {}",
                                         id, meant, listed(names)));
        return nullptr;
    }
    ProfileResult result = load_profile(file->second);
    findings.add(std::move(result.findings));
    auto& kept = read_[id];
    if (result.profile) kept = std::make_shared<const Profile>(std::move(*result.profile));
    return kept;
}

std::vector<UsedProfile> Profiles::used() const {
    std::vector<UsedProfile> out;
    for (const auto& [id, profile] : read_)
        if (profile) out.push_back({.id = id, .version = profile->version, .hash = profile->hash});
    return out;
}

}  // namespace sealwarden::config
