// A hash table of places in a vector, without pointers: it copies as it is and takes 4 to 8 bytes
// for each. Nothing is ever taken out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sealwarden {

class IndexTable {
  public:
    // The place whose key is `key`; `key_of(place)` tells a place's key.
    template <class KeyOf>
    [[nodiscard]] std::optional<std::uint32_t> find(std::string_view key,
                                                    const KeyOf& key_of) const {
        if (slots_.empty()) return {};
        for (auto at = start(key);; at = following(at)) {
            if (slots_[at] == empty) return {};
            if (key_of(slots_[at]) == key) return slots_[at];
        }
    }
    // `place` is the next one, and its key is not there yet.
    template <class KeyOf>
    void add(std::uint32_t place, const KeyOf& key_of) {
        if ((std::size_t{place} + 1) * 3 > slots_.size() * 2) {
            slots_.assign(slots_.empty() ? 16 : slots_.size() * 2, empty);
            for (std::uint32_t one = 0; one < place; ++one) put(one, key_of(one));
        }
        put(place, key_of(place));
    }

  private:
    static constexpr std::uint32_t empty = UINT32_MAX;

    [[nodiscard]] std::size_t start(std::string_view key) const {
        return std::hash<std::string_view>{}(key) & (slots_.size() - 1);
    }
    [[nodiscard]] std::size_t following(std::size_t at) const {
        return (at + 1) & (slots_.size() - 1);
    }
    void put(std::uint32_t place, std::string_view key) {
        auto at = start(key);
        while (slots_[at] != empty) at = following(at);
        slots_[at] = place;
    }

    std::vector<std::uint32_t> slots_;  // a power of two of them, a third of them empty at least
};

}  // namespace sealwarden
