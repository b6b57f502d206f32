#include "firmware/witness/witness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "firmware/tlog/checkpoint.hpp"
#include "firmware/tlog/cosignature.hpp"
#include "firmware/tlog/proofs.hpp"

namespace sealwarden::witness {
namespace {

tlog::SigningKey key_of(std::uint8_t number) {
    tlog::Seed seed;
    std::ranges::fill(seed.bytes(), number);
    return tlog::SigningKey{seed.bytes()};
}

class HeadsInMemory final : public Heads {
  public:
    Held read(const tlog::NoteKey& log) override {
        if (broken) throw std::runtime_error{"cannot be read"};
        return heads[log.vkey()];
    }
    void write(const tlog::NoteKey& log, const Held& held) override {
        if (full) throw std::runtime_error{"no space left"};
        heads[log.vkey()] = held;
    }
    std::map<std::string, Held> heads;  // by vkey
    bool broken = false, full = false;
};

// A log of leaves that a test writes; another story gives another history.
class Log {
  public:
    explicit Log(std::string origin, const std::string& story = "so it was", std::uint8_t key = 1)
        : origin_{std::move(origin)}, key_{key_of(key)}, tree_{leaves(story)} {}
    [[nodiscard]] tlog::NoteKey key() const {
        return {.name = origin_, .type = tlog::KeyType::ed25519, .key = key_.public_key()};
    }
    [[nodiscard]] std::string text(std::uint64_t size) const {
        return tlog::Checkpoint{.origin = origin_, .size = size, .root = tlog::root_of(tree_, size)}
            .text();
    }
    [[nodiscard]] std::string note(const std::string& text) const {
        return text + '\n' + tlog::signature_line(origin_, key_, text);
    }
    [[nodiscard]] tlog::Path proof(std::uint64_t old_size, std::uint64_t size) const {
        return old_size == 0 ? tlog::Path{} : tlog::consistency_proof(tree_, old_size, size);
    }
    [[nodiscard]] std::string request(std::uint64_t old_size, std::uint64_t size) const {
        return tlog::add_checkpoint_body(old_size, proof(old_size, size), note(text(size)));
    }

  private:
    static tlog::HashesInMemory leaves(const std::string& story) {
        std::vector<tlog::Hash> hashes;
        for (int i = 0; i < 600; ++i) {
            // The first ten entries are the same in every story.
            hashes.push_back(tlog::leaf_hash((i < 10 ? "begin " : story) + std::to_string(i)));
        }
        return tlog::HashesInMemory{std::move(hashes)};
    }
    std::string origin_;
    tlog::SigningKey key_;
    tlog::HashesInMemory tree_;
};

constexpr std::uint64_t now = 1795546800;

class WitnessTest : public testing::Test {
  protected:
    Answer asked(const std::string& body) { return witness_.add_checkpoint(body, now); }
    // The whole answer is one line that holds for this text.
    void expect_cosigned(const Answer& answer, const std::string& text) {
        ASSERT_EQ(answer.status, 200u) << answer.body;
        ASSERT_TRUE(answer.body.ends_with('\n'));
        const auto line =
            tlog::parse_note_line(std::string_view{answer.body}.substr(0, answer.body.size() - 1));
        ASSERT_TRUE(line) << answer.body;
        const auto key = tlog::key_from_vkey(witness_.vkey()).value();
        EXPECT_EQ(tlog::cosigned_at(*line, key, text), now);
    }
    void expect_refused(const Answer& answer, unsigned status) {
        EXPECT_EQ(answer.status, status) << answer.body;
        EXPECT_THAT(answer.body, testing::Not(testing::HasSubstr("\u2014"))) << "a signature";
    }

