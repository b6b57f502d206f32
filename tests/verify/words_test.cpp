#include "firmware/verify/words.hpp"

#include <gtest/gtest.h>

#include <set>

#include "firmware/verify/print.hpp"

namespace sealwarden::verify {
namespace {

std::set<char> places_of(std::string_view text) {
    std::set<char> places;
    for (std::size_t at = 0; (at = text.find('{', at)) != std::string_view::npos; ++at)
        places.insert(text[at + 1]);
    return places;
}

TEST(Words, EverySentenceHasTheSamePlacesInBothLanguages) {
    for (int i = 0; i < static_cast<int>(Say::count_); ++i) {
        const auto what = static_cast<Say>(i);
        const auto english = open_text(what, Language::english);
        const auto spanish = open_text(what, Language::spanish);
        EXPECT_FALSE(english.empty());
        EXPECT_NE(english, spanish);
        EXPECT_EQ(places_of(english), places_of(spanish)) << word(what);
    }
}

TEST(Words, WhatFillsAPlaceIsNotLookedAtAgain) {
    EXPECT_EQ(text(say(Say::file_lost, "{0}{7}"), Language::english), "{0}{7} is missing.");
}

TEST(Print, WhatComesFromABundleCannotMoveTheCursor) {
    Report report;
    report.failures.push_back({"held", Verdict::changed,
                               say(Say::file_lost,
                                   "\x1B[2J\r\xC2\x9B"
                                   "1m\nVerified")});
    const auto out = print_text(report, Language::english);
    EXPECT_EQ(out.find('\x1B'), std::string::npos);
    EXPECT_EQ(out.find("\xC2\x9B"), std::string::npos);
    EXPECT_EQ(out.find("\nVerified"), std::string::npos);
}

TEST(Report, ChangedIsNamedBeforeWhatIsMissing) {
    Report report;
    EXPECT_EQ(report.verdict(), Verdict::verified);
    report.remark(say(Say::all_rules));
    EXPECT_EQ(report.verdict(), Verdict::verified);
    report.gap(say(Say::all_rules));
    EXPECT_EQ(report.verdict(), Verdict::with_gaps);
    report.missing("a", say(Say::all_rules));
    report.missing("b", say(Say::all_rules));
    EXPECT_EQ(report.decisive()->rule, "a");
    report.failures.push_back({"c", Verdict::changed, say(Say::all_rules)});
    EXPECT_EQ(report.decisive()->rule, "c");
    EXPECT_EQ(exit_code(report.verdict()), 3);
}

}  // namespace
}  // namespace sealwarden::verify
