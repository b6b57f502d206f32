// The stock of seals: lots as they were delivered, and the ledger of each (CTPAT 6.1 A, 6.5, 6.6).
// A serial that never left its lot is nowhere but in the lot's range. Serials of unused seals are
// worth something to a cloner: what is said of the stock names ranges and counts.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "firmware/core/dock/custody_acts.hpp"
#include "firmware/core/dock/seal_book.hpp"
#include "firmware/core/dock/serial_range.hpp"
#include "firmware/core/rules.hpp"

namespace sealwarden {

// What became of the serials of a lot, each as often as it happened.
struct LotFigures {
    std::int64_t issued = 0, returned = 0, spoiled = 0, lost = 0;
    friend bool operator==(const LotFigures&, const LotFigures&) = default;
};

struct Lot {
    std::string id;
    CustodyState state{};  // in_stock or quarantined
    SealClass seal_class{};
    std::string maker, certificate;
    std::string first, last;  // normalised
    std::int64_t size = 0;
    std::string person;  // who did the last act
    // The last count, what the log said then was there, and the figures up to then.
    std::optional<std::int64_t> counted_ms;
    std::int64_t stock_then = 0;
    LotFigures then;
    template <class Self, class Fields>
    static void fields(Self& self, Fields& f) {
        f("state", self.state);
        f("seal_class", self.seal_class);
        f("maker", self.maker);
        f("certificate", self.certificate);
        f("first", self.first);
        f("last", self.last);
        f("size", self.size);
        f("person", self.person);
        f("counted_ts", self.counted_ms);
        f("stock_then", self.stock_then);
        f("issued_then", self.then.issued);
        f("returned_then", self.then.returned);
        f("void_then", self.then.spoiled);
        f("lost_then", self.then.lost);
    }
    friend bool operator==(const Lot&, const Lot&) = default;
};

// opening + received - issued + returned - spoiled - lost = expected, since the last count.
struct StockSheet {
    std::int64_t opening = 0, received = 0;
    LotFigures since;
    [[nodiscard]] std::int64_t expected() const {
        return opening + received - since.issued + since.returned - since.spoiled - since.lost;
    }
};

class Lots {
  public:
    void restore(const Record& record, const Now& now);
    void carry(const Now& now, Events& events) const;
    void apply(const ReceiveLot& act, const Asked& asked, Events& events);
    void apply(const CertifyLot& act, const Asked& asked, Events& events);
    // `book` tells which serials are in stock.
    void apply(const CountLot& act, const SealBook& book, const Asked& asked, Events& events);
    // A seal's place in the stock changed.
    void enter(const std::optional<SealRecord>& before, const SealRecord& after);

    [[nodiscard]] const Lot* find(std::string_view id) const;
    [[nodiscard]] const Lot* lot_of(std::string_view serial) const;
    // A serial of a lot for which this number may have been mistaken.
    [[nodiscard]] std::optional<std::string> look_alike_of(std::string_view number) const;
    [[nodiscard]] StockSheet sheet(const Lot& lot) const;
    [[nodiscard]] static RecordKind record_kind();

  private:
    void keep(Lot lot, const SerialRange& range);
    void tell(EventKind kind, Lot& lot, const std::string& person, const Asked& asked,
              Events& events);
    [[nodiscard]] const Lot* overlapping(const SerialRange& range) const;
    [[nodiscard]] bool is_in_stock(const Lot& lot, const std::string& serial,
                                   const SealBook& book) const;
    [[nodiscard]] std::string complaint(const CountLot& act, const Lot& lot,
                                        const SealBook& book) const;

    std::map<std::string, Lot, std::less<>> lots_;
    std::map<std::string, LotFigures, std::less<>> figures_;  // by lot
    // Shape -> first number of a range -> its last, and the lot.
    struct Place {
        std::uint64_t last = 0;
        std::string lot;
    };
    std::unordered_map<std::string, std::map<std::uint64_t, Place>> ranges_;
};

}  // namespace sealwarden
