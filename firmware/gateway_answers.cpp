// What the gateway answers at its local door (local::House). All on the loop.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>

#include "firmware/anchors.hpp"
#include "firmware/diag.hpp"
#include "firmware/gateway.hpp"
#include "firmware/notices.hpp"
#include "firmware/picture_event.hpp"
#include "firmware/tlog/own_head.hpp"
#include "firmware/version.hpp"

namespace sealwarden {
namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

// A witness that answered badly once is no alarm.
constexpr auto witness_patience = 60s;
// Nor is what starts more slowly than the gateway when the power returns: switches, the broker.
constexpr auto starting = 5min;

// Why a command was refused, as a sentence; empty: it was not.
std::string refusal(const Events& events) {
    for (const auto& event : events) {
        if (event.kind != EventKind::command_refused) continue;
        const auto reason = event.data.find("reason");
        const auto* word =
            reason == event.data.end() ? nullptr : std::get_if<std::string>(&reason->second);
        if (word != nullptr && *word == "unknown_alarm") return "there is no such alarm now";
        if (word != nullptr && *word == "already_acknowledged")
            return "the alarm is acknowledged already";
        const auto message = event.data.find("message");
        const auto* sentence =
            message == event.data.end() ? nullptr : std::get_if<std::string>(&message->second);
        return sentence != nullptr ? *sentence : "the command was refused";
    }
    return {};
}

local::RawAnswer raw_answer(const modbus::Reply& reply) {
    switch (reply.kind) {
        case modbus::Reply::Kind::values: return reply.values;
        case modbus::Reply::Kind::refused:
            return local::RawRefusal{.why = reply.why, .exception = reply.exception};
        case modbus::Reply::Kind::no_answer:
        case modbus::Reply::Kind::bad_answer:
        case modbus::Reply::Kind::port_gone:
        case modbus::Reply::Kind::not_asked: break;
    }
    return local::RawRefusal{.why = reply.why};
}

}  // namespace

local::Identity Gateway::identity() {
    return {.version = version,
            .site = config_.site.site,
            .gateway = config_.site.gateway,
            .config_hash = config_.hash,
            .time_zone = config_.time_zone,
            .boot = log_.boot_number(),
            .generation = generation_};
}

eventlog::SigningState Gateway::signing() const {
    auto signing = log_.signing();
    if (!keys_.trouble.empty()) {
        signing.state = eventlog::SigningState::State::held_back;
        signing.why = keys_.trouble;
    }
    return signing;
}

local::Status Gateway::status() {
    return {
        .running_for = clock_.uptime() - started_,
        .log_queued = log_.queued(),
        .log_health = health_,
        .log_why = health_why_,
        .commits = commits_,
        .syncs = syncs_,
        .detection = detection_,
        .loop_lag = lag_,
        .gpio = hardware_ ? hardware_->edges() : std::vector<gpio::Edges>{},
        .signing = signing(),
        .outside = seen_outside_
                       ? std::optional<local::Outside>{{.size = seen_outside_->size,
                                                        .ago = clock_.uptime() - seen_outside_->at}}
                       : std::nullopt,
        .clock = clock_.sample(),
        .fronts = fronts_ ? fronts_() : std::vector<local::Front>{}};
}

std::vector<Reading> Gateway::points() {
    std::vector<Reading> all;
    for (const auto& device : config_.site.devices) {
        for (const auto point : device.points) {
            if (auto reading = site_.last(point)) all.push_back(std::move(*reading));
        }
    }
    return all;
}

std::vector<DeviceReport> Gateway::buses() {
    std::vector<DeviceReport> all;
    for (const auto& [id, report] : devices_) all.push_back(report);
    return all;
}

std::vector<State> Gateway::states() {
    return recorder_.states();
}
std::vector<Alarm> Gateway::alarms() {
    return recorder_.alarms();
}
Uptime Gateway::now() {
    return clock_.uptime();
}

std::int64_t Gateway::wall_ms(Uptime at) {
    return std::chrono::floor<std::chrono::milliseconds>(sample_.wall + (at - sample_.uptime))
        .time_since_epoch()
        .count();
}

void Gateway::command(Command command, Done done) {
    if (pause_) {
        done("the log takes no entries at present; try again", 0);
        return;
    }
    const bool trusts = std::holds_alternative<TrustClock>(command.what);
    if (trusts && !log_.signing().clock_held_back) {
        done("the clock is believed as it is", 0);
        return;
    }
    auto events = site_.apply(command);
    const auto refused = refusal(events);
    // Time passed first, and may have had something to say.
    const auto answer =
        std::ranges::find_if(events, [](const Event& e) { return e.data.contains("command_id"); });
    const auto place = static_cast<std::uint64_t>(answer - events.begin());
    // Who vouched is on disk before the clock is followed.
    deliver(std::move(events),
            [this, done = std::move(done), refused, trusts, place](std::uint64_t index) {
                if (trusts) log_.trust_clock();
                done(refused, index + place);
            });
}

