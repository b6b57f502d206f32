#include "firmware/evidence/given.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace sealwarden::evidence {
namespace {

std::uint64_t epoch_at(const tlog::Sheet& sheet, Moment moment) {
    if (moment < sheet.start) return 0;
    return static_cast<std::uint64_t>((moment - sheet.start) / sheet.epoch);
}

Window window_of(const Query& query, const LogView& log, const tlog::Sheet& sheet,
                 std::uint64_t head_epoch) {
    Window window;
    window.first_epoch = std::min(epoch_at(sheet, query.since), head_epoch);
    window.first_epoch = std::max(window.first_epoch, log.first_epoch());
    const auto last = epoch_at(sheet, query.until - std::chrono::microseconds{1});
    window.last_epoch = std::min(last, head_epoch);
    if (window.last_epoch < window.first_epoch) {
        throw CannotBuild{
            fmt::format("generation {} of the log began in epoch {}, after the time asked for",
                        log.generation(), log.first_epoch())};
    }
    if (window.first_epoch > 0) window.from = log.closing(window.first_epoch - 1).value_or(0);
    window.to = log.closing(window.last_epoch).value_or(log.size());
    return window;
}

void add_record(Given& given, const LogView& log, std::uint64_t index) {
    if (given.records.contains(index)) return;
    auto bytes = log.record(index);
    auto json = nlohmann::json::parse(bytes);
    given.records.emplace(index, GivenRecord{std::move(bytes), std::move(json), std::nullopt});
}

void add_context(Given& given, const LogView& log, std::uint64_t index) {
    if (!given.records.contains(index)) given.context.insert(index);
    add_record(given, log, index);
}

// The subject's entries in the window, and its nearest ones on both sides. Returns how many are in.
std::uint64_t add_entries_of(Given& given, const LogView& log, const Subject& subject) {
    const auto inside = log.entries_of(subject, given.window.from, given.window.to);
    for (const auto index : inside) add_record(given, log, index);
    const auto before = log.last_before(subject, given.window.from);
    if (before) add_context(given, log, *before);
    const auto behind = log.first_from(subject, given.window.to);
    if (behind) add_context(given, log, *behind);
    return inside.size();
}

// The gateway and the devices: what tells of restarts, and where what was asked for was not
// watched. `told`: the entries of what was asked for, each of which may name its device.
std::vector<Subject> beside(const std::map<std::uint64_t, GivenRecord>& told,
                            const Options& options) {
    std::vector<Subject> subjects{options.gateway};
    std::ranges::copy(options.watched, std::back_inserter(subjects));
    for (const auto& [index, record] : told) {
        const auto source = record.json.find("src");
        if (source == record.json.end()) continue;
        subjects.push_back({.kind = "device", .id = source->at("dev").get<std::string>()});
    }
    return subjects;
}

void add_day_indexes(Given& given, const LogView& log) {
    const auto& window = given.window;
    for (const auto index : log.of_kind("day.index", window.from + 1, log.size())) {
        const auto record = nlohmann::json::parse(log.record(index));
        if (record.at("data").at("from").get<std::uint64_t>() >= window.to) break;
        add_context(given, log, index);
    }
}

// What is said about persons, or why it is not given.
void add_payloads(Given& given, const LogView& log, bool personal) {
    std::set<std::uint64_t> lost;
    for (auto& [index, record] : given.records) {
        if (!record.json.contains("priv")) continue;
        record.payload = log.payload(index);
        if (!record.payload) {
            lost.insert(index);
        } else if (!personal) {
            given.withheld.insert(index);
            record.payload.reset();
        }
    }
    if (lost.empty()) return;
    for (const auto index : log.of_kind("payload.erased", *lost.begin(), log.size())) {
        const auto record = nlohmann::json::parse(log.record(index));
        const auto erased = record.at("data").at("ref").get<std::uint64_t>();
        if (!lost.contains(erased)) continue;
        given.erased.insert(erased);
        add_context(given, log, index);
    }
}

}  // namespace

bool is_about(const nlohmann::json& record, const Subject& subject) {
    return std::ranges::any_of(record.at("subj"), [&](const nlohmann::json& one) {
        return one.at("k") == subject.kind && one.at("v") == subject.id;
    });
}

Given choose(const Query& query, const LogView& log, const Options& options) {
    if (query.since >= query.until) throw CannotBuild{"the time asked for is empty"};
    Given given{.query = query, .head = log.size()};
    const auto note = log.checkpoint(given.head);
    const auto epoch = note ? epoch_of(*note) : std::nullopt;
    if (!epoch) {
        throw CannotBuild{fmt::format("the log's head of size {} is not signed", given.head)};
    }
    given.head_note = *note;
    given.head_epoch = *epoch;
    given.window = window_of(query, log, options.sheet, given.head_epoch);
    given.subjects = {query.subject};
    given.asked_for = add_entries_of(given, log, query.subject);
    for (const auto& subject : beside(given.records, options)) {
        if (std::ranges::find(given.subjects, subject) != given.subjects.end()) continue;
        given.subjects.push_back(subject);
        add_entries_of(given, log, subject);
    }
    add_day_indexes(given, log);
    add_context(given, log, options.export_entry);
    add_payloads(given, log, options.personal);
    return given;
}

}  // namespace sealwarden::evidence
