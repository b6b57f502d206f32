#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "firmware/tlog/checkpoint.hpp"
#include "tests/evidence/keys_fixture.hpp"

namespace sealwarden::evidence {
namespace {

using testing::HasSubstr;

class Commission : public KeysTest {};

TEST_F(Commission, MakesKeysThatTheSheetCommitsTo) {
    const auto sheet = commission(files(), wanted());
    EXPECT_EQ(read_sheet(files()), sheet);
    EXPECT_EQ(sheet.start,
              std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + std::chrono::hours{11});
    const auto table = read_table(files());
    ASSERT_EQ(table.size(), 12u);
    EXPECT_EQ(root_of(tlog::epoch_tree(table), table.size()), sheet.epochs);
    const auto note = tlog::parse_note(text_in(files().table_note()));
    ASSERT_TRUE(note);
    EXPECT_EQ(tlog::parse_checkpoint(note->text),
              (tlog::Checkpoint{
                  .origin = "sealwarden/dc7/gw1/epochs", .size = 12, .root = sheet.epochs}));
    EXPECT_EQ(is_signed(*note, {.name = "sealwarden/dc7/gw1/epochs",
                                .type = tlog::KeyType::ed25519,
                                .key = sheet.log_key}),
              tlog::Signed::yes);
}

TEST_F(Commission, SecretsAreTheirOwnersAloneAndTheGroupReadsWhatIsPublic) {
    commission(files(), wanted());
    using std::filesystem::perms;
    const auto mode = [](const auto& file) { return std::filesystem::status(file).permissions(); };
    EXPECT_EQ(mode(files().directory), perms::owner_all | perms::group_read | perms::group_exec);
    EXPECT_EQ(mode(files().log_key()), perms::owner_read | perms::owner_write);
    EXPECT_EQ(mode(files().state()), perms::owner_read | perms::owner_write);
}

TEST_F(Commission, RefusesWhenKeysExistAndChangesNothing) {
    commission(files(), wanted());
    const auto key = log_key(), state = text_in(files().state());
    EXPECT_THAT(trouble([&] { commission(files(), wanted()); }), HasSubstr("commissioned already"));
    EXPECT_EQ(log_key(), key);
    EXPECT_EQ(text_in(files().state()), state);
}

TEST_F(Commission, ThatWasInterruptedIsDoneAgain) {
    commission(files(), wanted());
    std::filesystem::remove(files().sheet());
    EXPECT_FALSE(is_commissioned(files()));
    const auto sheet = commission(files(), wanted());
    EXPECT_EQ(Keys(files(), log_key()).sheet(), sheet);
}

TEST_F(Commission, TwoGatewaysHaveNothingInCommon) {
    const auto one = commission(files(), wanted());
    const auto other = commission({directory_.path() / "other"}, wanted());
    EXPECT_NE(one.log_key, other.log_key);
    EXPECT_NE(one.epochs, other.epochs);
}

TEST_F(Commission, ACertificateIsNamedByTheHashOfItsDer) {
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{EVP_EC_gen("P-256"), &EVP_PKEY_free};
    std::unique_ptr<X509, decltype(&X509_free)> certificate{X509_new(), &X509_free};
    X509_set_pubkey(certificate.get(), key.get());
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 60);
    ASSERT_GT(X509_sign(certificate.get(), key.get(), EVP_sha256()), 0);
    unsigned char* der = nullptr;
    const auto length = static_cast<std::size_t>(i2d_X509(certificate.get(), &der));
    const std::string bytes{reinterpret_cast<char*>(der), length};
    OPENSSL_free(der);
    std::ofstream{directory_.path() / "tsa.der", std::ios::binary} << bytes;
    std::unique_ptr<std::FILE, decltype(&std::fclose)> pem{
        std::fopen((directory_.path() / "tsa.pem").c_str(), "w"), &std::fclose};
    PEM_write_X509(pem.get(), certificate.get());
    pem.reset();
    const auto hash = tlog::hex(tlog::bytes_of(tlog::sha256(bytes)));
    EXPECT_EQ(certificate_hash(directory_.path() / "tsa.der"), hash);
    EXPECT_EQ(certificate_hash(directory_.path() / "tsa.pem"), hash);
    std::ofstream{directory_.path() / "no.pem"} << "nothing";
    EXPECT_THAT(trouble([&] { (void)certificate_hash(directory_.path() / "no.pem"); }),
                HasSubstr("is no certificate"));
}

}  // namespace
}  // namespace sealwarden::evidence
