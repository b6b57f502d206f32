#include "firmware/cli/entries.hpp"

#include <ostream>

#include "firmware/cli/times.hpp"
#include "firmware/inquiry/names.hpp"

namespace sealwarden::cli {
namespace {

using nlohmann::json;

// The moment that an entry's uptime was, by the entry's own pair of clocks.
WallTime moment_of(const json& time, std::chrono::milliseconds uptime) {
    const auto wall = wall_time(time.at("wall").get<std::string>()).value_or(WallTime{});
    return wall + (uptime - std::chrono::microseconds{time.at("mono_us").get<std::int64_t>()});
}

// One datum of an entry as people read it: lengths of time and moments of the gateway's uptime are
// milliseconds in the record.
std::string datum_text(const json& time, std::string key, const json& value) {
    if (!value.is_number_integer() || !key.ends_with("_ms"))
        return key + "=" + datum_words(key, value);
    const std::chrono::milliseconds length{value.get<std::int64_t>()};
    key.resize(key.size() - 3);
    const bool is_uptime = key == "lost_from" || key == "lost_to";
    return key + "=" + (is_uptime ? local_time(moment_of(time, length)) : duration(length));
}

}  // namespace

std::string entry_sentence(Context& context, const json& entry) {
    static const SiteOptions unknown;
    const auto& config = context.configuration().config;
    return inquiry::sentence_of(entry, config ? config->site : unknown, context.language);
}

void print_entry(Context& context, const json& entry) {
    if (context.json) {
        context.print(entry);  // sorted keys, no spaces: the bytes that were hashed
        return;
    }
    const auto& time = entry.at("t");
    const auto wall = wall_time(time.at("wall").get<std::string>());
    context.out << entry.at("i") << "  " << (wall ? local_time(*wall) : "?") << "  "
                << Shown{entry_sentence(context, entry)};
    const auto data = entry.find("data");
    if (data != entry.end()) {
        for (const auto& [key, value] : data->items()) {
            if (value == "") continue;  // a record's field that has nothing to say
            context.out << "  " << context.paint("dim", datum_text(time, key, value));
        }
    }
    context.out << '\n';
}

std::string datum_words(const std::string& key, const json& value) {
    if (value.is_null()) return "?";
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number_integer() && key.ends_with("_ts")) {
        return local_time(WallTime{std::chrono::milliseconds{value.get<std::int64_t>()}});
    }
    if (value.is_number_integer() && key.ends_with("_ms")) {
        return duration(std::chrono::milliseconds{value.get<std::int64_t>()});
    }
    return value.dump();
}

}  // namespace sealwarden::cli
