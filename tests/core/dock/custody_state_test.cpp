#include "firmware/core/dock/custody_state.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

namespace sealwarden {
namespace {

// Every state and every input, from domain.md 2.2 and SEALS.md, not from the code: a row is a
// state, a column an input, a dot is "not from here".
constexpr const char* table = R"(
            receive  accept   quarantine  issue  give_back affix    look     pass     differ   tamper   clear    hold release cut    replace  remove  dispose  retain   spoil lose
unseen      received .        .           .      .         affixed  affixed  verified mismatch tampered .        .    .       broken .        removed .        .        .     .
received    .        in_stock quarantined .      .         .        .        .        .        .        .        .    .       .      .        .       .        .        .     .
in_stock    .        .        .           issued .         .        .        .        .        .        .        .    .       .      .        .       .        .        void  lost
quarantined .        in_stock .           .      .         .        .        .        .        .        .        .    .       .      .        .       .        .        .     .
issued      .        .        .           .      in_stock  affixed  .        .        .        .        .        .    .       .      .        .       .        .        void  lost
affixed     .        .        .           .      .         .        affixed  verified mismatch tampered .        .    .       broken .        removed .        .        .     .
verified    .        .        .           .      .         .        verified verified mismatch tampered .        .    .       broken .        removed .        .        .     .
mismatch    .        .        .           .      .         affixed  .        .        .        tampered verified hold .       .      .        .       .        .        .     .
tampered    .        .        .           .      .         .        .        .        .        .        .        hold .       .      .        .       .        .        .     .
hold        .        .        .           .      .         .        .        .        .        .        .        .    closed  .      .        .       .        .        .     .
closed      .        .        .           .      .         .        .        .        .        .        .        .    .       .      .        .       .        .        .     .
broken      .        .        .           .      .         .        .        .        .        .        .        .    .       .      replaced .       .        .        .     .
replaced    .        .        .           .      .         .        .        .        .        .        .        .    .       .      .        .       .        .        .     .
removed     .        .        .           .      .         .        .        .        .        tampered .        .    .       .      .        .       disposed retained .     .
disposed    .        .        .           .      .         .        .        .        .        .        .        .    .       .      .        .       .        .        .     .
retained    .        .        .           .      .         .        .        .        .        tampered .        .    .       .      .        .       .        .        .     .
void        .        .        .           .      .         .        .        .        .        .        .        .    .       .      .        .       .        .        .     .
lost        .        .        .           .      .         .        .        .        .        .        .        .    .       .      .        .       .        .        .     .
)";

TEST(CustodyStateTest, EveryStateAnswersEveryInputAsTheTableSays) {
    std::istringstream lines{table};
    std::string line, word;
    std::getline(lines, line);  // the empty one
    std::getline(lines, line);
    std::vector<std::string> inputs;
    for (std::istringstream words{line}; words >> word;) inputs.push_back(word);
    ASSERT_EQ(inputs.size(), values(CustodyInput{}).size());
    std::size_t states = 0;
    while (std::getline(lines, line)) {
        std::istringstream words{line};
        std::string from;
        words >> from;
        const auto state = std::ranges::find(values(CustodyState{}), from,
                                             [](CustodyState one) { return to_string(one); });
        ASSERT_NE(state, values(CustodyState{}).end()) << from;
        ++states;
        for (const auto& input : inputs) {
            ASSERT_TRUE(words >> word) << from << " " << input;
            const auto found = std::ranges::find(values(CustodyInput{}), input,
                                                 [](CustodyInput one) { return to_string(one); });
            ASSERT_NE(found, values(CustodyInput{}).end()) << input;
            const auto to = next(*state, *found);
            EXPECT_EQ(to ? to_string(*to) : ".", word) << from << " " << input;
        }
    }
    EXPECT_EQ(states, values(CustodyState{}).size());
}

TEST(CustodyStateTest, AHoldEndsByReleaseOnly) {
    for (const auto input : values(CustodyInput{}))
        EXPECT_EQ(next(CustodyState::hold, input).has_value(), input == CustodyInput::release)
            << to_string(input);
}

}  // namespace
}  // namespace sealwarden
