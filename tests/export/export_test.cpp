// Bundles out of a real log: the writer's thread, its database and keys, a clock that passes when
// told, and the auditor's verifier, which shares no code with them.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <future>
#include <nlohmann/json.hpp>

#include "firmware/anchor/time_stamp.hpp"
#include "firmware/evidence/commission.hpp"
#include "firmware/evidence/zip.hpp"
#include "firmware/export/database_view.hpp"
#include "firmware/tlog/checkpoint.hpp"
#include "firmware/tlog/cosignature.hpp"
#include "firmware/tlog/encoding.hpp"
#include "tests/eventlog/log_fixture.hpp"
#include "tests/support/time_stamp_authority.hpp"

namespace sealwarden::evidence {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr int verified_code = 0, changed_code = 3, gaps_code = 4, not_provable_code = 5;

class LogKey final : public BundleSigner {
  public:
    explicit LogKey(const Keys& keys) : keys_{keys} {}
    [[nodiscard]] std::string sign(const tlog::Hash& manifest) const override {
        return keys_.bundle_line(manifest);
    }

  private:
    const Keys& keys_;
};

struct Answer {
    int code = -1;
    std::string words;
};

class ExportTest : public eventlog::LogTest {
  protected:
    void commission(std::uint64_t entries_before = 0) {
        if (entries_before > 0) {
            start();
            write(entries_before);
            passes(48h);
        }
        tlog::Head log{.generation = 1, .size = 0, .root = tlog::sha256({})};
        if (entries_before > 0) {
            log.size = entries_before;
            log.root = root();
        }
        sheet_ = evidence::commission(
            files_, {.origin = "sealwarden/dc7/gw1",
                     .now = std::chrono::floor<std::chrono::seconds>(clock.sample().wall),
                     .epoch = 1h,
                     .keys = 500,
                     .log = log,
                     .witnesses = witnesses_,
                     .tsas = tsas_});
        restart();
    }
    void restart() {
        log.reset();
        options.signer.reset();
        keys_.reset();
        keys_ = std::make_shared<Keys>(files_, text_in(files_.log_key()).substr(0, 64));
        options.signer = keys_;
        start();
    }
    tlog::Hash root() {
        sqlite::Connection connection{directory.path() / "log.db", sqlite::Access::read};
        return tlog::root_of(
            eventlog::TreeRows{connection},
            static_cast<std::uint64_t>(connection.number("SELECT max(i) + 1 FROM entry")));
    }
    void passes(std::chrono::microseconds time) {
        auto now = clock.sample();
        now.uptime += time;
        now.wall += time;
        clock.set(now);
    }
    void happens(EventKind kind, const Subject& subject) {
        append_and_wait({{.kind = kind,
                          .at = clock.uptime(),
                          .subjects = {{subject.kind, subject.id}},
                          .source = PointId{"io1.di0"},
                          .raw = 1}});
    }
    // Hours in which door d07 opens and closes.
    void pass_busily(int hours) {
        for (int i = 0; i < hours; ++i) {
            happens(EventKind::door_opened, d07);
            passes(30min);
            happens(EventKind::door_closed, d07);
            passes(30min);
        }
    }
    std::uint64_t exported() {
        append_and_wait({{.kind = EventKind::export_made,
                          .at = clock.uptime(),
                          .subjects = {{"gateway", "gw1"}},
                          .data = {{"who", std::string{"uid:1000(ana)"}},
                                   {"for", std::string{"customs"}},
                                   {"why", std::string{"audit 17"}}}}});
        return heard->entries().back().index;
    }
    [[nodiscard]] DatabaseView view(std::uint64_t export_entry) const {
        return {directory.path(), files_, export_entry, std::chrono::steady_clock::now() + 30s};
    }
    Files bundle(const Query& query, std::uint64_t export_entry,
                 Language language = Language::english, bool personal = false) {
        return build(query, view(export_entry),
                     {.sheet = sheet_,
                      .gateway = {.kind = "gateway", .id = "gw1"},
                      .export_entry = export_entry,
                      .personal = personal,
                      .language = language,
                      .tool = "sealwarden test"},
                     LogKey{*keys_});
    }
    Answer verified(const std::string& zip) {
        write_file("bundle.zip", zip);
        write_file("sheet.txt", tlog::text_of(sheet_));
        const auto at = directory.path().string();
        auto* pipe =
            popen((std::string{SEALWARDEN_BINARY_DIR "/firmware/verify/sealwarden-verify "} + at +
                   "/bundle.zip --sheet " + at + "/sheet.txt 2>&1")
                      .c_str(),
                  "r");
        Answer answer;
        std::array<char, 4096> buffer{};
        while (const auto got = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
            answer.words.append(buffer.data(), got);
        }
        answer.code = WEXITSTATUS(pclose(pipe));
        return answer;
    }
    Answer verified(const Files& files) { return verified(zip_of(files)); }
    void write_file(const std::string& name, const std::string& bytes) {
        std::ofstream{directory.path() / name, std::ios::binary} << bytes;
    }
    static std::string text_in(const std::filesystem::path& file) {
        std::ifstream in{file, std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    // The full hours that lie so many behind.
    Query asks(const Subject& subject, int hours_ago_from, int hours_ago_to) {
        const auto now = std::chrono::floor<std::chrono::hours>(clock.sample().wall);
        return {.subject = subject,
                .since = now - std::chrono::hours{hours_ago_from},
                .until = now - std::chrono::hours{hours_ago_to}};
    }

    const Subject d07{.kind = "door", .id = "d07"}, d08{.kind = "door", .id = "d08"};
    const KeyFiles files_{directory.path() / "keys"};
    tlog::Sheet sheet_;
    std::shared_ptr<Keys> keys_;
    std::vector<tlog::NoteKey> witnesses_;
    std::vector<std::string> tsas_;
};

TEST_F(ExportTest, AViewEndsWithItsExportWhateverComesLater) {
    commission();
    pass_busily(3);
    const auto made = exported();
    const auto before = view(made).entries_of(d07, 0, 1000);
    pass_busily(3);
    const auto now = view(made);
    EXPECT_EQ(now.size(), made + 1);
    EXPECT_EQ(now.entries_of(d07, 0, 1000), before);
    EXPECT_EQ(now.first_from(d07, made), std::nullopt);
    EXPECT_EQ(now.last_before(d07, made), before.back());
    EXPECT_EQ(now.first_from(d07, 0), before.front());
    EXPECT_EQ(now.closing(2), view(exported()).closing(2));
    EXPECT_TRUE(now.closing(2).has_value());
    EXPECT_EQ(now.closing(4), std::nullopt) << "closed behind the export";
    EXPECT_EQ(now.of_kind("export.made", 0, 1000), std::vector{made});
    EXPECT_EQ(now.checkpoint(now.size() + 1), std::nullopt);
}

TEST_F(ExportTest, AViewStaysAsItIsWhileTheLogGoesOn) {
    commission();
    pass_busily(2);
    const auto made = exported();
    const auto held = view(made);
    const auto root = tlog::root_of(held.hashes(), held.size());
    for (int i = 0; i < 1300; ++i) happens(EventKind::door_opened, d08);  // older heads are thinned
    EXPECT_TRUE(held.checkpoint(made + 1).has_value());
    EXPECT_EQ(tlog::root_of(held.hashes(), held.size()), root);
    EXPECT_TRUE(held.entries_of(d08, 0, 10'000).empty());
    EXPECT_THROW(static_cast<void>(view(made - 1)), CannotBuild) << "no export";
}

TEST_F(ExportTest, TheCountsAreThoseOfEveryDayIndex) {
    commission();
    pass_busily(30);
    happens(EventKind::door_opened, d08);
    const auto made = exported();
    const auto log = view(made);
    const auto days = log.of_kind("day.index", 0, log.size());
    ASSERT_EQ(days.size(), 2u) << "a midnight and the export";
    for (const auto day : days) {
        const auto data = json::parse(log.record(day)).at("data");
        tlog::DaySalt salt{};
        std::ranges::copy(tlog::from_hex(data.at("salt").get<std::string>()).value(), salt.begin());
        const tlog::DayIndex index{salt, log.counts(data.at("from"), data.at("to"))};
        EXPECT_EQ(tlog::hex(tlog::bytes_of(index.root())), data.at("root").get<std::string>());
        EXPECT_EQ(data.at("to"), day);
    }
}

TEST_F(ExportTest, AQuietNightIsVerified) {
    commission();
    pass_busily(30);
    const auto made = exported();
    const auto answer = verified(bundle(asks(d07, 20, 10), made));
    EXPECT_EQ(answer.code, verified_code) << answer.words;
}

TEST_F(ExportTest, ABundleInSpanishIsVerifiedToo) {
    commission();
    pass_busily(30);
    const auto files = bundle(asks(d07, 20, 10), exported(), Language::spanish);
    EXPECT_THAT(files.at("manifest.json"), HasSubstr(R"("lang":"es")"));
    const auto answer = verified(files);
    EXPECT_EQ(answer.code, verified_code) << answer.words;
}

TEST_F(ExportTest, ADoorWithoutEventsInThePeriodIsProvenAbsent) {
    commission();
    happens(EventKind::door_opened, d08);
    pass_busily(30);
    const auto made = exported();
    const auto files = bundle(asks(d08, 20, 10), made);
    EXPECT_EQ(json::parse(files.at("manifest.json")).at("records"), 0);
    const auto answer = verified(files);
    EXPECT_EQ(answer.code, verified_code) << answer.words;
}

TEST_F(ExportTest, WhatIsSaidAboutPersonsIsGivenOnlyWhereItIsAskedFor) {
    commission();
    pass_busily(1);
    append_and_wait({{.kind = EventKind::badge_presented,
                      .at = clock.uptime(),
                      .subjects = {{"reader", "office"}, {"door", "d07"}},
                      .personal = {{"badge", "004711"}}}});
    const auto badge = heard->entries().back().index;
    pass_busily(3);
    const auto made = exported();
    const auto name = fmt::format("payload/{}.json", badge);
    const auto without = bundle(asks(d07, 4, 1), made);
    EXPECT_FALSE(without.contains(name));
    EXPECT_EQ(json::parse(without.at("manifest.json")).at("withheld"), json{badge});
    for (const auto& [file, bytes] : without) EXPECT_THAT(bytes, Not(HasSubstr("004711"))) << file;
    const auto with = bundle(asks(d07, 4, 1), made, Language::english, true);
    EXPECT_THAT(with.at(name), HasSubstr(R"({"badge":"004711"})"));
    EXPECT_EQ(verified(without).code, verified_code) << verified(without).words;
    EXPECT_EQ(verified(with).code, verified_code) << verified(with).words;
}

TEST_F(ExportTest, AnOpenEpochIsAGapAndNoMore) {
    commission();
    pass_busily(5);
    happens(EventKind::door_opened, d07);
    const auto made = exported();
    const auto answer = verified(bundle(asks(d07, 3, -1), made));
    EXPECT_EQ(answer.code, gaps_code) << answer.words;
}

TEST_F(ExportTest, ALaterGenerationGivesItsOwnBundles) {
    commission();
    pass_busily(3);
    stop();
    std::filesystem::rename(directory.path() / "log.db", directory.path() / "log.db.damaged-1");
    std::filesystem::remove(directory.path() / "log.db-wal");
    restart();
    pass_busily(5);
    const auto made = exported();
    EXPECT_EQ(view(made).generation(), 2u);
    EXPECT_EQ(view(made).first_epoch(), 3u);
    const auto answer = verified(bundle(asks(d07, 3, 1), made));
    EXPECT_EQ(answer.code, verified_code) << answer.words;
    EXPECT_THROW(bundle(asks(d07, 8, 7), made), CannotBuild);
}

TEST_F(ExportTest, WhatIsOlderThanTheCommissioningIsNoForgery) {
    commission(20);
    pass_busily(4);
    const auto made = exported();
    const auto files = bundle(asks(d08, 30, 2), made);
    EXPECT_TRUE(files.contains("leaves/1.bin")) << "an entry of before";
    const auto answer = verified(files);
    EXPECT_EQ(answer.code, verified_code) << answer.words;
}

TEST_F(ExportTest, TheSameExportGivesTheSameBytes) {
    commission();
    pass_busily(10);
    const auto made = exported();
    const auto first = zip_of(bundle(asks(d07, 8, 2), made));
    pass_busily(2);
    auto query = asks(d07, 10, 4);
    EXPECT_EQ(zip_of(bundle(query, made)), first) << "and the log has gone on";
}

TEST_F(ExportTest, AChangedByteInAnyFileIsFound) {
    commission();
    pass_busily(6);
    const auto files = bundle(asks(d07, 4, 2), exported());
    ASSERT_EQ(verified(files).code, verified_code);
    for (const auto& [name, bytes] : files) {
        if (name == "START-HERE.html") continue;  // says nothing that is not checked again
        auto changed = files;
        changed[name][bytes.size() / 2] ^= 1;
        const auto answer = verified(changed);
        EXPECT_NE(answer.code, verified_code) << name << answer.words;
        EXPECT_NE(answer.code, gaps_code) << name << answer.words;
    }
}

TEST_F(ExportTest, AnEntryThatWasChangedInTheDatabaseIsNotHandedOut) {
    commission();
    pass_busily(6);
    const auto made = exported();
    change_database(
        "UPDATE entry SET bytes = CAST(replace(bytes, 'door.opened', 'door.closed') AS BLOB) "
        "WHERE kind = 'door.opened'");
    EXPECT_THROW(bundle(asks(d07, 6, 0), made), sqlite::Failure);
}

// Two witnesses and a foreign time-stamp authority on the sheet; a busy day of which hours are
// asked for that lie behind.
class AnchoredExportTest : public ExportTest {
  protected:
    void is_commissioned(test::TimeStampAuthority& authority) {
        for (const auto* name : {"office", "yard"}) {
            witnesses_.push_back({.name = name,
                                  .type = tlog::KeyType::cosignature,
                                  .key = key_of(name).public_key()});
        }
        tsas_ = {tlog::hex(tlog::bytes_of(tlog::sha256(authority.root_der())))};
        commission();
        pass_busily(10);
    }
    void is_commissioned() { is_commissioned(authority_); }
    static tlog::SigningKey key_of(const std::string& witness) {
        return tlog::SigningKey{tlog::sha256("witness " + witness)};
    }
    [[nodiscard]] std::uint64_t head_size() const {
        const auto note = tlog::parse_note(log->signing().checkpoint);
        return tlog::parse_checkpoint(note->text)->size;
    }
    void keeps(std::uint64_t size, const eventlog::Judge& judge) {
        std::promise<eventlog::Anchored> answer;
        log->anchor(size, judge, [&](eventlog::Anchored told) { answer.set_value(told); });
        const auto told = answer.get_future().get();
        EXPECT_EQ(told.result, eventlog::Anchored::Result::kept) << told.why;
    }
    [[nodiscard]] Event entry(EventKind kind, const Subject& subject) const {
        return {.kind = kind, .at = clock.uptime(), .subjects = {{subject.kind, subject.id}}};
    }
    void is_cosigned(std::uint64_t size, const std::string& witness, const std::string& by) {
        keeps(size, [&](std::string_view note) {
            const auto now = std::chrono::floor<std::chrono::seconds>(clock.sample().wall);
            return eventlog::Anchor{
                .size = size,
                .entry = entry(EventKind::anchor_witness, {.kind = "witness", .id = witness}),
                .witness = witness,
                .signature = tlog::cosignature_line(
                    witness, key_of(by), static_cast<std::uint64_t>(now.time_since_epoch().count()),
                    tlog::parse_note(note)->text)};
        });
    }
    std::uint64_t is_cosigned_by_both() {
        const auto size = head_size();
        is_cosigned(size, "office", "office");
        is_cosigned(size, "yard", "yard");
        return size;
    }
    void is_stamped(std::uint64_t size, test::TimeStampAuthority& by,
                    const std::string& over = {}) {
        keeps(size, [&](std::string_view note) {
            return eventlog::Anchor{
                .size = size,
                .entry = entry(EventKind::anchor_tsa, {.kind = "gateway", .id = "gw1"}),
                .stamp = by.reply(anchor::stamp_request(over.empty() ? note : over, 7)),
                .certificates = by.root_pem()};
        });
    }
    Files built(std::uint64_t export_entry) { return bundle(asks(d07, 8, 4), export_entry); }
    Files built() { return built(exported()); }

    test::TimeStampAuthority authority_;
};

TEST_F(AnchoredExportTest, AQuorumAndAStampAreInTheBundleAndVerified) {
    is_commissioned();
    const auto cosigned = is_cosigned_by_both();
    const auto stamped = head_size();
    is_stamped(stamped, authority_);
    const auto files = built();
    EXPECT_TRUE(files.contains(fmt::format("checkpoints/{}.txt", cosigned)));
    EXPECT_TRUE(files.contains(fmt::format("anchors/{}.tsr", stamped)));
    EXPECT_TRUE(files.contains("anchors/tsa.pem"));
    const auto answer = verified(files);
    EXPECT_EQ(answer.code, verified_code) << answer.words;
}

TEST_F(AnchoredExportTest, AStampOverAClosingOfTheWindowIsGivenToo) {
    is_commissioned();
    is_cosigned_by_both();
    const auto made = exported();
    const auto closing = view(made).closing(4).value();
    is_stamped(closing, authority_);
    const auto files = built(made);
    EXPECT_TRUE(files.contains(fmt::format("anchors/{}.tsr", closing)));
    const auto answer = verified(files);
    EXPECT_EQ(answer.code, verified_code) << answer.words;
}

TEST_F(AnchoredExportTest, WithoutAQuorumNothingIsProvable) {
    is_commissioned();
    is_cosigned(head_size(), "office", "office");
    const auto answer = verified(built());
    EXPECT_EQ(answer.code, not_provable_code) << answer.words;
    EXPECT_THAT(answer.words, HasSubstr("cosignature"));
}

TEST_F(AnchoredExportTest, Attack35AWitnessLineThatWasStrippedIsMissed) {
    is_commissioned();
    const auto cosigned = is_cosigned_by_both();
    const auto made = exported();
    ASSERT_EQ(verified(built(made)).code, verified_code);
    // As root would, before the bundle is made: the manifest then signs one without the line.
    change_database(
        fmt::format("DELETE FROM cosignature WHERE size = {} AND witness = 'yard'", cosigned));
    const auto answer = verified(built(made));
    EXPECT_EQ(answer.code, not_provable_code) << answer.words;
}

TEST_F(AnchoredExportTest, Attack38ACosignatureMovedToANewerCheckpointCountsForNothing) {
    is_commissioned();
    const auto cosigned = is_cosigned_by_both();
    happens(EventKind::door_opened, d07);
    ASSERT_GT(head_size(), cosigned);
    change_database(fmt::format("UPDATE cosignature SET size = {}", head_size()));
    const auto answer = verified(built());
    EXPECT_EQ(answer.code, not_provable_code) << answer.words;
}

TEST_F(AnchoredExportTest, Attack38ACosignatureMovedToTheHeadIsFound) {
    is_commissioned();
    is_cosigned_by_both();
    const auto made = exported();
    change_database(fmt::format("UPDATE cosignature SET size = {}", made + 1));
    const auto answer = verified(built(made));
    EXPECT_EQ(answer.code, changed_code) << answer.words;
}

TEST_F(AnchoredExportTest, Attack38ACosignatureByAnotherKeyCountsForNobody) {
    is_commissioned();
    const auto size = head_size();
    is_cosigned(size, "office", "office");
    is_cosigned(size, "yard", "somebody else");
    const auto answer = verified(built());
    EXPECT_EQ(answer.code, not_provable_code) << answer.words;
}

TEST_F(AnchoredExportTest, Attack43AStampThatDoesNotHoldForTheSheetSpoilsNoBundle) {
    is_commissioned();
    is_cosigned_by_both();
    test::TimeStampAuthority own, late{-1};
    is_stamped(head_size(), authority_, "another head");
    is_stamped(head_size(), own);
    is_stamped(head_size(), late);
    const auto files = built();
    EXPECT_FALSE(files.contains("anchors/tsa.pem"));
    const auto answer = verified(files);
    EXPECT_EQ(answer.code, verified_code) << answer.words;
}

TEST_F(AnchoredExportTest, TheStampsOfTheSheetsAuthorityAreGivenAlthoughAnotherCameBetween) {
    is_commissioned();
    is_cosigned_by_both();
    test::TimeStampAuthority renewed;
    is_stamped(head_size(), renewed);
    const auto good = head_size();
    is_stamped(good, authority_);
    const auto files = built();
    EXPECT_TRUE(files.contains(fmt::format("anchors/{}.tsr", good)));
    EXPECT_EQ(files.at("anchors/tsa.pem"), authority_.root_pem()) << "of the stamps given";
    const auto answer = verified(files);
    EXPECT_EQ(answer.code, verified_code) << answer.words;
}

}  // namespace
}  // namespace sealwarden::evidence
