// Claimed times against position. An entry's epoch is known from where it stands between the
// closings; its clock only claims. Used for bundles and for whole logs, with records in any order.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "firmware/verify/record.hpp"
#include "firmware/verify/report.hpp"
#include "firmware/verify/sheet.hpp"

namespace sealwarden::verify {

class TimeCheck {
  public:
    explicit TimeCheck(const Sheet& sheet) : sheet_{sheet} {}

    // `first`..`last`: the epochs the record may belong to by its position. In epoch 0 stand those
    // of `generation` 1, too, that are older than the commissioning; how much, nothing says.
    void add(const Record& record, std::uint64_t generation, std::uint64_t first,
             std::uint64_t last);

    // `late`: epochs that were closed late, with the time the closing claims. Throws Broken for the
    // first record whose time nothing explains; reports the others that do not fit.
    void finish(const std::map<std::uint64_t, Moment>& late, Report& report) const;

  private:
    struct Misfit {
        std::uint64_t index;
        std::uint64_t boot;
        std::uint64_t first;
        std::uint64_t last;
        Moment claimed;
        bool early;          // else late
        Moment claimed_low;  // claimed, less its error
        bool unsynced;
    };
    const Sheet& sheet_;
    std::vector<Misfit> misfits_;
    std::set<std::uint64_t> stepped_boots_;
    std::uint64_t unsynced_ = 0;
    std::uint64_t first_unsynced_ = 0;
    std::uint64_t last_unsynced_ = 0;
};

// `data.epoch` and `data.late` of an epoch.close; nothing: it is none.
struct Closing {
    std::uint64_t epoch = 0;
    bool late = false;
};
[[nodiscard]] std::optional<Closing> closing_of(const Record& record);

}  // namespace sealwarden::verify
