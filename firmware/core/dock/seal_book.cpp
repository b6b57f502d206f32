#include "firmware/core/dock/seal_book.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace sealwarden {
namespace {

constexpr std::array places{StockPlace::none, StockPlace::in, StockPlace::out, StockPlace::spoiled,
                            StockPlace::missing};

// The texts that are packed, by their places in this list.
constexpr std::array seldom{&SealRecord::as_read,      &SealRecord::document,
                            &SealRecord::authority,    &SealRecord::replaces,
                            &SealRecord::replaced_by,  &SealRecord::held_at,
                            &SealRecord::was_container};
constexpr std::size_t as_read_place = 0, document_place = 1;

// Which one, how long (two bytes), the text.
void pack_text(std::size_t which, std::string_view text, std::string& rest) {
    text = text.substr(0, UINT16_MAX);
    rest += static_cast<char>(which);
    rest += static_cast<char>(text.size() & 0xFFU);
    rest += static_cast<char>(text.size() >> 8U);
    rest += text;
}

void unpack_texts(std::string_view rest, SealRecord& record) {
    while (!rest.empty()) {
        const auto byte = [&](std::size_t at) {
            return std::size_t{static_cast<unsigned char>(rest[at])};
        };
        const auto size = byte(1) | byte(2) << 8U;
        record.*seldom[byte(0)] = rest.substr(3, size);
        rest.remove_prefix(3 + size);
    }
}

std::uint16_t small(std::int64_t number) {
    return static_cast<std::uint16_t>(std::clamp<std::int64_t>(number, 0, UINT16_MAX));
}

}  // namespace

std::string_view to_string(StockPlace place) {
    switch (place) {
        case StockPlace::none: return "none";
        case StockPlace::in: return "in";
        case StockPlace::out: return "out";
        case StockPlace::spoiled: return "void";
        case StockPlace::missing: return "lost";
    }
    assert(!"every place has a name");
    return "?";
}
std::span<const StockPlace> values(StockPlace) {
    return places;
}

std::optional<std::uint32_t> SealBook::place_of(std::string_view id) const {
    return index_.find(id,
                       [this](std::uint32_t place) { return std::string_view{seals_[place].id}; });
}

std::uint32_t SealBook::name(std::string_view text) {
    if (text.empty()) return 0;
    // Place 0 is the empty name and stands in no table.
    const auto key_of = [this](std::uint32_t place) { return std::string_view{names_[place + 1]}; };
    if (const auto known = name_index_.find(text, key_of)) return *known + 1;
    names_.emplace_back(text);
    first_on_.push_back(none);
    const auto place = static_cast<std::uint32_t>(names_.size() - 1);
    name_index_.add(place - 1, key_of);
    return place;
}

std::optional<SealRecord> SealBook::find(std::string_view id) const {
    const auto place = place_of(id);
    if (!place) return {};
    return unpacked(seals_[*place]);
}

void SealBook::put(const SealRecord& record) {
    auto place = place_of(record.id);
    if (!place) {
        place = static_cast<std::uint32_t>(seals_.size());
        seals_.emplace_back().id = record.id;
        index_.add(*place, [this](std::uint32_t one) { return std::string_view{seals_[one].id}; });
    } else if (is_listed(seals_[*place])) {
        take_off(*place);
    }
    pack(record, seals_[*place]);
    if (is_listed(seals_[*place])) put_on(*place);
}

void SealBook::put_on(std::uint32_t place) {
    auto& first = first_on_[seals_[place].container];
    seals_[place].next_there = first;
    first = place;
}

void SealBook::take_off(std::uint32_t place) {
    auto* one = &first_on_[seals_[place].container];
    while (*one != place) one = &seals_[*one].next_there;
    *one = seals_[place].next_there;
    seals_[place].next_there = none;
}

std::vector<std::string> SealBook::own_in_use_on(std::string_view container, Uptime since) const {
    std::vector<std::string> seals;
    if (container.empty()) return seals;
    const auto known = name_index_.find(
        container, [this](std::uint32_t place) { return std::string_view{names_[place + 1]}; });
    if (!known) return seals;
    for (auto one = first_on_[*known + 1]; one != none; one = seals_[one].next_there)
        if (seals_[one].since >= since) seals.push_back(seals_[one].id);
    std::ranges::sort(seals);
    return seals;
}

void SealBook::pack(const SealRecord& record, Packed& seal) {
    seal.since = record.since.value_or(Uptime{});
    seal.lot = name(record.lot);
    seal.container = name(record.container);
    seal.door = name(record.door);
    seal.holder = name(record.holder);
    seal.person = name(record.person);
    seal.state = record.state;
    seal.was = record.was;
    seal.stock = record.stock;
    seal.checks = record.checks;
    seal.foreign = record.foreign;
    seal.inside_found = record.inside_found;
    seal.duplicate = record.duplicate;
    seal.document_is_id = record.document == record.id;
    seal.issues = small(record.issues);
    seal.returns = small(record.returns);
    seal.rest.clear();
    for (std::size_t which = 0; which < seldom.size(); ++which) {
        const auto& text = record.*seldom[which];
        const bool is_id = (which == as_read_place || which == document_place) && text == record.id;
        if (!text.empty() && !is_id) pack_text(which, text, seal.rest);
    }
    seal.rest.shrink_to_fit();
    if (record.cut.until)
        cuts_.insert_or_assign(record.id, record.cut);
    else
        cuts_.erase(record.id);
}

SealRecord SealBook::unpacked(const Packed& seal) const {
    SealRecord record;
    record.id = seal.id;
    record.since = seal.since;
    record.state = seal.state;
    record.stock = seal.stock;
    record.lot = names_[seal.lot];
    record.container = names_[seal.container];
    record.door = names_[seal.door];
    record.holder = names_[seal.holder];
    record.person = names_[seal.person];
    record.checks = seal.checks;
    record.foreign = seal.foreign;
    record.inside_found = seal.inside_found;
    record.duplicate = seal.duplicate;
    record.was = seal.was;
    record.issues = seal.issues;
    record.returns = seal.returns;
    record.as_read = seal.id;
    if (seal.document_is_id) record.document = seal.id;
    unpack_texts(seal.rest, record);
    if (const auto cut = cuts_.find(seal.id); cut != cuts_.end()) record.cut = cut->second;
    return record;
}

}  // namespace sealwarden
