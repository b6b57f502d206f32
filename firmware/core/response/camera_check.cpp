#include "firmware/core/response/camera_check.hpp"

#include <array>
#include <cassert>

namespace sealwarden {
namespace {
constexpr std::array results{CameraCheckResult::good, CameraCheckResult::blurred,
                             CameraCheckResult::black, CameraCheckResult::wrong_view};
constexpr std::array states{CameraCheckState::unchecked, CameraCheckState::good,
                            CameraCheckState::bad, CameraCheckState::missed};
}  // namespace

std::string_view to_string(CameraCheckResult result) {
    switch (result) {
        case CameraCheckResult::good: return "good";
        case CameraCheckResult::blurred: return "blurred";
        case CameraCheckResult::black: return "black";
        case CameraCheckResult::wrong_view: return "wrong_view";
    }
    assert(!"every result has a name");
    return "?";
}
std::span<const CameraCheckResult> values(CameraCheckResult) {
    return results;
}

std::string_view to_string(CameraCheckState state) {
    switch (state) {
        case CameraCheckState::unchecked: return "unchecked";
        case CameraCheckState::good: return "good";
        case CameraCheckState::bad: return "bad";
        case CameraCheckState::missed: return "missed";
    }
    assert(!"every state has a name");
    return "?";
}
std::span<const CameraCheckState> values(CameraCheckState) {
    return states;
}

CameraCheckState next(CameraCheckState state, CameraCheckInput input) {
    switch (input) {
        case CameraCheckInput::saw_good: return CameraCheckState::good;
        case CameraCheckInput::saw_bad: return CameraCheckState::bad;
        case CameraCheckInput::time: return CameraCheckState::missed;
    }
    assert(!"every input has its transitions");
    return state;
}

}  // namespace sealwarden
