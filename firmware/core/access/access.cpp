#include "firmware/core/access/access.hpp"

#include <vector>

#include "firmware/core/fact.hpp"

namespace sealwarden {

std::span<const RecordKind> Access::record_kinds() {
    static const auto kinds = [] {
        std::vector<RecordKind> all{Badges::record_kind(), DoorWork::record_kind()};
        const auto entries = Logbook::record_kinds();
        all.insert(all.end(), entries.begin(), entries.end());
        return all;
    }();
    return kinds;
}

void Access::configure(const Circumstances& circumstances) {
    badges_.configure(circumstances);
    logbook_.configure(circumstances);
    work_.configure(circumstances);
}

void Access::restore(const Record& record, const Circumstances& circumstances) {
    badges_.restore(record, circumstances);
    logbook_.restore(record, circumstances);
    work_.restore(record, circumstances);
}

void Access::take(const Event& said, const Circumstances& circumstances, Events& events) {
    badges_.take(said, circumstances, events);
    logbook_.take(said, circumstances, events);
    work_.take(said, circumstances, events);
}

void Access::tick(const Circumstances& circumstances, Events& events) {
    const auto due = [&](auto& rules) {
        if (const auto at = rules.deadline(); at && *at <= circumstances.now.at)
            rules.tick(circumstances, events);
    };
    due(badges_);
    due(logbook_);
    due(work_);
}

std::optional<Uptime> Access::deadline() const {
    return sooner(badges_.deadline(), sooner(logbook_.deadline(), work_.deadline()));
}

void Access::carry(const Circumstances& circumstances, Events& events) const {
    badges_.carry(circumstances, events);
    logbook_.carry(circumstances, events);
    work_.carry(circumstances, events);
}

}  // namespace sealwarden
