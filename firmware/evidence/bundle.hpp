// The answer to an auditor's question, as files that prove it (FORMAT.md, "Bundle").
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "firmware/evidence/log_view.hpp"
#include "firmware/text/text.hpp"
#include "firmware/tlog/sheet.hpp"

namespace sealwarden::evidence {

using Moment = std::chrono::sys_time<std::chrono::microseconds>;
using Files = std::map<std::string, std::string>;  // name to bytes

struct Query {
    Subject subject;
    Moment since, until;  // [since, until)
};

// What the site's clocks are ahead of UTC at a moment; both in milliseconds, since the epoch.
using AheadOfUtc = std::function<std::int64_t(std::int64_t at)>;

struct Options {
    tlog::Sheet sheet;
    Subject gateway{.kind = "gateway"};  // its entries tell restarts, closings, clock steps
    // Devices whose coverage tells where it was blind, besides those that its entries name.
    std::vector<Subject> watched;
    std::uint64_t export_entry = 0;  // the export.made of this export; the head is behind it
    bool personal = true;            // the reader may see what is said about persons
    Language language = Language::english;
    AheadOfUtc ahead;  // for the report and the timeline; empty: they have UTC only
    std::string tool;  // "sealwarden 1.2.3"
};

// Signs with the log key, which stays where it is.
class BundleSigner {
  public:
    virtual ~BundleSigner() = default;
    // The line of the signed note over tlog::bundle_text() of this SHA-256 of the manifest, with
    // its newline.
    [[nodiscard]] virtual std::string sign(const tlog::Hash& manifest) const = 0;
};

// What is asked for cannot be made of this log; says why.
struct CannotBuild : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// All files of the bundle. The same input gives the same bytes. Reads no clock; entries are chosen
// by their position between the closings of epochs, never by the time they claim. Throws
// CannotBuild, and what the view throws.
[[nodiscard]] Files build(const Query& query, const LogView& log, const Options& options,
                          const BundleSigner& signer);

// How many more witnesses of the sheet must sign one head over all of this bundle's window before
// it can be proven to have been seen (FORMAT.md, `cosignature`); 0: none.
[[nodiscard]] std::size_t missing_witnesses(const Files& bundle, const tlog::Sheet& sheet);

// The last epoch whose key signed a checkpoint; empty: it has no such line.
[[nodiscard]] std::optional<std::uint64_t> epoch_of(std::string_view checkpoint);

// "2026-11-24T03:00:00.123456Z", as records say it.
[[nodiscard]] std::string text_of(Moment moment);
// Empty when it is not exactly that.
[[nodiscard]] std::optional<Moment> moment_of(const std::string& text);

}  // namespace sealwarden::evidence
