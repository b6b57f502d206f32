#include "firmware/core/dock/expectations.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "firmware/core/said.hpp"

namespace sealwarden {
namespace {

constexpr std::array ways{ComparedWith::nothing, ComparedWith::document, ComparedWith::expected,
                          ComparedWith::affixed};

template <class Data>
std::vector<std::string> seals_of(const Data& data, const std::string& key) {
    auto seals = split(text_of(data, key));
    for (auto& seal : seals) seal = plain_number(seal);
    return seals;
}

const Subject* container_of(const Event& said) {
    const auto found = std::ranges::find(said.subjects, "container", &Subject::kind);
    return found == said.subjects.end() ? nullptr : &*found;
}

bool contains(const std::vector<std::string>& list, const std::string& one) {
    return std::ranges::find(list, one) != list.end();
}

}  // namespace

std::string_view to_string(ComparedWith with) {
    switch (with) {
        case ComparedWith::nothing: return "nothing";
        case ComparedWith::document: return "document";
        case ComparedWith::expected: return "expected";
        case ComparedWith::affixed: return "affixed";
    }
    assert(!"every way has a name");
    return "?";
}
std::span<const ComparedWith> values(ComparedWith) {
    return ways;
}

void Expectations::restore(const Record& record, const Now& now) {
    if (record.subject.kind == "container" && record.kind == EventKind::expected_given)
        units_[record.subject.id].seals = seals_of(record.data, "seals");
    if (record.subject.kind != "visit") return;
    const auto container = text_of(record.data, "container");
    if (container.empty()) return;
    auto& unit = units_[container];
    if (auto seals = seals_of(record.data, "seals_expected"); !seals.empty())
        unit.seals = std::move(seals);
    const auto* arrived = record.data.find("arrived_ts");
    if (arrived == nullptr) return;
    if (const auto* at = std::get_if<std::int64_t>(arrived)) unit.arrived = now.uptime_of(*at);
}

void Expectations::take(const Event& said) {
    if (said.kind == EventKind::expected_given || said.kind == EventKind::expected_used) {
        units_[said.subjects.front().id].seals = seals_of(said.data, "seals");
    } else if (said.kind == EventKind::expected_withdrawn) {
        units_.erase(said.subjects.front().id);
    } else if (said.kind == EventKind::custody_cleared) {
        // The documents were wrong: this one is on it.
        const auto& seal = said.subjects.front().id;
        const auto* container = container_of(said);
        const auto unit = container == nullptr ? units_.end() : units_.find(container->id);
        if (unit == units_.end() || text_of(said.data, "state") != "verified") return;
        if (!contains(unit->second.seals, seal)) unit->second.seals.push_back(seal);
    } else if (said.kind == EventKind::visit_arrived) {
        if (const auto* container = container_of(said)) units_[container->id].arrived = said.at;
    } else if (said.kind == EventKind::visit_departed || said.kind == EventKind::visit_cancelled) {
        if (const auto* container = container_of(said)) units_.erase(container->id);
    }
}

void Expectations::replaced(const std::string& container, const std::string& old_seal,
                            const std::string& new_seal) {
    const auto unit = units_.find(container);
    if (unit == units_.end()) return;
    std::ranges::replace(unit->second.seals, old_seal, new_seal);
}

std::vector<std::string> Expectations::documented(const std::string& container,
                                                  const SealBook& book) const {
    const auto unit = units_.find(container);
    if (unit == units_.end()) return {};
    auto seals = unit->second.seals;
    std::erase_if(seals, [&](const std::string& seal) {
        const auto known = book.find(seal);
        return known && used_up(known->state) && known->container == container;
    });
    return seals;
}

std::vector<std::string> Expectations::affixed_here(const std::string& container,
                                                    const SealBook& book) const {
    const auto unit = units_.find(container);
    const auto arrived = unit == units_.end() ? std::nullopt : unit->second.arrived;
    return book.own_in_use_on(container, arrived.value_or(Uptime::min()));
}

Comparison Expectations::compare(const SealNumber& read, const std::string& document,
                                 const std::string& container, const SealBook& book) const {
    Comparison comparison;
    const auto against = [&](ComparedWith with, const std::vector<std::string>& seals) {
        comparison.with = with;
        comparison.against = joined(seals);
        comparison.differs = !contains(seals, read.id);
        if (!comparison.differs) return;
        comparison.look_alike = std::ranges::any_of(
            seals, [&](const std::string& seal) { return look_alike(seal, read.id); });
    };
    auto seals = documented(container, book);
    const auto with = seals.empty() ? ComparedWith::affixed : ComparedWith::expected;
    const auto unit = units_.find(container);
    const bool visits = unit != units_.end() && unit->second.arrived;
    if (!document.empty()) against(ComparedWith::document, {plain_number(document)});
    if (comparison.differs) return comparison;
    // Without a visit, what was put on long ago is no reason to doubt the documents.
    if (document.empty() || visits)
        for (auto& own : affixed_here(container, book))
            if (!contains(seals, own)) seals.push_back(std::move(own));
    if (seals.empty()) return comparison;
    if (document.empty() || !contains(seals, read.id)) against(with, seals);
    return comparison;
}

}  // namespace sealwarden
