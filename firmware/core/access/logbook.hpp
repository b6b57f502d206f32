// Who came in and who left: visitors (CTPAT 10.2) and drivers (10.3, 10.4). Each entry is a record;
// one that stays open is told at the end of each shift. The drivers' log is not for drivers: no
// retained state shows it.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/core/access/access_acts.hpp"
#include "firmware/core/rules.hpp"

namespace sealwarden {

// The six fields of 10.2: date and time in, name, identification, contact, time out.
struct VisitorEntry {
    bool id_checked = false;
    std::string contact;
    std::optional<Uptime> in, out;
    std::optional<std::int64_t> overdue_ms;  // the shift's end at which it was told
    std::string in_by, out_by;
    std::string name, company, badge;
    template <class Self, class Fields>
    static void fields(Self& self, Fields& f) {
        f("id_checked", self.id_checked);
        f("contact", self.contact);
        f("in_ts", self.in);
        f("out_ts", self.out);
        f("overdue_ts", self.overdue_ms);
        f("in_by", self.in_by);
        f("out_by", self.out_by);
        f.personal("name", self.name);
        f.personal("company", self.company);
        f.personal("badge", self.badge);
    }
    friend bool operator==(const VisitorEntry&, const VisitorEntry&) = default;
};

// The eight fields of 10.4: name, date and time of arrival, employer, truck, trailer, departure,
// seal.
struct DriverEntry {
    bool id_checked = false;
    std::optional<Uptime> in, out;
    std::string visit;  // the newest one with this driver that left or was sealed
    std::string seal;   // as that visit has it, or as told at departure
    std::optional<std::int64_t> overdue_ms;
    std::string in_by, out_by;
    std::string name, employer, truck, trailer;
    template <class Self, class Fields>
    static void fields(Self& self, Fields& f) {
        f("id_checked", self.id_checked);
        f("in_ts", self.in);
        f("out_ts", self.out);
        f("visit", self.visit);
        f("seal", self.seal);
        f("overdue_ts", self.overdue_ms);
        f("in_by", self.in_by);
        f("out_by", self.out_by);
        f.personal("name", self.name);
        f.personal("employer", self.employer);
        f.personal("truck", self.truck);
        f.personal("trailer", self.trailer);
    }
    friend bool operator==(const DriverEntry&, const DriverEntry&) = default;
};

//   in ----> open ---- out ----> closed
//             |  ^
//             +--+ a shift ends: overdue, once a shift
class Logbook {
  public:
    void configure(const Circumstances& circumstances);
    void restore(const Record& record, const Circumstances& circumstances);
    void apply(const VisitorIn& act, const Asked& asked, Events& events);
    void apply(const VisitorOut& act, const Asked& asked, Events& events);
    void apply(const DriverIn& act, const Asked& asked, Events& events);
    void apply(const DriverOut& act, const Asked& asked, Events& events);
    void take(const Event& said, const Circumstances& circumstances, Events& events);
    void tick(const Circumstances& circumstances, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const { return deadline_; }
    void carry(const Circumstances& circumstances, Events& events) const;
    [[nodiscard]] static std::span<const RecordKind> record_kinds();

  private:
    // "vis-20261124-080512-1": when it was made, by the local clock, and which one in that second.
    [[nodiscard]] std::string next_id(std::string_view prefix, const Now& now);
    void plan(const Circumstances& circumstances);
    template <class Entry>
    void tell_overdue(std::map<std::string, Entry, std::less<>>& entries, std::string_view subject,
                      EventKind kind, const Circumstances& circumstances, Events& events);

    std::map<std::string, VisitorEntry, std::less<>> visitors_;  // open ones
    std::map<std::string, DriverEntry, std::less<>> drivers_;
    std::string last_stamp_;
    int in_second_ = 0;
    std::optional<Uptime> deadline_;
};

}  // namespace sealwarden
