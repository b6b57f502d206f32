#include "firmware/drop/ripeness.hpp"

namespace sealwarden::drop {

bool Ripeness::is_whole(const std::string& name, const Looks& looks, Uptime now) {
    const auto [place, fresh] = seen_.try_emplace(name, Seen{.looks = looks, .since = now});
    auto& seen = place->second;
    seen.looked = true;
    if (seen.looks != looks) seen = {.looks = looks, .since = now};
    return now - seen.since >= quiet_;
}

void Ripeness::sweep() {
    std::erase_if(seen_, [](const auto& one) { return !one.second.looked; });
    for (auto& [name, seen] : seen_) seen.looked = false;
}

}  // namespace sealwarden::drop
