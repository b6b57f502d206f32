#include "firmware/mqtt/publisher.hpp"

#include <algorithm>

#include "firmware/diag.hpp"

namespace sealwarden::mqtt_front {

using nlohmann::json;

namespace {

constexpr int replies_at_once = 4;
constexpr std::size_t packet_overhead = 512;  // topic, properties and header of a PUBLISH

std::pair<std::string, std::string> subject_of(const json& subject) {
    return {subject.value("k", ""), subject.value("v", "")};
}

std::string alarm_of(const json& record) {
    for (const auto& subject : record.value("subj", json::array())) {
        if (subject.value("k", "") == "alarm") return subject.value("v", "");
    }
    return {};
}

// dump() of the door's entry gives the bytes that were hashed (PROTOCOL.md).
std::vector<Record> records_of(const json& entries) {
    std::vector<Record> records;
    records.reserve(entries.size());
    for (const auto& entry : entries) {
        records.push_back({.index = entry.at("i").get<std::uint64_t>(), .bytes = entry.dump()});
    }
    return records;
}

}  // namespace

Publisher::Publisher(PublisherOptions options, Topics topics, Saved saved)
    : options_{std::move(options)},
      topics_{std::move(topics)},
      log_{saved.next, options_.log},
      head_{topics_.checkpoint()},
      commands_{topics_.base(),
                topics_.full_detail(),
                {.commands = options_.commands},
                options_.judge_token},
      published_alarms_{saved.alarms},
      generation_{saved.generation},
      saved_{std::move(saved)} {
    show_status();
}

void Publisher::show_status() {
    retained_.want(topics_.status(door_open_ && watching_ && !stopping_since_), Rank::status);
}

void Publisher::connected(const Capabilities& broker, Moment now) {
    broker_ = broker;
    ++health_.connects;
    log_.limit_message(broker.packet_limit > packet_overhead + 1024
                           ? broker.packet_limit - packet_overhead
                           : 1024);
    live_.clear();
    live_from_ = log_.behind() + log_.cursor();
    last_status_.reset();
    head_.connected(broker.retains, now.at);
    if (!last_info_.is_null()) {
        retained_.want(topics_.info(last_info_, broker.version, now), Rank::info);
    }
}

void Publisher::disconnected() {
    broker_.reset();
    in_flight_.clear();
    live_.clear();
    heartbeat_.reset();
    log_.lost();
    retained_.lost();
    head_.disconnected();
}

void Publisher::acknowledged(std::uint64_t ticket, Moment now) {
    const auto found = in_flight_.find(ticket);
    if (found == in_flight_.end()) return;  // of a connection that is gone
    const auto what = std::move(found->second);
    in_flight_.erase(found);
    if (std::holds_alternative<Log>(what)) log_.acknowledged(ticket, now.at);
    if (std::holds_alternative<Head>(what)) head_.acknowledged();
    if (const auto* topic = std::get_if<std::string>(&what)) {
        if (!retained_.acknowledged(*topic)) return;
        std::erase_if(published_alarms_,
                      [&](const auto& name) { return topics_.alarm_over(name).topic == *topic; });
    }
}

void Publisher::refused(std::uint64_t ticket, Moment now) {
    const auto found = in_flight_.find(ticket);
    if (found == in_flight_.end()) return;
    const auto what = std::move(found->second);
    in_flight_.erase(found);
    if (++health_.refused == 1) diag::warn("broker refuses messages, they are tried again");
    if (const auto* topic = std::get_if<std::string>(&what)) retained_.refused(*topic, now.at);
    if (std::holds_alternative<Head>(what)) head_.refused(now.at);
    if (!std::holds_alternative<Log>(what)) return;
    // The batches behind it are sent again too: in order, with doubles, without a hole.
    std::erase_if(in_flight_,
                  [](const auto& item) { return std::holds_alternative<Log>(item.second); });
    log_.refused(now.at);
}

void Publisher::door_opened(std::uint64_t size, std::uint64_t generation, Moment) {
    door_open_ = true;
    watching_ = false;
    live_from_ = size;
    last_status_.reset();
    head_.door_opened();
    commands_.door_opened();
    if (generation != generation_) {
        diag::warn("log was begun anew, publishing it from its beginning",
                   {{"generation", generation}});
        generation_ = generation;
        log_.restart();
    }
    if (!log_.opened(size)) {
        diag::warn("log is shorter than what was published, publishing it from its beginning",
                   {{"size", size}});
    }
}

void Publisher::door_lost() {
    door_open_ = false;
    watching_ = false;
    commands_.door_lost();
    show_status();
}

void Publisher::show_state(const std::pair<std::string, std::string>& subject, Moment now) {
    const auto state = states_.find(subject);
    if (state == states_.end()) return;
    if (auto message = topics_.state(state->second, alarms_, now)) {
        retained_.want(std::move(*message), Rank::state);
    }
}

void Publisher::show_alarm(const std::string& id, bool fresh, Moment now) {
    const auto raised = raised_by_.find(id);
    const auto index = raised == raised_by_.end() ? std::nullopt : std::optional{raised->second};
    retained_.want(topics_.alarm(alarms_.at(id), index, fresh, now), Rank::alarm);
    auto name = topics_.alarm_name(alarms_.at(id));
    alarm_ids_[name] = id;
    published_alarms_.insert(std::move(name));
}

void Publisher::empty_stale_alarms() {
    for (const auto& name : published_alarms_) {
        if (!alarm_ids_.contains(name)) retained_.want(topics_.alarm_over(name), Rank::alarm);
    }
}

// A visit's alarms are its dock's.
void Publisher::add_docks_of(const std::pair<std::string, std::string>& visit,
                             std::set<std::pair<std::string, std::string>>& touched) const {
    if (visit.first != "visit") return;
    for (const auto& [subject, state] : states_) {
        if (subject.first == "dock" && text_of(state, "visit") == visit.second) {
            touched.insert(subject);
        }
    }
}

void Publisher::watched(const json& line, Moment now) {
    const bool first = !watching_;
    if (first) {
        alarms_.clear();
        alarm_ids_.clear();
        states_.clear();
        watching_ = true;
        show_status();
    }
    std::set<std::pair<std::string, std::string>> touched;
    for (const auto& alarm : line.value("alarms", json::array())) {
        const auto id = alarm.value("id", "");
        const auto source = subject_of(alarm.value("source", json::object()));
        touched.insert(source);
        add_docks_of(source, touched);
        if (is_over(alarm)) {
            alarms_.erase(id);
            alarm_ids_.erase(topics_.alarm_name(alarm));
            raised_by_.erase(id);
            continue;
        }
        const bool fresh = !first && !alarms_.contains(id);
        alarms_[id] = alarm;
        show_alarm(id, fresh, now);
    }
    empty_stale_alarms();
    for (const auto& state : line.value("states", json::array())) {
        const auto subject = subject_of(state.value("subject", json::object()));
        states_[subject] = state;
        touched.insert(subject);
    }
    for (const auto& subject : touched) show_state(subject, now);
    if (first || line.contains("alarms")) {
        retained_.want(topics_.summary(alarms_, now), Rank::summary);
    }
}

// Kept before the record itself is sent, so that the saved cursor never passes an alarm whose
// topic might be retained and is not in the saved list.
void Publisher::remember_alarm(const json& record) {
    if (record.value("kind", "") != "alarm.raised") return;
    const auto id = alarm_of(record);
    if (id.empty()) return;
    published_alarms_.insert(topics_.alarm_name_in(record));
    raised_by_[id] = record.value("i", std::uint64_t{0});
}

void Publisher::fed(const json& line, Moment) {
    const auto entries = line.find("entries");
    if (entries == line.end()) return;
    for (const auto& entry : *entries) {
        remember_alarm(entry);
        if (!broker_ || stopping_since_ || entry.value("i", std::uint64_t{0}) < live_from_) {
            continue;
        }
        live_.push_back(topics_.event(entry));
        if (live_.size() <= options_.live_events) continue;
        live_.pop_front();
        ++health_.dropped_events;
    }
    log_.arrived(records_of(*entries));
    head_.look();
}

bool Publisher::command_wanted() const {
    return watching_ && !stopping_since_ && commands_.may_ask();
}

std::optional<CommandInbox::Question> Publisher::command() {
    if (!command_wanted()) return std::nullopt;
    auto question = commands_.next_question();
    const auto put_back = [&](json& object) {
        const auto found = object.is_object() ? object.find("alarm") : object.end();
        if (found == object.end() || !found->is_string()) return;
        const auto id = alarm_ids_.find(found->get<std::string>());
        if (id != alarm_ids_.end()) *found = id->second;
    };
    put_back(question->arguments);
    if (question->arguments.contains("arguments")) put_back(question->arguments["arguments"]);
    return question;
}

std::optional<LogFeed::Page> Publisher::page_wanted() const {
    return broker_ && door_open_ && watching_ && !stopping_since_ ? log_.wanted() : std::nullopt;
}

void Publisher::page(const json& entries) {
    for (const auto& entry : entries) {
        remember_alarm(entry);
        const auto id = alarm_of(entry);
        if (!id.empty() && !alarms_.contains(id)) raised_by_.erase(id);
    }
    log_.page(records_of(entries));
    empty_stale_alarms();
}

bool Publisher::status_wanted(Moment now) const {
    return broker_ && door_open_ && !stopping_since_ &&
           (!last_status_ || now.at >= *last_status_ + options_.heartbeat);
}

void Publisher::status(const json& status, Moment now) {
    last_status_ = now.at;
    last_info_ = status;
    head_.look();
    if (!broker_) return;
    retained_.want(topics_.info(status, broker_->version, now), Rank::info);
    heartbeat_ = topics_.health(status, health(), now);
}

const FrontHealth Publisher::health() const {
    auto health = health_;
    health.behind = log_.behind();
    return health;
}

Outgoing Publisher::send(Message message, What what) {
    if (!broker_->retains) message.retain = false;
    in_flight_.emplace(tickets_, std::move(what));
    return {.ticket = tickets_, .message = std::move(message)};
}

std::optional<Outgoing> Publisher::next(Moment now) {
    if (!broker_) return std::nullopt;
    const auto window = std::min<std::size_t>(options_.window, broker_->receive_maximum);
    if (in_flight_.size() >= window) return std::nullopt;
    ++tickets_;
    if (stopping_since_) {
        auto last = retained_.next_status();
        if (!last) return std::nullopt;
        auto topic = last->topic;
        return send(std::move(*last), std::move(topic));
    }
    // Live events before state: state is what is still true a millisecond later.
    if (retained_.delivered(topics_.status(true).topic) && !live_.empty()) {
        auto event = std::move(live_.front());
        live_.pop_front();
        return send(std::move(event), Event{});
    }
    if (auto message = retained_.next(now.at)) {
        auto topic = message->topic;
        return send(std::move(*message), std::move(topic));
    }
    if (heartbeat_) {
        auto beat = std::move(*heartbeat_);
        heartbeat_.reset();
        return Outgoing{.ticket = 0, .message = std::move(beat)};
    }
    if (auto head = head_.next(now.at)) return send(std::move(*head), Head{});
    // Whoever sends many commands has his replies one after the other, and holds up nobody.
    const auto replying = std::ranges::count_if(
        in_flight_, [](const auto& item) { return std::holds_alternative<Reply>(item.second); });
    if (replying < replies_at_once) {
        if (auto reply = commands_.next_reply(now)) return send(std::move(*reply), Reply{});
    }
    // One place is kept free of log records, so that an alarm never waits for one of them.
    if (window > 1 && in_flight_.size() + 1 >= window) return std::nullopt;
    const auto records = log_.next(tickets_, now.at);
    if (records.empty()) return std::nullopt;
    return send(topics_.log(records, now), Log{});
}

std::optional<Saved> Publisher::to_save(Moment now, bool at_once) {
    if (!at_once && last_save_ && now.at < *last_save_ + options_.save_every) return std::nullopt;
    Saved saved{.next = log_.cursor(), .alarms = published_alarms_, .generation = generation_};
    if (saved == saved_) return std::nullopt;
    last_save_ = now.at;
    saved_ = saved;
    return saved;
}

std::optional<Uptime> Publisher::deadline() const {
    std::optional<Uptime> first;
    const auto consider = [&](std::optional<Uptime> at) {
        if (at && (!first || *at < *first)) first = at;
    };
    if (stopping_since_) consider(*stopping_since_ + options_.farewell);
    const bool unsaved = saved_.next != log_.cursor() || saved_.alarms != published_alarms_;
    if (unsaved && last_save_) consider(*last_save_ + options_.save_every);
    if (!broker_) return first;
    consider(log_.deadline());
    consider(retained_.deadline());
    if (door_open_) consider(head_.deadline());
    if (door_open_ && last_status_) consider(*last_status_ + options_.heartbeat);
    return first;
}

void Publisher::stop(Moment now) {
    stopping_since_ = now.at;
    live_.clear();
    show_status();
}

bool Publisher::finished(Moment now) const {
    if (!stopping_since_) return false;
    return !broker_ || now.at >= *stopping_since_ + options_.farewell ||
           retained_.delivered(topics_.status(false).topic);
}

}  // namespace sealwarden::mqtt_front
