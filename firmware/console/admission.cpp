#include "firmware/console/admission.hpp"

namespace sealwarden::console {

Admission::Answer Admission::arrives(const std::string& address, Uptime now) {
    Answer answer;
    const auto held = of_address_.find(address);
    bool room = held == of_address_.end() || held->second < limits_.per_address;
    if (room && connections() >= limits_.connections) {
        answer.evict = longest_waiting();
        room = answer.evict.has_value();
        if (room) leaves(*answer.evict);
    }
    if (!room && refusals_ >= limits_.refusals) return answer;
    answer.id = ++last_;
    answer.verdict = room ? Verdict::welcome : Verdict::full;
    places_.emplace(answer.id, Place{.address = address, .refusal = !room, .waits_since = now});
    if (room)
        ++of_address_[address];
    else
        ++refusals_;
    return answer;
}

void Admission::waits(Id id, Uptime now) {
    if (const auto found = places_.find(id); found != places_.end()) {
        found->second.waits_since = now;
    }
}

void Admission::works(Id id) {
    if (const auto found = places_.find(id); found != places_.end()) {
        found->second.waits_since.reset();
    }
}

void Admission::leaves(Id id) {
    const auto found = places_.find(id);
    if (found == places_.end()) return;  // it was evicted
    if (found->second.refusal) {
        --refusals_;
    } else if (const auto held = of_address_.find(found->second.address); --held->second == 0) {
        of_address_.erase(held);
    }
    places_.erase(found);
}

std::optional<Admission::Id> Admission::longest_waiting() const {
    std::optional<Id> longest;
    Uptime since{};
    for (const auto& [id, place] : places_) {
        if (place.refusal || !place.waits_since) continue;
        if (longest && *place.waits_since >= since) continue;
        longest = id;
        since = *place.waits_since;
    }
    return longest;
}

}  // namespace sealwarden::console
