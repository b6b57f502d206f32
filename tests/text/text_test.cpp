#include "firmware/text/text.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

namespace sealwarden {
namespace {

using Sentences = std::map<std::string, std::string>;

Sentences catalog(const std::string& language) {
    std::ifstream file{std::string{SEALWARDEN_SOURCE_DIR} + "/config/text/" + language + ".json"};
    return nlohmann::json::parse(file).get<Sentences>();
}

std::set<std::string> keys(const Sentences& sentences) {
    std::set<std::string> found;
    for (const auto& [key, sentence] : sentences) found.insert(key);
    return found;
}

std::set<std::string> places(const std::string& sentence) {
    static const std::regex place{R"(\{([a-z_]*)\})"};
    std::set<std::string> found;
    for (std::sregex_iterator at{sentence.begin(), sentence.end(), place}, end; at != end; ++at) {
        found.insert((*at)[1]);
    }
    return found;
}

TEST(Text, BothLanguagesHaveTheSameKeys) {
    EXPECT_EQ(keys(catalog("en")), keys(catalog("es")));
}

// Sentences of the console in the browser ("ui.") have plurals, which its own test understands.
TEST(Text, BothLanguagesNameTheSamePlaces) {
    const auto spanish = catalog("es");
    for (const auto& [key, sentence] : catalog("en")) {
        if (key.starts_with("ui.")) continue;
        ASSERT_TRUE(spanish.contains(key)) << key;
        EXPECT_EQ(places(sentence), places(spanish.at(key))) << key;
    }
}

const std::map<std::string, std::set<std::string>> places_of_others{
    {"cli.acknowledged", {"alarm", "index"}},
    {"cli.alarms", {"high", "open"}},
    {"cli.alike", {"what"}},
    {"cli.check_digit", {"number"}},
    {"cli.devices", {"devices"}},
    {"cli.entries", {"count"}},
    {"cli.epoch", {"epoch"}},
    {"cli.erased", {"entry", "index"}},
    {"cli.findings", {"errors", "warnings"}},
    {"cli.gateway", {"up", "version"}},
    {"cli.log", {"queued", "size"}},
    {"cli.log_told_later", {"why"}},
    {"cli.recorded", {"index"}},
    {"cli.restarts", {"count"}},
    {"cli.set_up_code", {"time"}},
    {"cli.shelved_until", {"time"}},
    {"cli.synchronised", {"by"}},
    {"cli.token_once", {"time"}},
    {"cli.token_revoked", {"name"}},
    {"cli.user_added", {"user"}},
    {"cli.user_changed", {"user"}},
    {"cli.user_password", {"user"}},
    {"cli.user_removed", {"user"}},
    {"cli.user_unlocked", {"user"}},
    {"demo.head.users", {"password", "users"}},
    {"demo.refused", {"why"}},
    {"demo.report", {"count", "median", "slowest"}},
    {"drop.no_utf8", {"line"}},
    {"drop.refused", {"file"}},
    {"drop.refused.entry", {"index"}},
    {"drop.too_long", {"bytes"}},
    {"page.brought", {"name"}},
    {"page.question", {"since", "subject", "until"}},
    {"report.basis.text",
     {"asked", "changed", "count", "from", "gaps", "not_checked", "not_provable", "origin", "to",
      "verified"}},
    {"report.export", {"index", "when", "who", "whom", "why"}},
    {"report.foot", {"key", "log", "page", "pages", "root", "size", "when"}},
    {"report.head.text", {"size"}},
    {"report.period", {"since", "until"}},
    {"report.risk.r1", {"epoch", "export"}},
    {"report.sheet", {"words"}},
    {"report.subject", {"subject"}},
    {"timeline.step.back", {"by", "index"}},
    {"timeline.step.forward", {"by", "index"}},
    {"timeline.title", {"since", "subject", "until"}},
};

// A sentence without its subject, or with a place nobody fills, is a mistake in the catalog.
TEST(Text, EverySentenceHasExactlyThePlacesItsCallersFill) {
    for (const auto& [key, sentence] : catalog("en")) {
        // Those of the browser have a test of their own, those of refused files
        // drop/complaints_test.
        if (key.starts_with("ui.") || key.starts_with("complaint.")) continue;
        std::set<std::string> expected{"name"};
        if (key.starts_with("event.alarm.")) expected = {"alarm"};
        if (key == "alarm.other") expected = {"kind", "name"};
        if (!key.starts_with("event.") && !key.starts_with("alarm.")) {
            const auto more = places_of_others.find(key);
            expected = more == places_of_others.end() ? std::set<std::string>{} : more->second;
        }
        EXPECT_EQ(places(sentence), expected) << key;
    }
}

TEST(Text, APlaceIsFilledInTheLanguageAskedFor) {
    EXPECT_EQ(text(Language::english, "event.door.forced", {{"name", "Dock 7"}}),
              "Dock 7 opened while secured");
    EXPECT_EQ(text(Language::spanish, "event.door.forced", {{"name", "Andén 7"}}),
              "Andén 7: puerta abierta estando asegurada");
}

TEST(Text, AnUnfilledPlaceAndAnUnknownKeyStayVisible) {
    EXPECT_EQ(text(Language::english, "event.door.forced"), "{name} opened while secured");
    EXPECT_EQ(text(Language::english, "event.no.such"), "event.no.such");
    EXPECT_FALSE(has_text("event.no.such"));
    EXPECT_TRUE(has_text("event.door.forced"));
}

// A name that looks like a place is a name.
TEST(Text, WhatFillsAPlaceIsNotFilledAgain) {
    EXPECT_EQ(text(Language::english, "event.door.closed", {{"name", "{name}"}}), "{name} closed");
}

}  // namespace
}  // namespace sealwarden
