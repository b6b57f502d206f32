// The timeline of what a bundle gives: rendered from its records and from nothing else, in UTC.
#pragma once

#include "firmware/evidence/given.hpp"
#include "firmware/timeline/scene.hpp"

namespace sealwarden::evidence {

[[nodiscard]] timeline::Scene timeline_scene(const Given& given, const Options& options,
                                             double width);

}  // namespace sealwarden::evidence
