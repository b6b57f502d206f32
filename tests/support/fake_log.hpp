// Committed entries in memory, read like eventlog::Reader: pages, answered later.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "firmware/local/server.hpp"

namespace sealwarden::test {

// An entry as the log would write it, with one subject.
inline eventlog::Entry entry(std::uint64_t index, std::string kind = "door.opened",
                             const Subject& subject = {.kind = "door", .id = "d07"},
                             WallTime wall = WallTime{std::chrono::seconds{1'795'500'000}}) {
    auto bytes = R"({"data":{"note":"é \" \\ \n"},"i":)" + std::to_string(index) + R"(,"kind":")" +
                 kind + R"(","subj":[{"k":")" + subject.kind + R"(","n":0,"p":-1,"v":")" +
                 subject.id + R"("}],"t":{"boot":"5d0c","bootn":1,)" +
                 R"("err_ms":-1,"mono_us":1,"sync":"none","wall":")" + rfc3339(wall) +
                 R"("},"v":1})";
    return {.index = index, .kind = std::move(kind), .wall = wall, .bytes = std::move(bytes)};
}

class FakeLog {
  public:
    // To be given to the Server.
    local::ReadEntries read() {
        return [this](eventlog::Query query, std::function<void(eventlog::Reader::Page)> done) {
            queries.push_back(query);
            waiting_.push_back(
                [this, query = std::move(query), done = std::move(done)] { done(page(query)); });
            if (!held) answer_all();
        };
    }

    // While held, questions wait until the test lets one through.
    bool held = false;
    [[nodiscard]] bool waits() const { return !waiting_.empty(); }
    void answer_one() {
        const auto question = std::move(waiting_.front());
        waiting_.pop_front();
        question();
    }
    void answer_all() {
        while (waits()) answer_one();
    }

    std::vector<eventlog::Entry> entries;                                  // index is the place
    std::map<std::uint64_t, std::map<std::string, std::string>> personal;  // by index
    std::vector<eventlog::Query> queries;
    std::string error;
    std::uint64_t generation = 1;

  private:
    [[nodiscard]] static bool wants(const eventlog::Query& query, const eventlog::Entry& entry) {
        const auto subject =
            query.subject ? R"({"k":")" + query.subject->kind + '"' : std::string{};
        return entry.index >= query.from && (!query.before || entry.index < *query.before) &&
               (!query.since || entry.wall >= *query.since) &&
               (!query.until || entry.wall < *query.until) &&
               (query.kinds.empty() || std::ranges::count(query.kinds, entry.kind) > 0) &&
               (!query.subject ||
                (entry.bytes.find(subject) != std::string::npos &&
                 entry.bytes.find(R"("v":")" + query.subject->id + R"("})") != std::string::npos));
    }

    [[nodiscard]] eventlog::Reader::Page page(const eventlog::Query& query) const {
        eventlog::Reader::Page page{.generation = generation, .error = error};
        if (!error.empty()) return page;
        for (const auto& entry : entries) {
            if (query.only_personal && !personal.contains(entry.index)) continue;
            if (wants(query, entry)) page.entries.push_back(entry);
        }
        if (query.newest_first) std::ranges::reverse(page.entries);
        page.more = page.entries.size() > query.limit;
        if (page.more) page.entries.resize(query.limit);
        page.next = page.entries.empty() ? query.from : page.entries.back().index + 1;
        if (query.with_personal) page.personal = personal;
        return page;
    }

    std::deque<std::function<void()>> waiting_;
};

}  // namespace sealwarden::test
