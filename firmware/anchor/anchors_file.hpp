// How it stands with the witnesses and the time-stamp authority, for `sealwarden doctor`: the file
// `anchors` in the log's directory. Written at each change, atomically, not durably.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "firmware/clock.hpp"

namespace sealwarden::anchor {

struct AnchorState {
    std::string name;           // of the witness; of the authority its URL
    std::uint64_t size = 0;     // vouched for up to here, by the log's own entries; 0: never
    bool contradicted = false;  // it says that it has signed what is not this log
    std::string trouble;        // one sentence; empty: its last answer was good
    std::string remark;         // what else a person should know of it; empty: nothing
    friend bool operator==(const AnchorState&, const AnchorState&) = default;
};

class AnchorsFile {
  public:
    explicit AnchorsFile(const std::filesystem::path& directory) : path_{directory / "anchors"} {}
    // Nothing is done when nothing has changed. A file that cannot be written stays as it is.
    void tell(const std::vector<AnchorState>& state, WallTime now);

  private:
    std::filesystem::path path_;
    std::vector<AnchorState> told_;
    bool written_ = false;
};

}  // namespace sealwarden::anchor
