// [evidence]: the signed log's name and where its keys lie.
#pragma once

#include <string>
#include <string_view>

#include "firmware/config/config.hpp"
#include "firmware/config/section.hpp"

namespace sealwarden::config {

// Why a witness cannot have this name, as the end of a sentence about it; empty: it can.
[[nodiscard]] std::string trouble_of_witness_name(std::string_view name);

[[nodiscard]] Evidence read_evidence(const Section& root, const Config& config, Findings& findings);

}  // namespace sealwarden::config
