// What is being looked into: opened by alarms, seals, visits, tests and people, closed by a person
// with a result.
//
// By itself a case opens for
//   alarm.raised of high priority       custody.mismatch, .tampered, .duplicate, .held
//   visit.deviation about a seal or an opening out of turn       test.recorded, failed
// but never for what is a test, a drill or maintenance. What has an open case already, by its
// alarm, seal, visit or test, is linked to that one (case.linked). Those about seals hold the
// container: it should not leave before they are closed, and that takes that a party was told, or
// that the result says why none had to be. A number that is on two containers holds both, with a
// case each. None closes while something about a seal of it is undecided (mismatch, tampered,
// hold).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "firmware/core/dock/custody_state.hpp"
#include "firmware/core/response/case.hpp"
#include "firmware/core/response/case_acts.hpp"
#include "firmware/core/rules.hpp"

namespace sealwarden {

class Cases {
  public:
    void restore(const Record& record, const Circumstances& circumstances);
    void apply(const OpenCase& act, const Asked& asked, Events& events);
    void apply(const AssignCase& act, const Asked& asked, Events& events);
    void apply(const NoteCase& act, const Asked& asked, Events& events);
    void apply(const NotifyCase& act, const Asked& asked, Events& events);
    void apply(const LinkCase& act, const Asked& asked, Events& events);
    void apply(const CloseCase& act, const Asked& asked, Events& events);
    void take(const Event& event, const Circumstances& circumstances, Events& events);
    void tick(const Circumstances& circumstances, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const;
    void carry(const Circumstances& circumstances, Events& events) const;
    [[nodiscard]] static std::span<const RecordKind> record_kinds();

    [[nodiscard]] const Case* find(const std::string& id) const;  // of the open ones

  private:
    struct Cause;  // what in an event asks for a case
    [[nodiscard]] static std::optional<Cause> cause_in(const Event& event);

    const Case& open(Case one, const Now& now, Uptime at);
    void link(Case& one, const Event& event, const Cause& cause, const Circumstances& circumstances,
              Events& events);
    // Opens one, or links the event to the one that has the same cause.
    void look_into(const Event& event, const Cause& cause, const Circumstances& circumstances,
                   Events& events);
    static void keep_also(Case& one, const Subject& subject);
    void know_seal(const std::string& number, std::string_view state);
    // What must be decided of a seal before it can close, as a sentence; empty: nothing.
    [[nodiscard]] std::string undecided(const Case& one) const;
    // One that holds is about the same container, or about none yet.
    [[nodiscard]] Case* with_same_cause(const Event& event, const Cause& cause);
    // Null, and said so: there is none, or it is closed.
    [[nodiscard]] Case* asked_for(const std::string& id, const Asked& asked, Events& events);
    static Event& tell(EventKind kind, const Case& one, const Asked& asked,
                       const std::string& person, Events& events);
    [[nodiscard]] static std::vector<Subject> keys_of(const Case& one);
    void index(const Case& one);
    void forget(const Case& one);
    void set_due(const Case& one, Uptime not_before);
    [[nodiscard]] std::string new_id(const Now& now, Uptime at);

    std::map<std::string, Case> open_;
    std::map<Subject, std::string> by_subject_;     // alarm, seal_number, visit, test -> open case
    std::map<std::string, CustodyState> in_doubt_;  // seals that wait for a decision
    std::map<std::string, Uptime> due_at_;          // of those that are not over due
    std::set<std::pair<Uptime, std::string>> due_;
    std::int64_t last_id_ms_ = 0;
};

}  // namespace sealwarden
