// All seals that were ever heard of one by one, those that have ended too: a number that comes up
// again is found whenever that is. 100,000 of them take less than 30 MiB, so what is seldom said of
// a seal is packed into one text and what many have in common is kept once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "firmware/core/dock/index_table.hpp"
#include "firmware/core/dock/seal_record.hpp"

namespace sealwarden {

class SealBook {
  public:
    [[nodiscard]] std::optional<SealRecord> find(std::string_view id) const;
    // In the place of what was known of it.
    void put(const SealRecord& record);
    // The seals of our stock in use on a container whose newest act is not before `since`.
    [[nodiscard]] std::vector<std::string> own_in_use_on(std::string_view container,
                                                         Uptime since) const;
    [[nodiscard]] std::size_t size() const { return seals_.size(); }
    // f(id, state) for each, or f(record), which makes the record when it is called; in the order
    // in which they were first heard of.
    template <class F>
    void each(const F& f) const {
        for (const auto& seal : seals_) f(seal.id, seal.state);
    }
    template <class F>
    void each_record(const F& f) const {
        for (const auto& seal : seals_) f([&] { return unpacked(seal); });
    }

  private:
    static constexpr std::uint32_t none = UINT32_MAX;
    struct Packed {
        std::string id;
        std::string rest;  // texts that most seals do not have
        Uptime since;
        std::uint32_t lot = 0, container = 0, door = 0, holder = 0, person = 0;  // in names_
        std::uint32_t next_there = none;  // another of ours on the same container
        CustodyState state{}, was{};
        StockPlace stock{};
        Checks checks;
        bool foreign = false, inside_found = false, duplicate = false, document_is_id = false;
        std::uint16_t issues = 0, returns = 0;
    };
    [[nodiscard]] static bool is_listed(const Packed& seal) {
        return sealwarden::in_use(seal.state) && seal.lot != 0;
    }
    [[nodiscard]] SealRecord unpacked(const Packed& seal) const;
    void pack(const SealRecord& record, Packed& seal);
    [[nodiscard]] std::optional<std::uint32_t> place_of(std::string_view id) const;
    [[nodiscard]] std::uint32_t name(std::string_view text);
    void put_on(std::uint32_t place);
    void take_off(std::uint32_t place);

    std::vector<Packed> seals_;
    IndexTable index_;
    std::vector<std::string> names_{""};  // of lots, containers, doors, persons
    std::vector<std::uint32_t> first_on_{
        none};  // by name: the first of ours in use on that container
    IndexTable name_index_;
    std::unordered_map<std::string, CutSeen> cuts_;  // of the few that are waited for
};

}  // namespace sealwarden
