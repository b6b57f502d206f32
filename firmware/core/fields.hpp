// A struct names its fields once; the log's data, the way back from it, commands from the door, the
// command line and the schemas are made from that one list.
//
//   struct Case {
//       std::string id;
//       CaseState state;
//       template <class Self, class Fields> static void fields(Self& self, Fields& f) {
//           f("state", self.state);
//           f.personal("owner_name", self.owner_name);
//       }
//   };
//
// A field is a text, a bool, an integer, an optional integer, an optional Uptime (written as epoch
// milliseconds, its name ends in _ts), a list of texts (written with commas: its texts hold none)
// or an enum E, which has `std::string_view to_string(E)` and `std::span<const E> values(E)`.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "firmware/core/event.hpp"
#include "firmware/core/now.hpp"
#include "firmware/core/record_data.hpp"

namespace sealwarden {

template <class E>
concept Named = std::is_enum_v<E> && requires(E e) {
    { to_string(e) } -> std::convertible_to<std::string_view>;
    { values(e) } -> std::convertible_to<std::span<const E>>;
};

template <Named E>
[[nodiscard]] std::optional<E> named(std::string_view text) {
    for (const auto one : values(E{}))
        if (to_string(one) == text) return one;
    return {};
}

[[nodiscard]] std::string joined(const std::vector<std::string>& list);  // "a,b"
[[nodiscard]] std::vector<std::string> split(std::string_view text);     // by commas, none empty

// The newest state of one subject, as its newest event tells it.
struct Record {
    EventKind kind{};
    Subject subject;
    Uptime at;  // mapped onto this boot
    RecordData data;
    std::map<std::string, std::string> personal;
    friend bool operator==(const Record&, const Record&) = default;
};

// Hands over one after the other, each of them gone behind it: there may be a hundred thousand.
using RecordUse = std::function<void(const Record&)>;
using RecordSource = std::function<void(const RecordUse&)>;

// Into an event.
class FieldWriter {
  public:
    FieldWriter(Event& event, const Now& now) : event_{event}, now_{now} {}
    void operator()(std::string_view name, const std::string& text) { put(name, text); }
    void operator()(std::string_view name, bool flag) { put(name, flag); }
    void operator()(std::string_view name, std::int64_t number) { put(name, number); }
    void operator()(std::string_view name, const std::optional<std::int64_t>& number) {
        put(name, number ? Datum{*number} : Datum{});
    }
    void operator()(std::string_view name, const std::optional<Uptime>& time) {
        put(name, time ? Datum{now_.wall_ms(*time)} : Datum{});
    }
    void operator()(std::string_view name, const std::vector<std::string>& list) {
        put(name, joined(list));
    }
    template <Named E>
    void operator()(std::string_view name, const E& e) {
        put(name, std::string{to_string(e)});
    }
    template <class T>
    void added(std::string_view name, const T& value) {
        (*this)(name, value);
    }
    // Goes beside the entry, never into it; an empty one is not written.
    void personal(std::string_view name, const std::string& text) {
        if (!text.empty()) event_.personal.insert_or_assign(std::string{name}, text);
    }

  private:
    void put(std::string_view name, Datum datum) {
        event_.data.insert_or_assign(std::string{name}, std::move(datum));
    }
    Event& event_;
    const Now& now_;
};

// And back. What is missing or of another type leaves its field and `whole()` false; what was kept
// about persons may be erased by now and is then empty.
class FieldReader {
  public:
    FieldReader(const Record& record, const Now& now) : record_{record}, now_{now} {}
    void operator()(std::string_view name, std::string& text) { take(name, text); }
    void operator()(std::string_view name, bool& flag) { take(name, flag); }
    void operator()(std::string_view name, std::int64_t& number) { take(name, number); }
    void operator()(std::string_view name, std::optional<std::int64_t>& number) {
        std::int64_t value = 0;
        if (given(name) && take(name, value)) number = value;
    }
    void operator()(std::string_view name, std::optional<Uptime>& time) {
        std::int64_t value = 0;
        if (given(name) && take(name, value)) time = now_.uptime_of(value);
    }
    void operator()(std::string_view name, std::vector<std::string>& list) {
        std::string text;
        if (take(name, text)) list = split(text);
    }
    template <Named E>
    void operator()(std::string_view name, E& e) {
        std::string text;
        if (!take(name, text)) return;
        const auto found = named<E>(text);
        whole_ &= found.has_value();
        if (found) e = *found;
    }
    // A field that entries of an older build do not have, and that is then as it is made.
    template <class T>
    void added(std::string_view name, T& value) {
        if (record_.data.find(name) != nullptr) (*this)(name, value);
    }
    void personal(std::string_view name, std::string& text) {
        const auto found = record_.personal.find(std::string{name});
        if (found != record_.personal.end()) text = found->second;
    }
    [[nodiscard]] bool whole() const { return whole_; }

  private:
    // There, and not null.
    [[nodiscard]] bool given(std::string_view name) const {
        const auto* told = record_.data.find(name);
        return told != nullptr && !std::holds_alternative<std::monostate>(*told);
    }
    template <class T>
    bool take(std::string_view name, T& value) {
        const auto* datum = record_.data.find(name);
        const auto* told = datum == nullptr ? nullptr : std::get_if<T>(datum);
        whole_ &= told != nullptr;
        if (told != nullptr) value = *told;
        return told != nullptr;
    }
    const Record& record_;
    const Now& now_;
    bool whole_ = true;
};

// Writes all of `value` into the event.
template <class T>
void write_fields(const T& value, const Now& now, Event& event) {
    FieldWriter writer{event, now};
    T::fields(value, writer);
}

// Empty when something of it is missing: an entry of an older build, or not of this kind.
template <class T>
[[nodiscard]] std::optional<T> read_fields(const Record& record, const Now& now) {
    T value;
    FieldReader reader{record, now};
    T::fields(value, reader);
    if (!reader.whole()) return {};
    return value;
}

}  // namespace sealwarden
