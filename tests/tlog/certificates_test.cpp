#include "firmware/tlog/certificates.hpp"

#include <gtest/gtest.h>

#include "tests/support/certificate.hpp"

namespace sealwarden::tlog {
namespace {

const std::string pem = test::certificate_pem;
// `openssl x509 -outform DER | sha256sum`
const std::string name = "775c886c73cfadbcba959834122209a828762a5f0c6bcf627f3fa2dac99c64f5";
const std::string key = "-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----\n";

TEST(CertificatesTest, OnlyCertificatesAreTakenFromAText) {
    const auto found = certificates_in("issuer=CN = tests\n" + key + pem + key + pem + "the end\n");
    EXPECT_EQ(found, (std::vector<Certificate>{{pem, name}, {pem, name}}));
    EXPECT_EQ(pem_of(found), pem + pem);
}

TEST(CertificatesTest, ATextWithoutAnyHoldsNone) {
    EXPECT_TRUE(certificates_in("").empty());
    EXPECT_TRUE(certificates_in(key).empty());
    EXPECT_TRUE(certificates_in(pem.substr(0, pem.size() / 2)).empty());
    EXPECT_TRUE(certificates_of("/nowhere/tsa.pem").empty());
    EXPECT_TRUE(certificates_of("/dev/zero").empty()) << "and is not read for ever";
}

TEST(CertificatesTest, ThereIsALimit) {
    std::string many;
    for (std::size_t i = 0; i < certificates_limit + 1; ++i) many += pem;
    EXPECT_EQ(certificates_in(many).size(), certificates_limit);
}

TEST(CertificatesTest, EachIsAddedOnceAndNoMoreThanAReaderTakes) {
    std::vector<Certificate> all;
    EXPECT_TRUE(add_certificates(all, {{"a", "1"}, {"b", "2"}, {"a", "1"}}));
    EXPECT_TRUE(add_certificates(all, {{"b", "2"}, {"c", "3"}}));
    EXPECT_EQ(pem_of(all), "abc");
    std::vector<Certificate> many;
    for (std::size_t i = 0; i < certificates_limit; ++i) many.push_back({"d", std::to_string(i)});
    EXPECT_FALSE(add_certificates(all, many));
    EXPECT_EQ(pem_of(all), "abc");
}

TEST(CertificatesTest, APrivateKeyIsSeen) {
    EXPECT_TRUE(holds_private_key(pem + key));
    EXPECT_TRUE(holds_private_key("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
    EXPECT_FALSE(holds_private_key(pem));
}

}  // namespace
}  // namespace sealwarden::tlog
