#include "firmware/evidence/sentences.hpp"

namespace sealwarden::evidence {
namespace {

using nlohmann::json;

std::string say(const std::string& key, Language language, const std::string& name,
                const std::string& alarm) {
    return has_text(key) ? text(language, key, {{"name", name}, {"alarm", alarm}}) : key;
}

std::string said(const json& datum) {
    if (datum.is_string()) return datum.get<std::string>();
    if (!datum.is_array()) return datum.dump();
    std::string list;
    for (const auto& one : datum) list += (list.empty() ? "" : ", ") + said(one);
    return list;
}

void add(std::string& facts, const std::string& name, const std::string& what) {
    facts += (facts.empty() ? "" : " \u00B7 ") + name + ": " + what;
}

}  // namespace

std::string text_in(const json& record, const char* key) {
    const auto found = record.at("data").find(key);
    return found != record.at("data").end() && found->is_string() ? found->get<std::string>() : "";
}

std::string sentence_of_alarm(const json& record, Language language) {
    return say("alarm." + text_in(record, "kind"), language, text_in(record, "source_id"), "");
}

std::string sentence_of(const json& record, Language language) {
    const auto kind = record.at("kind").get<std::string>();
    const auto& subjects = record.at("subj");
    const auto name = subjects.empty() ? std::string{} : subjects[0].at("v").get<std::string>();
    if (!has_text("event." + kind)) return name.empty() ? kind : name + ": " + kind;
    const bool alarm = kind.starts_with("alarm.");
    return say("event." + kind, language, name, alarm ? sentence_of_alarm(record, language) : name);
}

std::string facts_of(const json& record) {
    std::string facts;
    bool main = true;
    for (const auto& subject : record.at("subj")) {
        if (!main) add(facts, subject.at("k"), subject.at("v"));
        main = false;
    }
    for (const auto& [name, datum] : record.at("data").items()) {
        const bool nothing = datum.is_null() || datum == "" ||
                             ((datum.is_array() || datum.is_object()) && datum.empty());
        if (!nothing) add(facts, name, said(datum));
    }
    return facts;
}

}  // namespace sealwarden::evidence
