// Who cuts, clones and puts on what should not be put on.
#include "tests/sim/adversaries.hpp"

namespace sealwarden::sim {

using namespace std::chrono_literals;

// Another number is on than the documents name. It is sent back as it came; or leaves although the
// case is open.
void Adversaries::resealed_on_the_way(bool leaves) {
    auto& plan = people_.take(Purpose::unload);
    plan.seals = {people_.foreign_seal()};
    plan.cut.reset();
    plan.load.reset();
    plan.openings.clear();
    plan.anyway = leaves;
    plant("cut and re-sealed on the way", *plan.verify, *plan.verify + 1s,
          {alarm("custody-mismatch", plan.unit()), alarm("visit-seal-differs", plan.unit())});
    if (!leaves) return;
    plan.besides.emplace_back(plan.depart - 30s, [&world = world_, door = plan.door] {
        world.does("visit.depart", {{"visit", door}, {"person", "eva"}});
    });
    plant("left with an open case", plan.depart - 30s, plan.depart + 1s,
          {refusal("held"), alarm("visit-left-with-case", plan.unit())});
}

// Somebody cuts the seal that was put on here and puts on another one; the guard reads it.
void Adversaries::resealed_here() {
    auto& plan = people_.take(Purpose::load, {"d2", "d3", "d5", "d6"});
    const auto other = people_.foreign_seal();
    const auto when = plan.depart - 150s;
    plan.besides.emplace_back(when, [&world = world_, other, container = plan.container] {
        world.must("seal.verify", checked(other, container, "ben"));
    });
    plant("cut and re-sealed here", when, when + 1s,
          {alarm("custody-mismatch", plan.unit()), alarm("visit-seal-differs", plan.unit())});
}

void Adversaries::cut_under_a_reader() {
    auto& plan = people_.take(Purpose::load, {"d1", "d4"}, {"rf1"});
    const auto when = *plan.seal + 2min;
    plan.besides.emplace_back(when,
                              [&world = world_, door = plan.door] { world.seal_is_cut(door); });
    plant("cut under a reader", when, plan.depart + 1s,
          {alarm("seal-open", {"seal", "s-" + plan.door}), alarm("custody-tampered", plan.unit()),
           alarm("visit-cut-without-authority", plan.unit())},
          {alarm("visit-left-unsealed", plan.unit())});
}

void Adversaries::cut_before_a_restart() {
    constexpr auto grace = 2min;
    auto& plan = people_.take(Purpose::unload, {"d1", "d4"}, {"rf1"});
    plan.cut.reset();
    plan.load.reset();
    plan.openings.clear();
    const auto when = *plan.verify + 1min;
    plan.besides.emplace_back(when,
                              [&world = world_, door = plan.door] { world.seal_is_cut(door); });
    world_.options.dock.cut_grace = grace;
    world_.restarted = when + world_.between(5s, 100s);
    plant("cut before a restart", when, when + grace + 1s,
          {alarm("seal-open", {"seal", "s-" + plan.door}), alarm("custody-tampered", plan.unit()),
           alarm("visit-cut-without-authority", plan.unit())});
}

// The papers were made to fit the number that somebody saw on a container that left.
void Adversaries::cloned_from_one_that_left() {
    auto& plan = people_.take(Purpose::unload);
    if (plan.arrive < world_.on(1, 0h)) return cloned_from_one_that_left();
    const auto& left = people_.take_before(Purpose::load, plan.arrive);
    plan.seals = plan.documents = {left.own_seal};
    plant("a number cloned from a container that left", *plan.verify, *plan.verify + 1s,
          {alarm("custody-duplicate", plan.unit())});
}

void Adversaries::cloned_twice() {
    auto& plan = people_.take(Purpose::unload);
    if (plan.arrive < world_.on(1, 0h)) return cloned_twice();
    const auto& before = people_.take_before(Purpose::unload, plan.arrive - 12h);
    plan.seals = plan.documents = {before.seals.front()};
    plant("a number on two containers", *plan.verify, *plan.verify + 1s,
          {alarm("custody-duplicate", plan.unit())});
}

// The number of a container at a dock is on one in the yard: neither is to leave.
void Adversaries::cloned_while_it_is_here() {
    auto& plan = people_.take(Purpose::load);
    const auto when = plan.depart - 4min;
    const Subject yard{"container", "YARD4711"};
    says(when, "seal.verify", checked(plan.own_seal, yard.id, "ben"));
    plant("a number on two containers that are here", when, when + 1s,
          {alarm("custody-duplicate", yard), alarm("custody-duplicate", plan.unit())});
    plan.besides.emplace_back(when + 30s, [&world = world_, door = plan.door] {
        world.does("visit.depart", {{"visit", door}, {"person", "eva"}});
    });
    plant("the container it was cloned from tries to leave", when + 30s, when + 31s,
          {refusal("held")});
}

// It hangs on the container before anybody asks whose it was.
void Adversaries::sealed_by_another() {
    auto& plan = people_.take(Purpose::load);
    plan.sealed_by = "ana";
    plant("a seal put on by somebody to whom it was not issued", *plan.seal, *plan.seal + 1s,
          {alarm("custody-by-another", plan.unit())});
}

void Adversaries::loose_seal() {
    auto& plan = people_.take(Purpose::unload);
    const auto when = *plan.verify;
    auto arguments = checked(plan.seals.front(), plan.container, "ben");
    arguments["twist"] = "bad";
    plan.besides.emplace_back(
        when, [&world = world_, arguments] { world.must("seal.verify", arguments); });
    plan.verify.reset();
    plan.cut.reset();
    plan.load.reset();
    plan.openings.clear();
    plant("a seal that unscrews", when, when + 1s,
          {alarm("custody-tampered", plan.unit()),
           alarm("visit-cut-without-authority", plan.unit())});
    // Somebody would be rid of it before it is looked at.
    plan.besides.emplace_back(when + 30s, [&world = world_, unit = plan.unit()] {
        for (const auto& id : world.cases_about(unit))
            world.does("case.close", {{"case_id", id},
                                      {"result", "nothing"},
                                      {"nobody_to_notify", true},
                                      {"person", "ana"}});
    });
    plant("a case closed over a seal in doubt", when + 30s, when + 31s, {refusal("seal_in_doubt")});
}

void Adversaries::uncertified_lot() {
    auto& plan = people_.take(Purpose::load);
    const auto when = *plan.seal - 25s;
    says(when, "seal.issue", {{"seal", "HQ000007"}, {"to", "ben"}, {"person", "dan"}});
    says(when + 5s, "seal.affix", checked("HQ000007", plan.container, "ben"));
    for (const auto after : {0s, 5s})
        plant("a seal of a lot without certificate", when + after, when + after + 1s,
              {refusal("quarantined")});
}

void Adversaries::untrained_person() {
    auto& plan = people_.take(Purpose::load);
    const auto when = *plan.seal - 15s;
    says(when, "seal.issue", {{"seal", people_.own_seal()}, {"to", "kim"}, {"person", "dan"}});
    says(when + 5s, "seal.affix", checked(plan.own_seal, plan.container, "kim"));
    for (const auto after : {0s, 5s})
        plant("a seal in untrained hands", when + after, when + after + 1s,
              {refusal("not_allowed")});
}

}  // namespace sealwarden::sim
