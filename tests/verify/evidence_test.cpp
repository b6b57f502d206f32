// Evidence and forgeries made by tests/verify/make_cases.py, which shares nothing with the
// verifier, given to the program. Each case has the answer it deserves; numbers are those of the
// product's list of attacks.
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

#include "firmware/verify/check.hpp"
#include "firmware/verify/json.hpp"
#include "tests/support/temporary_directory.hpp"

namespace sealwarden::verify {
namespace {

namespace fs = std::filesystem;

const fs::path program = SEALWARDEN_BINARY_DIR "/firmware/verify/sealwarden-verify";
const fs::path writer = SEALWARDEN_SOURCE_DIR "/tests/verify/make_cases.py";

struct Ended {
    int code = -1;
    std::string out;
};

Ended run(const std::string& command) {
    Ended ended;
    auto* pipe = popen((command + " 2>&1").c_str(), "r");
    std::array<char, 4096> buffer{};
    while (const auto got = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
        ended.out.append(buffer.data(), got);
    }
    const int status = pclose(pipe);
    ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ended;
}

// All cases, written once for all tests of this program.
const fs::path& cases() {
    static const test::TemporaryDirectory directory;
    static const fs::path folder = [] {
        const auto path = directory.path() / "cases";
        const auto ended = run(fmt::format("{} {}", writer.string(), path.string()));
        EXPECT_EQ(ended.code, 0) << ended.out;
        return path;
    }();
    return folder;
}

std::string read(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

fs::path artefact(const std::string& name) {
    for (const auto* kind : {"bundle.zip", "bundle", "log"}) {
        if (fs::exists(cases() / name / kind)) return cases() / name / kind;
    }
    return {};
}

Ended verify(const std::string& name, const std::string& options) {
    return run(fmt::format("{} {} {}", program.string(), artefact(name).string(), options));
}

Ended verify_with_sheet(const std::string& name, const std::string& more = "") {
    std::string options = "--sheet " + (cases() / name / "sheet.txt").string();
    for (int i = 0; fs::exists(cases() / name / fmt::format("held{}.txt", i)); ++i) {
        options += " --held " + (cases() / name / fmt::format("held{}.txt", i)).string();
    }
    return verify(name, options + " --json " + more);
}

struct Expected {
    std::string name;
    Verdict verdict;
    std::string rule;  // empty: none is broken
};

// NOLINTNEXTLINE: gtest's printer for the name of a failed case
void PrintTo(const Expected& expected, std::ostream* out) {
    *out << expected.name;
}

const std::vector<Expected> all{
    {"Attack01_EditOneRowInPlace", Verdict::changed, "record.inclusion"},
    {"Attack01_EditOneRowInPlace_Log", Verdict::changed, "range.complete"},
    {"Attack02_EditAndResignWithHeld", Verdict::changed, "closing.chain"},
    {"Attack02_EditAndResignWithHeld_Log", Verdict::changed, "head.signature"},
    {"Attack03_EditAndResignNothingHeld", Verdict::changed, "closing.chain"},
    {"Attack03_EditAndResignNothingHeld_Log", Verdict::changed, "head.signature"},
    {"Attack04_OnlyANewHead", Verdict::not_provable, "closing.chain"},
    {"Attack05_OldHoursNamedToday", Verdict::changed, "closing.chain"},
    {"Attack05_OldHoursNamedToday_Log", Verdict::changed, "closing.chain"},
    {"Attack05_OldHoursWithTodaysKey", Verdict::changed, "closing.chain"},
    {"Attack05_OldHoursWithTodaysKey_Log", Verdict::changed, "head.signature"},
    {"Attack06_DeleteRowsOfTheLastHours_Log", Verdict::changed, "held"},
    {"Attack06_DeleteTheLastRowsWithHeld", Verdict::not_provable, "held"},
    {"Attack07_DeleteTheLastDays", Verdict::not_provable, "head.fresh"},
    {"Attack08_TruncateAndSignAHeartbeat", Verdict::not_provable, "closing.chain"},
    {"Attack08_TruncateAndSignAHeartbeat_Log", Verdict::changed, "closing.chain"},
    {"Attack09_DeleteAMiddleRowAndRenumber", Verdict::changed, "closing.chain"},
    {"Attack09_DeleteAMiddleRowAndRenumber_Held", Verdict::changed, "closing.chain"},
    {"Attack09_DeleteAMiddleRowAndRenumber_Log", Verdict::changed, "head.signature"},
    {"Attack10_InsertABackdatedRow", Verdict::changed, "closing.chain"},
    {"Attack10_InsertABackdatedRow_Log", Verdict::changed, "head.signature"},
    {"Attack11_AppendARowOfLastWeek", Verdict::changed, "record.time"},
    {"Attack11_AppendARowOfLastWeek_Log", Verdict::changed, "record.time"},
    {"Attack12_ExchangeTwoFiles", Verdict::changed, "record.form"},
    {"Attack12_ExchangeTwoRows", Verdict::changed, "closing.chain"},
    {"Attack12_ExchangeTwoRows_Log", Verdict::changed, "head.signature"},
    {"Attack15_ForkForTwoReaders", Verdict::changed, "held"},
    {"Attack15_ForkForTwoReaders_Log", Verdict::changed, "held"},
    {"Attack16_NewLogUnderOldName", Verdict::not_provable, "closing.chain"},
    {"Attack16_NewLogUnderOldName_Held", Verdict::not_provable, "closing.chain"},
    {"Attack16_NewLogUnderOldName_Log", Verdict::changed, "closing.chain"},
    {"Attack17_RemoveEventsBehindAnEarlyCheckpoint", Verdict::changed, "closing.chain"},
    {"Attack17_RemoveEventsBehindAnEarlyCheckpoint_Log", Verdict::changed, "closing.chain"},
    {"Attack18_DressADeletionAsAPowerCut", Verdict::changed, "closing.chain"},
    {"Attack18_DressADeletionAsAPowerCut_Log", Verdict::changed, "closing.chain"},
    {"Attack21_ClockSetBack", Verdict::changed, "record.time"},
    {"Attack21_ClockSetBackAndTold", Verdict::with_gaps, ""},
    {"Attack21_ClockSetBackAndTold_Log", Verdict::with_gaps, ""},
    {"Attack21_ClockSetBack_Log", Verdict::changed, "record.time"},
    {"Attack22_ClockSetForward", Verdict::changed, "record.time"},
    {"Attack22_ClockSetForwardAndTold", Verdict::with_gaps, ""},
    {"Attack22_ClockSetForwardAndTold_Log", Verdict::with_gaps, ""},
    {"Attack22_ClockSetForward_Log", Verdict::changed, "record.time"},
    {"Attack25_RecordLeavesTheAnswer", Verdict::changed, "subject.index"},
    {"Attack25_RecordStaysInTheAnswer", Verdict::with_gaps, ""},
    {"Attack26_DeleteASnapshot", Verdict::with_gaps, ""},
    {"Attack26_ReencodeASnapshot", Verdict::changed, "file.hash"},
    {"Attack26_SwapASnapshot", Verdict::changed, "file.hash"},
    {"Attack27_ChangeAPayload", Verdict::changed, "payload.commitment"},
    {"Attack27_ExchangePayloads", Verdict::changed, "payload.commitment"},
    {"Attack28_ErasureClaimedWithoutEntry", Verdict::not_provable, "payload.commitment"},
    {"Attack28_PayloadLeftOut", Verdict::not_provable, "payload.commitment"},
    {"Attack29_BundleOfAnotherContainer", Verdict::not_provable, "manifest.query"},
    {"Attack29_Relabelled", Verdict::changed, "record.form"},
    {"Attack29_RelabelledUnsigned", Verdict::changed, "manifest.signature"},
    {"Attack30_ClaimAbsenceWithoutProof", Verdict::changed, "subject.index"},
    {"Attack30_LeaveOutADayIndex", Verdict::changed, "subject.counters"},
    {"Attack30_LeaveOutADayProof", Verdict::not_provable, "subject.index"},
    {"Attack30_LeaveOutAMiddleRecord", Verdict::changed, "subject.counters"},
    {"Attack30_LeaveOutAll", Verdict::changed, "subject.counters"},
    {"Attack30_LeaveOutTheFirst", Verdict::changed, "subject.counters"},
    {"Attack30_LeaveOutTheLast", Verdict::changed, "subject.counters"},
    {"Attack30_LeaveOutTheLastAndTheNext", Verdict::changed, "subject.index"},
    {"Attack31_LeaveOutALeafOfTheRange", Verdict::changed, "range.complete"},
    {"Attack31_NoRange", Verdict::not_provable, "range.complete"},
    {"Attack31_RepeatALeafOfTheRange", Verdict::changed, "range.complete"},
    {"Attack32_ExtraRecord", Verdict::changed, "record.inclusion"},
    {"Attack33_GapsLeftOut", Verdict::changed, "people.files"},
    {"Attack33_PageChangedAfterwards", Verdict::changed, "manifest.files"},
    {"Attack33_ReportChangedAfterwards", Verdict::changed, "manifest.files"},
    {"Attack33_TableDiffersFromRecords", Verdict::changed, "people.files"},
    {"Attack34_PeriodNotOver", Verdict::not_provable, "head.fresh"},
    {"Attack34_StaleBundle", Verdict::not_provable, "head.fresh"},
    {"Attack35_StripAWitness", Verdict::not_provable, "cosignature"},
    {"Attack35_StripTheEpochLine", Verdict::changed, "head.signature"},
    {"Attack35_StripTheEpochLineOfAClosing", Verdict::changed, "closing.chain"},
    {"Attack35_StripTheLogLine", Verdict::changed, "head.signature"},
    {"Attack36_OtherEpochKey", Verdict::changed, "epochs.table"},
    {"Attack36_OwnKeysBehindTheRightSheet", Verdict::changed, "manifest.signature"},
    {"Attack36_OwnKeysInTheBundle", Verdict::changed, "sheet.match"},
    {"Attack36_OwnWitness", Verdict::not_provable, "cosignature"},
    {"Attack37_OtherGatewaysBundle", Verdict::changed, "sheet.match"},
    {"Attack37_OtherGatewaysProof", Verdict::changed, "record.inclusion"},
    {"Attack38_BackdateACosignature", Verdict::changed, "cosignature"},
    {"Attack38_MoveACosignature", Verdict::changed, "cosignature"},
    {"Attack38_OneWitnessTwice", Verdict::changed, "cosignature"},
    {"Attack39_ExtraLineInTheProof", Verdict::changed, "record.inclusion"},
    {"Attack39_InnerNodeAsRecord", Verdict::changed, "record.form"},
    {"Attack39_OtherIndexInTheProof", Verdict::changed, "record.inclusion"},
    {"Attack39_PathTooLong", Verdict::changed, "record.inclusion"},
    {"Attack39_PathTooShort", Verdict::changed, "record.inclusion"},
    {"Attack40_BadUtf8", Verdict::changed, "record.form"},
    {"Attack40_BadUtf8_Log", Verdict::changed, "record.form"},
    {"Attack40_DuplicateKey", Verdict::changed, "record.form"},
    {"Attack40_DuplicateKey_Log", Verdict::changed, "record.form"},
    {"Attack40_EscapedLetter", Verdict::changed, "record.form"},
    {"Attack40_EscapedLetter_Log", Verdict::changed, "record.form"},
    {"Attack40_Exponent", Verdict::changed, "record.form"},
    {"Attack40_Exponent_Log", Verdict::changed, "record.form"},
    {"Attack40_Float", Verdict::changed, "record.form"},
    {"Attack40_Float_Log", Verdict::changed, "record.form"},
    {"Attack40_LeadingZero", Verdict::changed, "record.form"},
    {"Attack40_LeadingZero_Log", Verdict::changed, "record.form"},
    {"Attack40_Spaces", Verdict::changed, "record.form"},
    {"Attack40_Spaces_Log", Verdict::changed, "record.form"},
    {"Attack40_Surrogate", Verdict::changed, "record.form"},
    {"Attack40_Surrogate_Log", Verdict::changed, "record.form"},
    {"Attack40_Tail", Verdict::changed, "record.form"},
    {"Attack40_Tail_Log", Verdict::changed, "record.form"},
    {"Attack40_Unsorted", Verdict::changed, "record.form"},
    {"Attack40_Unsorted_Log", Verdict::changed, "record.form"},
    {"Attack41_FolderExtraFile", Verdict::not_checked, "container.form"},
    {"Attack41_FolderLink", Verdict::not_checked, "container.form"},
    {"Attack41_ZipAbsolute", Verdict::not_checked, "container.form"},
    {"Attack41_ZipBackslash", Verdict::not_checked, "container.form"},
    {"Attack41_ZipCrc", Verdict::not_checked, "container.form"},
    {"Attack41_ZipDataBetween", Verdict::not_checked, "container.form"},
    {"Attack41_ZipDate", Verdict::not_checked, "container.form"},
    {"Attack41_ZipDeflated", Verdict::not_checked, "container.form"},
    {"Attack41_ZipDescriptor", Verdict::not_checked, "container.form"},
    {"Attack41_ZipDotDot", Verdict::not_checked, "container.form"},
    {"Attack41_ZipDuplicate", Verdict::not_checked, "container.form"},
    {"Attack41_ZipEncrypted", Verdict::not_checked, "container.form"},
    {"Attack41_ZipEndInComment", Verdict::not_checked, "container.form"},
    {"Attack41_ZipExtraField", Verdict::not_checked, "container.form"},
    {"Attack41_ZipLocalMethod", Verdict::not_checked, "container.form"},
    {"Attack41_ZipLocalSize", Verdict::not_checked, "container.form"},
    {"Attack41_ZipNul", Verdict::not_checked, "container.form"},
    {"Attack41_ZipSymbolicLink", Verdict::not_checked, "container.form"},
    {"Attack41_ZipTail", Verdict::not_checked, "container.form"},
    {"Attack41_ZipTruncated", Verdict::not_checked, "container.form"},
    {"Attack41_ZipTwoDirectories", Verdict::not_checked, "container.form"},
    {"Attack41_ZipUnsorted", Verdict::not_checked, "container.form"},
    {"Attack41_ZipVersion", Verdict::not_checked, "container.form"},
    {"Attack41_ZipZip64", Verdict::not_checked, "container.form"},
    {"Attack42_CarriageReturns", Verdict::changed, "closing.chain"},
    {"Attack42_ExtraLine", Verdict::changed, "closing.chain"},
    {"Attack42_LeadingZero", Verdict::changed, "closing.chain"},
    {"Attack42_LooseBase64", Verdict::changed, "closing.chain"},
    {"Attack42_NoLastNewline", Verdict::changed, "closing.chain"},
    {"Attack42_OverOneMebibyte", Verdict::changed, "closing.chain"},
    {"Attack42_PlusSign", Verdict::changed, "closing.chain"},
    {"Attack42_TwoLogLines", Verdict::changed, "closing.chain"},
    {"Attack43_DamagedStamp", Verdict::changed, "anchor"},
    {"Attack43_OwnAuthority", Verdict::not_provable, "anchor"},
    {"Attack43_RefusalAsStamp", Verdict::changed, "anchor"},
    {"Attack43_StampForOtherData", Verdict::changed, "anchor"},
    {"Attack45_Size1", Verdict::with_gaps, ""},
    {"Attack45_Size2", Verdict::with_gaps, ""},
    {"Attack45_Size255", Verdict::with_gaps, ""},
    {"Attack45_Size256", Verdict::with_gaps, ""},
    {"Attack45_Size257", Verdict::with_gaps, ""},
    {"Attack45_Size511", Verdict::with_gaps, ""},
    {"Attack45_Size512", Verdict::with_gaps, ""},
    {"Attack45_Size513", Verdict::with_gaps, ""},
    {"Attack47_OldEpochStateAndOnePrintADay", Verdict::changed, "held"},
    {"Empty", Verdict::not_checked, "container.form"},
    {"FileNotListed", Verdict::changed, "manifest.files"},
    {"Honest", Verdict::verified, ""},
    {"HonestDay", Verdict::verified, ""},
    {"HonestErased", Verdict::with_gaps, ""},
    {"HonestFolder", Verdict::verified, ""},
    {"HonestHeld", Verdict::verified, ""},
    {"HonestLog", Verdict::with_gaps, ""},
    {"HonestLogHeld", Verdict::with_gaps, ""},
    {"HonestLogOfThreeTiles", Verdict::with_gaps, ""},
    {"HonestNothing", Verdict::verified, ""},
    {"HonestPowerCut30d", Verdict::with_gaps, ""},
    {"HonestPowerCut30dLog", Verdict::with_gaps, ""},
    {"HonestPowerCut9h", Verdict::with_gaps, ""},
    {"HonestPowerCut9hLog", Verdict::with_gaps, ""},
    {"HonestSecondGeneration", Verdict::with_gaps, ""},
    {"HonestSecondGenerationLog", Verdict::with_gaps, ""},
    {"HonestStamped", Verdict::verified, ""},
    {"HonestUnstampedLog", Verdict::with_gaps, ""},
    {"HonestUnsyncedClock", Verdict::with_gaps, ""},
    {"HonestUnsyncedClockLog", Verdict::with_gaps, ""},
    {"HonestWholeLog", Verdict::with_gaps, ""},
    {"HonestWithheld", Verdict::verified, ""},
    {"HonestWitnessed", Verdict::verified, ""},
    {"NotABundle", Verdict::not_checked, "container.form"},
    {"ResidualR2_OldEpochStateAndNothingHeld", Verdict::verified, ""},
    {"WrongSums", Verdict::changed, "manifest.files"},
};

class Evidence : public testing::TestWithParam<Expected> {};

TEST_P(Evidence, GetsTheAnswerItDeserves) {
    const auto& [name, verdict, rule] = GetParam();
    // The reader of this one asked for the other container.
    const auto* query =
        name == "Attack29_BundleOfAnotherContainer" ? "--query container:MSCU6639870" : "";
    const auto ended = verify_with_sheet(name, query);
    EXPECT_EQ(ended.code, exit_code(verdict)) << ended.out;
    const auto named = rule.empty() ? std::string{"\"rule\":null"} : "\"rule\":\"" + rule + "\"";
    EXPECT_NE(ended.out.find(named), std::string::npos) << ended.out;
}

INSTANTIATE_TEST_SUITE_P(All, Evidence, testing::ValuesIn(all),
                         [](const auto& tested) { return tested.param.name; });

TEST(EvidenceCases, AreAllExpected) {
    std::set<std::string> expected{"tsa", "HonestOtherQuery"};
    for (const auto& one : all) expected.insert(one.name);
    std::set<std::string> made;
    for (const auto& entry : fs::directory_iterator{cases()}) made.insert(entry.path().filename());
    EXPECT_EQ(made, expected);
}

TEST(Program, TakesTheKeyWordsInsteadOfTheSheet) {
    const auto words = read(cases() / "Honest" / "words.txt");
    EXPECT_EQ(verify("Honest", "--words " + words).code, 0);
    EXPECT_EQ(verify("Attack36_OwnKeysInTheBundle", "--words " + words).code, 3);
    EXPECT_EQ(verify("Honest", "--words babab-babab-babab-babab-babab-babab").code, 3);
}

TEST(Program, TrustsNothingWithoutASheet) {
    EXPECT_EQ(verify("Honest", "").code, 1);
}

TEST(Program, SaysThatAnotherQuestionWasAnswered) {
    EXPECT_EQ(verify_with_sheet("HonestOtherQuery", "--query container:MSCU6639870").code, 0);
    EXPECT_EQ(verify_with_sheet("HonestOtherQuery", "--query container:TCLU4567890").code, 5);
    EXPECT_EQ(verify_with_sheet("HonestOtherQuery", "--since 2026-11-24T00:00:00Z").code, 0);
    EXPECT_EQ(verify_with_sheet("HonestOtherQuery", "--until 2026-11-26T00:00:00Z").code, 5);
}

TEST(Program, RemarksThatAnAuthorityOfTheSheetStampedNothing) {
    const std::string remark = R"("word":"stamp_missing")";
    EXPECT_NE(verify_with_sheet("HonestWitnessed").out.find(remark), std::string::npos);
    EXPECT_NE(verify_with_sheet("HonestUnstampedLog").out.find(remark), std::string::npos);
    // Its stamp is there; or the sheet names nobody.
    EXPECT_EQ(verify_with_sheet("HonestStamped").out.find(remark), std::string::npos);
    EXPECT_EQ(verify_with_sheet("Honest").out.find(remark), std::string::npos);
    const auto sheet = "--sheet " + (cases() / "HonestWitnessed" / "sheet.txt").string();
    EXPECT_NE(verify("HonestWitnessed", sheet + " --lang es").out.find("ningún sello suyo"),
              std::string::npos);
}

TEST(Program, RefusesWrongUsage) {
    EXPECT_EQ(run(program.string()).code, 2);
    EXPECT_EQ(verify("Honest", "--sheet /nonexistent").code, 2);
    EXPECT_EQ(verify_with_sheet("Honest", "--query nonsense").code, 2);
    EXPECT_EQ(verify_with_sheet("Honest", "--since yesterday").code, 2);
}

TEST(Program, SaysItInBothLanguages) {
    const auto sheet = "--sheet " + (cases() / "Honest" / "sheet.txt").string();
    EXPECT_EQ(verify("Honest", sheet).out.substr(0, 9), "Verified\n");
    EXPECT_EQ(verify("Honest", sheet + " --lang es").out.substr(0, 11), "Verificado\n");
}

TEST(Program, PrintsJsonThatParses) {
    for (const auto* name :
         {"Honest", "HonestPowerCut30d", "Attack09_DeleteAMiddleRowAndRenumber"}) {
        auto out = verify_with_sheet(name).out;
        ASSERT_TRUE(out.ends_with('\n'));
        out.pop_back();
        Json json;
        EXPECT_NO_THROW(json.parse(out, {.bytes = 1 << 20})) << out;
    }
}

TEST(Program, ShowsProgressOfALog) {
    const auto ended = verify_with_sheet("HonestLogOfThreeTiles", "--progress");
    EXPECT_NE(ended.out.find("100 %"), std::string::npos) << ended.out;
}

}  // namespace
}  // namespace sealwarden::verify
