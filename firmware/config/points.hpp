// Every point the configuration may name, and which of them it does name.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/profile.hpp"
#include "firmware/config/section.hpp"

namespace sealwarden::config {

// What a key takes; a GPIO line is a truth.
struct Wanted {
    bool truth = false, number = false, text = false;
    std::string_view semantic;  // the beginning that the point's semantic must have; empty: any
    std::string_view words;     // "a contact (true or false)"
    // Whose key it is, for points that mean something of their own: a seal's or a power supply's
    // points serve nobody else. Empty: anybody's.
    std::string_view family = {};

    [[nodiscard]] Wanted of(std::string_view whose) const {
        Wanted out = *this;
        out.family = whose;
        return out;
    }
};
inline constexpr Wanted a_truth{.truth = true, .words = "true or false"};
inline constexpr Wanted a_number{.number = true, .words = "a whole number"};
inline constexpr Wanted a_counter{
    .number = true, .semantic = "counter.", .words = "a counter of edges"};
inline constexpr Wanted a_label{.number = true, .text = true, .words = "a text or a whole number"};
inline constexpr Wanted a_sign{
    .truth = true, .number = true, .words = "true or false, or a counter"};

class Points {
  public:
    // Without a profile (it could not be read) every point of the device is believed to exist.
    void add_device(const std::string& id, std::shared_ptr<const Profile> profile);
    void add_line(const std::string& chip, const std::string& line, bool output = false);
    void add_chip(const std::string& id);

    // The point that `key` names, noted as used; empty when the key is missing or names nothing
    // that fits, which is then a finding.
    PointId use(const Section& section, std::string_view key, const Wanted& wanted,
                Findings& findings);

    // The counter that counts this contact's edges, when the profile leaves no doubt which: the
    // only "counter.edges" point whose name ends in the contact's number. Noted as used.
    std::optional<PointId> counter_of(PointId contact);

    // May it be switched: does its profile declare it as [[output]], or is it a line with
    // `direction = "out"`? Of a device without a profile nothing is known, and nothing refused.
    [[nodiscard]] bool is_output(PointId point) const;

    // In the order of their names.
    [[nodiscard]] std::vector<std::string> used(const std::string& device) const;

  private:
    struct Device {
        std::shared_ptr<const Profile> profile;  // null: a GPIO chip, or unknown
        std::set<std::string> lines;
        std::set<std::string> output_lines;
        bool unknown = false;
        std::set<std::string> used;
    };
    void refuse(const Section& section, std::string_view key, const std::string& name,
                const Wanted& wanted, Findings& findings) const;

    std::map<std::string, Device> devices_;
};

}  // namespace sealwarden::config
