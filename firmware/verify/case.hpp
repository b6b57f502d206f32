// What the rules of a bundle share: its files, and what the rules before have found out.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/verify/files.hpp"
#include "firmware/verify/manifest.hpp"
#include "firmware/verify/merkle.hpp"
#include "firmware/verify/names.hpp"
#include "firmware/verify/note.hpp"
#include "firmware/verify/report.hpp"
#include "firmware/verify/sheet.hpp"

namespace sealwarden::verify {

struct Held {
    std::string name;  // of the reader's file
    std::string bytes;
};

struct Asked {
    std::optional<SubjectName> subject;
    std::optional<Moment> since;
    std::optional<Moment> until;
    std::vector<Held> held;
};

struct SignedCheckpoint {
    Checkpoint checkpoint;
    std::uint64_t epoch = 0;  // whose key signed it
};

// A leaf of the bundle. `record` points into the file.
struct Leaf {
    Record record;
    Hash hash{};
};

struct Case {
    const Files& files;
    const Sheet& sheet;
    const Asked& asked;
    Report& report;

    Manifest manifest{};
    std::map<std::uint64_t, PublicKey> epoch_keys{};
    SignedCheckpoint head{};
    std::map<std::uint64_t, Leaf> leaves{};
    std::map<std::uint64_t, SignedCheckpoint> checkpoints{};  // by size; the head too
    std::map<std::uint64_t, std::uint64_t> closings{};        // epoch to size of its checkpoint
    std::map<std::uint64_t, Moment> late{};                   // epochs closed late, and when
    std::optional<Range> range{};                             // only when it leads to the head
    std::map<std::uint64_t, Hash> roots{};                    // by size, from the range

    // The file, which the manifest's hash vouches for; throws Broken when it is not there.
    [[nodiscard]] std::string_view file(std::string_view name) const;
    // All files of a kind, in rising order of name.
    template <class Use>
    void each(FileKind kind, Use use) const {
        for (const auto& [name, bytes] : files.all()) {
            const auto parsed = file_name(name);
            if (parsed.kind == kind) use(name, parsed, bytes);
        }
    }
    [[nodiscard]] bool in_window(std::uint64_t index) const {
        return index >= manifest.window.from && index < manifest.window.to;
    }
};

// Calls `parse` and turns Malformed into Broken, naming the file.
template <class Parse>
auto strictly(std::string_view name, Parse parse) {
    try {
        return parse();
    } catch (const Malformed& error) {
        throw Broken{say(Say::file_malformed, name, error.what())};
    }
}

// Checks the log's and the epoch's signature of a checkpoint of `origin`. Throws Broken; an epoch
// whose key is not known is reported as missing, and nothing is returned.
[[nodiscard]] std::optional<std::uint64_t> signing_epoch(
    const Checkpoint& checkpoint, std::string_view origin, const Sheet& sheet,
    const std::map<std::uint64_t, PublicKey>& keys, std::string_view rule, Report& report);

}  // namespace sealwarden::verify
