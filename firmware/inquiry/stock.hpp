// How the stock of seals stands, lot by lot, between two counts: opening + received - issued +
// returned - void - lost = expected, from the records of lots and seals.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "firmware/inquiry/ask.hpp"

namespace sealwarden::inquiry {

// Kept by whoever asks again: each refresh reads only the seals that changed since. Refreshes may
// interleave on one loop: between them the sheet is always one of the log as it stood.
class StockBook {
  public:
    boost::asio::awaitable<void> refresh(Ask ask);
    // {"lots":[{"lot","state","seal_class","certificate","size","opening","received","issued",
    //   "returned","void","lost","expected","in_stock","counted","counted_ts","difference","missing",
    //   "unexplained","unlisted","balanced","entry", with_ranges: "first","last"}]}
    // `counted` and what follows from it are of the last count, null before the first.
    [[nodiscard]] nlohmann::json sheet(bool with_ranges) const;

  private:
    struct Ledger {
        std::string lot;
        std::int64_t issued = 0, returned = 0, spoiled = 0, lost = 0;
    };
    struct Lot {
        nlohmann::json record;  // its newest entry
        nlohmann::json count;   // its newest lot.counted, or null
    };
    struct Read {
        std::uint64_t generation = 0, size = 0;  // of the log, before it was read
    };
    static Ledger ledger_of(const nlohmann::json& record);
    void take(const Read& read, std::map<std::string, Ledger> seals,
              std::map<std::string, Lot> lots);

    std::map<std::string, Ledger> seals_;
    std::map<std::string, Lot> lots_;
    std::uint64_t known_ = 0;  // records of entries before this index are in
    std::uint64_t generation_ = 0;
};

}  // namespace sealwarden::inquiry
