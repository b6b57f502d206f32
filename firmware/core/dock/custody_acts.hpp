// What people do with seals, and say of them (CTPAT 6.1 to 6.7).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware/core/act.hpp"

namespace sealwarden {

// CTPAT 6.7: view, verify, tug, twist; four results, never one tick.
enum class Check : std::uint8_t { not_done, good, bad };
[[nodiscard]] std::string_view to_string(Check check);  // "not_done", "good", "bad"
[[nodiscard]] std::span<const Check> values(Check);
enum class SealClass { indicative, security, high_security };    // ISO 17712: I, S, H
[[nodiscard]] std::string_view to_string(SealClass seal_class);  // "I", "S", "H"
[[nodiscard]] std::span<const SealClass> values(SealClass);
enum class ReadBy { typed, scanned, reader, picture };  // how a number was read
[[nodiscard]] std::string_view to_string(ReadBy how);
[[nodiscard]] std::span<const ReadBy> values(ReadBy);

struct ReceiveLot {
    static constexpr ActInfo info{"lot.receive",
                                  "A delivery of seals was counted and put into stock"};
    std::string lot;
    std::string maker;
    SealClass seal_class{};
    std::string certificate;
    std::string first;
    std::string last;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("lot", self.lot, "id of the lot: [a-z0-9-]");
        a("maker", self.maker, "who made them");
        a("seal_class", self.seal_class, "ISO 17712 class: I, S or H");
        a.optional("certificate", self.certificate,
                   "certificate of the lot; without one it is in quarantine");
        a("first", self.first, "first serial");
        a("last", self.last, "last serial; the same letters, digits counting up");
        a("person", self.person, "who does it, a registered person");
    }
};
struct CertifyLot {
    static constexpr ActInfo info{"lot.certify", "The certificate of a lot in quarantine has come"};
    std::string lot;
    std::string certificate;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("lot", self.lot, "id");
        a("certificate", self.certificate, "its certificate");
        a("person", self.person, "who does it, a registered person");
    }
};
struct CountLot {
    static constexpr ActInfo info{"lot.count", "An audit counted what is left of a lot"};
    std::string lot;
    std::vector<std::string> missing;
    std::vector<std::string> unexplained;
    std::int64_t counted = 0;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("lot", self.lot, "id");
        a.optional("missing", self.missing, "serials that should be there and are not");
        a.optional("unexplained", self.unexplained, "serials that are there and should not be");
        a("counted", self.counted, "how many are there");
        a("person", self.person, "who does it, a registered person");
    }
};
struct IssueSeal {
    static constexpr ActInfo info{"seal.issue", "A seal leaves the stock with a trained person"};
    std::string seal;
    std::string to;
    std::string container;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("seal", self.seal, "its number, as it reads");
        a("to", self.to, "who takes it");
        a.optional("container", self.container, "for which container or trailer");
        a("person", self.person, "who does it, a registered person");
    }
};
struct ReturnSeal {
    static constexpr ActInfo info{"seal.return", "An issued seal comes back unused"};
    std::string seal;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("seal", self.seal, "its number, as it reads");
        a("person", self.person, "who does it, a registered person");
    }
};
struct AffixSeal {
    static constexpr ActInfo info{"seal.affix", "A seal is put on"};
    std::string seal;
    std::string container;
    std::string door;
    bool hardware_checked = false;
    Check view{};
    Check verify{};
    Check tug{};
    Check twist{};
    ReadBy read_by{};
    std::string replaces;
    bool foreign = false;
    bool inside_found = false;
    std::string picture;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("seal", self.seal, "its number, as it reads");
        a("container", self.container, "container number, or plate of a trailer");
        a.optional("door", self.door, "the dock it stands at");
        a.optional("hardware_checked", self.hardware_checked,
                   "handles, rods, hasps, rivets and brackets hold (CTPAT 5.4)");
        a("view", self.view, "the seal and the lock hardware: good, bad or not_done");
        a("verify", self.verify, "the number against the documents: good, bad or not_done");
        a("tug", self.tug, "does it hold: good, bad or not_done");
        a("twist", self.twist, "does nothing unscrew: good, bad or not_done");
        a.optional("read_by", self.read_by,
                   "how the number was read: typed, scanned, reader, picture");
        a.optional("replaces", self.replaces, "the seal in whose place it comes");
        a.optional("foreign", self.foreign,
                   "not of our stock: put on by an authority or a shipper");
        a.optional("inside_found", self.inside_found, "the replaced seal was found inside");
        a.optional("picture", self.picture, "SHA-256 of a picture");
        a("person", self.person, "who does it, a registered person");
    }
};
struct VerifySeal {
    static constexpr ActInfo info{"seal.verify",
                                  "A seal on a container is checked, with the four results"};
    std::string seal;
    std::string container;
    std::string door;
    std::string document;
    Check view{};
    Check verify{};
    Check tug{};
    Check twist{};
    ReadBy read_by{};
    std::string place;
    std::string picture;
    std::string note;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("seal", self.seal, "its number, as it reads");
        a("container", self.container, "container number, or plate of a trailer");
        a.optional("door", self.door, "the dock it stands at");
        a.optional("document", self.document, "the number on the documents; else what is expected");
        a("view", self.view, "the seal and the lock hardware: good, bad or not_done");
        a("verify", self.verify, "the number against the documents: good, bad or not_done");
        a("tug", self.tug, "does it hold: good, bad or not_done");
        a("twist", self.twist, "does nothing unscrew: good, bad or not_done");
        a.optional("read_by", self.read_by,
                   "how the number was read: typed, scanned, reader, picture");
        a.optional("place", self.place, "where");
        a.optional("picture", self.picture, "SHA-256 of a picture");
        a.optional_prose("note", self.note, "remarks");
        a("person", self.person, "who does it, a registered person");
    }
};
struct ClearMismatch {
    static constexpr ActInfo info{"seal.clear",
                                  "A mismatch was a clerical error, and this documents it"};
    std::string seal;
    std::string note;
    bool misread = false;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("seal", self.seal, "its number, as it reads");
        a.prose("note", self.note, "what was wrong, and how it is known");
        a.optional("misread", self.misread,
                   "nobody ever saw this number there: it was misread or mistyped");
        a("person", self.person, "who does it, a registered person");
    }
};
struct TamperedSeal {
    static constexpr ActInfo info{"seal.tampered",
                                  "A seal was found altered, loose, cut or of the wrong hardware"};
    std::string seal;
    std::string container;
    std::string note;
    std::string picture;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("seal", self.seal, "its number, as it reads");
        a.optional("container", self.container, "where it is or was");
        a.prose("note", self.note, "what was found");
        a.optional("picture", self.picture, "SHA-256 of a picture");
        a("person", self.person, "who does it, a registered person");
    }
};
struct HoldSeal {
    static constexpr ActInfo info{"seal.hold", "The seal is kept as evidence"};
    std::string seal;
    std::string place;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("seal", self.seal, "its number, as it reads");
        a("place", self.place, "where it is kept");
        a("person", self.person, "who does it, a registered person");
    }
};
struct ReleaseSeal {
    static constexpr ActInfo info{"seal.release", "Ends the hold over a seal; never by itself"};
    std::string seal;
    std::string result;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("seal", self.seal, "its number, as it reads");
        a.prose("result", self.result, "what came out");
        a("person", self.person, "who does it, a registered person");
    }
};
struct BreakSeal {
    static constexpr ActInfo info{"seal.break",
                                  "A seal was cut by customs, another authority or the carrier"};
    std::string seal;
    std::string container;
    std::string authority;
    std::string officer;
    std::string reason;
    std::string place;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("seal", self.seal, "its number, as it reads");
        a("container", self.container, "container number, or plate of a trailer");
        a("authority", self.authority, "CBP, police, carrier …");
        a.optional_personal("officer", self.officer, "who cut it");
        a.prose("reason", self.reason, "why");
        a.optional("place", self.place, "where");
        a("person", self.person, "who does it, a registered person");
    }
};
struct RemoveSeal {
    static constexpr ActInfo info{"seal.remove",
                                  "A seal is cut at its destination, with authority"};
    std::string seal;
    std::string container;
    std::string door;
    std::string document;
    Check view{};
    Check verify{};
    Check tug{};
    Check twist{};
    std::string authority;
    std::string reason;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("seal", self.seal, "its number, as it reads");
        a("container", self.container, "container number, or plate of a trailer");
        a.optional("door", self.door, "the dock it stands at");
        a.optional("document", self.document, "the number on the documents; else what is expected");
        a("view", self.view, "the seal and the lock hardware: good, bad or not_done");
        a("verify", self.verify, "the number against the documents: good, bad or not_done");
        a("tug", self.tug, "does it hold: good, bad or not_done");
        a("twist", self.twist, "does nothing unscrew: good, bad or not_done");
        a("authority", self.authority, "on whose authority");
        a.prose("reason", self.reason, "why");
        a("person", self.person, "who does it, a registered person");
    }
};
struct DisposeSeal {
    static constexpr ActInfo info{"seal.dispose",
                                  "What is left of a removed seal is thrown away or kept"};
    std::string seal;
    bool kept = false;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("seal", self.seal, "its number, as it reads");
        a.optional("kept", self.kept, "kept");
        a("person", self.person, "who does it, a registered person");
    }
};
struct VoidSeal {
    static constexpr ActInfo info{"seal.void", "A seal is damaged and will not be used"};
    std::string seal;
    std::string reason;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("seal", self.seal, "its number, as it reads");
        a.prose("reason", self.reason, "why");
        a("person", self.person, "who does it, a registered person");
    }
};
struct LoseSeal {
    static constexpr ActInfo info{"seal.lose", "A seal cannot be accounted for"};
    std::string seal;
    std::string reason;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("seal", self.seal, "its number, as it reads");
        a.prose("reason", self.reason, "what is known");
        a("person", self.person, "who does it, a registered person");
    }
};
struct SampleSeals {
    static constexpr ActInfo info{"seal.sample", "Draws seals in use at random, to be checked"};
    std::int64_t count = 0;
    std::string seed;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("count", self.count, "how many");
        a.optional("seed", self.seed,
                   "the seed to draw with; else one is made from what is known only now");
        a("person", self.person, "who does it, a registered person");
    }
};

using CustodyActs =
    std::variant<ReceiveLot, CertifyLot, CountLot, IssueSeal, ReturnSeal, AffixSeal, VerifySeal,
                 ClearMismatch, TamperedSeal, HoldSeal, ReleaseSeal, BreakSeal, RemoveSeal,
                 DisposeSeal, VoidSeal, LoseSeal, SampleSeals>;

}  // namespace sealwarden