void Gateway::seen(const local::Sighting& sighting, std::function<void(local::Seen)> done) {
    using Verdict = local::Seen::Verdict;
    std::optional<tlog::Head> head;
    if (sighting.note) {
        if (keys_.signer) head = tlog::own_head(*sighting.note, keys_.origin, keys_.log_key);
        if (!head) {
            constexpr std::size_t places = 64;
            if (foreign_heads_.size() < places && foreign_heads_.insert(sighting.where).second) {
                diag::warn("a head outside is not signed by this log", {{"where", sighting.where}});
            }
            // Asked all the same: no head of this log is held there.
            log_.compare(std::nullopt, sighting.where, [](const auto&) {});
            done({.verdict = Verdict::not_ours, .why = "it is not signed by this log's key"});
            return;
        }
    }
    log_.compare(head, sighting.where,
                 [this, alive = alive_, done, head](eventlog::LogThread::Comparison comparison) {
                     asio::post(loop_, [this, alive, done, head, answer = std::move(comparison)] {
                         if (!*alive) return;
                         if (head && answer.compared && answer.why.empty()) was_seen(*head);
                         done({.verdict = !answer.compared     ? Verdict::not_compared
                                          : answer.why.empty() ? Verdict::agrees
                                                               : Verdict::contradicts,
                               .why = answer.why});
                     });
                 });
}

void Gateway::was_seen(const tlog::Head& head) {
    if (head.generation != generation_) return;
    if (seen_outside_ && seen_outside_->size > head.size) return;
    seen_outside_ = Outside{.size = head.size, .at = clock_.uptime()};
}

OutsideWatch::State Gateway::outside() const {
    const auto& witnesses = config_.evidence.witnesses;
    auto cadence = keys_.export_every;
    if (!config_.mqtt && !witnesses.empty()) {
        // The one road is walked once a period, whatever the sheet says.
        const auto& soonest = *std::ranges::min_element(witnesses, {}, &config::Witness::period);
        // Another one may have signed it first: then it is as old as a period when it goes out.
        cadence = std::max(cadence, 2 * soonest.period + witness_patience);
    }
    if (clock_.uptime() - started_ < starting) {
        cadence = std::max(cadence, std::chrono::seconds{starting});
    }
    return {.watched = (config_.mqtt || !witnesses.empty()) &&
                       signing().state == eventlog::SigningState::State::signing,
            .cadence = cadence,
            .generation = generation_,
            .size = worth_seeing_,
            .seen_size = seen_outside_ ? seen_outside_->size : 0};
}

void Gateway::anchor(local::Anchor anchor, std::function<void(eventlog::Anchored)> done) {
    const auto size = anchor.size;
    log_.anchor(
        size,
        [given = std::move(anchor), evidence = config_.evidence, now = clock_.uptime(),
         gateway = config_.site.gateway](std::string_view note) {
            return judged(given, note, evidence, gateway, now);
        },
        [this, alive = alive_, done = std::move(done)](eventlog::Anchored anchored) {
            asio::post(loop_, [alive, done, answer = std::move(anchored)] {
                if (*alive) done(answer);
            });
        });
}

void Gateway::contradicted(local::Contradiction said, Done done) {
    const auto named = [&](const config::Witness& witness) {
        return witness.key.name == said.where;
    };
    if (std::ranges::none_of(config_.evidence.witnesses, named)) {
        return done("no witness of that name is configured", 0);
    }
    const auto now = clock_.uptime();
    if (!pause_) deliver(site_.tick(now));  // what is due by now: the next batch begins with ours
    if (pause_) return done("the log takes no entries at present; try again", 0);
    if (contradicts(said.where, site_.alarms()) == said.holds) {
        return done("the log says so already", 0);
    }
    deliver(site_.apply(sealwarden::contradiction(said, now)),
            [done = std::move(done)](std::uint64_t index) { done({}, index); });
}

void Gateway::used(local::Use use, Done done) {
    if (pause_) return done("the log takes no entries at present; try again", 0);
    auto event = about_gateway(use.what);
    if (!use.user.empty()) event.subjects.insert(event.subjects.begin(), {"user", use.user});
    event.data["act"] = std::move(use.act);
    const auto add = [&event](const char* name, std::string text) {
        if (!text.empty()) event.data[name] = std::move(text);
    };
    add("by", std::move(use.by));
    add("role", std::move(use.role));
    add("way", std::move(use.way));
    add("token", std::move(use.token));
    add("route", std::move(use.route));
    add("subject", std::move(use.subject));
    add("reason", std::move(use.reason));
    add("use", std::move(use.ref));
    if (use.count > 0) event.data["count"] = use.count;
    if (use.at_ms) event.data["at_ts"] = *use.at_ms;
    if (!use.address.empty()) event.personal["address"] = std::move(use.address);
    deliver({std::move(event)}, [done = std::move(done)](std::uint64_t index) { done({}, index); });
}

