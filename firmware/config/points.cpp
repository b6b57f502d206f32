#include "firmware/config/points.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "drivers/toml/schema.hpp"

namespace sealwarden::config {

namespace {

enum class Kind { truth, number, text };

Kind kind_of(const PointProfile& point) {
    if (point.encoding == Encoding::bit || point.bit || !point.truths.empty()) return Kind::truth;
    if (point.encoding == Encoding::text || point.encoding == Encoding::hex ||
        !point.labels.empty())
        return Kind::text;
    return Kind::number;
}

std::string_view words(Kind kind) {
    switch (kind) {
        case Kind::truth: return "true or false";
        case Kind::number: return "a whole number";
        case Kind::text: return "a text";
    }
    return "";
}

bool takes(const Wanted& wanted, Kind kind) {
    switch (kind) {
        case Kind::truth: return wanted.truth;
        case Kind::number: return wanted.number;
        case Kind::text: return wanted.text;
    }
    return false;
}

// Plain inputs (door.contact), counters and measures serve anybody; a point that means something of
// its own serves its family. Tags and badges are read by the same readers.
bool serves(std::string_view semantic, std::string_view family) {
    const auto its = semantic.substr(0, semantic.find('.'));
    const bool its_own = its == "seal" || its == "badge" || its == "camera" || its == "power";
    const bool a_tag = (its == "seal" || its == "badge") && (family == "seal" || family == "badge");
    return !its_own || family.empty() || its == family || a_tag;
}

bool means(const Wanted& wanted, const PointProfile& point) {
    return point.semantic.starts_with(wanted.semantic) && serves(point.semantic, wanted.family);
}

bool takes(const Wanted& wanted, const PointProfile& point) {
    return takes(wanted, kind_of(point)) && means(wanted, point);
}

std::string_view number_at_end(std::string_view name) {
    const auto last = name.find_last_not_of("0123456789");
    return last == std::string_view::npos ? name : name.substr(last + 1);
}

std::string meant(const std::string& word, const std::vector<std::string>& candidates) {
    const std::string found = did_you_mean(word, candidates);
    return found.empty() ? "" : fmt::format("; did you mean `{}`?", found);
}

}  // namespace

void Points::add_device(const std::string& id, std::shared_ptr<const Profile> profile) {
    Device& device = devices_[id];
    device.unknown = profile == nullptr;
    device.profile = std::move(profile);
}

void Points::add_chip(const std::string& id) {
    devices_[id];
}

void Points::add_line(const std::string& chip, const std::string& line, bool output) {
    devices_[chip].lines.insert(line);
    if (output) devices_[chip].output_lines.insert(line);
}

bool Points::is_output(PointId point) const {
    const auto found = devices_.find(std::string{point.device()});
    if (found == devices_.end()) return false;
    const auto& device = found->second;
    if (device.unknown || device.output_lines.contains(std::string{point.point()})) return true;
    return device.profile && device.profile->output(point.point()) != nullptr;
}

PointId Points::use(const Section& section, std::string_view key, const Wanted& wanted,
                    Findings& findings) {
    const std::string name = section.text(key);
    const auto dot = name.find('.');
    if (dot == std::string::npos) return {};
    const std::string device_name = name.substr(0, dot), point_name = name.substr(dot + 1);
    const auto found = devices_.find(device_name);
    if (found == devices_.end()) {
        refuse(section, key, name, wanted, findings);
        return {};
    }
    Device& device = found->second;
    const PointProfile* point = device.profile ? device.profile->point(point_name) : nullptr;
    const bool of_every_device = device.profile && point_name == online_point && wanted.truth;
    const bool line = device.lines.contains(point_name);
    if (!device.unknown && point == nullptr && !of_every_device && !line) {
        refuse(section, key, name, wanted, findings);
        return {};
    }
    const Kind kind = point == nullptr ? Kind::truth : kind_of(*point);
    if (!device.unknown && !takes(wanted, kind)) {
        findings.error(section.at(key),
                       fmt::format("needs {}, but {} is {}", wanted.words, name, words(kind)));
        return {};
    }
    if (point != nullptr && !means(wanted, *point)) {
        const bool other = !serves(point->semantic, wanted.family);
        findings.error(
            section.at(key),
            fmt::format(
                "needs {}, but {} is {}{}", wanted.words, name, point->semantic,
                other ? fmt::format(", which tells nothing about a {}", wanted.family) : ""));
        return {};
    }
    if (!of_every_device) device.used.insert(point_name);
    return PointId(name);
}

void Points::refuse(const Section& section, std::string_view key, const std::string& name,
                    const Wanted& wanted, Findings& findings) const {
    const std::string device_name = name.substr(0, name.find('.'));
    std::vector<std::string> candidates;
    for (const auto& [id, device] : devices_) {
        for (const auto& line : device.lines)
            if (wanted.truth) candidates.push_back(id + "." + line);
        if (!device.profile) continue;
        for (const auto& point : device.profile->points)
            if (takes(wanted, point)) candidates.push_back(id + "." + point.name);
    }
    const auto device = devices_.find(device_name);
    if (device == devices_.end())
        return findings.error(section.at(key), fmt::format("there is no device or GPIO chip `{}`{}",
                                                           device_name, meant(name, candidates)));
    std::erase_if(candidates,
                  [&](const std::string& one) { return !one.starts_with(device_name + "."); });
    const std::string where = device->second.profile ? "profile " + device->second.profile->id
                                                     : "GPIO chip " + device_name;
    findings.error(section.at(key),
                   fmt::format("{} has no point `{}`{}", where, name.substr(name.find('.') + 1),
                               meant(name, candidates)));
}

std::optional<PointId> Points::counter_of(PointId contact) {
    const auto found = devices_.find(std::string(contact.device()));
    if (found == devices_.end() || !found->second.profile) return std::nullopt;
    const auto number = number_at_end(contact.point());
    if (number.empty()) return std::nullopt;
    const auto& points = found->second.profile->points;
    const auto same_number = [&](const PointProfile& point, std::string_view semantic) {
        return point.semantic == semantic && number_at_end(point.name) == number;
    };
    const PointProfile* counter = nullptr;
    for (const auto& point : points) {
        if (!same_number(point, "counter.edges")) continue;
        if (counter != nullptr) return std::nullopt;
        counter = &point;
    }
    const auto contacts = std::count_if(points.begin(), points.end(), [&](const auto& point) {
        return same_number(point, "door.contact");
    });
    const auto* itself = found->second.profile->point(contact.point());
    if (counter == nullptr || contacts != 1 || itself == nullptr ||
        itself->semantic != "door.contact")
        return std::nullopt;
    found->second.used.insert(counter->name);
    return PointId(found->first + "." + counter->name);
}

std::vector<std::string> Points::used(const std::string& device) const {
    const auto found = devices_.find(device);
    if (found == devices_.end()) return {};
    return {found->second.used.begin(), found->second.used.end()};
}

}  // namespace sealwarden::config
