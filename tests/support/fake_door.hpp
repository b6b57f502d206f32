// The local door as those who ask it know it: entries in memory, with the filters of PROTOCOL.md,
// and whatever else the test gives it.
#pragma once

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cctype>
#include <exception>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "firmware/clock.hpp"
#include "firmware/core/event.hpp"
#include "firmware/local/client.hpp"

namespace sealwarden::test {

class FakeDoor {
  public:
    using json = nlohmann::json;

    // The log's clock, and its next entry's.
    WallTime now{std::chrono::seconds{1'795'500'000}};  // 2026-11-24T05:20:00Z
    std::vector<json> entries;
    std::map<std::string, json> personal;  // entry index to what is kept beside it
    std::map<std::string, json> told{
        // call -> answer, for those that are no query
        {"state", {{"states", json::array()}, {"alarms", json::array()}}},
        {"points", {{"points", json::array()}}},
        {"buses", {{"devices", json::array()}}},
        {"used", {{"index", 900}}},
        {"command", {{"index", 4711}}},
        {"read", {{"registers", {1, 2}}}},
        {"status", status()}};
    std::vector<std::pair<std::string, json>> asked;
    bool gone = false;           // no gateway answers
    std::set<std::string> ends;  // kinds of entries behind which a record is over

    // An entry at the present time; the first subject is the main one.
    std::uint64_t say(const std::string& kind, const std::vector<Subject>& subjects,
                      json data = json::object()) {
        const auto index = entries.size();
        auto list = json::array();
        for (const auto& subject : subjects)
            list.push_back({{"k", subject.kind}, {"v", subject.id}, {"n", 1}, {"p", -1}});
        const auto mono = now.time_since_epoch().count() - 1'795'000'000'000'000;
        entries.push_back({{"data", std::move(data)},
                           {"i", index},
                           {"kind", kind},
                           {"subj", list},
                           {"t",
                            {{"wall", rfc3339(now)},
                             {"mono_us", mono},
                             {"boot", "5d0c"},
                             {"bootn", 1},
                             {"sync", "ntp"},
                             {"err_ms", 3}}},
                           {"v", 1}});
        return index;
    }
    void passes(std::chrono::microseconds time) { now += time; }

    json answer(const std::string& call, const json& arguments) {
        asked.emplace_back(call, arguments);
        if (gone) throw local::Unreachable{"no gateway answers"};
        if (call == "hello") {
            return {{"protocol", 1},
                    {"site", "dc7"},
                    {"gateway", "gw1"},
                    {"generation", 1},
                    {"size", entries.size()}};
        }
        if (call == "query")
            return arguments.contains("records") ? records(arguments) : page(arguments);
        if (call == "find") return found(arguments);
        const auto known = told.find(call);
        if (known == told.end()) throw local::Refused{"not_found", "there is no " + call};
        return known->second;
    }

    static json status() {
        return {
            {"uptime_ms", 60'000},
            {"version", "0.1.0"},
            {"site", "dc7"},
            {"gateway", "gw1"},
            {"boot", 3},
            {"config_hash", "c0ffee"},
            {"log",
             {{"size", 1},
              {"queued", 0},
              {"health", "good"},
              {"why", ""},
              {"commits", {{"bounds_us", {1000, 2000}}, {"counts", {3, 1, 0}}, {"sum_us", 2500}}},
              {"syncs", {{"bounds_us", {1000, 2000}}, {"counts", {4, 1, 0}}, {"sum_us", 2000}}},
              {"detection",
               {{"bounds_us", {1000, 2000}}, {"counts", {0, 0, 1}}, {"sum_us", 9000}}}}},
            {"loop_lag", {{"bounds_us", {1000, 2000}}, {"counts", {7, 0, 0}}, {"sum_us", 700}}},
            {"gpio", json::array()},
            {"buses", {{"devices", 1}, {"online", 1}}},
            {"alarms", {{"total", 0}, {"active", 0}, {"unacknowledged", 0}, {"high", 0}}},
            {"signing", {{"state", "signing"}, {"why", ""}, {"epoch", 7}}},
            {"outside", nullptr},
            {"clock", {{"wall", "2026-11-24T05:20:00Z"}, {"sync", "ntp"}, {"err_ms", 3}}},
            {"fronts", {{{"name", "mqtt"}, {"state", "running"}, {"restarts", 2}}}}};
    }

  private:
    static bool about(const json& entry, const json& subject) {
        return std::ranges::any_of(entry.at("subj"), [&](const json& one) {
            return one.at("k") == subject.at("k") && one.at("v") == subject.at("v");
        });
    }
    static bool names(const json& list, const std::string& word) {
        return std::ranges::any_of(list, [&](const json& one) { return one == word; });
    }
    static bool wants(const json& query, const json& entry) {
        const std::uint64_t index = entry.at("i");
        const auto wall = entry.at("t").at("wall").get<std::string>();
        const auto moment = [&](const char* name) {
            return *wall_time(query.at(name).get<std::string>());
        };
        if (index < query.value("from", std::uint64_t{0})) return false;
        if (query.contains("before") && index >= query.at("before").get<std::uint64_t>())
            return false;
        if (query.contains("since") && *wall_time(wall) < moment("since")) return false;
        if (query.contains("until") && *wall_time(wall) >= moment("until")) return false;
        if (query.contains("subject") && !about(entry, query.at("subject"))) return false;
        if (!query.contains("kinds") || query.at("kinds").empty()) return true;
        return names(query.at("kinds"), entry.at("kind").get<std::string>());
    }
    [[nodiscard]] json page_of(std::vector<json> some, const json& query) const {
        const auto limit = query.value("limit", std::size_t{100});
        const bool more = some.size() > limit;
        if (more) some.resize(limit);
        const bool down = query.value("newest_first", false) || query.contains("records");
        const std::uint64_t last = some.empty() ? 0 : some.back().at("i").get<std::uint64_t>();
        json page_told{{"entries", some},
                       {"more", more},
                       {"generation", 1},
                       {"next", down ? last : (more ? last + 1 : entries.size())}};
        if (query.value("with_personal", false)) {
            page_told["personal"] = json::object();
            for (const auto& entry : some) {
                const auto kept = personal.find(entry.at("i").dump());
                if (kept != personal.end()) page_told["personal"][kept->first] = kept->second;
            }
        }
        return page_told;
    }
    [[nodiscard]] json page(const json& query) const {
        std::vector<json> some;
        for (const auto& entry : entries)
            if (wants(query, entry)) some.push_back(entry);
        if (query.value("newest_first", false)) std::ranges::reverse(some);
        return page_of(some, query);
    }
    [[nodiscard]] json records(const json& query) const {
        std::map<std::string, json> newest;
        for (const auto& entry : entries) {
            const auto& main = entry.at("subj").at(0);
            if (main.at("k") != query.at("records")) continue;
            if (query.contains("subject") && main.at("v") != query.at("subject").at("v")) continue;
            newest[main.at("v")] = entry;
        }
        std::vector<json> some;
        for (const auto& [id, entry] : newest) {
            const bool over = ends.contains(entry.at("kind").get<std::string>());
            if (over && !query.value("with_ended", false) && !query.contains("subject")) continue;
            if (query.contains("before") &&
                entry.at("i").get<std::uint64_t>() >= query.at("before").get<std::uint64_t>())
                continue;
            some.push_back(entry);
        }
        std::ranges::sort(some, std::greater{},
                          [](const json& entry) { return entry.at("i").get<std::uint64_t>(); });
        return page_of(some, query);
    }
    [[nodiscard]] json found(const json& question) const {
        const auto plain = [&](const std::string& text) {
            std::string same;
            for (const char c : text) {
                char upper = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
                if (question.value("alike", false)) {
                    if (upper == 'O') upper = '0';
                    if (upper == 'I') upper = '1';
                    if (upper == 'B') upper = '8';
                }
                same += upper;
            }
            return same;
        };
        std::map<std::pair<std::string, std::string>, std::uint64_t> last;
        for (const auto& entry : entries)
            for (const auto& one : entry.at("subj"))
                last[{one.at("k"), one.at("v")}] = entry.at("i");
        auto list = json::array();
        for (const auto& [subject, index] : last) {
            if (!names(question.at("kinds"), subject.first)) continue;
            if (plain(subject.second).find(plain(question.at("text"))) == std::string::npos)
                continue;
            list.push_back(
                {{"k", subject.first}, {"v", subject.second}, {"entries", 1}, {"last", index}});
        }
        return {{"subjects", list}, {"generation", 1}, {"more", false}};
    }
};

// Runs a coroutine that needs nobody else to its end.
template <class T>
T finished(boost::asio::awaitable<T> story) {
    boost::asio::io_context loop;
    std::optional<T> answer;
    std::exception_ptr error;
    boost::asio::co_spawn(loop, std::move(story), [&](std::exception_ptr failed, T value) {
        error = failed;
        if (!failed) answer = std::move(value);
    });
    loop.run();
    if (error) std::rethrow_exception(error);
    return *std::move(answer);
}

}  // namespace sealwarden::test