void Gateway::picture(local::PictureNews news, Done done) {
    auto event = picture_event(news, config_.site, clock_.uptime());
    if (const auto* why = std::get_if<std::string>(&event)) return done(*why, 0);
    const auto now = std::get<Event>(event).at;
    if (!pause_) deliver(site_.tick(now));  // what is due by now: the next batch begins with ours
    if (pause_) return done("the log takes no entries at present; try again", 0);
    deliver(site_.apply(std::move(std::get<Event>(event))),
            [done = std::move(done)](std::uint64_t index) { done({}, index); });
}

void Gateway::noticed(local::Notice notice, Done done) {
    const auto now = clock_.uptime();
    if (std::ranges::find(config_.site.webhooks, notice.webhook) == config_.site.webhooks.end()) {
        return done("no webhook of that name is configured", 0);
    }
    if (!pause_) deliver(site_.tick(now));  // what is due by now: the next batch begins with ours
    if (pause_) return done("the log takes no entries at present; try again", 0);
    if (says_already(notice, site_.alarms())) return done("the log says so already", 0);
    deliver(site_.apply(notice_event(notice, now)),
            [done = std::move(done)](std::uint64_t index) { done({}, index); });
}

void Gateway::erase(local::Erasure erasure, Done done) {
    const auto index = erasure.entry;
    const auto decide = [this, erasure = std::move(erasure),
                         done = std::move(done)](const eventlog::Reader::Page& page) {
        if (pause_) return done("the log takes no entries at present; try again", 0);
        if (!page.error.empty()) return done(page.error, 0);
        if (page.entries.empty() || page.generation != generation_) {
            return done(fmt::format("nothing is kept beside entry {}", erasure.entry), 0);
        }
        if (const auto* hold = hold_over(page.entries.front(), config_.retention)) {
            return done(
                fmt::format("hold `{}` covers entry {}: {}", hold->id, erasure.entry, hold->why),
                0);
        }
        deliver({sealwarden::erasure(erasure.entry, erasure.rule, erasure.by, config_.site.gateway,
                                     clock_.uptime())},
                [done](std::uint64_t entry) { done({}, entry); });
    };
    reader_.query({.from = index, .before = index + 1, .limit = 1, .only_personal = true},
                  [this, alive = alive_, decide](eventlog::Reader::Page page) {
                      asio::post(loop_, [alive, decide, told = std::move(page)] {
                          if (*alive) decide(told);
                      });
                  });
}

void Gateway::make_export(local::Export wanted, Done done) {
    using Signing = eventlog::SigningState::State;
    const auto signing = this->signing();
    switch (signing.state) {
        case Signing::not_commissioned:
            done("the log is not commissioned: stop the gateway and run `sealwarden commission`",
                 0);
            return;
        case Signing::waiting:
            done(
                "nothing is signed yet: the broker is asked first what it holds of the log; try "
                "again in 20 seconds",
                0);
            return;
        case Signing::held_back: done("nothing is signed: " + signing.why, 0); return;
        case Signing::signing: break;
    }
    if (pause_) {
        done("the log takes no entries at present; try again", 0);
        return;
    }
    auto event = about_gateway(EventKind::export_made);
    event.data = {{"who", std::move(wanted.who)},
                  {"for", std::move(wanted.whom)},
                  {"why", std::move(wanted.why)},
                  {"subject", wanted.subject.kind + ":" + wanted.subject.id},
                  {"since", rfc3339(wanted.since)},
                  {"until", rfc3339(wanted.until)},
                  {"lang", std::move(wanted.language)},
                  {"personal", wanted.personal}};
    deliver({std::move(event)}, [done = std::move(done)](std::uint64_t index) { done({}, index); });
}

std::string Gateway::sign_bundle(const tlog::Hash& manifest) {
    // Held back since the export, nothing of this log is vouched for any more.
    if (signing().state != eventlog::SigningState::State::signing) return {};
    return keys_.signer->bundle_line(manifest);
}

void Gateway::read_raw(local::RawRead question, std::function<void(local::RawAnswer)> done) {
    const auto asked =
        hardware_ &&
        hardware_->ask({.device = question.device,
                        .table = question.table,
                        .address = question.address,
                        .count = question.count,
                        .done = [this, alive = alive_, done](const modbus::Reply& reply) {
                            asio::post(loop_, [alive, done, told = raw_answer(reply)] {
                                if (*alive) done(told);
                            });
                        }});
    if (asked) return;
    done(local::RawRefusal{.code = "not_found",
                           .why = "there is no Modbus device " + question.device +
                                  "; `sealwarden bus list` names them"});
}

}  // namespace sealwarden
