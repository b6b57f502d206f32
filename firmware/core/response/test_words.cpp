#include <array>
#include <cassert>

#include "firmware/core/response/test_acts.hpp"

namespace sealwarden {
namespace {
constexpr std::array results{TestResult::passed, TestResult::failed};
}  // namespace

std::string_view to_string(TestResult result) {
    switch (result) {
        case TestResult::passed: return "passed";
        case TestResult::failed: return "failed";
    }
    assert(!"every result has a name");
    return "?";
}
std::span<const TestResult> values(TestResult) {
    return results;
}

}  // namespace sealwarden
