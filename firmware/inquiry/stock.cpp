#include "firmware/inquiry/stock.hpp"

#include <algorithm>

namespace sealwarden::inquiry {

using boost::asio::awaitable;
using nlohmann::json;

namespace {

std::int64_t number(const json& entry, const char* key) {
    const auto& data = entry.at("data");
    const auto found = data.find(key);
    return found == data.end() || !found->is_number_integer() ? 0 : found->get<std::int64_t>();
}

json or_null(const json& entry, const char* key) {
    if (entry.is_null()) return nullptr;
    const auto& data = entry.at("data");
    const auto found = data.find(key);
    return found == data.end() ? json(nullptr) : *found;
}

}  // namespace

StockBook::Ledger StockBook::ledger_of(const json& record) {
    const auto place = datum(record, "stock");
    return {.lot = datum(record, "lot"),
            .issued = number(record, "issues"),
            .returned = number(record, "returns"),
            .spoiled = place == "void" ? 1 : 0,
            .lost = place == "lost" ? 1 : 0};
}

awaitable<void> StockBook::refresh(Ask ask) {
    const json nothing = json::object();
    const auto hello = co_await ask("hello", nothing);
    const std::uint64_t generation = hello.at("generation");
    const std::uint64_t size = hello.at("size");
    // What is read is put in as a whole at the end: others ask meanwhile, and may refresh it too.
    const auto known = generation == generation_ ? known_ : 0;
    std::map<std::string, Ledger> seals;
    std::map<std::string, Lot> lots;
    const json all_seals{{"records", "seal_number"}, {"with_ended", true}};
    const std::function<bool(const json&)> take_seal = [&seals, known](const json& record) {
        if (record.at("i").get<std::uint64_t>() < known) return false;
        const auto& id = record.at("subj").at(0).at("v").get_ref<const std::string&>();
        seals.try_emplace(id, ledger_of(record));  // newest first
        return true;
    };
    co_await each_entry(ask, all_seals, take_seal);
    const json all_lots{{"records", "lot"}, {"with_ended", true}};
    const std::function<bool(const json&)> take_lot = [&lots, known](const json& record) {
        if (record.at("i").get<std::uint64_t>() < known) return false;
        const auto& id = record.at("subj").at(0).at("v").get_ref<const std::string&>();
        lots.try_emplace(id, Lot{.record = record, .count = nullptr});
        return true;
    };
    co_await each_entry(ask, all_lots, take_lot);
    for (auto& [id, lot] : lots) {
        const Subject subject{.kind = "lot", .id = id};
        const json counts{
            {"subject", to_json(subject)}, {"kinds", {"lot.counted"}}, {"newest_first", true}};
        const auto count = co_await first_entry(ask, counts);
        if (count) lot.count = *count;
    }
    take({.generation = generation, .size = size}, std::move(seals), std::move(lots));
}

void StockBook::take(const Read& read, std::map<std::string, Ledger> seals,
                     std::map<std::string, Lot> lots) {
    // Somebody read as much or more meanwhile; of another log, the newer one counts.
    if (read.generation < generation_) return;
    if (read.generation == generation_ && read.size <= known_) return;
    if (read.generation != generation_) {
        seals_.clear();
        lots_.clear();
    }
    for (auto& [id, ledger] : seals) {
        if (ledger.lot.empty())
            seals_.erase(id);
        else
            seals_[id] = std::move(ledger);
    }
    for (auto& [id, lot] : lots) lots_[id] = std::move(lot);
    known_ = read.size;
    generation_ = read.generation;
}

json StockBook::sheet(bool with_ranges) const {
    std::map<std::string, Ledger> totals;
    for (const auto& [seal, ledger] : seals_) {
        auto& total = totals[ledger.lot];
        total.issued += ledger.issued;
        total.returned += ledger.returned;
        total.spoiled += ledger.spoiled;
        total.lost += ledger.lost;
    }
    auto lots = json::array();
    for (const auto& [id, lot] : lots_) {
        const auto& record = lot.record;
        auto total = totals[id];
        const bool counted = !or_null(record, "counted_ts").is_null();
        const auto opening = counted ? number(record, "stock_then") : 0;
        const auto received = counted ? 0 : number(record, "size");
        const auto issued = total.issued - number(record, "issued_then");
        const auto returned = total.returned - number(record, "returned_then");
        const auto spoiled = total.spoiled - number(record, "void_then");
        const auto lost = total.lost - number(record, "lost_then");
        const auto expected = opening + received - issued + returned - spoiled - lost;
        json row{{"lot", id},
                 {"state", datum(record, "state")},
                 {"seal_class", datum(record, "seal_class")},
                 {"maker", datum(record, "maker")},
                 {"certificate", datum(record, "certificate")},
                 {"size", number(record, "size")},
                 {"opening", opening},
                 {"received", received},
                 {"issued", issued},
                 {"returned", returned},
                 {"void", spoiled},
                 {"lost", lost},
                 {"expected", expected},
                 {"counted", or_null(lot.count, "counted")},
                 {"counted_ts", or_null(record, "counted_ts")},
                 {"difference", or_null(lot.count, "difference")},
                 {"missing", or_null(lot.count, "missing_count")},
                 {"unexplained", or_null(lot.count, "unexplained_count")},
                 {"unlisted", or_null(lot.count, "unlisted")},
                 {"balanced", or_null(lot.count, "balanced")},
                 {"entry", record.at("i")}};
        if (with_ranges) {
            row["first"] = datum(record, "first");
            row["last"] = datum(record, "last");
        }
        lots.push_back(std::move(row));
    }
    return {{"lots", lots}};
}

}  // namespace sealwarden::inquiry
