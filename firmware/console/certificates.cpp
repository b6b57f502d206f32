#include "firmware/console/certificates.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <set>

#include "firmware/evidence/private_file.hpp"
#include "firmware/tlog/key_words.hpp"

namespace sealwarden::console {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::size_t largest_file = 64u << 10;
constexpr unsigned for_everybody = 0644, for_the_owner = 0600;
constexpr std::chrono::days authority_lifetime{20 * 365};
constexpr std::chrono::hours clocks_differ{24};  // a browser's may be behind ours
// No gateway is older than this: a machine that believes to be in 1970 does not make a certificate
// that has ended when its clock is set.
constexpr WallTime not_before_this = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};

template <auto release>
struct Release {
    template <class T>
    void operator()(T* held) const {
        release(held);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using Request = std::unique_ptr<X509_REQ, Release<X509_REQ_free>>;
using Memory = std::unique_ptr<BIO, Release<BIO_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Release<GENERAL_NAMES_free>>;

[[noreturn]] void fail(const std::string& what) {
    std::array<char, 256> why{};
    ERR_error_string_n(ERR_get_error(), why.data(), why.size());
    ERR_clear_error();
    throw CertificateTrouble{what + ": " + why.data()};
}
void check(bool good, const char* what) {
    if (!good) fail(what);
}

std::string text_of(BIO* memory) {
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(memory, &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}
std::string pem_of(X509* certificate) {
    const Memory out{BIO_new(BIO_s_mem())};
    check(PEM_write_bio_X509(out.get(), certificate) == 1, "a certificate cannot be written");
    return text_of(out.get());
}
std::string pem_of(EVP_PKEY* key) {
    const Memory out{BIO_new(BIO_s_mem())};
    check(PEM_write_bio_PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "a key cannot be written");
    return text_of(out.get());
}
Certificate certificate_of(const std::string& pem) {
    const Memory in{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    Certificate read{PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)};
    if (!read) fail("the certificate is none");
    return read;
}
Key key_of(const std::string& pem) {
    const Memory in{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    Key read{PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr)};
    if (!read) fail("the key is none");
    return read;
}

Key new_key() {
    Key key{EVP_EC_gen("P-256")};
    if (!key) fail("a key cannot be made");
    return key;
}

WallTime wall_of(const ASN1_TIME* time) {
    std::tm parts{};
    check(ASN1_TIME_to_tm(time, &parts) == 1, "a certificate's time is none");
    return WallTime{std::chrono::seconds{::timegm(&parts)}};
}
void set_time(ASN1_TIME* field, WallTime time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    check(ASN1_TIME_adj(field, static_cast<std::time_t>(seconds), 0, 0) != nullptr,
          "a time cannot be written");
}

void set_name(X509_NAME* name, const std::string& site, const std::string& common) {
    const auto add = [&](const char* field, const std::string& value) {
        check(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                         reinterpret_cast<const unsigned char*>(value.data()),
                                         static_cast<int>(value.size()), -1, 0) == 1,
              "a name cannot be written");
    };
    add("O", "Sealwarden " + site);
    add("CN", common.substr(0, 64));
}

void set_serial(X509* certificate) {
    std::array<unsigned char, 16> bytes{};
    check(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1, "no random numbers");
    bytes[0] &= 0x7f;
    const std::unique_ptr<BIGNUM, Release<BN_free>> number{
        BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr)};
    check(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr,
          "a serial number cannot be written");
}

void add_extension(X509* certificate, X509* issuer, int what, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension extension{X509V3_EXT_conf_nid(nullptr, &context, what, value)};
    check(extension && X509_add_ext(certificate, extension.get(), -1) == 1,
          "an extension cannot be written");
}

// 4 or 16 bytes, or none: it is a name.
std::string address_bytes(const std::string& name) {
    in6_addr six{};
    in_addr four{};
    if (::inet_pton(AF_INET, name.c_str(), &four) == 1) {
        return {reinterpret_cast<const char*>(&four), sizeof four};
    }
    if (::inet_pton(AF_INET6, name.c_str(), &six) == 1) {
        return {reinterpret_cast<const char*>(&six), sizeof six};
    }
    return {};
}

// "FD00::0:1" and "fd00::1" are one address.
std::string normal(const std::string& name) {
    const auto bytes = address_bytes(name);
    if (bytes.empty()) return name;
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = bytes.size() == sizeof(in_addr) ? AF_INET : AF_INET6;
    return ::inet_ntop(family, bytes.data(), text.data(), text.size());
}

// Built by hand: a text for OpenSSL's parser would give names with commas a meaning.
Extension subject_names(const std::vector<std::string>& names) {
    const Names list{GENERAL_NAMES_new()};
    for (const auto& name : names) {
        const auto address = address_bytes(name);
        const auto& bytes = address.empty() ? name : address;
        auto* general = GENERAL_NAME_new();
        auto* text = ASN1_STRING_type_new(address.empty() ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING);
        check(ASN1_STRING_set(text, bytes.data(), static_cast<int>(bytes.size())) == 1,
              "a name cannot be written");
        GENERAL_NAME_set0_value(general, address.empty() ? GEN_DNS : GEN_IPADD, text);
        check(sk_GENERAL_NAME_push(list.get(), general) > 0, "a name cannot be written");
    }
    Extension extension{X509V3_EXT_i2d(NID_subject_alt_name, 0, list.get())};
    if (!extension) fail("the names cannot be written");
    return extension;
}

std::vector<std::string> names_in(X509* certificate) {
    const Names list{static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr))};
    std::vector<std::string> names;
    for (int i = 0; list && i < sk_GENERAL_NAME_num(list.get()); ++i) {
        int kind = 0;
        const auto* text = static_cast<const ASN1_STRING*>(
            GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(list.get(), i), &kind));
        if (kind != GEN_DNS && kind != GEN_IPADD) continue;
        const auto size = static_cast<std::size_t>(ASN1_STRING_length(text));
        const auto* bytes = ASN1_STRING_get0_data(text);
        if (kind == GEN_DNS) {
            names.emplace_back(reinterpret_cast<const char*>(bytes), size);
            continue;
        }
        std::array<char, INET6_ADDRSTRLEN> printed{};
        if (size != sizeof(in_addr) && size != sizeof(in6_addr)) continue;
        const int family = size == sizeof(in_addr) ? AF_INET : AF_INET6;
        if (::inet_ntop(family, bytes, printed.data(), printed.size()) != nullptr) {
            names.emplace_back(printed.data());
        }
    }
    return names;
}

