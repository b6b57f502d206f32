#include "tests/core/dock/custody_fixture.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

class LotsTest : public CustodyFixture {
  protected:
    static Arguments counting(std::int64_t counted, Arguments more = {}) {
        Arguments arguments{{"lot", "l1"}, {"counted", counted}, {"person", "beto"}};
        for (auto& [name, datum] : more) arguments[name] = datum;
        return arguments;
    }
    static std::int64_t number(const Event& event, const std::string& key) {
        const auto found = datum(event, key);
        const auto* value = std::get_if<std::int64_t>(&found);
        EXPECT_NE(value, nullptr) << key;
        return value == nullptr ? -1 : *value;
    }
    // opening, received, issued, returned, void, lost, expected, counted, difference
    [[nodiscard]] std::vector<std::int64_t> sheet() const {
        const auto event = said_of(lot_counted);
        std::vector<std::int64_t> all;
        for (const auto* key : {"opening", "received", "issued", "returned", "void", "lost",
                                "expected", "counted", "difference"})
            all.push_back(number(event, key));
        return all;
    }
};

TEST_F(LotsTest, ADeliveryIsEnteredByItsRange) {
    receives();
    const auto event = said_of(lot_received);
    EXPECT_EQ(event.subjects.front(), (Subject{"lot", "l1"}));
    EXPECT_EQ(ids(event, "person"), std::vector<std::string>{"beto"});
    EXPECT_EQ(text(event, "state"), "in_stock");
    EXPECT_EQ(text(event, "first"), "HL100001");
    EXPECT_EQ(text(event, "last"), "HL100010");
    EXPECT_EQ(number(event, "size"), 10);
    EXPECT_EQ(datum(event, "high_security"), Datum{true});
    EXPECT_EQ(text(event, "by"), "uid:1000(ana)");
}

TEST_F(LotsTest, ADeliveryThatMakesNoSenseIsRefused) {
    cannot("not_allowed", "lot.receive", lot({{"person", "ana"}}));
    cannot("unknown_person", "lot.receive", lot({{"person", "zoe"}}));
    cannot("bad_argument", "lot.receive", lot({{"lot", "Lot 1"}}));
    cannot("bad_number", "lot.receive", lot({{"first", "HL,1"}}));
    cannot("bad_range", "lot.receive", lot({{"last", "HM100010"}}));
    receives();
    cannot("lot_known", "lot.receive", lot());
    cannot("overlap", "lot.receive",
           lot({{"lot", "l2"}, {"first", "HL100010"}, {"last", "HL100020"}}));
    cannot("overlap", "lot.receive",
           lot({{"lot", "l2"}, {"first", "HL000000"}, {"last", "HL200000"}}));
    EXPECT_NE(message().find("`l1`"), std::string::npos);
    can("lot.receive", lot({{"lot", "l2"}, {"first", "HL100011"}, {"last", "HL100020"}}));
    can("lot.receive", lot({{"lot", "l3"}, {"first", "HL99990"}, {"last", "HL99999"}}));
}

TEST_F(LotsTest, NothingIsIssuedFromALotWithoutCertificate) {
    auto arguments = lot();
    arguments.erase("certificate");
    can("lot.receive", arguments);
    EXPECT_EQ(text(said_of(lot_received), "state"), "quarantined");
    const Arguments issue{{"seal", "HL100001"}, {"to", "ana"}, {"person", "beto"}};
    cannot("quarantined", "seal.issue", issue);
    cannot("quarantined", "seal.affix", affixing("HL100001", "MSCU6639870"));
    restarts();
    cannot("quarantined", "seal.issue", issue);
    cannot("unknown_lot", "lot.certify", {{"lot", "l9"}, {"certificate", "c"}, {"person", "beto"}});
    cannot("not_allowed", "lot.certify", {{"lot", "l1"}, {"certificate", "c"}, {"person", "eva"}});
    can("lot.certify", {{"lot", "l1"}, {"certificate", "c"}, {"person", "beto"}});
    EXPECT_EQ(text(said_of(lot_certified), "certificate"), "c");
    EXPECT_EQ(text(said_of(lot_certified), "state"), "in_stock");
    cannot("already_certified", "lot.certify",
           {{"lot", "l1"}, {"certificate", "c"}, {"person", "beto"}});
    can("seal.issue", issue);
}

