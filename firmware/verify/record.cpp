#include "firmware/verify/record.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace sealwarden::verify {
namespace {

void read_pictures(JsonReader& json, Record& record) {
    for (JsonList list{json}; list.next();) {
        JsonObject picture{json};
        picture.need("sha256");
        const auto hash = hash_of_hex(json.plain());
        if (!hash) throw Malformed{"a picture without a hash"};
        record.pictures.push_back(*hash);
        picture.finish();
    }
}

PointName read_source(JsonReader& json) {
    JsonObject source{json};
    PointName name;
    source.need("dev");
    name.device = json.text().inside;
    source.need("point");
    name.point = json.text().inside;
    source.finish();
    return name;
}

SubjectCount read_subject(JsonReader& json) {
    JsonObject object{json};
    SubjectCount subject;
    object.need("k");
    subject.kind = json.text().inside;
    object.need("n");
    subject.count = json.count();
    object.need("p");
    subject.previous = json.integer();
    object.need("v");
    subject.id = json.text().inside;
    object.finish();
    return subject;
}

void read_subjects(JsonReader& json, Record& record) {
    for (JsonList list{json}; list.next();) {
        const auto subject = read_subject(json);
        for (const auto& other : record.subjects) {
            if (other.kind == subject.kind && other.id == subject.id) {
                throw Malformed{"a subject twice"};
            }
        }
        if (subject.count == 0 || subject.previous < -1 ||
            subject.previous >= static_cast<std::int64_t>(record.index) ||
            (subject.count == 1) != (subject.previous == -1)) {
            throw Malformed{"a subject whose counters cannot be"};
        }
        record.subjects.push_back(subject);
    }
}

void read_time(JsonReader& json, Record& record) {
    JsonObject time{json};
    time.need("bootn");
    record.boot = json.count();
    time.need("err_ms");
    record.error_ms = json.integer();
    if (record.error_ms < -1) throw Malformed{"\"err_ms\" is negative"};
    time.need("sync");
    record.sync = json.plain();
    if (record.sync != "ntp" && record.sync != "none") throw Malformed{"\"sync\" is unknown"};
    time.need("wall");
    const auto wall = record_moment(json.plain());
    if (!wall) throw Malformed{"\"wall\" is no moment"};
    record.wall = *wall;
    time.finish();
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

void parse_record(std::string_view bytes, std::uint64_t index, Record& record) {
    JsonReader json{bytes};
    JsonObject root{json};
    record.bytes = bytes;
    record.pictures.clear();
    if (root.find("att")) read_pictures(json, record);
    root.need("data");
    if (json.kind() != JsonKind::object) throw Malformed{"\"data\" is no object"};
    record.data = json.skip();
    root.need("i");
    record.index = json.count();
    if (record.index != index) throw Malformed{fmt::format("says it is entry {}", record.index)};
    root.need("kind");
    record.kind = json.plain();
    record.commitment.reset();
    if (root.find("priv")) {
        record.commitment = hash_of_hex(json.plain());
        if (!record.commitment) throw Malformed{"\"priv\" is no hash"};
    }
    record.source.reset();
    if (root.find("src")) record.source = read_source(json);
    root.need("subj");
    record.subjects.clear();
    read_subjects(json, record);
    root.need("t");
    read_time(json, record);
    root.need("v");
    if (json.integer() != 1) throw Malformed{"another version than 1"};
    root.finish();
    json.end();
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
