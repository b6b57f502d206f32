#include "firmware/verify/subject_table.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "firmware/verify/report.hpp"

namespace sealwarden::verify {
void SubjectTable::add(const Record& record) {
    for (const auto& subject : record.subjects) {
        name_.assign(subject.kind);
        name_ += '\0';
        name_ += subject.id;
        auto found = heads_.find(std::string_view{name_});
        if (found == heads_.end()) found = heads_.emplace(name_, Head{}).first;
        auto& head = found->second;
        const auto shown = [&] { return fmt::format("{}:{}", subject.kind, subject.id); };
        if (subject.previous != head.last) {
            throw Broken{say(Say::counter_hole, shown(), record.index, subject.previous)};
        }
        if (subject.count != head.count + 1) {
            throw Broken{say(Say::counter_number, shown(), record.index)};
        }
        ++head.count;
        head.last = static_cast<std::int64_t>(record.index);
        if (record.kind == "day.index") continue;  // no day index counts itself
        if (head.day != day_number_) {
            head.day = day_number_;
            head.leaf = {.first = record.index};
            day_.push_back(&*found);
        }
        ++head.leaf.count;
        head.leaf.last = record.index;
    }
}

void SubjectTable::close_day(const Record& record) {
    DayIndex day;
    try {
        day = parse_day_index(record);
    } catch (const Malformed& error) {
        throw Broken{say(Say::day_malformed, record.index, error.what())};
    }
    std::vector<DayLeaf> leaves;
    for (const auto* entry : day_) {
        const auto cut = entry->first.find('\0');
        auto leaf = entry->second.leaf;
        leaf.key = day_key(day.salt, decoded(entry->first.substr(0, cut)),
                           decoded(entry->first.substr(cut + 1)));
        leaves.push_back(leaf);
    }
    std::ranges::sort(leaves, {}, &DayLeaf::key);
    std::vector<Hash> hashes;
    for (const auto& leaf : leaves) hashes.push_back(leaf_hash(leaf.bytes()));
    if (day.from != day_from_ || day.count != leaves.size() || day.root != tree_root(hashes)) {
        throw Broken{say(Say::day_index_wrong, record.index)};
    }
    day_.clear();
    ++day_number_;
    day_from_ = record.index + 1;
}

}  // namespace sealwarden::verify
