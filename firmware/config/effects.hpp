// What the gateway does besides watching: files it takes in, and who outside it tells.
#pragma once

#include <vector>

#include "firmware/config/config.hpp"
#include "firmware/config/points.hpp"
#include "firmware/config/section.hpp"

namespace sealwarden::config {

[[nodiscard]] Language language_of(const Section& root);
[[nodiscard]] std::vector<Webhook> read_webhooks(const Section& root, Findings& findings);
// Behind everything else that uses points.
[[nodiscard]] std::vector<OutputOptions> read_outputs(const Section& root,
                                                      const AlarmOptions& alarm, Points& points,
                                                      Findings& findings);
[[nodiscard]] std::vector<Drop> read_drops(const Section& root, Findings& findings);

}  // namespace sealwarden::config
