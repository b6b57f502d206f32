#include "firmware/tlog/note.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "firmware/tlog/checkpoint.hpp"

namespace sealwarden::tlog {
namespace {

SigningKey key_of(std::uint8_t number) {
    Seed seed;
    std::ranges::fill(seed.bytes(), number);
    return SigningKey{seed.bytes()};
}

NoteKey named(const std::string& name, const SigningKey& key) {
    return {.name = name, .type = KeyType::ed25519, .key = key.public_key()};
}

// The key and note of the documentation of golang.org/x/mod/sumdb/note, made by foreign code.
constexpr std::string_view peter =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view peters_note =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

TEST(Note, AForeignNoteIsSignedByItsForeignKey) {
    const auto key = key_from_vkey(peter);
    ASSERT_TRUE(key);
    EXPECT_EQ(key->name, "PeterNeumann");
    const auto note = parse_note(peters_note);
    ASSERT_TRUE(note);
    EXPECT_EQ(is_signed(*note, *key), Signed::yes);
}

// RFC 8032, 7.1, test 1.
TEST(Note, KeysAndSignaturesAreThoseOfTheStandard) {
    const auto bytes =
        from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").value();
    Seed seed;
    std::ranges::copy(bytes, seed.bytes().begin());
    const SigningKey key{seed.bytes()};
    const auto& key_bytes = key.public_key();
    EXPECT_EQ(hex({reinterpret_cast<const char*>(key_bytes.data()), key_bytes.size()}),
              "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    const auto signature = key.sign("");
    EXPECT_EQ(hex({reinterpret_cast<const char*>(signature.data()), signature.size()}),
              "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e"
              "39701cf9b46b"
              "d25bf5f0595bbe24655141438e7a100b");
}

TEST(Note, TwoKeysSignOneTextAndEachIsFound) {
    const auto log = key_of(1), epoch = key_of(2), other = key_of(3);
    const std::string text = "a\n\nb\n";
    const auto bytes =
        text + '\n' + signature_line("log", log, text) + signature_line("log/epoch/0", epoch, text);
    const auto note = parse_note(bytes);
    ASSERT_TRUE(note);
    EXPECT_EQ(note->text, text);
    ASSERT_EQ(note->lines.size(), 2u);
    EXPECT_EQ(is_signed(*note, named("log", log)), Signed::yes);
    EXPECT_EQ(is_signed(*note, named("log/epoch/0", epoch)), Signed::yes);
    EXPECT_EQ(is_signed(*note, named("log", epoch)), Signed::no_line);
    EXPECT_EQ(is_signed(*note, named("log", other)), Signed::no_line);
}

TEST(Note, AChangedTextOrSignatureIsWrongAndNotMerelyUnknown) {
    const auto log = key_of(1);
    const std::string text = "sealwarden/dc7/gw1/g1\n";
    auto note = parse_note(text + '\n' + signature_line("log", log, text)).value();
    const auto key = named("log", log);
    auto changed = note;
    changed.text = "sealwarden/dc7/gw1/g2\n";
    EXPECT_EQ(is_signed(changed, key), Signed::wrong);
    changed = note;
    changed.lines[0].signature[10] ^= 1;
    EXPECT_EQ(is_signed(changed, key), Signed::wrong);
    changed = note;
    changed.lines[0].signature.pop_back();
    EXPECT_EQ(is_signed(changed, key), Signed::wrong);
    changed = note;  // a good line does not excuse a bad one of the same key
    changed.lines.push_back(note.lines[0]);
    changed.lines[1].signature[0] ^= 1;
    EXPECT_EQ(is_signed(changed, key), Signed::wrong);
}

TEST(Note, WhatIsNotExactlyANoteIsNotRead) {
    const std::string good{peters_note};
    ASSERT_TRUE(parse_note(good));
    const auto line = good.substr(good.find("\u2014"));
    for (const auto& bad : std::vector<std::string>{"",
                                                    "\n",
                                                    "text\n",
                                                    "text\n\n",
                                                    good.substr(0, good.size() - 1),
                                                    good + "\n",
                                                    good + "x",
                                                    good + "\u2014 a\n",
                                                    good + "\u2014 a b c\n",
                                                    good + "- a AAAAAAAA\n",
                                                    good + "\u2014 a AAAA\n",
                                                    good + "\u2014  AAAAAAAA\n",
                                                    good + "\u2014 a+b AAAAAAAA\n",
                                                    "a\tb\n\n" + line,
                                                    "a\r\n\n" + line,
                                                    "\xff\n\n" + line,
                                                    "text\n" + line,
                                                    std::string(note_limit, 'a') + good,
                                                    good + "\u2014 a\u2003b AAAAAAAA\n",
                                                    good + "\u2014 a AAAAAAAA==\n"}) {
        EXPECT_FALSE(parse_note(bad)) << bad.substr(0, 300);
    }
    auto many = good;
    for (int i = 0; i < 99; ++i) many += "\u2014 witness AAAAAAAA\n";
    EXPECT_TRUE(parse_note(many));
    EXPECT_FALSE(parse_note(many + "\u2014 witness AAAAAAAA\n"));
}

TEST(Note, AVkeyIsReadOnlyAsItIsWritten) {
    const std::string vkey{peter};
    EXPECT_EQ(key_from_vkey(vkey)->vkey(), vkey);
    for (const auto& bad : std::vector<std::string>{
             "", "a", "a+b", "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", vkey + "=",
             vkey + " ", "Peter Neumann" + vkey.substr(12),
             "PeterNeumann+C74F20A3" + vkey.substr(21), "PeterNeumann+c74f20a4" + vkey.substr(21),
             "Peter" + vkey.substr(12)}) {
        EXPECT_FALSE(key_from_vkey(bad)) << bad;
    }
    NoteKey witness{.name = "w", .type = KeyType::cosignature, .key = key_of(4).public_key()};
    EXPECT_EQ(key_from_vkey(witness.vkey()), witness);
    auto log = witness;
    log.type = KeyType::ed25519;
    EXPECT_NE(log.id(), witness.id());
}

TEST(Checkpoint, IsThreeLinesAndReadStrictly) {
    const Checkpoint head{.origin = "sealwarden/dc7/gw1/g1", .size = 1843, .root = sha256("root")};
    EXPECT_EQ(head.text(), "sealwarden/dc7/gw1/g1\n1843\n" + base64(head.root) + "\n");
    EXPECT_EQ(parse_checkpoint(head.text()), head);
    const auto root = base64(head.root);
    for (const auto& bad : std::vector<std::string>{
             "", "o\n", "o\n1\n", "o\n1\n" + root, "o\n01\n" + root + "\n", "\n1\n" + root + "\n",
             "o\n-1\n" + root + "\n", "o\n1\n" + root + "\nmore\n", "o\n1\n" + root + "\n\n",
             "o\n1\nAAAA\n", "o o\n1\n" + root + "\n", "o\n 1\n" + root + "\n"}) {
        EXPECT_FALSE(parse_checkpoint(bad)) << bad;
    }
}

TEST(Checkpoint, TravelsWithAProofInThePublicTexts) {
    const auto a = sha256("a"), b = sha256("b");
    const std::string note = "o\n9\nroot\n\n\u2014 o sig\n";
    EXPECT_EQ(tlog_proof(4, {a, b}, note),
              "c2sp.org/tlog-proof@v1\nindex 4\n" + base64(a) + "\n" + base64(b) + "\n\n" + note);
    EXPECT_EQ(tlog_proof(0, {}, note), "c2sp.org/tlog-proof@v1\nindex 0\n\n" + note);
    EXPECT_EQ(add_checkpoint_body(4, {a}, note), "old 4\n" + base64(a) + "\n\n" + note);
    EXPECT_EQ(range_text(4, {a, a}, {b}, note), "range 4 6\n" + base64(b) + "\nleaves\n" +
                                                    base64(a) + "\n" + base64(a) + "\n\n" + note);
}

}  // namespace
}  // namespace sealwarden::tlog
