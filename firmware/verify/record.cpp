#include "firmware/verify/record.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace sealwarden::verify {
namespace {

std::string_view inside(const JsonValue& parent, std::string_view name) {
    const auto value = parent.at(name);
    if (value.kind() != JsonKind::text) throw Malformed{fmt::format("\"{}\" is no text", name)};
    return value.source().substr(1, value.source().size() - 2);
}

void read_time(const JsonValue& t, Record& record) {
    const auto wall = record_moment(t.plain_at("wall"));
    if (!wall) throw Malformed{"\"wall\" is no moment"};
    record.wall = *wall;
    record.sync = t.plain_at("sync");
    if (record.sync != "ntp" && record.sync != "none") throw Malformed{"\"sync\" is unknown"};
    record.error_ms = t.integer_at("err_ms");
    if (record.error_ms < -1) throw Malformed{"\"err_ms\" is negative"};
    record.boot = t.count_at("bootn");
}

void read_subjects(const JsonValue& list, Record& record) {
    record.subjects.clear();
    for (const auto subject : list) {
        const auto previous = subject.integer_at("p");
        const SubjectCount count{.kind = inside(subject, "k"),
                                 .id = inside(subject, "v"),
                                 .count = subject.count_at("n"),
                                 .previous = previous};
        for (const auto& other : record.subjects) {
            if (other.kind == count.kind && other.id == count.id) {
                throw Malformed{"a subject twice"};
            }
        }
        if (count.count == 0 || previous < -1 ||
            previous >= static_cast<std::int64_t>(record.index) ||
            (count.count == 1) != (previous == -1)) {
            throw Malformed{"a subject whose counters cannot be"};
        }
        record.subjects.push_back(count);
    }
}

void read_pictures(const JsonValue& root, Record& record) {
    record.pictures.clear();
    if (!root.find("att")) return;
    for (const auto picture : root.list_at("att")) {
        const auto hash = hash_of_hex(picture.plain_at("sha256"));
        if (!hash) throw Malformed{"a picture without a hash"};
        record.pictures.push_back(*hash);
    }
}

}  // namespace

std::string to_string(const SubjectName& subject) {
    return subject.kind + ":" + subject.id;
}

const SubjectCount* Record::subject(const SubjectName& name) const {
    const auto wanted_kind = escaped(name.kind);
    const auto wanted_id = escaped(name.id);
    const auto found = std::ranges::find_if(subjects, [&](const SubjectCount& s) {
        return s.kind == wanted_kind && s.id == wanted_id;
    });
    return found == subjects.end() ? nullptr : &*found;
}

void parse_record(std::string_view bytes, std::uint64_t index, Json& json, Record& record) {
    json.parse(bytes);
    const auto root = json.root();
    if (root.kind() != JsonKind::object) throw Malformed{"not an object"};
    record.bytes = bytes;
    record.index = root.count_at("i");
    if (record.index != index) throw Malformed{fmt::format("says it is entry {}", record.index)};
    if (root.integer_at("v") != 1) throw Malformed{"another version than 1"};
    record.kind = root.plain_at("kind");
    record.data = root.object_at("data").source();
    read_time(root.object_at("t"), record);
    read_subjects(root.list_at("subj"), record);
    read_pictures(root, record);
    record.commitment.reset();
    if (root.find("priv")) {
        record.commitment = hash_of_hex(root.plain_at("priv"));
        if (!record.commitment) throw Malformed{"\"priv\" is no hash"};
    }
    record.source.clear();
    if (root.find("src")) {
        const auto src = root.object_at("src");
        record.source = src.text_at("dev") + "." + src.text_at("point");
    }
}

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '"': result += "\\\""; break;
            case '\\': result += "\\\\"; break;
            case '\b': result += "\\b"; break;
            case '\f': result += "\\f"; break;
            case '\n': result += "\\n"; break;
            case '\r': result += "\\r"; break;
            case '\t': result += "\\t"; break;
            default:
                if (static_cast<unsigned char>(c) < 0x20) {
                    result += fmt::format("\\u00{:02x}", static_cast<unsigned>(c));
                } else {
                    result += c;
                }
        }
    }
    return result;
}

std::string decoded(std::string_view inside) {
    if (inside.find('\\') == std::string_view::npos) return std::string{inside};
    const auto text = "\"" + std::string{inside} + "\"";
    Json json;
    json.parse(text);
    return json.root().text();
}

bool tells_a_gap(std::string_view kind) {
    return kind == "boot" || kind == "coverage.lost" || kind == "device.offline" || kind == "gap" ||
           kind == "log.paused" || kind == "log.recovered" || kind == "clock.step";
}

}  // namespace sealwarden::verify
