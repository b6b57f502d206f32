#include "tests/sim/dock_judge.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace sealwarden::sim {
namespace {

// Something is broken or has to be done: nobody is suspected of anything. All other kinds are
// about security, and somebody would run.
constexpr std::array<std::string_view, 20> about_devices{
    "door-unknown",    "door-stuck",       "seal-unknown",  "seal-battery",
    "reader-unknown",  "camera-unknown",   "camera-failed", "camera-not-recording",
    "camera-tamper",   "power-on-battery", "power-low",     "power-unknown",
    "cabinet-unknown", "light-unknown",    "light-failed",  "device-offline",
    "coverage-lost",   "test-due",         "case-overdue",  "clock-doubted"};

std::string when(const DockWorld& world, Uptime at) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(at - world.start).count();
    return "day " + std::to_string(seconds / 86'400) + " " + std::to_string(seconds / 3600 % 24) +
           ":" + std::to_string(seconds / 60 % 60) + ":" + std::to_string(seconds % 60);
}

std::string text(const Event& event) {
    std::string text;
    for (const auto& subject : event.subjects) text += subject.kind + " " + subject.id + ", ";
    return text;
}

bool is_raising(const Event& event) {
    return event.kind == EventKind::alarm_raised || event.kind == EventKind::alarm_repeated;
}

// Where the reader of a door does not answer, who shows a badge cannot be told from who forces the
// door: the alarm says what is known, and the reader's own says why.
bool reader_is_silent(const DockWorld& world, const Event& event) {
    const auto gaps = world.blind.find("rd1");
    if (gaps == world.blind.end() || event.subjects.back() != Subject{"door", "office"})
        return false;
    return std::ranges::any_of(gaps->second, [&](const Stretch& gap) {
        return gap.from <= event.at && event.at <= gap.to + std::chrono::seconds{8};
    });
}

bool explains(const Planted& planted, const Event& event) {
    if (event.at < planted.from || event.at > planted.to) return false;
    const auto matches = [&](const Sign& sign) { return sign.matches(event); };
    return std::ranges::any_of(planted.signs, matches) ||
           std::ranges::any_of(planted.besides, matches);
}

}  // namespace

DockVerdict judge(const DockWorld& world) {
    DockVerdict verdict;
    for (const auto& planted : world.planted)
        for (const auto& sign : planted.signs) {
            const bool found = std::ranges::any_of(world.events, [&](const Event& event) {
                return event.at >= planted.from && event.at <= planted.to && sign.matches(event);
            });
            if (found)
                ++verdict.found;
            else
                verdict.missed.push_back(planted.what + " at " + when(world, planted.from) +
                                         ": no " + sign.word + " about " + sign.about.kind + " " +
                                         sign.about.id);
        }
    for (const auto& event : world.events) {
        if (!is_raising(event)) continue;
        ++verdict.alarms;
        const auto kind = std::get<std::string>(event.data.at("kind"));
        if (std::ranges::find(about_devices, kind) != about_devices.end()) continue;
        const bool explained = std::ranges::any_of(
            world.planted, [&](const Planted& planted) { return explains(planted, event); });
        if (!explained && !reader_is_silent(world, event))
            verdict.false_alarms.push_back(kind + " at " + when(world, event.at) + ": " +
                                           text(event));
    }
    return verdict;
}

}  // namespace sealwarden::sim
