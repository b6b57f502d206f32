// A device model's register map, as data: config/profiles/<id>.toml. TOML ends here.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/reading.hpp"
#include "drivers/toml/finding.hpp"

namespace sealwarden {

enum class Table { coil, discrete_input, input_register, holding_register };

enum class Encoding {
    bit,               // of a bit table, or one `bit` of registers
    unsigned_integer,  // 1 to 4 registers
    signed_integer,    // two's complement; the sign is the highest bit of `mask`
    text,              // printable ASCII, two characters a register, ends at the first NUL
    hex,               // bytes as lower-case hexadecimal text: tag numbers, MAC addresses
};

// What a point is for; decides priority and who may use it in a configuration.
// The text form is "door.contact", "counter.edges", ... (see config/profiles/README.md).
using Semantic = std::string;

// Where a value stands in the device, and how registers become a value
// (drivers/profile/decode.hpp).
struct PointProfile {
    std::string name;  // [a-z0-9-]+, unique in the profile
    Table table = Table::discrete_input;
    std::uint16_t address = 0;    // as on the wire, from 0
    std::uint16_t registers = 1;  // how many (bits: 1)
    Encoding encoding = Encoding::bit;
    bool low_word_first = false;             // integers
    bool low_byte_first = false;             // text, hex: the even byte is in the low half
    std::optional<unsigned> bit;             // a bool taken from this bit of the register(s)
    std::uint64_t mask = ~std::uint64_t{0};  // integers: before everything else; does not shift
    std::int64_t multiply = 1;               // value = raw * multiply / divide, toward zero
    std::int64_t divide = 1;
    std::optional<std::uint64_t>
        not_available;    // the masked raw value that means there is none: Fault::refused
    std::string unit;     // "mV", "s", "%": of the value after scaling
    bool invert = false;  // bools
    std::map<std::int64_t, std::string> labels;  // an enumeration: the value becomes this text
    std::map<std::int64_t, bool> truths;         // an enumeration that becomes a bool
    std::optional<bool> otherwise;  // every number that truths do not name; empty: bad_answer
    Semantic semantic;
    std::string group = "fast";  // names a poll group below
};

// Registers read at one period. "fast" runs at the device's `period_ms`.
struct PollGroup {
    std::string name;
    std::optional<std::chrono::milliseconds> period;  // empty: the device's own
    int priority = 0;  // 0 doors and seals, 1 the rest of the site, 2 health, 3 identity
};

// A write the device needs before it goes on, always declared, always with its reason.
struct DeclaredWrite {
    std::string name;
    Table table = Table::holding_register;
    std::uint16_t address = 0;
    std::string reason;
};

// A relay that may be switched. Its point of the same name reads what it is.
struct DeclaredOutput {
    std::string name;
    Table table = Table::coil;  // or holding_register
    std::uint16_t address = 0;
    std::uint16_t on = 1, off = 0;  // what is written
};

// "When `when` reads true, read `read`, then write `value` by `write`": a reader that keeps a badge
// until it is told that it was taken (Inveo coil 1004, Balluff register 1). `echo` instead of
// `value`: the written value is the one just read from that point, plus `add`, modulo `modulo`.
struct Handshake {
    std::string when;               // a bool point of this profile
    std::vector<std::string> read;  // points that count only through this handshake
    std::string write;              // a DeclaredWrite
    std::optional<std::uint16_t> value;
    std::optional<std::string> echo;
    std::uint16_t add = 0;
    std::uint32_t modulo = 65536;
};

struct ProfileTiming {
    std::chrono::milliseconds gap{0};        // silence the device wants between two requests
    std::chrono::milliseconds timeout{500};  // ceiling; less is learnt
    std::uint16_t max_registers = 125;       // of one read
    std::uint16_t max_bits = 2000;
    std::uint16_t max_gap = 8;  // registers read through to merge two ranges
    bool block_reads_lie =
        false;  // undefined registers read as zero in a block: never merge over a gap
};

// Raw registers and what must come out of them; every one runs as a test.
struct ProfileVector {
    std::string name;
    std::map<std::uint16_t, std::uint16_t> holding, input;
    std::map<std::uint16_t, bool> coils, discrete;
    std::map<std::string, Value> expect;  // point -> value
    std::map<std::string, Fault> expect_fault;
};

struct Profile {
    std::string id, version, manufacturer, model, kind, datasheet, verified_on, license;
    std::vector<PointProfile> points;
    std::vector<PollGroup> groups;
    std::vector<std::string> identity;        // points that make up `<device>.identity`, in order
    bool read_device_identification = false;  // also ask function 43/14
    ProfileTiming timing;
    std::vector<DeclaredWrite> writes;
    std::vector<DeclaredOutput> outputs;
    std::vector<Handshake> handshakes;
    std::vector<ProfileVector> vectors;
    std::string hash;  // SHA-256 of the file, hex: goes into the log

    [[nodiscard]] const PointProfile* point(std::string_view name) const;
    [[nodiscard]] const DeclaredOutput* output(std::string_view name) const;
};

struct ProfileResult {
    std::optional<Profile> profile;  // present when no finding is an error
    std::vector<FileFinding> findings;
};
// Reads, validates against config/schema/profile.schema.json, checks what a schema cannot say.
[[nodiscard]] ProfileResult load_profile(const std::filesystem::path& file);

// The schema's text: config/schema/profile.schema.json, as it was built in.
[[nodiscard]] std::string_view profile_schema();

}  // namespace sealwarden
