// A folder that others put files into, and where they go from there. Nothing outside of it is ever
// opened: no link is followed, every name is one below a directory that was opened once.
//
//   drop/expected.csv ---claim---> drop/work/<ref>.expected.csv --+-->
//   drop/done/<index>-expected.csv
//                                                                 +-->
//                                                                 drop/refused/<ref>.expected.csv
//                                                                      and …csv.why
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/descriptor.hpp"
#include "firmware/drop/ripeness.hpp"

namespace sealwarden::drop {

// One sentence: which file, and what to do about it.
struct Trouble : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// A file that is ours now. Its ref is the command's: by it the log says whether it was taken.
struct Claimed {
    std::string ref;   // "drop-" and 16 hex digits
    std::string name;  // as people read it; safe to print, at most 128 bytes
    [[nodiscard]] std::string file() const { return ref + "." + name; }
    friend bool operator==(const Claimed&, const Claimed&) = default;
};
[[nodiscard]] std::optional<Claimed> claimed_from(std::string_view file);
// Somebody's file name as it may stand in a log and in a directory of ours.
[[nodiscard]] std::string shown_name(std::string_view name);

class Folder {
  public:
    // Makes the folder and the three below it where they are missing. Throws Trouble.
    explicit Folder(const std::filesystem::path& path);

    struct Found {
        std::string name;
        Looks looks;
    };
    // *.csv that are plain files, in the order of their names; hidden ones are none. At most 1000.
    [[nodiscard]] std::vector<Found> waiting() const;
    // Moves it into `work`; empty when it is gone. Throws Trouble.
    [[nodiscard]] std::optional<Claimed> claim(const std::string& name, std::uint64_t nonce) const;
    [[nodiscard]] std::vector<Claimed> in_work() const;
    // What stands in it. Throws Trouble; one that is longer than `limit`, that is no plain file any
    // more or has a second name is told by `why` and nothing is read.
    struct Content {
        std::string text;
        std::string why;  // a word: "", "too_long", "no_file", "no_access"
    };
    [[nodiscard]] Content read(const Claimed& file, std::size_t limit) const;
    // Each at once on disk. Throw Trouble.
    void done(const Claimed& file, std::uint64_t index) const;
    void refused(const Claimed& file, std::string_view why) const;

  private:
    std::filesystem::path path_;
    Descriptor folder_, work_, done_, refused_;
};

}  // namespace sealwarden::drop