    Log log_{"sealwarden/dc7/gw1/g1"};
    Log other_history_{"sealwarden/dc7/gw1/g1", "so it never was"};
    HeadsInMemory heads_;
    Witness witness_{"office", key_of(7), {log_.key()}, heads_};
};

TEST_F(WitnessTest, ALogThatOnlyGrowsIsCosignedAtEverySize) {
    std::uint64_t held = 0;
    for (const std::uint64_t size : {0u, 0u, 1u, 2u, 3u, 7u, 8u, 255u, 256u, 257u, 600u}) {
        expect_cosigned(asked(log_.request(held, size)), log_.text(size));
        EXPECT_EQ(heads_.heads[log_.key().vkey()].size, size);
        held = size;
    }
}

TEST_F(WitnessTest, TheSameHeadIsCosignedAgainAndAgain) {
    expect_cosigned(asked(log_.request(0, 5)), log_.text(5));
    expect_cosigned(asked(log_.request(5, 5)), log_.text(5));
    expect_cosigned(asked(log_.request(5, 5)), log_.text(5));
}

TEST_F(WitnessTest, WhoNamesAnotherSizeIsToldTheOneThatIsHeld) {
    const Answer conflict{.status = 409, .content_type = "text/x.tlog.size", .body = "5\n"};
    asked(log_.request(0, 5));
    EXPECT_EQ(asked(log_.request(0, 9)), conflict);
    EXPECT_EQ(asked(log_.request(4, 9)), conflict);
    EXPECT_EQ(asked(log_.request(0, 5)), conflict);
    const Answer none{.status = 409, .content_type = "text/x.tlog.size", .body = "0\n"};
    Witness fresh{"dock", key_of(8), {log_.key()}, heads_};
    heads_.heads.clear();
    EXPECT_EQ(fresh.add_checkpoint(log_.request(3, 9), now), none);
}

TEST_F(WitnessTest, Attack15_OfTwoHistoriesOnlyTheFirstIsCosigned) {
    expect_cosigned(asked(log_.request(0, 50)), log_.text(50));
    expect_refused(asked(other_history_.request(50, 50)), 409);
    expect_refused(asked(other_history_.request(50, 60)), 422);
    expect_refused(asked(other_history_.request(10, 60)), 409);
    expect_refused(asked(other_history_.request(0, 60)), 409);
    // The true proof of another pair of roots does not help.
    const auto head = other_history_.note(other_history_.text(60));
    expect_refused(asked(tlog::add_checkpoint_body(50, log_.proof(50, 60), head)), 422);
    expect_cosigned(asked(log_.request(50, 60)), log_.text(60));
}

TEST_F(WitnessTest, ARollbackIsRefusedHoweverItIsAskedFor) {
    asked(log_.request(0, 50));
    expect_refused(asked(log_.request(0, 40)), 409);
    expect_refused(asked(log_.request(40, 40)), 409);
    expect_refused(asked(log_.request(30, 40)), 409);
    const auto head = log_.note(log_.text(40));
    expect_refused(asked(tlog::add_checkpoint_body(50, {}, head)), 400);
    EXPECT_EQ(heads_.heads[log_.key().vkey()].size, 50u);
}

TEST_F(WitnessTest, AWrongProofIsRefused) {
    asked(log_.request(0, 50));
    const auto head = log_.note(log_.text(60));
    const auto good = log_.proof(50, 60);
    ASSERT_GT(good.size(), 1u);
    auto proof = good;
    proof.pop_back();
    expect_refused(asked(tlog::add_checkpoint_body(50, proof, head)), 422);
    proof = good;
    proof.push_back(good.front());
    expect_refused(asked(tlog::add_checkpoint_body(50, proof, head)), 422);
    for (auto& hash : proof = good) {
        hash[0] ^= 1;
        expect_refused(asked(tlog::add_checkpoint_body(50, proof, head)), 422);
        hash[0] ^= 1;
    }
    expect_refused(asked(tlog::add_checkpoint_body(50, {}, head)), 422);
    expect_cosigned(asked(tlog::add_checkpoint_body(50, good, head)), log_.text(60));
    expect_refused(asked(tlog::add_checkpoint_body(60, good, head)), 422);
}

TEST_F(WitnessTest, FromNothingThereIsNoProof) {
    const auto head = log_.note(log_.text(5));
    expect_refused(asked(tlog::add_checkpoint_body(0, log_.proof(3, 5), head)), 422);
    expect_refused(asked(tlog::add_checkpoint_body(0, {tlog::sha256("")}, log_.note(log_.text(0)))),
                   422);
}

TEST_F(WitnessTest, ALogThatIsNotKnownIsNotFound) {
    expect_refused(asked(Log{"sealwarden/dc7/gw2/g1"}.request(0, 5)), 404);
    expect_refused(asked(Log{"sealwarden/dc7/gw1"}.request(0, 5)), 404);
    expect_refused(asked(Log{"sealwarden/dc7/gw1/g1/epoch/5"}.request(0, 5)), 404);
    expect_refused(asked(Log{"sealwarden/dc7/gw1/g"}.request(0, 5)), 404);
    expect_refused(asked(Log{"sealwarden/dc7/gw1/g0"}.request(0, 5)), 404);
    expect_refused(asked(Log{"sealwarden/dc7/gw1/g01"}.request(0, 5)), 404);
    expect_refused(asked(Log{"sealwarden/dc7/gw1/g1001"}.request(0, 5)), 404);
    EXPECT_TRUE(heads_.heads.empty());
}

TEST_F(WitnessTest, ALaterGenerationIsAnotherLogOfTheSameKey) {
    const Log second{"sealwarden/dc7/gw1/g2", "a new beginning"};
    expect_cosigned(asked(log_.request(0, 50)), log_.text(50));
    expect_cosigned(asked(second.request(0, 7)), second.text(7));
    expect_cosigned(asked(log_.request(50, 60)), log_.text(60));
    expect_refused(asked(second.request(0, 8)), 409);
}

TEST_F(WitnessTest, OnlyTheLogsOwnKeyCounts) {
    const auto text = log_.text(5);
    const auto by = [&](const std::string& name, std::uint8_t number) {
        return asked("old 0\n\n" + text + '\n' + tlog::signature_line(name, key_of(number), text));
    };
    expect_refused(by("sealwarden/dc7/gw1/g1", 2), 403);
    expect_refused(by("sealwarden/dc7/gw1/g2", 1), 403);
    expect_refused(by("office", 7), 403);
    const auto of_other_text = tlog::signature_line("sealwarden/dc7/gw1/g1", key_of(1), "other\n");
    expect_refused(asked("old 0\n\n" + text + '\n' + of_other_text), 403);
    EXPECT_TRUE(heads_.heads.empty());
    // Lines of keys that this witness does not know are ignored.
    expect_cosigned(asked(log_.request(0, 5) +
                          tlog::signature_line("sealwarden/dc7/gw1/g1/epoch/0", key_of(3), text)),
                    text);
}

TEST_F(WitnessTest, ALogThatBeginsAnewWithAnotherKeyIsAnotherLog) {
    const Log renewed{"sealwarden/dc7/gw1/g1", "with new keys", 9};
    expect_cosigned(asked(log_.request(0, 50)), log_.text(50));
    expect_refused(asked(renewed.request(0, 5)), 403);
    // The same memory, with the new key in the old one's place.
    Witness after{"office", key_of(7), {renewed.key()}, heads_};
    expect_cosigned(after.add_checkpoint(renewed.request(0, 5), now), renewed.text(5));
    expect_refused(after.add_checkpoint(log_.request(50, 60), now), 403);
    EXPECT_EQ(heads_.heads[log_.key().vkey()].size, 50u) << "the old log's head is still known";
}

TEST_F(WitnessTest, OfKeysWithOneNameTheOneThatSignedCounts) {
    const Log renewed{"sealwarden/dc7/gw1/g1", "with new keys", 9};
    const Log second{"sealwarden/dc7/gw1/g2", "with new keys", 9};
    Witness both{"office", key_of(7), {log_.key(), renewed.key()}, heads_};
    const auto asks = [&](const std::string& body) { return both.add_checkpoint(body, now); };
    expect_cosigned(asks(log_.request(0, 50)), log_.text(50));
    expect_cosigned(asks(renewed.request(0, 5)), renewed.text(5));
    expect_cosigned(asks(second.request(0, 7)), second.text(7));
    // Each has a past of its own, which it must go on.
    expect_cosigned(asks(log_.request(50, 60)), log_.text(60));
    expect_refused(asks(renewed.request(0, 5)), 409);
    expect_refused(asks(Log{"sealwarden/dc7/gw1/g1", "of nobody", 3}.request(0, 5)), 403);
}

TEST_F(WitnessTest, ExtensionLinesOfAForeignLogAreSignedWithTheRest) {
    const auto text = log_.text(5) + "an extension\nand another\n";
    expect_cosigned(asked("old 0\n\n" + log_.note(text)), text);
    expect_refused(asked("old 5\n\n" + log_.note(log_.text(5) + "\n")), 400);
    expect_refused(asked("old 5\n\n" + log_.note(log_.text(5) + "a\n\nb\n")), 400);
}

TEST_F(WitnessTest, WhatIsNotExactlyARequestIsRefused) {
    const auto note = log_.note(log_.text(5));
    const auto hash = tlog::base64(tlog::sha256("")) + '\n';
    std::string many;
    for (std::size_t i = 0; i <= most_proof_hashes; ++i) many += hash;
    for (const auto& bad : std::vector<std::string>{
             "",
             "\n",
             "\n\n",
             "old",
             "old 0",
             "old 0\n",
             "old 0\n\n",
             "0\n\n" + note,
             "old \n\n" + note,
             "old 00\n\n" + note,
             "old -1\n\n" + note,
             "old +0\n\n" + note,
             "old 0 \n\n" + note,
             "Old 0\n\n" + note,
             "old 0\r\n\r\n" + note,
             "old 0\n" + note,
             "old 0\n\n\n" + note,
             "old 6\n\n" + note,
             "old 99999999999999999999\n\n" + note,
             "old 0\nAAAA\n\n" + note,
             "old 0\n" + hash.substr(1) + "\n" + note,
             "old 0\n" + many + '\n' + note,
             "old 0\n\n" + note.substr(0, note.size() - 1),
             "old 0\n\nsealwarden/dc7/gw1/g1\n05\n" + hash + '\n' + "\u2014 a AAAAAAAA\n",
             "old 0\n\nsealwarden/dc7/gw1/g1\n5\n\n\u2014 a AAAAAAAA\n",
             "old 0\n\n" + log_.text(5)}) {
        expect_refused(asked(bad), 400);
    }
    EXPECT_TRUE(heads_.heads.empty());
}

TEST_F(WitnessTest, AHeadThatCannotBeKeptIsNotSigned) {
    asked(log_.request(0, 5));
    heads_.full = true;
    EXPECT_THROW(asked(log_.request(5, 6)), std::runtime_error);
    EXPECT_EQ(heads_.heads[log_.key().vkey()].size, 5u);
    heads_.full = false;
    heads_.broken = true;
    EXPECT_THROW(asked(log_.request(5, 6)), std::runtime_error);
    EXPECT_THROW(asked(log_.request(5, 5)), std::runtime_error);
    heads_.broken = false;
    expect_cosigned(asked(log_.request(5, 6)), log_.text(6));
}

}  // namespace
}  // namespace sealwarden::witness
