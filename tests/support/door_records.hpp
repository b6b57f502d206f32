// What a start finds of the doors in the log, as the log's own reader makes it of them.
#pragma once

#include <map>
#include <ranges>
#include <set>
#include <string>
#include <vector>

#include "firmware/core/door_past.hpp"

namespace sealwarden::test {

inline std::vector<Record> door_records(const Events& events) {
    std::map<std::string, DoorPast> doors;
    std::set<std::string> known;
    for (const auto& event : events | std::views::reverse) {
        const auto& main = event.subjects.front();
        if (!tells_of_the_past(event.kind) || known.contains(main.id)) continue;
        auto& past = doors.try_emplace(main.id, main.id).first->second;
        if (!past.tell(event.kind, event.at, event.data)) known.insert(main.id);
    }
    std::vector<Record> records;
    for (const auto& [id, past] : doors)
        past.each([&](const Record& record) { records.push_back(record); });
    return records;
}

}  // namespace sealwarden::test
