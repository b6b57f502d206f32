// The machine alone: every state with every input.
#include "firmware/core/dock/visit.hpp"

#include <gtest/gtest.h>

#include <set>

namespace sealwarden {
namespace {

constexpr auto refused = std::optional<VisitState>{};

TEST(VisitTest, EveryStateTakesEveryInputAsTheTableSays) {
    using enum VisitState;
    using I = VisitInput;
    struct Row {
        VisitState state;
        std::optional<VisitState> verify, doubt, spoil, cut, affix, open, close, depart, cancel;
    };
    // clang-format off
    const Row table[] = {
        // from       verify    doubt    spoil    cut      affix   open  close     depart    cancel
        {arrived,     verified, arrived, arrived, cut,     sealed, open, arrived,  departed, cancelled},
        {verified,    verified, arrived, arrived, cut,     sealed, open, verified, departed, cancelled},
        {cut,         cut,      cut,     cut,     cut,     sealed, open, cut,      departed, refused},
        {open,        open,     open,    open,    open,    sealed, open, closed,   departed, refused},
        {closed,      closed,   closed,  closed,  closed,  sealed, open, closed,   departed, refused},
        {sealed,      sealed,   sealed,  cut,     cut,     sealed, open, sealed,   departed, refused},
        {departed,    refused,  refused, refused, refused, refused, refused, refused, refused, refused},
        {cancelled,   refused,  refused, refused, refused, refused, refused, refused, refused, refused},
    };
    // clang-format on
    std::set<VisitState> seen;
    for (const auto& row : table) {
        seen.insert(row.state);
        const std::pair<VisitInput, std::optional<VisitState>> inputs[] = {
            {I::verify, row.verify}, {I::doubt, row.doubt},   {I::spoil, row.spoil},
            {I::cut, row.cut},       {I::affix, row.affix},   {I::open, row.open},
            {I::close, row.close},   {I::depart, row.depart}, {I::cancel, row.cancel}};
        EXPECT_EQ(std::size(inputs), values(VisitInput{}).size());
        for (const auto& [input, to] : inputs)
            EXPECT_EQ(next(row.state, input), to)
                << to_string(row.state) << " " << to_string(input);
    }
    EXPECT_EQ(seen.size(), values(VisitState{}).size());
}

TEST(VisitTest, EveryWordLeadsBack) {
    for (const auto state : values(VisitState{}))
        EXPECT_EQ(named<VisitState>(to_string(state)), state);
    for (const auto input : values(VisitInput{}))
        EXPECT_EQ(named<VisitInput>(to_string(input)), input);
    for (const auto what : values(Deviation{})) EXPECT_EQ(named<Deviation>(to_string(what)), what);
}

TEST(VisitTest, AMoveKeepsItsTime) {
    Visit visit;
    EXPECT_FALSE(move(visit, VisitInput::close, Uptime{std::chrono::seconds{1}}));
    EXPECT_FALSE(visit.since);
    EXPECT_TRUE(move(visit, VisitInput::open, Uptime{std::chrono::seconds{2}}));
    EXPECT_EQ(visit.since, Uptime{std::chrono::seconds{2}});
    EXPECT_FALSE(move(visit, VisitInput::open, Uptime{std::chrono::seconds{3}}));
    EXPECT_EQ(visit.since, Uptime{std::chrono::seconds{2}});
}

}  // namespace
}  // namespace sealwarden
