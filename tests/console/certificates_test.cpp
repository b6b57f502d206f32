#include "firmware/console/certificates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "firmware/console/tls_context.hpp"
#include "tests/support/temporary_directory.hpp"

namespace sealwarden::console {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Names = std::vector<std::string>;

constexpr WallTime now = std::chrono::sys_days{std::chrono::year{2026} / 11 / 30};

class Certificates : public testing::Test {
  protected:
    ServerCertificate certificate(const Names& names = {"gw1.example", "192.0.2.7"},
                                  WallTime at = now) {
        return server_certificate(directory_.path(), "dc7", names, at);
    }
    [[nodiscard]] std::filesystem::path file(const std::string& name) const {
        return directory_.path() / "tls" / name;
    }
    [[nodiscard]] unsigned mode(const std::string& name) const {
        struct stat status{};
        ::stat(file(name).c_str(), &status);
        return status.st_mode & 07777;
    }
    // What the foreign program says of it, and whether it succeeded.
    std::pair<std::string, bool> openssl(const std::string& arguments) {
        const auto out = directory_.path() / "out";
        const auto line = "cd " + (directory_.path() / "tls").string() + " && openssl " +
                          arguments + " >" + out.string() + " 2>&1";
        const bool good = std::system(line.c_str()) == 0;
        std::ifstream in{out};
        return {std::string{std::istreambuf_iterator<char>{in}, {}}, good};
    }
    test::TemporaryDirectory directory_;
};

TEST_F(Certificates, TheFirstRunMakesACaAndACertificateThatOpensslTakes) {
    static_cast<void>(certificate());
    const std::string at =
        " -attime " +
        std::to_string(
            std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
    EXPECT_TRUE(openssl("verify -x509_strict -purpose sslserver -verify_hostname gw1.example" + at +
                        " -CAfile ca.pem server.pem")
                    .second);
    EXPECT_TRUE(
        openssl("verify -x509_strict -verify_ip 192.0.2.7" + at + " -CAfile ca.pem server.pem")
            .second);
    EXPECT_FALSE(
        openssl("verify -verify_hostname evil.example" + at + " -CAfile ca.pem server.pem").second);
    const auto ca = openssl("x509 -in ca.pem -noout -text").first;
    EXPECT_THAT(ca, HasSubstr("CA:TRUE, pathlen:0"));
    EXPECT_THAT(ca, HasSubstr("prime256v1"));
    EXPECT_EQ(mode("ca.key"), 0600u);
    EXPECT_EQ(mode("server.key"), 0600u);
}

TEST_F(Certificates, ItIsKeptUntilAMonthBeforeItsEnd) {
    const auto first = certificate();
    EXPECT_EQ(certificate(), first);
    EXPECT_EQ(certificate({"192.0.2.7", "gw1.example"}), first);  // the order means nothing
    EXPECT_EQ(certificate({"gw1.example", "192.0.2.7"}, first.ends - renewed_before_end - 1s),
              first);
    const auto renewed = certificate({"gw1.example", "192.0.2.7"}, first.ends - renewed_before_end);
    EXPECT_NE(renewed, first);
    EXPECT_GT(renewed.ends, first.ends + 300 * 24h);
}

TEST_F(Certificates, OtherNamesMakeAnotherCertificateOfTheSameCa) {
    const auto first = certificate();
    const auto authority = site_authority(directory_.path(), "dc7", now);
    const auto second = certificate({"dock.example"});
    EXPECT_NE(second.certificate, first.certificate);
    EXPECT_EQ(site_authority(directory_.path(), "dc7", now).fingerprint, authority.fingerprint);
}

TEST_F(Certificates, TheFingerprintIsTheOneOpensslShows) {
    const auto authority = site_authority(directory_.path(), "dc7", now);
    EXPECT_THAT(openssl("x509 -in ca.pem -noout -fingerprint -sha256").first,
                HasSubstr("=" + authority.fingerprint));
    EXPECT_EQ(std::ranges::count(authority.words, '-'), 5);
}

TEST_F(Certificates, AClockInThePastMakesNoCertificateThatHasEndedWhenItIsSet) {
    const auto made = certificate({"gw1"}, WallTime{});  // 1970
    EXPECT_GT(made.ends, now);
}

TEST_F(Certificates, AKeyThatOthersCanReadIsNotUsed) {
    static_cast<void>(certificate());
    std::filesystem::permissions(file("ca.key"), std::filesystem::perms{0644});
    EXPECT_THROW(static_cast<void>(certificate()), CertificateTrouble);
}

TEST_F(Certificates, ACaWithoutItsKeyIsNotReplacedSilently) {
    static_cast<void>(certificate());
    std::filesystem::remove(file("ca.key"));
    EXPECT_THROW(static_cast<void>(certificate()), CertificateTrouble);
}

TEST_F(Certificates, AHalfWrittenPairIsMadeAnew) {
    static_cast<void>(certificate());
    const auto other = [&] {
        test::TemporaryDirectory elsewhere;
        return server_certificate(elsewhere.path(), "dc7", {"gw1.example"}, now);
    }();
    {
        std::ofstream{file("server.key")} << other.key;
    }
    const auto made = certificate();
    EXPECT_NE(made.key, other.key);
    EXPECT_NO_THROW(static_cast<void>(tls_context(made.certificate, made.key)));
}

TEST_F(Certificates, ARequestNamesTheMachineAndKeepsItsKey) {
    const auto first = signing_request(directory_.path(), "dc7", {"gw1.example", "192.0.2.7"});
    std::ofstream{file("console.csr")} << first.pem;
    const auto [text, good] = openssl("req -in console.csr -noout -verify -text");
    EXPECT_TRUE(good);
    EXPECT_THAT(text, HasSubstr("DNS:gw1.example, IP Address:192.0.2.7"));
    EXPECT_EQ(mode("csr.key"), 0600u);
    const auto key = [&] {
        std::ifstream in{first.key};
        return std::string{std::istreambuf_iterator<char>{in}, {}};
    };
    const auto before = key();
    static_cast<void>(signing_request(directory_.path(), "dc7", {"gw1.example"}));
    EXPECT_EQ(key(), before);
}

TEST_F(Certificates, AddressesAreComparedAsAddresses) {
    const auto names = names_of_this_machine({"FD00:0::1"}, {"192.0.2.7"});
    EXPECT_THAT(names, testing::Contains("fd00::1"));
    EXPECT_THAT(names, testing::Contains("192.0.2.7"));
    const auto first = certificate(names);
    EXPECT_EQ(certificate(names), first);
}

TEST_F(Certificates, AKeyOfAnotherCertificateIsRefused) {
    const auto one = certificate();
    test::TemporaryDirectory elsewhere;
    const auto other = server_certificate(elsewhere.path(), "dc7", {"gw1.example"}, now);
    EXPECT_THROW(static_cast<void>(tls_context(one.certificate, other.key)), std::runtime_error);
}

}  // namespace
}  // namespace sealwarden::console
