#include "firmware/inquiry/table.hpp"

#include "firmware/inquiry/ask.hpp"
#include "firmware/inquiry/names.hpp"
#include "firmware/inquiry/times.hpp"

namespace sealwarden::inquiry {

using nlohmann::json;

std::string cell(std::string_view text) {
    std::string guarded;
    if (!text.empty() && std::string_view{"=+-@\t\r"}.find(text.front()) != std::string_view::npos)
        guarded = '\'';
    guarded += text;
    if (guarded.find_first_of(",\"\r\n") == std::string::npos) return guarded;
    std::string quoted = "\"";
    for (const char c : guarded) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

std::string table_head(bool with_personal) {
    return std::string{
               "index,time_utc,time_local,clock_sync,clock_error_ms,kind,what,subjects,"
               "source,data"} +
           (with_personal ? ",personal" : "") + "\r\n";
}

std::string table_row(const json& entry, const json* personal, bool with_personal,
                      const SiteOptions& site, Language language) {
    const auto& time = entry.at("t");
    std::string subjects;
    for (const auto& subject : entry.at("subj")) {
        if (!subjects.empty()) subjects += ' ';
        subjects += subject.at("k").get_ref<const std::string&>() + ':' +
                    subject.at("v").get_ref<const std::string&>();
    }
    std::string source;
    if (const auto src = entry.find("src"); src != entry.end()) {
        source = src->at("dev").get_ref<const std::string&>() + '.' +
                 src->at("point").get_ref<const std::string&>();
    }
    std::string row = entry.at("i").dump();
    row += ',' + cell(time.at("wall").get_ref<const std::string&>());
    row += ',' + cell(local_time(from_epoch_ms(time_of(entry))));
    row += ',' + cell(time.at("sync").get_ref<const std::string&>());
    row += ',' + time.at("err_ms").dump();
    row += ',' + cell(entry.at("kind").get_ref<const std::string&>());
    row += ',' + cell(sentence_of(entry, site, language));
    row += ',' + cell(subjects);
    row += ',' + cell(source);
    row += ',' + cell(entry.at("data").dump());
    if (with_personal) row += ',' + (personal == nullptr ? "" : cell(personal->dump()));
    return row + "\r\n";
}

}  // namespace sealwarden::inquiry
