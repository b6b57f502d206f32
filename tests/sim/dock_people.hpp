// What honest people do in a week at the docks: visits all day, the office, the stock of seals,
// visitors, work at night that is announced; and what is odd and honest all the same.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tests/sim/dock_visits.hpp"

namespace sealwarden::sim {

class DockPeople {
  public:
    // Plans the visits; nothing is carried out yet.
    explicit DockPeople(DockWorld& world);

    // A visit for somebody who makes something else of it: a loading, unloading or exchange, at one
    // of these docks (empty: any), all of whose devices answer.
    [[nodiscard]] VisitPlan& take(Purpose purpose, const std::set<std::string>& doors = {},
                                  const std::set<std::string>& devices = {});
    // Another one, that has left before then.
    [[nodiscard]] VisitPlan& take_before(Purpose purpose, Uptime then);
    // Half an hour of a night that nobody else has, and a minute at the office by day.
    [[nodiscard]] Uptime take_night(const std::set<std::string>& devices = {});
    [[nodiscard]] Uptime take_office();
    [[nodiscard]] std::string own_seal();
    [[nodiscard]] std::string foreign_seal();
    [[nodiscard]] std::string new_container();

    void carry_out();

    static constexpr std::int64_t gus_badge = 1005, hal_badge = 1006, ida_badge = 1007,
                                  lee_badge = 1008, max_badge = 1009;

  private:
    [[nodiscard]] VisitPlan& pick(const std::vector<VisitPlan*>& fitting);
    void plan_visits();
    void plan_day(const std::string& door, int day);
    void plan_returns();
    // dock_oddities.cpp
    void plan_oddities();
    void customs_resealed(bool on_the_way);
    void clerical_error(bool misread);
    void left_empty();
    void cancelled();
    void trailer();
    void damaged_seal();
    void maintenance();
    void test_mode();
    void drill();
    // dock_offices.cpp
    void register_people();
    void keep_stock();
    void announce_visits();
    void office();
    void somebody_passes(Uptime at);
    void visitors();
    void rounds();
    void technician();
    void noise();

    DockWorld& world_;
    std::vector<VisitPlan> visits_;
    std::vector<Uptime> nights_;
    std::vector<Uptime> office_taken_;
    std::int64_t own_seals_ = 0, foreign_seals_ = 0, containers_ = 0;
};

}  // namespace sealwarden::sim