TEST_F(LotsTest, SealsOfALowerClassAreTold) {
    can("lot.receive", lot({{"seal_class", "S"}}));
    EXPECT_EQ(datum(said_of(lot_received), "high_security"), Datum{false});
    issues("HL100001");
    can("seal.affix", affixing("HL100001", "MSCU6639870"));
    EXPECT_EQ(datum(said_of(custody_affixed), "high_security"), Datum{false});
}

TEST_F(LotsTest, TheStockIsReconciledSinceTheLastCount) {
    receives();
    issues("HL100001");
    issues("HL100002");
    issues("HL100003");
    can("seal.return", by("beto", "HL100002"));
    can("seal.void", by("beto", "HL100004", {{"reason", "bent"}}));  // from the stock
    can("seal.void", by("beto", "HL100003", {{"reason", "bent"}}));  // was issued
    can("lot.count", counting(7));
    EXPECT_EQ(sheet(), (std::vector<std::int64_t>{0, 10, 3, 1, 1, 0, 7, 7, 0}));
    EXPECT_EQ(datum(said_of(lot_counted), "balanced"), Datum{true});
    EXPECT_EQ(datum(said_of(lot_counted), "counted_before_ts"), Datum{});

    passes(24h);
    restarts();
    issues("HL100002");
    can("lot.count", counting(6));
    EXPECT_EQ(sheet(), (std::vector<std::int64_t>{7, 0, 1, 0, 0, 0, 6, 6, 0}));
    EXPECT_EQ(datum(said_of(lot_counted), "counted_before_ts"),
              Datum{std::int64_t{1'795'528'800'000 + 100'000}});
}

TEST_F(LotsTest, WhatIsMissingOrUnexplainedIsListedUntilItIsAccountedFor) {
    receives();
    issues("HL100001");
    can("lot.count", counting(9, {{"missing", "HL-100005"}, {"unexplained", "XY 77"}}));
    const auto event = said_of(lot_counted);
    EXPECT_EQ(text(event, "missing"), "HL100005");
    EXPECT_EQ(text(event, "unexplained"), "XY77");
    EXPECT_EQ(number(event, "difference"), 0);
    EXPECT_EQ(datum(event, "balanced"), Datum{false});
    can("lot.count", counting(8));
    EXPECT_EQ(number(said_of(lot_counted), "difference"), -1);
    EXPECT_EQ(number(said_of(lot_counted), "unlisted"), -1);
    can("seal.lose", by("beto", "HL100005", {{"reason", "nobody knows"}}));
    can("lot.count", counting(8));
    EXPECT_EQ(sheet(), (std::vector<std::int64_t>{9, 0, 0, 0, 0, 1, 8, 8, 0}));
    EXPECT_EQ(datum(said_of(lot_counted), "balanced"), Datum{true});
}

TEST_F(LotsTest, ACountThatContradictsTheLogIsRefused) {
    receives();
    issues("HL100001");
    cannot("unknown_lot", "lot.count", {{"lot", "l9"}, {"counted", 1}, {"person", "beto"}});
    cannot("not_allowed", "lot.count", counting(9, {{"person", "ana"}}));
    cannot("bad_count", "lot.count", counting(-1));
    cannot("bad_count", "lot.count", counting(9, {{"missing", "HL100001"}}));
    cannot("bad_count", "lot.count", counting(9, {{"missing", "HL900001"}}));
    cannot("bad_count", "lot.count", counting(9, {{"unexplained", "HL100002"}}));
    cannot("bad_count", "lot.count", counting(9, {{"missing", "HL100002,hl 100002"}}));
    cannot("bad_count", "lot.count", counting(9, {{"missing", "HL\u00C9"}}));
}

TEST_F(LotsTest, IssueAndReturnNameTheSealAndItsPeople) {
    receives();
    cannot("not_allowed", "seal.issue", {{"seal", "HL100001"}, {"to", "dora"}, {"person", "beto"}});
    EXPECT_NE(message().find("training"), std::string::npos);
    cannot("not_allowed", "seal.issue", {{"seal", "HL100001"}, {"to", "beto"}, {"person", "beto"}});
    cannot("not_allowed", "seal.issue", {{"seal", "HL100001"}, {"to", "ana"}, {"person", "ana"}});
    cannot("unknown_seal", "seal.issue", {{"seal", "XX1"}, {"to", "ana"}, {"person", "beto"}});
    can("seal.issue",
        {{"seal", "hl-100001"}, {"to", "ana"}, {"container", "mscu 663987-0"}, {"person", "beto"}});
    const auto issued = said_of(custody_issued);
    EXPECT_EQ(issued.subjects.front(), (Subject{"seal_number", "HL100001"}));
    EXPECT_EQ(ids(issued, "container"), std::vector<std::string>{"MSCU6639870"});
    EXPECT_EQ(ids(issued, "person"), (std::vector<std::string>{"beto", "ana"}));
    EXPECT_EQ(text(issued, "as_read"), "hl-100001");
    EXPECT_EQ(text(issued, "holder"), "ana");
    EXPECT_EQ(text(issued, "lot"), "l1");
    cannot("wrong_state", "seal.issue", {{"seal", "HL100001"}, {"to", "eva"}, {"person", "beto"}});
    restarts();
    can("seal.return", by("beto", "HL100001"));
    EXPECT_EQ(text(said_of(custody_returned), "returned_by"), "ana");
    EXPECT_EQ(text(said_of(custody_returned), "state"), "in_stock");
    cannot("wrong_state", "seal.return", by("beto", "HL100001"));
    issues("HL100001", "eva");
    can("seal.lose", by("beto", "HL100001", {{"reason", "fell into the yard"}}));
    EXPECT_EQ(text(said_of(custody_lost), "state"), "lost");
    EXPECT_EQ(said_of(custody_lost).personal.at("reason"), "fell into the yard");
    cannot("wrong_state", "seal.void", by("beto", "HL100001", {{"reason", "x"}}));
}

TEST_F(LotsTest, ALookAlikeOfOurStockIsToldAndNotRepaired) {
    receives();
    cannot("unknown_seal", "seal.issue", {{"seal", "HL1OOOO1"}, {"to", "ana"}, {"person", "beto"}});
    EXPECT_NE(message().find("`HL1OOOO1`"), std::string::npos);
    EXPECT_NE(message().find("`HL100001`"), std::string::npos);
}

TEST_F(LotsTest, ASampleOfSealsInUseCanBeDrawnAgain) {
    receives();
    for (int i = 1; i <= 9; ++i)
        affixes("HL10000" + std::to_string(i), "MSCU663987" + std::to_string(i));
    can("seal.remove", removing("HL100009", "MSCU6639879"));
    const Arguments sample{{"count", 3}, {"seed", "tuesday"}, {"person", "beto"}};
    can("seal.sample", sample);
    const auto event = said_of(seals_sampled);
    EXPECT_EQ(event.subjects.front(), (Subject{"gateway", "gw1"}));
    EXPECT_EQ(text(event, "seed"), "tuesday");
    EXPECT_EQ(text(event, "generator"), "fnv1a64-splitmix64-smallest");
    EXPECT_EQ(number(event, "population"), 8);
    EXPECT_EQ(split(text(event, "drawn")).size(), 3U);
    restarts();
    can("seal.sample", sample);
    EXPECT_EQ(text(said_of(seals_sampled), "drawn"), text(event, "drawn"));
    cannot("bad_argument", "seal.sample", {{"count", 0}, {"person", "beto"}});
    cannot("bad_argument", "seal.sample", {{"count", 101}, {"person", "beto"}});
    cannot("not_allowed", "seal.sample", {{"count", 1}, {"person", "ana"}});
}

TEST_F(LotsTest, ASeedThatNobodyGaveIsMadeFromWhatIsKnownOnlyNowAndLogged) {
    receives();
    affixes("HL100001", "MSCU6639870");
    can("seal.sample", {{"count", 1}, {"person", "beto"}});
    const auto first = text(said_of(seals_sampled), "seed");
    EXPECT_EQ(first.size(), 16U);
    EXPECT_EQ(datum(said_of(seals_sampled), "seed_given"), Datum{false});
    passes(1s);
    can("seal.sample", {{"count", 1}, {"person", "beto"}});
    EXPECT_NE(text(said_of(seals_sampled), "seed"), first);
    EXPECT_EQ(text(said_of(seals_sampled), "drawn"), "HL100001");
}

}  // namespace
}  // namespace sealwarden
