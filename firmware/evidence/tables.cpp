#include "firmware/evidence/tables.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace sealwarden::evidence {
namespace {

constexpr std::string_view title = "index,time,sync,err_ms,kind,subjects,source,details,personal\n";

std::string field(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

std::string row(std::uint64_t index, const GivenRecord& record) {
    const auto& json = record.json;
    const auto& time = json.at("t");
    const auto text = [](const nlohmann::json& value) { return value.get<std::string>(); };
    std::string subjects, source;
    for (const auto& subject : json.at("subj")) {
        if (!subjects.empty()) subjects += ' ';
        subjects += text(subject.at("k")) + ":" + text(subject.at("v"));
    }
    if (const auto src = json.find("src"); src != json.end()) {
        source = text(src->at("dev")) + "." + text(src->at("point"));
    }
    return fmt::format("{},{},{},{},{},{},{},{},{}\n", index, text(time.at("wall")),
                       text(time.at("sync")), time.at("err_ms").get<std::int64_t>(),
                       text(json.at("kind")), field(subjects), field(source),
                       field(json.at("data").dump()),
                       record.payload ? field(record.payload->json) : "");
}

template <class Wanted>
std::string table(const Given& given, Wanted wanted) {
    std::string lines{title};
    for (const auto& [index, record] : given.records) {
        if (given.window.holds(index) && wanted(record.json)) lines += row(index, record);
    }
    return lines;
}

}  // namespace

bool tells_of_gaps(const nlohmann::json& record) {
    constexpr std::array<std::string_view, 14> kinds{"boot",
                                                     "clock.step",
                                                     "clock.sync",
                                                     "coverage.lost",
                                                     "coverage.regained",
                                                     "device.offline",
                                                     "device.online",
                                                     "gap",
                                                     "log.held_back",
                                                     "log.paused",
                                                     "log.recovered",
                                                     "log.signed",
                                                     "payload.erased",
                                                     "shutdown"};
    const auto kind = record.at("kind").get<std::string>();
    if (std::ranges::find(kinds, kind) != kinds.end()) return true;
    return kind == "epoch.close" && record.at("data").value("late", false);
}

std::string records_csv(const Given& given) {
    return table(given, [](const nlohmann::json&) { return true; });
}

std::string gaps_csv(const Given& given) {
    return table(given, tells_of_gaps);
}

}  // namespace sealwarden::evidence
