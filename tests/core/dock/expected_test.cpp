// What is expected: one by one, from a file, and what is not taken.
#include "tests/core/dock/visits_fixture.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

class ExpectedTest : public VisitsTest {
  protected:
    void imports(const std::string& csv) {
        can("visit.import",
            {{"person", text("ana")}, {"csv", Datum{csv}}, {"source", text("tms.csv")}});
    }
    void refuses(const std::string& csv) {
        cannot("bad_file", "visit.import", {{"person", text("ana")}, {"csv", Datum{csv}}});
    }
};

TEST_F(ExpectedTest, AnExpectationIsTheContainersRecord) {
    can("visit.expect", {{"person", text("ana")},
                         {"container", text("csqu 000007-0")},
                         {"seals", text("hl 123-456, CN9")},
                         {"document", text("BL-77")},
                         {"carrier", text("Transportes López")}});
    const auto given = the(expected_given);
    EXPECT_EQ(given.subjects, (std::vector<Subject>{{"container", "CSQU0000070"},
                                                    {"seal_number", "HL123456"},
                                                    {"seal_number", "CN9"},
                                                    {"person", "ana"}}));
    EXPECT_EQ(text(given, "kind"), "container");
    EXPECT_EQ(text(given, "seals"), "HL123456,CN9");
    EXPECT_EQ(text(given, "seals_as_given"), "hl 123-456,CN9");
    EXPECT_EQ(text(given, "document"), "BL-77");
    EXPECT_EQ(text(given, "carrier"), "Transportes López");
    EXPECT_EQ(datum(given, "remainder_10"), Datum{true});
}

TEST_F(ExpectedTest, APersonSaysWhatIsExpectedAndNeedsTheRight) {
    const Arguments one{{"container", text(unit)}, {"seals", text("HL1")}};
    const auto by = [](Arguments arguments, const char* person) {
        arguments["person"] = text(person);
        return arguments;
    };
    const Arguments file{{"csv", text("container,seals\nMSCU6639870,HL1\n")}};
    const Arguments back{{"container", text(unit)}, {"reason", text("not coming")}};
    for (const auto& [act, arguments] :
         {std::pair{"visit.expect", one}, {"visit.import", file}, {"visit.withdraw", back}}) {
        cannot("unknown_person", act, arguments);
        cannot("unknown_person", act, by(arguments, "nobody"));
        cannot("not_allowed", act, by(arguments, "luis"));
    }
    can("visit.import", by(file, "ana"));
    EXPECT_EQ(text(the(expected_given), "given_by"), "ana");
    can("visit.withdraw", by(back, "ana"));
    EXPECT_EQ(text(the(expected_withdrawn), "withdrawn_by"), "ana");
}

TEST_F(ExpectedTest, OfAProgramTheEntryNamesTheChannelAndNoPerson) {
    channel = "drop";
    can("visit.import", {{"csv", text("container,seals\nMSCU6639870,HL1\n")}});
    EXPECT_EQ(text(the(expected_given), "channel"), "drop");
    EXPECT_EQ(text(the(expected_given), "given_by"), "");
    channel = "mqtt";
    can("visit.withdraw", {{"container", text(unit)}, {"reason", text("not coming")}});
    cannot("not_allowed", "visit.expect", {{"container", text(unit)}, {"person", text("luis")}});
}

TEST_F(ExpectedTest, ItIsUsedByTheArrival) {
    can("visit.expect", {{"person", text("ana")},
                         {"container", text(unit)},
                         {"seals", text("HL1")},
                         {"document", text("BL-77")}});
    arrives();
    EXPECT_EQ(text(the(expected_used), "visit"), newest().subjects.front().id);
    EXPECT_EQ(text(the(visit_arrived), "document"), "BL-77");
    EXPECT_EQ(text(the(visit_arrived), "seals_expected"), "HL1");
    cannot("conflict", "visit.expect",
           {{"person", text("ana")}, {"container", text(unit)}, {"seals", text("HL1")}});
    EXPECT_NE(message().find("is here already"), std::string::npos);
    departs();
    arrives();
    EXPECT_EQ(datum(newest(), "expected"), Datum{false});
}

TEST_F(ExpectedTest, ItIsWithdrawnWithAReasonBesideTheEntry) {
    expects(unit, "HL1");
    can("visit.withdraw", {{"person", text("ana")},
                           {"container", text("mscu-6639870")},
                           {"reason", text("not coming")}});
    EXPECT_EQ(the(expected_withdrawn).personal.at("reason"), "not coming");
    cannot("not_expected", "visit.withdraw",
           {{"person", text("ana")}, {"container", text(unit)}, {"reason", text("not coming")}});
    expects("CSQU3054383", "HL1");  // the seal is free again
}

TEST_F(ExpectedTest, GivenAgainWithTheSameSealsItIsBroughtUpToDate) {
    expects(unit, "HL1A,HL2A");
    can("visit.expect", {{"person", text("ana")},
                         {"container", text(unit)},
                         {"seals", text("HL2A,HL1A")},
                         {"document", text("BL-78")}});
    EXPECT_EQ(text(events(expected_given).back(), "document"), "BL-78");
}

TEST_F(ExpectedTest, ConflictsAreRefused) {
    expects(unit, "HL1");
    cannot("conflict", "visit.expect",
           {{"person", text("ana")}, {"container", text(unit)}, {"seals", text("HL2")}});
    EXPECT_NE(message().find("with the seals HL1; withdraw that first"), std::string::npos);
    cannot("conflict", "visit.expect",
           {{"person", text("ana")}, {"container", text("CSQU3054383")}, {"seals", text("hl1")}});
    EXPECT_NE(message().find("HL1 is expected on MSCU6639870"), std::string::npos);
}

