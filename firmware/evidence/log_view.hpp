// What a bundle is made from: one generation of a signed log as it stands at its head. The database
// answers it, and in tests a log in memory.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/tlog/certificates.hpp"
#include "firmware/tlog/day_index.hpp"
#include "firmware/tlog/note.hpp"
#include "firmware/tlog/proofs.hpp"

namespace sealwarden::evidence {

struct Subject {
    std::string kind, id;
    friend auto operator<=>(const Subject&, const Subject&) = default;
};

// What lies beside a record about persons (firmware/eventlog/FORMAT.md, "personal").
struct Payload {
    std::array<std::uint8_t, 32> salt{};
    std::string json;  // the bytes that were committed to
};

struct TimeStamp {
    std::uint64_t size = 0;  // of the checkpoint under it
    std::string reply;       // RFC 3161
    // They go with it: among them and those in the reply one is named by the sheet.
    std::vector<tlog::Certificate> certificates;
};

// Indexes rise in every answer; [from, to) are indexes of entries. Throws what the store throws
// when it cannot read. One thread at a time, and one state of the log through all calls.
class LogView {
  public:
    virtual ~LogView() = default;

    [[nodiscard]] virtual std::uint64_t generation() const = 0;
    // The epoch in which this generation began: 0 for the first one.
    [[nodiscard]] virtual std::uint64_t first_epoch() const = 0;
    [[nodiscard]] virtual std::uint64_t size() const = 0;  // of the head
    [[nodiscard]] virtual const tlog::Hashes& hashes() const = 0;

    [[nodiscard]] virtual std::string record(std::uint64_t index) const = 0;
    [[nodiscard]] virtual std::vector<std::uint64_t> entries_of(const Subject& subject,
                                                                std::uint64_t from,
                                                                std::uint64_t to) const = 0;
    // The subject's nearest entry before `index`, and its first one from there on.
    [[nodiscard]] virtual std::optional<std::uint64_t> last_before(const Subject& subject,
                                                                   std::uint64_t index) const = 0;
    [[nodiscard]] virtual std::optional<std::uint64_t> first_from(const Subject& subject,
                                                                  std::uint64_t index) const = 0;
    [[nodiscard]] virtual std::vector<std::uint64_t> of_kind(std::string_view kind,
                                                             std::uint64_t from,
                                                             std::uint64_t to) const = 0;
    // All subjects of these entries with their counts, in any order: what a day index counts.
    [[nodiscard]] virtual std::vector<tlog::SubjectCount> counts(std::uint64_t from,
                                                                 std::uint64_t to) const = 0;

    // The signed note of that size, with the cosignatures it has; empty: not kept.
    [[nodiscard]] virtual std::optional<std::string> checkpoint(std::uint64_t size) const = 0;
    // The sizes of those that witnesses cosigned, both ends included; the first `limit` of them.
    [[nodiscard]] virtual std::vector<std::uint64_t> cosigned(std::uint64_t smallest,
                                                              std::uint64_t largest,
                                                              std::size_t limit) const = 0;
    // C(E); empty: not closed in this generation.
    [[nodiscard]] virtual std::optional<std::uint64_t> closing(std::uint64_t epoch) const = 0;
    // Empty: erased, or there was none.
    [[nodiscard]] virtual std::optional<Payload> payload(std::uint64_t index) const = 0;
    // A picture by the hex of its SHA-256; empty: not kept any more.
    [[nodiscard]] virtual std::optional<std::string> picture(std::string_view sha256) const = 0;
    // The first one over a checkpoint of this size or larger that holds up to a certificate that
    // the sheet names; empty: none up to the head.
    [[nodiscard]] virtual std::optional<TimeStamp> time_stamp_from(std::uint64_t size) const = 0;

    // The table of epoch keys: its leaf hashes, one key, and the signed note over it.
    [[nodiscard]] virtual const tlog::Hashes& epoch_hashes() const = 0;
    [[nodiscard]] virtual tlog::PublicKey epoch_key(std::uint64_t epoch) const = 0;
    [[nodiscard]] virtual std::string epoch_checkpoint() const = 0;
};

}  // namespace sealwarden::evidence
