#include "firmware/core/fact.hpp"

namespace sealwarden {

void explain(std::map<std::string, Datum>& data, const ContactLevel& level) {
    data["why"] = std::string{to_string(level.why)};
    if (level.fault) data["fault"] = std::string{to_string(*level.fault)};
}

Event restarted_event(const CounterRestarted& restarted, Subject thing) {
    auto said = make_event(EventKind::device_restarted,
                           {{"device", std::string{restarted.source.device()}}, std::move(thing)},
                           restarted.at, restarted.after);
    said.data["counter_from"] = restarted.from;
    said.data["counter_to"] = restarted.to;
    said.source = restarted.source;
    return said;
}

Datum truth(Level level, bool when_active) {
    if (level == Level::unknown) return {};
    return (level == Level::active) == when_active;
}

void Fact::apply(const Reading& reading, Events& events) {
    std::vector<ContactNews> news;
    contact_.apply(reading, news);
    tell(news, events);
}

void Fact::tick(Uptime now, Events& events) {
    std::vector<ContactNews> news;
    contact_.tick(now, news);
    tell(news, events);
}

void Fact::tell(const std::vector<ContactNews>& news, Events& events) {
    for (const auto& one : news) {
        const auto* change = std::get_if<ContactChange>(&one);
        if (!change || change->to.level == Level::unknown || change->to.level == told_) continue;
        told_ = change->to.level;
        auto event = make_event(told_ == Level::active ? when_active_ : when_inactive_, {},
                                change->at, change->after);
        if (change->from.level == Level::unknown) event.data["from"] = std::string{"unknown"};
        event.source = change->source;
        event.raw = change->raw;
        events.push_back(std::move(event));
    }
}

}  // namespace sealwarden
