// A simulated device: the register map of a shipped profile, with values that a scenario sets. It
// answers requests as bytes, from its own reading of the specification: the gateway's codec is not
// used here, so that the two can disagree.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "drivers/profile.hpp"

namespace sealwarden::sim {

enum class Trouble { none, dead, slow, exception, garbage, partial, wrong_unit };
[[nodiscard]] std::optional<Trouble> trouble(std::string_view text);

// An answer and how it goes wrong on the way.
struct Reply {
    enum class Way { whole, none, garbage, partial };
    Way way = Way::whole;
    std::uint8_t unit = 0;
    std::vector<std::uint8_t> pdu;
    std::chrono::milliseconds delay{0};
};

class Device {
  public:
    Device(std::string id, std::uint8_t unit, std::shared_ptr<const Profile> profile);

    [[nodiscard]] const std::string& id() const { return id_; }
    [[nodiscard]] std::uint8_t unit() const { return unit_; }

    // Puts a value where the profile reads it. False: no such point, or the value does not fit it.
    bool set(const std::string& point, const Value& value);
    // Adds to a counter point, with the roll-over of its width.
    bool add(const std::string& point, std::uint64_t by);
    // Another device of the same model stands in its place: every text or number of its identity
    // changes.
    void replace();
    void trouble(Trouble trouble) { trouble_ = trouble; }

    // The answer to a request PDU (function code first).
    [[nodiscard]] Reply answer(std::span<const std::uint8_t> request);

  private:
    using Words = std::map<std::uint16_t, std::uint16_t>;
    [[nodiscard]] Words& words(Table table) { return tables_[static_cast<std::size_t>(table)]; }
    [[nodiscard]] std::vector<std::uint8_t> pdu(std::span<const std::uint8_t> request);
    [[nodiscard]] bool is_declared(Table table, std::uint16_t address) const;
    void written(Table table, std::uint16_t address, std::uint16_t value);
    void store(const PointProfile& point, std::uint64_t raw, std::uint64_t mask);
    [[nodiscard]] std::uint64_t load(const PointProfile& point);

    std::string id_;
    std::uint8_t unit_;
    std::shared_ptr<const Profile> profile_;
    Words tables_[4];
    Trouble trouble_ = Trouble::none;
    unsigned replaced_ = 0;
};

}  // namespace sealwarden::sim
