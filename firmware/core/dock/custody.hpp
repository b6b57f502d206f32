// Seals from their delivery to their end: a state machine for each number; lots, counts, samples.
// See SEALS.md.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "firmware/core/dock/custody_acts.hpp"
#include "firmware/core/dock/expectations.hpp"
#include "firmware/core/dock/lots.hpp"
#include "firmware/core/dock/seal_book.hpp"
#include "firmware/core/dock/seal_number.hpp"
#include "firmware/core/rules.hpp"

namespace sealwarden {

class Custody {
  public:
    void restore(const Record& record, const Circumstances& circumstances);
    // Lots, and seals, once more, for a log that began anew.
    void carry(const Circumstances& circumstances, Events& events) const;
    void carry(const Circumstances& circumstances, CarriedPiece& piece) const;

    void apply(const ReceiveLot& act, const Asked& asked, Events& events);
    void apply(const CertifyLot& act, const Asked& asked, Events& events);
    void apply(const CountLot& act, const Asked& asked, Events& events);
    void apply(const IssueSeal& act, const Asked& asked, Events& events);
    void apply(const ReturnSeal& act, const Asked& asked, Events& events);
    void apply(const VoidSeal& act, const Asked& asked, Events& events);
    void apply(const LoseSeal& act, const Asked& asked, Events& events);
    void apply(const AffixSeal& act, const Asked& asked, Events& events);
    void apply(const VerifySeal& act, const Asked& asked, Events& events);
    void apply(const RemoveSeal& act, const Asked& asked, Events& events);
    void apply(const BreakSeal& act, const Asked& asked, Events& events);
    void apply(const TamperedSeal& act, const Asked& asked, Events& events);
    void apply(const ClearMismatch& act, const Asked& asked, Events& events);
    void apply(const HoldSeal& act, const Asked& asked, Events& events);
    void apply(const ReleaseSeal& act, const Asked& asked, Events& events);
    void apply(const DisposeSeal& act, const Asked& asked, Events& events);
    void apply(const SampleSeals& act, const Asked& asked, Events& events);

    // What is expected on which container, and what readers of electronic seals say.
    void take(const Event& said, const Circumstances& circumstances, Events& events);
    // `taken_off` true on what a reader says of a seal that somebody just took off, and said so.
    void mark(Event& event) const;
    // A verified seal that its reader says was cut, and nobody said within the grace that he did.
    void tick(const Circumstances& circumstances, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const;
    [[nodiscard]] static std::span<const RecordKind> record_kinds();

  private:
    // How an input meets what is known of a number, when it is said of a seal on `container`.
    enum class Fit {
        fits,
        again,    // that number cannot be there: a second seal has it, or the log lacks something
        doubted,  // the same, but what is known of it is in doubt, which nothing may cover up
        refused,
    };
    // An act about one seal on one container: what is said about it, and how.
    struct Finding {
        CustodyInput input{};
        SealNumber number;
        std::string container, door, person;
        Fit fit = Fit::fits;
    };

    [[nodiscard]] SealRecord known(const SealNumber& number) const;
    [[nodiscard]] static Fit fit(const SealRecord& seal, CustodyInput input,
                                 const std::string& container);
    // What is kept of the seal behind it.
    [[nodiscard]] static SealRecord moved(const SealRecord& seal, const Finding& finding);
    // The event with the whole record, which is kept.
    Event& tell(EventKind kind, SealRecord seal, const Asked& asked, Events& events);
    void tell_duplicate(const SealRecord& before, const SealRecord& after, const Finding& finding,
                        const Asked& asked, Events& events);
    void keep(const SealRecord& seal);
    // Why nothing can be done with it, for programs and for people.
    void refuse_state(const SealRecord& seal, const SealNumber& number, std::string_view verb,
                      const Asked& asked, Events& events) const;
    [[nodiscard]] static std::string whereabouts(const SealRecord& seal);
    // Good numbers of a seal and a container, and a door there is; else the act is refused.
    [[nodiscard]] static bool names_well(const std::string& seal, const std::string& container,
                                         const std::string& door, const Asked& asked,
                                         Events& events);
    [[nodiscard]] bool may_replace(const SealRecord& old, const SealNumber& by,
                                   const Finding& finding, const Asked& asked,
                                   Events& events) const;
    [[nodiscard]] bool may_affix(const AffixSeal& act, const SealRecord& seal,
                                 const Finding& finding, const Asked& asked, Events& events) const;
    // A move that has nothing to do with a container: from where it is, or refused.
    [[nodiscard]] std::optional<SealRecord> moved_by_hand(const SealNumber& number,
                                                          CustodyInput input, std::string_view verb,
                                                          const std::string& person,
                                                          const Asked& asked, Events& events) const;
    // View, verify, tug and twist, with what they lead to; `good` when nothing is wrong and the
    // number was compared with something.
    template <class A>
    void check(const A& act, CustodyInput good, const Asked& asked, Events& events);

    void wait_no_longer(const std::string& container, const Circumstances& circumstances,
                        Events& events);
    // What a reader saw of it, now or before the grace; the record is kept.
    Event& tell_cut(EventKind kind, SealRecord seal, const CutSeen& cut,
                    const Circumstances& circumstances, Events& events);
    Event& found_cut(SealRecord seal, const Circumstances& circumstances, Events& events);

    std::map<std::string, Uptime> cuts_;  // seals that are waited for, and until when
    Lots lots_;
    SealBook book_;
    Expectations expectations_;
};

}  // namespace sealwarden
