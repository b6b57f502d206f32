#include "firmware/eventlog/entry.hpp"

#include <algorithm>
#include <cassert>

#include "firmware/eventlog/canonical.hpp"

namespace sealwarden::eventlog {
namespace {

constexpr std::size_t id_limit = 128;          // bytes; an alarm's id is the longest of ours, 81
constexpr std::size_t shortest_cut = 16;       // a text is not shortened below this
constexpr std::uint64_t largest = 1ull << 53;  // a number as long as any that a record can have

template <class... Ts>
struct Overloaded : Ts... {
    using Ts::operator()...;
};

void write_data(CanonicalWriter& json, const Event& event) {
    const auto write = [&](const Datum& datum) {
        std::visit(Overloaded{[&](std::monostate) { json.null(); },
                              [&](const auto& known) { json.value(known); }},
                   datum);
    };
    json.open_object();
    bool raw_due = event.raw.has_value();
    const auto write_raw = [&] {
        json.name("raw").value(*event.raw);
        raw_due = false;
    };
    for (const auto& [name, datum] : event.data) {
        if (raw_due && name >= "raw") write_raw();
        if (event.raw && name == "raw") continue;
        json.name(name);
        write(datum);
    }
    if (raw_due) write_raw();
    json.close_object();
}

void write_pictures(CanonicalWriter& json, const Event& event) {
    json.open_list();
    for (const auto& picture : event.pictures) {
        json.open_object();
        json.name("ct").value(std::string_view{"image/jpeg"});
        json.name("len").value(picture.bytes);
        json.name("n").value(std::string_view{picture.name});
        json.name("sha256").value(std::string_view{picture.sha256});
        json.close_object();
    }
    json.close_list();
}

void write_subjects(CanonicalWriter& json, const Event& event, const Placing& placing) {
    assert(placing.subjects.size() >= event.subjects.size());
    json.open_list();
    for (std::size_t s = 0; s < event.subjects.size(); ++s) {
        json.open_object();
        json.name("k").value(std::string_view{event.subjects[s].kind});
        json.name("n").value(placing.subjects[s].count);
        json.name("p").value(placing.subjects[s].index);
        json.name("v").value(std::string_view{event.subjects[s].id});
        json.close_object();
    }
    json.close_list();
}

void write_time(CanonicalWriter& json, const Event& event, const Placing& placing) {
    const auto microseconds = [](Uptime at) {
        return static_cast<std::int64_t>(at.time_since_epoch().count());
    };
    json.open_object();
    if (event.after) json.name("after_us").value(microseconds(*event.after));
    json.name("boot").value(std::string_view{placing.boot_id});
    json.name("bootn").value(placing.boot_number);
    json.name("err_ms").value(placing.error_ms);
    json.name("mono_us").value(microseconds(event.at));
    json.name("sync").value(std::string_view{placing.sync});
    json.name("wall").value(std::string_view{rfc3339(placing.wall)});
    json.close_object();
}

std::string record(const Event& event, const Placing& placing) {
    CanonicalWriter json;
    json.open_object();
    if (!event.pictures.empty()) {
        json.name("att");
        write_pictures(json, event);
    }
    json.name("data");
    write_data(json, event);
    json.name("i").value(placing.index);
    json.name("kind").value(to_string(event.kind));
    if (!placing.private_commitment.empty()) {
        json.name("priv").value(std::string_view{placing.private_commitment});
    }
    if (event.source) {
        json.name("src").open_object();
        json.name("dev").value(event.source->device());
        json.name("point").value(event.source->point());
        json.close_object();
    }
    json.name("subj");
    write_subjects(json, event, placing);
    json.name("t");
    write_time(json, event, placing);
    json.name("v").value(std::int64_t{1});
    json.close_object();
    return std::move(json).take();
}

// The largest record this event can become.
std::size_t largest_size(const Event& event) {
    Placing placing{.index = largest,
                    .subjects = {event.subjects.size(),
                                 {.count = largest, .index = static_cast<std::int64_t>(largest)}},
                    .boot_id = std::string(36, '0'),
                    .boot_number = largest,
                    .wall = WallTime{},
                    .sync = "none",
                    .error_ms = static_cast<std::int64_t>(largest),
                    .private_commitment = std::string(event.personal.empty() ? 0 : 64, '0')};
    return record(event, placing).size();
}

bool surely_fits(const Event& event) {
    // One byte of text takes at most six (\u00xx), a member without its text at most 80, a subject
    // without its id 120, everything else 700.
    std::size_t size = 700 + event.subjects.size() * 120;
    for (const auto& subject : event.subjects) size += subject.id.size() * 6;
    for (const auto& [name, datum] : event.data) {
        const auto* text = std::get_if<std::string>(&datum);
        size += 80 + name.size() + (text != nullptr ? text->size() * 6 : 0);
    }
    for (const auto& picture : event.pictures) size += 160 + picture.name.size() * 6;
    if (event.source) size += event.source->name().size() * 6;
    return size <= record_limit;
}

std::string clean_id(std::string_view id) {
    std::string text;
    for (const char c : id) {
        const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
        text += control ? '\xFF' : c;  // no character: becomes U+FFFD with the other such bytes
    }
    return std::string{first_bytes(valid_utf8(text), id_limit)};
}

bool is_clean(std::string_view id) {
    return id.size() <= id_limit &&
           std::ranges::all_of(id, [](char c) { return c >= 0x20 && c < 0x7F; });
}

bool has_twins(const std::vector<Subject>& subjects) {
    for (auto s = subjects.begin(); s != subjects.end(); ++s) {
        if (std::find(std::next(s), subjects.end(), *s) != subjects.end()) return true;
    }
    return false;
}

bool may_need_fitting(const Event& event) {
    return !surely_fits(event) || has_twins(event.subjects) ||
           (event.source && !is_clean(event.source->name())) ||
           !std::ranges::all_of(event.subjects, is_clean, &Subject::id);
}

std::string* longest_text(Event& event) {
    std::string* longest = nullptr;
    for (auto& [name, datum] : event.data) {
        auto* text = std::get_if<std::string>(&datum);
        if (text == nullptr || text->size() <= shortest_cut) continue;
        if (longest == nullptr || text->size() > longest->size()) longest = text;
    }
    return longest;
}

void cut(Event& event) {
    for (auto& [name, datum] : event.data) {
        if (auto* text = std::get_if<std::string>(&datum)) *text = valid_utf8(*text);
    }
    event.data["cut"] = true;
    for (auto size = largest_size(event); size > record_limit; size = largest_size(event)) {
        if (auto* text = longest_text(event)) {
            // An escaped character is up to six times as long in the record as here.
            const auto excess = (size - record_limit + 5) / 6;
            const auto keep = std::max(shortest_cut, text->size() - std::min(text->size(), excess));
            *text = std::string{first_bytes(*text, keep)};
        } else if (event.data.size() > 1) {
            const auto last = std::prev(event.data.end());
            event.data.erase(last->first == "cut" ? std::prev(last) : last);
        } else {
            assert(event.subjects.size() > 1 && "one subject and no data always fit");
            event.subjects.pop_back();
        }
    }
}

}  // namespace

Event fitted(Event event) {
    if (!may_need_fitting(event)) return event;
    for (auto& subject : event.subjects) {
        if (!is_clean(subject.id)) subject.id = clean_id(subject.id);
    }
    auto& subjects = event.subjects;
    for (auto s = subjects.begin(); s != subjects.end();) {
        s = std::find(subjects.begin(), s, *s) == s ? std::next(s) : subjects.erase(s);
    }
    if (event.source && !is_clean(event.source->name())) {
        event.source = PointId{clean_id(event.source->name())};
    }
    if (largest_size(event) > record_limit) cut(event);
    return event;
}

Entry seal(const Event& event, const Placing& placing) {
    Entry entry{
        .index = placing.index,
        .kind = std::string{to_string(event.kind)},
        .wall = placing.wall,
        .at = event.at,
        .bytes = may_need_fitting(event) ? record(fitted(event), placing) : record(event, placing),
        .leaf = {}};
    assert(entry.bytes.size() <= record_limit);
    entry.leaf = leaf_hash(entry.bytes);
    return entry;
}

}  // namespace sealwarden::eventlog
