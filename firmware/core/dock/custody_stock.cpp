// Custody's acts around the stock: lots, issue, return, void, lost, random samples.
#include <utility>

#include "firmware/core/alarms.hpp"
#include "firmware/core/dock/custody.hpp"
#include "firmware/core/dock/custody_rights.hpp"
#include "firmware/core/dock/sampling.hpp"
#include "firmware/core/options.hpp"

namespace sealwarden {
namespace {

constexpr std::int64_t largest_sample = 100;  // numbers that one entry holds

std::string hexadecimal(std::uint64_t number) {
    std::string text;
    for (int shift = 60; shift >= 0; shift -= 4)
        text += "0123456789abcdef"[(number >> static_cast<unsigned>(shift)) & 0xFU];
    return text;
}

}  // namespace

void Custody::apply(const ReceiveLot& act, const Asked& asked, Events& events) {
    lots_.apply(act, asked, events);
}

void Custody::apply(const CertifyLot& act, const Asked& asked, Events& events) {
    lots_.apply(act, asked, events);
}

void Custody::apply(const CountLot& act, const Asked& asked, Events& events) {
    lots_.apply(act, book_, asked, events);
}

void Custody::apply(const IssueSeal& act, const Asked& asked, Events& events) {
    if (!may_handle_seals(act.person, "stock", Training::not_needed, asked, events)) return;
    if (!names_well(act.seal, act.container, {}, asked, events)) return;
    // CTPAT 6.1 A: only trained and authorised people get seals.
    if (!may_handle_seals(act.to, "seal", Training::needed, asked, events)) return;
    auto seal = moved_by_hand(SealNumber{act.seal}, CustodyInput::issue, "issued", act.person,
                              asked, events);
    if (!seal) return;
    seal->stock = StockPlace::out;
    seal->holder = act.to;
    seal->container = plain_number(act.container);
    ++seal->issues;
    auto& said = tell(EventKind::custody_issued, *std::move(seal), asked, events);
    if (act.to != act.person) said.subjects.push_back({"person", act.to});
}

void Custody::apply(const ReturnSeal& act, const Asked& asked, Events& events) {
    if (!may_handle_seals(act.person, "stock", Training::not_needed, asked, events)) return;
    if (!names_well(act.seal, {}, {}, asked, events)) return;
    auto seal = moved_by_hand(SealNumber{act.seal}, CustodyInput::give_back, "returned", act.person,
                              asked, events);
    if (!seal) return;
    const auto from = std::exchange(seal->holder, {});
    seal->stock = StockPlace::in;
    seal->container.clear();
    ++seal->returns;
    auto& said = tell(EventKind::custody_returned, *std::move(seal), asked, events);
    said.data["returned_by"] = from;
    if (from != act.person) said.subjects.push_back({"person", from});
}

void Custody::apply(const VoidSeal& act, const Asked& asked, Events& events) {
    if (!may_handle_seals(act.person, "stock", Training::not_needed, asked, events)) return;
    if (!names_well(act.seal, {}, {}, asked, events)) return;
    auto seal =
        moved_by_hand(SealNumber{act.seal}, CustodyInput::spoil, "void", act.person, asked, events);
    if (!seal) return;
    if (seal->stock == StockPlace::in) seal->stock = StockPlace::spoiled;
    tell(EventKind::custody_void, *std::move(seal), asked, events).personal["reason"] = act.reason;
}

void Custody::apply(const LoseSeal& act, const Asked& asked, Events& events) {
    if (!may_handle_seals(act.person, "stock", Training::not_needed, asked, events)) return;
    if (!names_well(act.seal, {}, {}, asked, events)) return;
    auto seal =
        moved_by_hand(SealNumber{act.seal}, CustodyInput::lose, "lost", act.person, asked, events);
    if (!seal) return;
    if (seal->stock == StockPlace::in) seal->stock = StockPlace::missing;
    tell(EventKind::custody_lost, *std::move(seal), asked, events).personal["reason"] = act.reason;
}

void Custody::apply(const SampleSeals& act, const Asked& asked, Events& events) {
    if (!may_handle_seals(act.person, "stock", Training::not_needed, asked, events)) return;
    if (act.count < 1 || act.count > largest_sample) {
        asked.refuse("bad_argument",
                     "`count` is " + std::to_string(act.count) + "; it must be from 1 to " +
                         std::to_string(largest_sample),
                     events);
        return;
    }
    auto seed = act.seed;
    if (seed.empty()) {
        // What nobody could know before: the caller's id, the time to the nanosecond, and all that
        // is known of seals.
        auto state = fnv1a64(asked.command.id);
        state = splitmix64(state + static_cast<std::uint64_t>(asked.now.wall_ms()));
        state =
            splitmix64(state + static_cast<std::uint64_t>(asked.now.at.time_since_epoch().count()));
        std::uint64_t all = 0;  // a sum: their order does not matter
        book_.each([&all](const std::string& id, CustodyState now) {
            all += splitmix64(fnv1a64(id) + static_cast<std::uint64_t>(now));
        });
        seed = hexadecimal(splitmix64(state + all));
    }
    Draw draw{seed, static_cast<std::size_t>(act.count)};
    book_.each([&draw](const std::string& id, CustodyState now) {
        if (in_use(now)) draw.offer(id);
    });
    auto said = asked.event(EventKind::seals_sampled,
                            {{"gateway", asked.options.gateway}, {"person", act.person}});
    said.data["seed"] = seed;
    said.data["seed_given"] = !act.seed.empty();
    said.data["generator"] = std::string{draw_method};
    said.data["population"] = static_cast<std::int64_t>(draw.offered());
    said.data["count"] = act.count;
    said.data["drawn"] = joined(draw.drawn());
    events.push_back(std::move(said));
}

}  // namespace sealwarden