TEST_F(ExpectedTest, WrongNumbersAreRefusedWithASentenceEach) {
    cannot("bad_number", "visit.expect",
           {{"person", text("ana")}, {"container", text("MSCX6639871")}, {"seals", text("H/")}});
    EXPECT_EQ(
        message(),
        "`container`: the category letter is `X`; it must be U, J or Z; the check digit is 1; "
        "of `MSCX663987` it is 0; `seals`: `H/` cannot be a seal number: it has letters A to "
        "Z and digits, and blanks or hyphens in between");
    cannot("bad_number", "visit.expect",
           {{"person", text("ana")}, {"container", text(unit)}, {"seals", text("HL1,hl-1")}});
    cannot("bad_number", "visit.expect",
           {{"person", text("ana")},
            {"container", text(unit)},
            {"seals", text("A1,A2,A3,A4,A5,A6,A7,A8,A9")}});
}

TEST_F(ExpectedTest, AFileIsTakenAsSpreadsheetsWriteIt) {
    imports(
        "\xEF\xBB\xBFkind,container,document,seals,carrier\r\n"
        "container,mscu 663987 0,BL-1,\"HL1A,HL2A\",\"López, \"\"Hermanos\"\"\"\r\n"
        "trailer,12-AB-3C,,HL 3 A;HL4A,\r\n"
        ",CSQU3054383,,,\r\n"
        "\r\n");
    const auto given = events(expected_given);
    ASSERT_EQ(given.size(), 3U);
    EXPECT_EQ(given[0].subjects.front().id, unit);
    EXPECT_EQ(text(given[0], "seals"), "HL1A,HL2A");
    EXPECT_EQ(text(given[0], "carrier"), "López, \"Hermanos\"");
    EXPECT_EQ(text(given[0], "source"), "tms.csv");
    EXPECT_EQ(given[1].subjects.front().id, "12AB3C");
    EXPECT_EQ(text(given[1], "kind"), "trailer");
    EXPECT_EQ(text(given[1], "seals"), "HL3A,HL4A");
    EXPECT_EQ(text(given[2], "seals"), "");
    arrives("load", "12AB3C");
}

TEST_F(ExpectedTest, AFileIsTakenWholeOrNotAtAll) {
    refuses(
        "container,kind,seals\n"
        "MSCU6639870,container,HL1\n"
        "MSCU6639871,container,HL2\n");
    EXPECT_EQ(message(), "line 3: `container`: the check digit is 1; of `MSCU663987` it is 0");
    EXPECT_EQ(said_kinds(), std::vector{command_refused});
    expects("CSQU3054383", "HL1");  // nothing of it stayed
}

TEST_F(ExpectedTest, ConflictsInAFileNameTheLines) {
    expects("SUDU3070079", "OLD1");
    arrives("load", "HLXU2008419", "d02");
    refuses(
        "container,kind,seals\n"
        "MSCU6639870,,HL1\n"
        "mscu6639870,,HL2\n"
        "CSQU3054383,,HL1\n"
        "SUDU3070079,,NEW1\n"
        "HLXU2008419,,\n"
        "CBHU3202732,,old1\n"
        "T1,lorry,\n");
    EXPECT_NE(message().find("line 3: `container`: `MSCU6639870` is in line 2 already"),
              std::string::npos);
    EXPECT_NE(message().find("line 4: `seals`: HL1 is in line 2 already"), std::string::npos);
    EXPECT_NE(message().find("line 5: `container`: SUDU3070079 is expected already"),
              std::string::npos);
    EXPECT_NE(message().find("line 6: `container`: HLXU2008419 is here already"),
              std::string::npos);
    EXPECT_NE(message().find("line 7: `seals`: OLD1 is expected on SUDU3070079"),
              std::string::npos);
    EXPECT_NE(message().find("line 8: `kind`: `lorry` must be container or trailer"),
              std::string::npos);
}

TEST_F(ExpectedTest, ManyComplaintsAreCounted) {
    std::string csv = "container\n";
    for (int i = 0; i < 500; ++i) csv += "MSCU" + std::to_string(100000 + i) + "X\n";
    refuses(csv);
    EXPECT_LE(message().size(), 512U);
    EXPECT_NE(message().find("more"), std::string::npos);
}

TEST_F(ExpectedTest, AFileThatIsNoTableIsRefused) {
    refuses("MSCU6639870,container,HL1\n");
    refuses("container;kind;seals\nMSCU6639870;;\n");
    refuses("container,colour\nMSCU6639870,red\n");
    refuses("container,seals\n\"MSCU6639870,HL1\n");
    refuses("container,seals\nMSCU6639870\n");
    refuses("container,document\nMSCU6639870,\"two\nlines\"\n");
    EXPECT_EQ(message(), "line 2: `document`: it has control characters");
    refuses("container,carrier\nMSCU6639870," + std::string(129, 'x') + "\n");
    EXPECT_EQ(message(), "line 2: `carrier`: it is longer than 128 bytes");
}

TEST_F(ExpectedTest, WhatIsExpectedIsExpectedBehindARestart) {
    imports("container,kind,seals\nT-1,trailer,hl 1-A\nMSCU6639870,,HL2\n");
    restarts();
    cannot("conflict", "visit.expect",
           {{"person", text("ana")}, {"container", text("CSQU3054383")}, {"seals", text("HL1A")}});
    arrives("unload", "T1");
    EXPECT_EQ(text(the(expected_used), "seals_as_given"), "hl 1-A");
    EXPECT_EQ(text(the(visit_arrived), "kind"), "trailer");
}

}  // namespace
}  // namespace sealwarden
