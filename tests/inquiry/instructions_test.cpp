#include "firmware/inquiry/instructions.hpp"

#include <gtest/gtest.h>

#include "firmware/core/alarms.hpp"

namespace sealwarden::inquiry {
namespace {

using Steps = std::vector<std::string>;

const Steps& anywhere(Language language) {
    static const Steps en = instructions("of-a-newer-gateway", {}, Language::english);
    static const Steps es = instructions("of-a-newer-gateway", {}, Language::spanish);
    return language == Language::english ? en : es;
}

TEST(Instructions, EveryAlarmHasStepsInBothLanguages) {
    ASSERT_FALSE(alarm_kinds().empty());
    for (const auto kind : alarm_kinds())
        for (const auto language : {Language::english, Language::spanish}) {
            const auto steps = instructions(kind, {}, language);
            EXPECT_GE(steps.size(), 2U) << kind;
            EXPECT_NE(steps, anywhere(language)) << kind << " is told only what goes for any";
        }
}

TEST(Instructions, AKindThatIsNewerThanTheCatalogHasStepsToo) {
    EXPECT_GE(anywhere(Language::english).size(), 2U);
    EXPECT_NE(anywhere(Language::english), anywhere(Language::spanish));
}

TEST(Instructions, TheSitesOwnStepsTakeTheirPlaceForTheirKindAlone) {
    const std::map<std::string, Name> own{
        {"door-forced", {"Call 4711.\n\nGo there, two of you.\n", "Llame al 4711."}}};
    EXPECT_EQ(instructions("door-forced", own, Language::english),
              (Steps{"Call 4711.", "Go there, two of you."}));
    EXPECT_EQ(instructions("door-forced", own, Language::spanish), Steps{"Llame al 4711."});
    EXPECT_EQ(instructions("opened-after-denial", own, Language::english),
              instructions("door-forced", {}, Language::english));
}

TEST(Instructions, StepsThatSayNothingAreNone) {
    const std::map<std::string, Name> own{{"door-forced", {" \n", " "}}};
    EXPECT_EQ(instructions("door-forced", own, Language::english),
              instructions("door-forced", {}, Language::english));
}

}  // namespace
}  // namespace sealwarden::inquiry
