#include "firmware/anchors.hpp"

#include <gmock/gmock.h>

#include "firmware/anchor/time_stamp.hpp"
#include "firmware/tlog/cosignature.hpp"
#include "firmware/tlog/encoding.hpp"
#include "tests/support/time_stamp_authority.hpp"

namespace sealwarden {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::uint64_t noon = 1'795'521'600;  // 2026-11-24 12:00 UTC
const std::string text = "sealwarden/dc7/gw1/g1\n7\n" + std::string(43, 'A') + "=\n";

tlog::SigningKey key_of(std::uint8_t number) {
    std::array<std::uint8_t, 32> seed{};
    seed.fill(number);
    return tlog::SigningKey{seed};
}

class AnchorsTest : public testing::Test {
  protected:
    AnchorsTest() {
        evidence_.witnesses = {{.url = "http://192.0.2.20", .key = witness("office", 1)},
                               {.url = "http://192.0.2.21", .key = witness("yard", 2)}};
    }
    static tlog::NoteKey witness(const std::string& name, std::uint8_t number) {
        return {
            .name = name, .type = tlog::KeyType::cosignature, .key = key_of(number).public_key()};
    }
    static std::string line(const std::string& name, std::uint8_t number,
                            const std::string& over = text, std::uint64_t time = noon) {
        auto made = tlog::cosignature_line(name, key_of(number), time, over);
        made.pop_back();
        return made;
    }
    std::variant<eventlog::Anchor, std::string> judge(const local::Anchor& given) {
        return judged(given, note_, evidence_, "gw1", Uptime{5s});
    }
    std::string refusal(const std::string& cosignature) {
        const auto told = judge({.size = 7, .cosignature = cosignature});
        const auto* why = std::get_if<std::string>(&told);
        return why == nullptr ? "" : *why;
    }

    const std::string note_ =
        text + "\n" + tlog::signature_line("sealwarden/dc7/gw1/g1", key_of(9), text);
    config::Evidence evidence_;
};

TEST_F(AnchorsTest, ACosignatureOfAConfiguredWitnessIsKeptAndRecorded) {
    const auto told = judge({.size = 7, .cosignature = line("yard", 2)});
    const auto* anchor = std::get_if<eventlog::Anchor>(&told);
    ASSERT_NE(anchor, nullptr);
    EXPECT_EQ(anchor->size, 7U);
    EXPECT_EQ(anchor->witness, "yard");
    EXPECT_EQ(anchor->signature, line("yard", 2) + "\n");
    EXPECT_EQ(anchor->entry.kind, EventKind::anchor_witness);
    EXPECT_EQ(anchor->entry.at, Uptime{5s});
    EXPECT_EQ(anchor->entry.subjects, (std::vector<Subject>{{"witness", "yard"}}));
    EXPECT_EQ(anchor->entry.data,
              (std::map<std::string, Datum>{{"witness", std::string{"yard"}},
                                            {"size", std::int64_t{7}},
                                            {"time", std::string{"2026-11-24T12:00:00.000000Z"}}}));
}

TEST_F(AnchorsTest, ACosignatureThatDoesNotHoldIsRefused) {
    EXPECT_THAT(refusal(line("office", 2)), HasSubstr("no configured witness"));
    EXPECT_THAT(refusal(line("stranger", 3)), HasSubstr("no configured witness"));
    EXPECT_THAT(refusal(line("office", 1, "sealwarden/dc7/gw1/g1\n8\nx\n")),
                HasSubstr("no configured witness"));
    EXPECT_THAT(refusal("office AAAA"), HasSubstr("no signature line"));
    EXPECT_THAT(refusal(line("office", 1, text, 0)), HasSubstr("no time"));
    EXPECT_THAT(refusal(line("office", 1, text, 253'402'300'800U)), HasSubstr("no time"));
}

TEST_F(AnchorsTest, AStampIsCheckedAgainstTheNoteAndTheConfiguredCertificates) {
    test::TimeStampAuthority authority, other;
    const auto reply = authority.reply(anchor::stamp_request(note_, 1));
    const local::Anchor given{.size = 7, .stamp = reply};
    EXPECT_THAT(std::get<std::string>(judge(given)), HasSubstr("no time-stamp authority"));

    evidence_.time_stamps = {.url = "http://tsa.example", .certificates = other.certificates()};
    EXPECT_EQ(judge(given).index(), 1U) << "somebody else's";

    evidence_.time_stamps->certificates = authority.certificates();
    const auto told = judge(given);
    const auto* anchor = std::get_if<eventlog::Anchor>(&told);
    ASSERT_NE(anchor, nullptr) << std::get<std::string>(told);
    EXPECT_EQ(anchor->stamp, reply);
    EXPECT_EQ(anchor->certificates, authority.root_pem());
    EXPECT_EQ(anchor->entry.kind, EventKind::anchor_tsa);
    EXPECT_EQ(anchor->entry.subjects, (std::vector<Subject>{{"gateway", "gw1"}}));
    EXPECT_EQ(anchor->entry.data.at("sha256"),
              Datum{tlog::hex(tlog::bytes_of(tlog::sha256(reply)))});
    EXPECT_EQ(anchor->entry.data.at("size"), Datum{std::int64_t{7}});

    const auto over_another = authority.reply(anchor::stamp_request("another head", 1));
    EXPECT_EQ(judge({.size = 7, .stamp = over_another}).index(), 1U);
}

TEST_F(AnchorsTest, AContradictionIsAnEntryOfTheWitnessAndSoIsItsEnd) {
    const auto begins =
        contradiction({.where = "yard", .why = "it says so", .holds = true}, Uptime{5s});
    EXPECT_EQ(begins.kind, EventKind::anchor_contradicted);
    EXPECT_EQ(begins.subjects, (std::vector<Subject>{{"witness", "yard"}}));
    EXPECT_EQ(begins.data.at("why"), Datum{std::string{"it says so"}});
    EXPECT_EQ(begins.data.at("witness"), Datum{std::string{"yard"}});
    const auto ends = contradiction({.where = "yard", .why = {}, .holds = false}, Uptime{6s});
    EXPECT_EQ(ends.kind, EventKind::anchor_agrees);
    EXPECT_FALSE(ends.data.contains("why"));
}

TEST_F(AnchorsTest, AWitnessContradictsWhileItsOwnAlarmIsActive) {
    Alarm alarm{.id = "witness-contradicts-yard",
                .kind = "witness-contradicts",
                .source = {"witness", "yard"},
                .active = true};
    EXPECT_TRUE(contradicts("yard", {alarm}));
    EXPECT_FALSE(contradicts("office", {alarm}));
    alarm.active = false;
    EXPECT_FALSE(contradicts("yard", {alarm})) << "it is over, and waits for somebody to see it";
}

}  // namespace
}  // namespace sealwarden