std::string der_of(X509* certificate) {
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(certificate, &bytes);
    check(size > 0, "a certificate cannot be written");
    std::string der{reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
    OPENSSL_free(bytes);
    return der;
}

std::string fingerprint_of(const std::string& der) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned length = 0;
    EVP_Digest(der.data(), der.size(), hash.data(), &length, EVP_sha256(), nullptr);
    std::string text;
    for (unsigned i = 0; i < length; ++i) text += fmt::format("{}{:02X}", i ? ":" : "", hash.at(i));
    return text;
}

fs::path folder(const fs::path& directory) {
    const auto made = directory / "tls";
    std::error_code error;
    fs::create_directories(made, error);
    if (error) {
        throw CertificateTrouble{made.string() + " cannot be made: " + error.message()};
    }
    return made;
}

std::string private_key_at(const fs::path& file) {
    static_cast<void>(evidence::open_private(file, O_RDONLY));  // nobody else's, and a plain file
    return evidence::read_file(file, largest_file);
}

// evidence's sentences, as ours.
template <class Work>
auto with_files(Work work) {
    try {
        return work();
    } catch (const evidence::KeyTrouble& trouble) {
        throw CertificateTrouble{trouble.what()};
    }
}

struct Authority {
    Certificate certificate;
    Key key;
};

