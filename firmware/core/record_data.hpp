// What the newest event of a subject says, sorted by name: as little as a start with a hundred
// thousand of them can do with.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "firmware/core/event.hpp"

namespace sealwarden {

class RecordData {
  public:
    using Member = std::pair<std::string, Datum>;

    RecordData() = default;
    RecordData(const std::map<std::string, Datum>& data) : members_{data.begin(), data.end()} {}
    RecordData(std::initializer_list<Member> members) {
        for (const auto& [name, datum] : members) add(name, datum);
    }
    // One that has this name is replaced. Cheap when they come in their order.
    void add(std::string_view name, Datum datum) {
        if (members_.empty() || members_.back().first < name) {
            members_.emplace_back(name, std::move(datum));
            return;
        }
        const auto place = std::ranges::lower_bound(members_, name, {}, &Member::first);
        if (place->first == name)
            place->second = std::move(datum);
        else
            members_.emplace(place, name, std::move(datum));
    }
    void reserve(std::size_t members) { members_.reserve(members); }
    // nullptr: it says nothing of that name.
    [[nodiscard]] const Datum* find(std::string_view name) const {
        const auto place = std::ranges::lower_bound(members_, name, {}, &Member::first);
        return place != members_.end() && place->first == name ? &place->second : nullptr;
    }
    [[nodiscard]] std::size_t size() const { return members_.size(); }
    [[nodiscard]] auto begin() const { return members_.begin(); }
    [[nodiscard]] auto end() const { return members_.end(); }
    friend bool operator==(const RecordData&, const RecordData&) = default;

  private:
    std::vector<Member> members_;
};

}  // namespace sealwarden
