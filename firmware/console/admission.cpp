#include "firmware/console/admission.hpp"

namespace sealwarden::console {

Admission::Answer Admission::arrives(const std::string& address, Uptime now) {
    Answer answer;
    const auto held = of_address_.find(address);
    const bool has_share = held == of_address_.end() || held->second < limits_.per_address;
    bool room = true;
    if (!has_share) {
        answer.evict = longest_waiting(address);
        if (!answer.evict) answer.evict = stream_of_the_greediest(address);
        room = answer.evict.has_value();
    } else if (connections() >= limits_.connections) {
        answer.evict = longest_waiting({});
        room = answer.evict.has_value();
    }
    if (answer.evict) leaves(*answer.evict);
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
        found->second.streams_to.clear();
    }
}

void Admission::works(Id id) {
    if (const auto found = places_.find(id); found != places_.end()) {
        found->second.waits_since.reset();
    }
}

void Admission::streams(Id id, const std::string& user) {
    if (const auto found = places_.find(id); found != places_.end()) {
        found->second.streams_to = user;
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

std::optional<Admission::Id> Admission::longest_waiting(const std::string& address) const {
    std::optional<Id> longest;
    Uptime since{};
    for (const auto& [id, place] : places_) {
        if (place.refusal || !place.waits_since) continue;
        if (!address.empty() && place.address != address) continue;
        if (longest && *place.waits_since >= since) continue;
        longest = id;
        since = *place.waits_since;
    }
    return longest;
}

std::optional<Admission::Id> Admission::stream_of_the_greediest(const std::string& address) const {
    struct Streams {
        std::size_t count = 0;
        Id oldest = 0;
    };
    std::map<std::string, Streams> of_user;
    for (const auto& [id, place] : places_) {  // oldest first
        if (place.address != address || place.streams_to.empty()) continue;
        auto& streams = of_user[place.streams_to];
        if (++streams.count == 1) streams.oldest = id;
    }
    Streams greediest{.count = 1};
    for (const auto& [user, streams] : of_user)
        if (streams.count > greediest.count) greediest = streams;
    if (greediest.count < 2) return {};
    return greediest.oldest;
}

}  // namespace sealwarden::console
