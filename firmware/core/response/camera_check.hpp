// The daily look at each camera's stored picture (CTPAT 9.13 to 9.15): what is asked, and what is
// kept of each camera.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "firmware/core/act.hpp"

namespace sealwarden {

enum class CameraCheckResult { good, blurred, black, wrong_view };
[[nodiscard]] std::string_view to_string(CameraCheckResult result);
[[nodiscard]] std::span<const CameraCheckResult> values(CameraCheckResult);

struct CheckCamera {
    static constexpr ActInfo info{"camera.check",
                                  "A stored picture was looked at: does the camera see and record"};
    std::string camera;
    std::string picture;
    CameraCheckResult result{};
    std::string note;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("camera", self.camera, "id of the camera");
        a.optional("picture", self.picture,
                   "SHA-256 of the stored picture; the newest one when it is left out");
        a("result", self.result, "good, blurred, black or wrong_view");
        a.optional_prose("note", self.note, "remarks");
        a("person", self.person, "who looks, a registered person");
    }
};
using CameraActs = std::variant<CheckCamera>;

//   unchecked, good, bad, missed -- looked, good ---> good
//   unchecked, good, bad, missed -- looked, bad ----> bad
//   unchecked, good, bad, missed -- time -----------> missed
//
// A bad picture was looked at all the same: what is wrong is a case, and the next look is due as
// behind a good one.
enum class CameraCheckState { unchecked, good, bad, missed };
[[nodiscard]] std::string_view to_string(CameraCheckState state);
[[nodiscard]] std::span<const CameraCheckState> values(CameraCheckState);

enum class CameraCheckInput { saw_good, saw_bad, time };
[[nodiscard]] CameraCheckState next(CameraCheckState state, CameraCheckInput input);

struct CameraCheck {
    std::string camera;  // its subject is {"camera_check", "c07"}
    CameraCheckState state = CameraCheckState::unchecked;
    std::string result;                  // of the last look; empty: never looked at
    std::string person;                  // who looked
    std::optional<Uptime> counted_from;  // the last look, or when it was planned
    std::optional<Uptime> checked_at, due_at;
    std::string picture;               // SHA-256 of the newest stored one; empty: none yet
    std::optional<Uptime> picture_at;  // the moment it shows
    std::string checked_picture;       // the newest of those that were looked at
    std::string note;

    template <class Self, class Fields>
    static void fields(Self& self, Fields& f) {
        f("camera", self.camera);
        f("state", self.state);
        f("result", self.result);
        f("person", self.person);
        f("counted_from_ts", self.counted_from);
        f("checked_ts", self.checked_at);
        f("due_ts", self.due_at);
        f("picture", self.picture);
        f("picture_ts", self.picture_at);
        f("checked_picture", self.checked_picture);
        f.personal("note", self.note);
    }
    friend bool operator==(const CameraCheck&, const CameraCheck&) = default;
};

}  // namespace sealwarden