Authority make_authority(const fs::path& at, const std::string& site, WallTime now) {
    Authority made{.certificate = Certificate{X509_new()}, .key = new_key()};
    auto* certificate = made.certificate.get();
    X509_set_version(certificate, X509_VERSION_3);
    set_serial(certificate);
    const auto from = std::max(now, not_before_this) - clocks_differ;
    set_time(X509_getm_notBefore(certificate), from);
    set_time(X509_getm_notAfter(certificate), from + authority_lifetime);
    set_name(X509_get_subject_name(certificate), site, "Sealwarden " + site + " site CA");
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    X509_set_pubkey(certificate, made.key.get());
    add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(certificate, certificate, NID_subject_key_identifier, "hash");
    check(X509_sign(certificate, made.key.get(), EVP_sha256()) > 0, "the CA cannot be signed");
    // The key first: a certificate without its key would be taken for a CA that is there.
    evidence::write_file(at / "ca.key", pem_of(made.key.get()), for_the_owner);
    evidence::write_file(at / "ca.pem", pem_of(certificate), for_everybody);
    return made;
}

Authority authority_at(const fs::path& at, const std::string& site, WallTime now) {
    if (!fs::exists(at / "ca.pem")) return make_authority(at, site, now);
    Authority found{.certificate = certificate_of(evidence::read_file(at / "ca.pem", largest_file)),
                    .key = key_of(private_key_at(at / "ca.key"))};
    if (X509_check_private_key(found.certificate.get(), found.key.get()) != 1) {
        throw CertificateTrouble{
            fmt::format("{0}/ca.key is not the key of {0}/ca.pem: put the pair back, or take both "
                        "away and a new CA is made that every browser has to be told of",
                        at.string())};
    }
    return found;
}

ServerCertificate make_server(const fs::path& at, const Authority& authority,
                              const std::string& site, const std::vector<std::string>& names,
                              WallTime now) {
    const Certificate made{X509_new()};
    auto* certificate = made.get();
    const auto key = new_key();
    X509_set_version(certificate, X509_VERSION_3);
    set_serial(certificate);
    const auto from = std::max(now, not_before_this);
    const auto to =
        std::min(from + server_lifetime, wall_of(X509_get0_notAfter(authority.certificate.get())));
    set_time(X509_getm_notBefore(certificate), from - clocks_differ);
    set_time(X509_getm_notAfter(certificate), to);
    set_name(X509_get_subject_name(certificate), site, names.front());
    X509_set_issuer_name(certificate, X509_get_subject_name(authority.certificate.get()));
    X509_set_pubkey(certificate, key.get());
    auto* issuer = authority.certificate.get();
    add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(certificate, issuer, NID_key_usage, "critical,digitalSignature");
    add_extension(certificate, issuer, NID_ext_key_usage, "serverAuth");
    add_extension(certificate, issuer, NID_subject_key_identifier, "hash");
    add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always");
    const auto extension = subject_names(names);
    check(X509_add_ext(certificate, extension.get(), -1) == 1, "the names cannot be written");
    check(X509_sign(certificate, authority.key.get(), EVP_sha256()) > 0,
          "the certificate cannot be signed");
    ServerCertificate identity{.certificate = pem_of(certificate),
                               .key = pem_of(key.get()),
                               .ends = wall_of(X509_get0_notAfter(certificate))};
    // Certificate and key in one file each, the key first; a crash between leaves a pair that does
    // not match, and is made anew.
    evidence::write_file(at / "server.key", identity.key, for_the_owner);
    evidence::write_file(at / "server.pem", identity.certificate, for_everybody);
    return identity;
}

// Empty: there is none that can go on being used.
std::optional<ServerCertificate> server_at(const fs::path& at, const Authority& authority,
                                           const std::vector<std::string>& names, WallTime now) {
    if (!fs::exists(at / "server.pem") || !fs::exists(at / "server.key")) return {};
    ServerCertificate found{.certificate = evidence::read_file(at / "server.pem", largest_file),
                            .key = private_key_at(at / "server.key"),
                            .ends = {}};
    const auto certificate = certificate_of(found.certificate);
    const auto key = key_of(found.key);
    found.ends = wall_of(X509_get0_notAfter(certificate.get()));
    const Key issuer{X509_get_pubkey(authority.certificate.get())};
    auto named = names_in(certificate.get());
    auto wanted = names;
    std::ranges::sort(named);
    std::ranges::sort(wanted);
    const bool usable = X509_check_private_key(certificate.get(), key.get()) == 1 &&
                        X509_verify(certificate.get(), issuer.get()) == 1 && named == wanted &&
                        now + renewed_before_end < found.ends;
    ERR_clear_error();
    if (!usable) return {};
    return found;
}

}  // namespace

