// Every parser, fed with damaged copies of something good. The seed is fixed: each run damages
// alike.
#include <gtest/gtest.h>

#include <random>

#include "firmware/verify/json.hpp"
#include "tests/verify/samples.hpp"

namespace sealwarden::verify::test {
namespace {

constexpr int rounds = 3000;  // of each parser

std::string damaged(std::string text, std::mt19937& random) {
    const auto below = [&](std::size_t n) {
        return n == 0 ? std::size_t{0}
                      : std::uniform_int_distribution<std::size_t>{0, n - 1}(random);
    };
    for (auto times = 1 + below(3); times > 0; --times) {
        const auto at = below(text.size());
        switch (below(5)) {
            case 0:
                if (!text.empty()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
                break;
            case 1: text.erase(at, 1 + below(4)); break;
            case 2: text.insert(at, 1, static_cast<char>(below(256))); break;
            case 3: text.resize(at); break;
            default: text.insert(at, text.substr(below(text.size()), 1 + below(40))); break;
        }
    }
    return text;
}

class Mutations : public testing::TestWithParam<Target> {};

TEST_P(Mutations, AreRefusedOrKeepThePromisesOfTheFormat) {
    const auto& target = GetParam();
    std::mt19937 random{20261124};
    int refused = 0;
    for (int i = 0; i < rounds; ++i) {
        try {
            target.feed(damaged(target.sample, random));
        } catch (const Malformed&) {
            ++refused;
        }
    }
    // A stamp that cannot be read is an answer; all others refuse by throwing.
    if (target.name != "name" && target.name != "stamp") EXPECT_GT(refused, rounds / 4);
}

TEST_P(Mutations, TheSampleItselfIsReadToItsEnd) {
    const auto& target = GetParam();
    EXPECT_NO_THROW(target.feed(target.sample));
}

INSTANTIATE_TEST_SUITE_P(All, Mutations, testing::ValuesIn(targets()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace sealwarden::verify::test
