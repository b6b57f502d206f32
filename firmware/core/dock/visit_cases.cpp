#include "firmware/core/dock/visit_cases.hpp"

#include <algorithm>

#include "firmware/core/dock/plain_number.hpp"
#include "firmware/core/said.hpp"

namespace sealwarden {
void VisitCases::take(EventKind kind, const Subject& subject, const RecordData& data) {
    forget(subject.id);
    if (kind == EventKind::case_closed) return;
    Case one{.container = plain_number(text_of(data, "container")),
             .visit = text_of(data, "visit"),
             .hold = flag_of(data, "hold")};
    if (!one.container.empty()) of_container_[one.container].insert(subject.id);
    if (!one.visit.empty()) of_visit_[one.visit].insert(subject.id);
    cases_.emplace(subject.id, std::move(one));
}

const VisitCases::Case* VisitCases::find(const std::string& id) const {
    const auto found = cases_.find(id);
    return found == cases_.end() ? nullptr : &found->second;
}

void VisitCases::erase(Index& index, const std::string& key, const std::string& id) {
    const auto found = index.find(key);
    if (found == index.end()) return;
    found->second.erase(id);
    if (found->second.empty()) index.erase(found);
}

void VisitCases::forget(const std::string& id) {
    const auto found = cases_.find(id);
    if (found == cases_.end()) return;
    erase(of_container_, found->second.container, id);
    erase(of_visit_, found->second.visit, id);
    cases_.erase(found);
}

std::set<std::string> VisitCases::of(const std::string& visit, const std::string& container) const {
    std::set<std::string> ids;
    if (const auto found = of_visit_.find(visit); found != of_visit_.end()) ids = found->second;
    if (const auto found = of_container_.find(container); found != of_container_.end())
        ids.insert(found->second.begin(), found->second.end());
    return ids;
}

bool VisitCases::is_held(const std::string& visit, const std::string& container) const {
    return std::ranges::any_of(of(visit, container), [this](const auto& id) {
        const auto* one = find(id);
        return one != nullptr && one->hold;
    });
}

}  // namespace sealwarden