SiteAuthority site_authority(const fs::path& directory, const std::string& site, WallTime now) {
    return with_files([&] {
        const auto at = folder(directory);
        const auto authority = authority_at(at, site, now);
        const auto der = der_of(authority.certificate.get());
        return SiteAuthority{.certificate = pem_of(authority.certificate.get()),
                             .file = at / "ca.pem",
                             .fingerprint = fingerprint_of(der),
                             .words = tlog::key_words(der),
                             .ends = wall_of(X509_get0_notAfter(authority.certificate.get()))};
    });
}

ServerCertificate server_certificate(const fs::path& directory, const std::string& site,
                                     const std::vector<std::string>& names, WallTime now) {
    return with_files([&] {
        const auto at = folder(directory);
        const auto authority = authority_at(at, site, now);
        if (auto found = server_at(at, authority, names, now)) return *found;
        return make_server(at, authority, site, names, now);
    });
}

SigningRequest signing_request(const fs::path& directory, const std::string& site,
                               const std::vector<std::string>& names) {
    return with_files([&] {
        const auto at = folder(directory);
        const auto file = at / "csr.key";
        if (!fs::exists(file)) {
            evidence::write_file(file, pem_of(new_key().get()), for_the_owner);
        }
        const auto key = key_of(private_key_at(file));
        const Request request{X509_REQ_new()};
        set_name(X509_REQ_get_subject_name(request.get()), site, names.front());
        X509_REQ_set_pubkey(request.get(), key.get());
        auto extension = subject_names(names);
        const std::unique_ptr<STACK_OF(X509_EXTENSION), void (*)(STACK_OF(X509_EXTENSION)*)> list{
            sk_X509_EXTENSION_new_null(), [](STACK_OF(X509_EXTENSION) * held) {
                sk_X509_EXTENSION_pop_free(held, X509_EXTENSION_free);
            }};
        sk_X509_EXTENSION_push(list.get(), extension.release());
        check(X509_REQ_add_extensions(request.get(), list.get()) == 1,
              "the names cannot be written");
        check(X509_REQ_sign(request.get(), key.get(), EVP_sha256()) > 0,
              "the request cannot be signed");
        const Memory out{BIO_new(BIO_s_mem())};
        check(PEM_write_bio_X509_REQ(out.get(), request.get()) == 1,
              "the request cannot be written");
        return SigningRequest{.pem = text_of(out.get()), .key = file};
    });
}

WallTime end_of(const std::string& certificate) {
    return wall_of(X509_get0_notAfter(certificate_of(certificate).get()));
}

std::vector<std::string> names_of_this_machine(const std::vector<std::string>& configured,
                                               const std::vector<std::string>& addresses) {
    std::vector<std::string> names;
    const auto add = [&](std::string name) {
        name = normal(name);
        if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
    };
    for (const auto& name : configured) add(name);
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) == 0 && host.front() != '\0') add(host.data());
    add("localhost");
    add("127.0.0.1");
    add("::1");
    for (const auto& address : addresses) {
        if (address != "0.0.0.0" && address != "::") {
            add(address);
            continue;
        }
        ifaddrs* all = nullptr;
        if (::getifaddrs(&all) != 0) continue;
        for (const auto* one = all; one != nullptr; one = one->ifa_next) {
            std::array<char, INET6_ADDRSTRLEN> text{};
            if (one->ifa_addr == nullptr) continue;
            if (one->ifa_addr->sa_family == AF_INET) {
                const auto* four = reinterpret_cast<const sockaddr_in*>(one->ifa_addr);
                ::inet_ntop(AF_INET, &four->sin_addr, text.data(), text.size());
            } else if (one->ifa_addr->sa_family == AF_INET6 && address == "::") {
                const auto* six = reinterpret_cast<const sockaddr_in6*>(one->ifa_addr);
                // fe80:: needs a zone, which a certificate cannot name.
                if (IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr)) continue;
                ::inet_ntop(AF_INET6, &six->sin6_addr, text.data(), text.size());
            }
            if (text.front() != '\0') add(text.data());
        }
        ::freeifaddrs(all);
    }
    return names;
}

}  // namespace sealwarden::console
