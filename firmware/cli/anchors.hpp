// How it stands with those outside who vouch for the log, from the file that the anchors' front
// keeps in the log's directory.
#pragma once

#include <string>
#include <vector>

#include "firmware/config/config.hpp"

namespace sealwarden::cli {

struct AnchorReport {
    enum class State {
        good,
        away,         // it does not answer well now
        contradicts,  // it says that it signed another history than this log's
        forgot,       // it vouches, and told less than it had signed
    };
    State state = State::away;
    std::string name;  // of the witness; of the authority its URL; "anchors": of all of them
    std::string text;
};

// Empty: the configuration names none.
[[nodiscard]] std::vector<AnchorReport> anchor_reports(const config::Config& config);

// A sentence for each that the configuration names and the commissioning sheet does not: for
// auditors it vouches for nothing. Empty, too, when there is no sheet that can be read.
[[nodiscard]] std::vector<std::string> anchors_not_on_sheet(const config::Config& config);

}  // namespace sealwarden::cli
