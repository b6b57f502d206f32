// What is expected at the docks, with its seals: one expectation a unit, from documents. Checked
// where it comes in, so that a wrong number is somebody's question now and not at the door.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "firmware/core/csv.hpp"
#include "firmware/core/dock/visit_acts.hpp"
#include "firmware/core/rules.hpp"

namespace sealwarden {

// given (again and again) -> used, when the unit arrives; or withdrawn.
struct Expected {
    std::string container;  // normalised; the subject
    UnitKind kind{};
    std::vector<std::string> seals;           // normalised
    std::vector<std::string> seals_as_given;  // as they read in the documents
    std::string document, carrier;
    std::string source;         // the file, where one was given
    std::string given_by;       // a person; empty: a program
    bool remainder_10 = false;  // see UnitNumber
    std::string visit;          // that it arrived for
    template <class Self, class Fields>
    static void fields(Self& self, Fields& f) {
        f("kind", self.kind);
        f("seals", self.seals);
        f("seals_as_given", self.seals_as_given);
        f("document", self.document);
        f("carrier", self.carrier);
        f("source", self.source);
        f("given_by", self.given_by);
        f("remainder_10", self.remainder_10);
        f("visit", self.visit);
    }
    friend bool operator==(const Expected&, const Expected&) = default;
};

// Unit -> its visit: those that are here now.
using UnitsHere = std::unordered_map<std::string, std::string>;

class ExpectedUnits {
  public:
    void restore(const Record& record, const Now& now);
    void carry(const Now& now, Events& events) const;
    void apply(const ExpectVisit& act, const UnitsHere& here, const Asked& asked, Events& events);
    // All of the file or nothing of it; the refusal names lines and columns.
    void apply(const ImportExpected& act, const UnitsHere& here, const Asked& asked,
               Events& events);
    void apply(const WithdrawExpected& act, const Asked& asked, Events& events);
    // It arrived: it is not expected any more. Empty when it never was.
    std::optional<Expected> use(const std::string& unit, const std::string& visit,
                                const Asked& asked, Events& events);
    // A seal came in the place of another on the way (CTPAT 6.1 C): the new one is expected now.
    void replace_seal(const std::string& unit, const std::string& old_seal,
                      const std::string& new_seal, const Event& cause, const Now& now,
                      Events& events);

    [[nodiscard]] const Expected* find(const std::string& unit) const;
    [[nodiscard]] static RecordKind record_kind();

  private:
    // What is wrong with expecting this besides what is known already.
    [[nodiscard]] std::vector<std::string> conflicts(const Expected& one,
                                                     const UnitsHere& here) const;
    void keep(Expected one);
    void forget(const std::string& unit);
    void give(Expected one, const Asked& asked, Events& events);

    std::unordered_map<std::string, Expected> units_;
    std::unordered_map<std::string, std::string> unit_of_seal_;
};

}  // namespace sealwarden
