#include "firmware/core/dock/lots.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "firmware/core/alarms.hpp"
#include "firmware/core/dock/custody_rights.hpp"
#include "firmware/core/dock/seal_number.hpp"

namespace sealwarden {
namespace {

constexpr std::array told{EventKind::lot_received, EventKind::lot_certified,
                          EventKind::lot_counted};
constexpr std::size_t longest_echo = 40;

std::string quoted(std::string_view text) {
    return "`" + bounded(std::string{text}, longest_echo) + "`";
}

bool is_lot_id(std::string_view text) {
    return !text.empty() && text.size() <= 40 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

std::string not_there(std::string_view lot) {
    return "there is no lot " + quoted(lot) + "; `sealwarden lot receive` enters a delivery";
}

LotFigures figures_of(const SealRecord& record) {
    return {.issued = record.issues,
            .returned = record.returns,
            .spoiled = record.stock == StockPlace::spoiled ? 1 : 0,
            .lost = record.stock == StockPlace::missing ? 1 : 0};
}

LotFigures plus(const LotFigures& a, const LotFigures& b, std::int64_t times) {
    return {.issued = a.issued + times * b.issued,
            .returned = a.returned + times * b.returned,
            .spoiled = a.spoiled + times * b.spoiled,
            .lost = a.lost + times * b.lost};
}

std::vector<std::string> plain_numbers(const std::vector<std::string>& as_read) {
    std::vector<std::string> plain;
    plain.reserve(as_read.size());
    for (const auto& one : as_read) plain.push_back(plain_number(one));
    return plain;
}

}  // namespace

RecordKind Lots::record_kind() {
    return {"lot", told, {}};
}

void Lots::restore(const Record& record, const Now& now) {
    auto lot = read_fields<Lot>(record, now);
    if (!lot) return;
    lot->id = record.subject.id;
    const auto range = SerialRange::from(lot->first, lot->last);
    if (const auto* good = std::get_if<SerialRange>(&range)) keep(std::move(*lot), *good);
}

void Lots::carry(const Now& now, Events& events) const {
    for (const auto& [id, lot] : lots_) {
        auto kind = EventKind::lot_received;
        if (lot.counted_ms) kind = EventKind::lot_counted;
        events.push_back(carried_record({"lot", id}, kind, lot, now));
    }
}

void Lots::keep(Lot lot, const SerialRange& range) {
    ranges_[range.shape()].insert_or_assign(range.first, Place{range.last, lot.id});
    auto id = lot.id;
    lots_.insert_or_assign(std::move(id), std::move(lot));
}

const Lot* Lots::find(std::string_view id) const {
    const auto found = lots_.find(id);
    return found == lots_.end() ? nullptr : &found->second;
}

const Lot* Lots::lot_of(std::string_view serial) const {
    for (const auto& [shape, number] : serial_readings(serial)) {
        const auto ranges = ranges_.find(shape);
        if (ranges == ranges_.end()) continue;
        const auto behind = ranges->second.upper_bound(number);
        if (behind == ranges->second.begin()) continue;
        const auto& place = std::prev(behind)->second;
        if (number <= place.last) return find(place.lot);
    }
    return nullptr;
}

const Lot* Lots::overlapping(const SerialRange& range) const {
    const auto ranges = ranges_.find(range.shape());
    if (ranges == ranges_.end()) return nullptr;
    const auto behind = ranges->second.upper_bound(range.last);
    if (behind == ranges->second.begin()) return nullptr;
    const auto& place = std::prev(behind)->second;
    return place.last >= range.first ? find(place.lot) : nullptr;
}

std::optional<std::string> Lots::look_alike_of(std::string_view number) const {
    for (const auto& [id, lot] : lots_) {
        const auto range = SerialRange::from(lot.first, lot.last);
        if (const auto* good = std::get_if<SerialRange>(&range))
            if (auto meant = good->look_alike_of(number)) return meant;
    }
    return {};
}

void Lots::enter(const std::optional<SealRecord>& before, const SealRecord& after) {
    if (before && !before->lot.empty())
        figures_[before->lot] = plus(figures_[before->lot], figures_of(*before), -1);
    if (!after.lot.empty()) figures_[after.lot] = plus(figures_[after.lot], figures_of(after), 1);
}

StockSheet Lots::sheet(const Lot& lot) const {
    const auto found = figures_.find(lot.id);
    const auto figures = found == figures_.end() ? LotFigures{} : found->second;
    StockSheet sheet;
    if (lot.counted_ms)
        sheet.opening = lot.stock_then;
    else
        sheet.received = lot.size;
    sheet.since = plus(figures, lot.then, -1);
    return sheet;
}

void Lots::tell(EventKind kind, Lot& lot, const std::string& person, const Asked& asked,
                Events& events) {
    lot.person = person;
    auto said = asked.event(kind, {{"lot", lot.id}, {"person", person}});
    write_fields(lot, asked.now, said);
    said.data["high_security"] = lot.seal_class == SealClass::high_security;
    events.push_back(std::move(said));
}

void Lots::apply(const ReceiveLot& act, const Asked& asked, Events& events) {
    if (!may_handle_seals(act.person, "stock", Training::not_needed, asked, events)) return;
    if (!is_lot_id(act.lot)) {
        asked.refuse("bad_argument",
                     "the id of a lot must be of a to z, 0 to 9 and -, at most 40 characters",
                     events);
        return;
    }
    if (find(act.lot) != nullptr) {
        asked.refuse("lot_known", "lot " + quoted(act.lot) + " was received before", events);
        return;
    }
    for (const auto* serial : {&act.first, &act.last})
        if (auto wrong = SealNumber{*serial}.complaint(); !wrong.empty()) {
            asked.refuse("bad_number", std::move(wrong), events);
            return;
        }
    Lot lot{.id = act.lot,
            .seal_class = act.seal_class,
            .maker = act.maker,
            .certificate = act.certificate,
            .first = plain_number(act.first),
            .last = plain_number(act.last)};
    auto range = SerialRange::from(lot.first, lot.last);
    if (auto* wrong = std::get_if<std::string>(&range)) {
        asked.refuse("bad_range", std::move(*wrong), events);
        return;
    }
    const auto& good = std::get<SerialRange>(range);
    if (const auto* other = overlapping(good)) {
        asked.refuse("overlap",
                     "lot " + quoted(other->id) +
                         " has serials of this range already; one of the "
                         "two was entered wrongly, or somebody sold the same numbers twice",
                     events);
        return;
    }
    lot.size = good.size();
    // CTPAT 6.5: what cannot be shown to be an ISO 17712 seal is not issued.
    const auto input = lot.certificate.empty() ? CustodyInput::quarantine : CustodyInput::accept;
    lot.state = next(CustodyState::received, input).value_or(CustodyState::quarantined);
    tell(EventKind::lot_received, lot, act.person, asked, events);
    keep(std::move(lot), good);
}

void Lots::apply(const CertifyLot& act, const Asked& asked, Events& events) {
    if (!may_handle_seals(act.person, "stock", Training::not_needed, asked, events)) return;
    const auto found = lots_.find(act.lot);
    if (found == lots_.end()) {
        asked.refuse("unknown_lot", not_there(act.lot), events);
        return;
    }
    auto& lot = found->second;
    const auto to = next(lot.state, CustodyInput::accept);
    if (!to) {
        asked.refuse("already_certified", "lot " + quoted(act.lot) + " has its certificate already",
                     events);
        return;
    }
    lot.state = *to;
    lot.certificate = act.certificate;
    tell(EventKind::lot_certified, lot, act.person, asked, events);
}

bool Lots::is_in_stock(const Lot& lot, const std::string& serial, const SealBook& book) const {
    const auto* of = lot_of(serial);
    if (of == nullptr || of->id != lot.id) return false;
    const auto known = book.find(serial);
    return !known || known->stock == StockPlace::in;
}

// Of what an audit lists: empty, or one sentence.
std::string Lots::complaint(const CountLot& act, const Lot& lot, const SealBook& book) const {
    if (act.counted < 0) return "`counted` must not be negative";
    std::set<std::string> before;
    for (const auto& [name, list, there] :
         {std::tuple{"missing", &act.missing, true}, {"unexplained", &act.unexplained, false}})
        for (const auto& read : *list) {
            const SealNumber number{read};
            if (auto wrong = number.complaint(); !wrong.empty()) return wrong;
            if (!before.insert(number.id).second) return number.shown() + " is listed twice";
            if (is_in_stock(lot, number.id, book) != there)
                return "`" + std::string{name} + "` lists " + number.shown() +
                       (there ? ", which by the log is not in stock in this lot"
                              : ", which by the log is in stock in this lot");
        }
    return {};
}

void Lots::apply(const CountLot& act, const SealBook& book, const Asked& asked, Events& events) {
    if (!may_handle_seals(act.person, "stock", Training::not_needed, asked, events)) return;
    const auto found = lots_.find(act.lot);
    if (found == lots_.end()) {
        asked.refuse("unknown_lot", not_there(act.lot), events);
        return;
    }
    auto& lot = found->second;
    if (auto wrong = complaint(act, lot, book); !wrong.empty()) {
        asked.refuse("bad_count", std::move(wrong), events);
        return;
    }
    const auto stock = sheet(lot);
    const auto expected = stock.expected();
    const auto before = lot.counted_ms;
    lot.counted_ms = asked.now.wall_ms();
    lot.stock_then = expected;
    lot.then = plus(lot.then, stock.since, 1);
    tell(EventKind::lot_counted, lot, act.person, asked, events);
    auto& data = events.back().data;
    const auto difference = act.counted - expected;
    const auto missing = static_cast<std::int64_t>(act.missing.size());
    const auto unexplained = static_cast<std::int64_t>(act.unexplained.size());
    data["counted_before_ts"] = before ? Datum{*before} : Datum{};
    data["opening"] = stock.opening;
    data["received"] = stock.received;
    data["issued"] = stock.since.issued;
    data["returned"] = stock.since.returned;
    data["void"] = stock.since.spoiled;
    data["lost"] = stock.since.lost;
    data["expected"] = expected;
    data["counted"] = act.counted;
    data["difference"] = difference;
    data["missing"] = joined(plain_numbers(act.missing));
    data["missing_count"] = missing;
    data["unexplained"] = joined(plain_numbers(act.unexplained));
    data["unexplained_count"] = unexplained;
    // What the two lists do not account for.
    data["unlisted"] = difference + missing - unexplained;
    data["balanced"] = difference == 0 && missing == 0 && unexplained == 0;
}

}  // namespace sealwarden
