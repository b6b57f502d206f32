#include "firmware/tlog/certificates.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

#include "firmware/tlog/encoding.hpp"
#include "firmware/tlog/free.hpp"
#include "firmware/tlog/hash.hpp"

namespace sealwarden::tlog {
namespace {

constexpr std::size_t file_limit = 1 << 20;  // bytes

using Memory = std::unique_ptr<BIO, Free<BIO_free>>;
using Parsed = std::unique_ptr<X509, Free<X509_free>>;

std::string bytes_in(BIO* memory) {
    char* data = nullptr;
    const auto size = BIO_get_mem_data(memory, &data);
    return {data, static_cast<std::size_t>(size)};
}

Certificate certificate_of(X509* parsed) {
    const Memory pem{BIO_new(BIO_s_mem())}, der{BIO_new(BIO_s_mem())};
    PEM_write_bio_X509(pem.get(), parsed);
    i2d_X509_bio(der.get(), parsed);
    return {.pem = bytes_in(pem.get()), .name = hex(bytes_of(sha256(bytes_in(der.get()))))};
}

}  // namespace

std::vector<Certificate> certificates_in(std::string_view text) {
    const Memory memory{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
    std::vector<Certificate> found;
    while (found.size() < certificates_limit) {
        const Parsed one{PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr)};
        if (!one) break;
        found.push_back(certificate_of(one.get()));
    }
    ERR_clear_error();
    return found;
}

std::vector<Certificate> certificates_of(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    std::string text(file_limit + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > file_limit) return {};
    return certificates_in(text);
}

bool add_certificates(std::vector<Certificate>& all, const std::vector<Certificate>& more) {
    auto both = all;
    for (const auto& one : more) {
        if (std::ranges::find(both, one) == both.end()) both.push_back(one);
    }
    if (both.size() > certificates_limit) return false;
    all = std::move(both);
    return true;
}

std::string pem_of(const std::vector<Certificate>& certificates) {
    std::string text;
    for (const auto& one : certificates) text += one.pem;
    return text;
}

bool holds_private_key(std::string_view text) {
    return text.find("PRIVATE KEY-----") != std::string_view::npos;  // RFC 7468, 10 and 11
}

}  // namespace sealwarden::tlog
