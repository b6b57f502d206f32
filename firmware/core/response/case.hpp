// One case: something that has to be looked into (CTPAT 7.23, 7.27, 7.37).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/core/fields.hpp"

namespace sealwarden {

//   open -- close, with a result --> closed
//
// An open one is assigned, noted, told to parties, linked to more of what it is about, and told
// once when it is over due. A closed one stays closed: what comes later is another case.
enum class CaseState { open, closed };
[[nodiscard]] std::string_view to_string(CaseState state);
[[nodiscard]] std::span<const CaseState> values(CaseState);

enum class CaseInput { assign, note, notify, link, expire, close };
// Empty: not any more.
[[nodiscard]] std::optional<CaseState> next(CaseState state, CaseInput input);

struct Case {
    std::string id;  // the subject: "c-20261124-140512-345"
    CaseState state = CaseState::open;
    std::string cause;  // by_hand, or the kind of the event that opened it: "custody.tampered"
    std::string what;   // more of it: the alarm's kind, what deviates, what was tested
    std::string container, visit, seal, door, alarm, test;  // ids, as far as known
    std::string source_kind, source_id;                     // what else it is about
    std::string owner;
    std::optional<Uptime> opened_at, due_at, closed_at;
    bool hold = false;  // the container is not to leave until this is closed
    bool overdue = false;
    std::int64_t notes = 0, links = 0;
    // "alarm door-forced-d07": what belongs to it besides, the first dozen; it opens no other case.
    std::vector<std::string> also;
    std::vector<std::string> notified;  // parties
    bool nobody_to_notify = false;
    std::string opened_by, closed_by;  // persons; opened_by empty: by itself
    std::string told, result;          // texts of people

    template <class Self, class Fields>
    static void fields(Self& self, Fields& f) {
        f("state", self.state);
        f("cause", self.cause);
        f("what", self.what);
        f("container", self.container);
        f("visit", self.visit);
        f("seal", self.seal);
        f("door", self.door);
        f("alarm", self.alarm);
        f("test", self.test);
        f("source_kind", self.source_kind);
        f("source_id", self.source_id);
        f("owner", self.owner);
        f("opened_ts", self.opened_at);
        f("due_ts", self.due_at);
        f("closed_ts", self.closed_at);
        f("hold", self.hold);
        f("overdue", self.overdue);
        f("notes", self.notes);
        f("links", self.links);
        f("also", self.also);
        f("notified", self.notified);
        f("nobody_to_notify", self.nobody_to_notify);
        f("opened_by", self.opened_by);
        f("closed_by", self.closed_by);
        f.personal("told", self.told);
        f.personal("result", self.result);
    }
    friend bool operator==(const Case&, const Case&) = default;
};

// The case first, then what it is about.
[[nodiscard]] std::vector<Subject> subjects_of(const Case& one);
// Takes what the subject says of what the case is about, where nothing is known of it yet.
void learn(Case& one, const Subject& subject);

}  // namespace sealwarden
