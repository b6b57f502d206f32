#include "firmware/anchor/time_stamp.hpp"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/ts.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <ctime>
#include <memory>
#include <optional>

#include "firmware/tlog/free.hpp"

namespace sealwarden::anchor {
namespace {

using tlog::Free;
using Request = std::unique_ptr<TS_REQ, Free<TS_REQ_free>>;
using Imprint = std::unique_ptr<TS_MSG_IMPRINT, Free<TS_MSG_IMPRINT_free>>;
using Algorithm = std::unique_ptr<X509_ALGOR, Free<X509_ALGOR_free>>;

using Integer = std::unique_ptr<ASN1_INTEGER, Free<ASN1_INTEGER_free>>;
using Reply = std::unique_ptr<TS_RESP, Free<TS_RESP_free>>;
using Context = std::unique_ptr<TS_VERIFY_CTX, Free<TS_VERIFY_CTX_free>>;
using Store = std::unique_ptr<X509_STORE, Free<X509_STORE_free>>;
using Memory = std::unique_ptr<BIO, Free<BIO_free>>;
using Parsed = std::unique_ptr<X509, Free<X509_free>>;
using Certificates = std::vector<tlog::Certificate>;

Imprint imprint_of(std::string_view stamped) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(stamped.data()), stamped.size(), digest.data());
    const Algorithm sha256{X509_ALGOR_new()};
    X509_ALGOR_set0(sha256.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr);
    Imprint imprint{TS_MSG_IMPRINT_new()};
    TS_MSG_IMPRINT_set_algo(imprint.get(), sha256.get());
    TS_MSG_IMPRINT_set_msg(imprint.get(), digest.data(), static_cast<int>(digest.size()));
    return imprint;
}

Request request_for(std::string_view stamped, std::optional<std::uint64_t> nonce) {
    Request request{TS_REQ_new()};
    TS_REQ_set_version(request.get(), 1);
    TS_REQ_set_msg_imprint(request.get(), imprint_of(stamped).get());
    TS_REQ_set_cert_req(request.get(), 1);
    if (nonce) {
        const Integer number{ASN1_INTEGER_new()};
        ASN1_INTEGER_set_uint64(number.get(), *nonce);
        TS_REQ_set_nonce(request.get(), number.get());
    }
    return request;
}

// Why the last call failed, in OpenSSL's words; the newest that says a detail, too.
std::string last_error() {
    std::string text = "it does not hold";
    const char* detail = nullptr;
    int flags = 0;
    while (const auto code = ERR_get_error_all(nullptr, nullptr, nullptr, &detail, &flags)) {
        const auto* reason = ERR_reason_error_string(code);
        if (reason == nullptr) continue;
        text = reason;
        const bool has_detail = (flags & ERR_TXT_STRING) != 0 && detail != nullptr && *detail != 0;
        if (has_detail) text += std::string{" ("} + detail + ")";
    }
    return text;
}

// The texts with which an authority explains a refusal; a stranger's: only what is plain ASCII.
std::string words_of(TS_STATUS_INFO* status) {
    constexpr std::size_t longest = 200;
    std::string words;
    const auto* texts = TS_STATUS_INFO_get0_text(status);
    for (int i = 0; i < sk_ASN1_UTF8STRING_num(texts); ++i) {
        const auto* text = sk_ASN1_UTF8STRING_value(texts, i);
        words += words.empty() ? ": " : ", ";
        words.append(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                     static_cast<std::size_t>(ASN1_STRING_length(text)));
    }
    std::erase_if(words, [](char c) { return c < ' ' || c > '~'; });
    return words.substr(0, longest);
}

// PKIStatus, RFC 3161 2.4.2: 0 granted, 1 granted with modifications, else refused.
std::string refusal_in(TS_RESP* reply) {
    auto* status = TS_RESP_get_status_info(reply);
    const auto code = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(status));
    if (code == 0 || code == 1) return {};
    return "the authority refused the stamp" + words_of(status);
}

std::optional<std::int64_t> time_in(TS_RESP* reply) {
    const auto* info = TS_RESP_get_tst_info(reply);
    std::tm broken{};
    if (info == nullptr || ASN1_TIME_to_tm(TS_TST_INFO_get_time(info), &broken) != 1) {
        return std::nullopt;
    }
    return ::timegm(&broken);
}

Parsed parsed(const tlog::Certificate& certificate) {
    const Memory memory{
        BIO_new_mem_buf(certificate.pem.data(), static_cast<int>(certificate.pem.size()))};
    return Parsed{PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr)};
}

// Trusts these certificates, and nothing else, as of `time`.
Store trust_in(const Certificates& certificates, std::int64_t time) {
    Store store{X509_STORE_new()};
    for (const auto& one : certificates) X509_STORE_add_cert(store.get(), parsed(one).get());
    auto* parameters = X509_STORE_get0_param(store.get());
    X509_VERIFY_PARAM_set_time(parameters, time);
    X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_TIMESTAMP_SIGN);
    // The sheet may name a certificate that is no root; then the file ends with that one.
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
    return store;
}

StampAnswer checked(std::string_view bytes, TS_REQ* request, const std::filesystem::path& file) {
    if (bytes.size() > stamp_limit) return {.fault = "the reply is larger than 32 KiB"};
    const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
    const auto* const end = at + bytes.size();
    const Reply reply{d2i_TS_RESP(nullptr, &at, static_cast<long>(bytes.size()))};
    if (!reply || at != end) {
        ERR_clear_error();
        return {.fault = "what came is no time-stamp reply"};
    }
    if (auto refusal = refusal_in(reply.get()); !refusal.empty()) {
        return {.fault = std::move(refusal)};
    }
    const auto time = time_in(reply.get());
    if (!time) return {.fault = "the reply carries no stamp"};
    const auto certificates = tlog::certificates_of(file);
    if (certificates.empty()) {
        return {.fault = "no certificate can be read in " + file.string()};
    }
    auto store = trust_in(certificates, *time);
    // What was asked is what must have been answered: imprint, its algorithm, nonce.
    const Context context{TS_REQ_to_TS_VERIFY_CTX(request, nullptr)};
    TS_VERIFY_CTX_add_flags(context.get(), TS_VFY_SIGNATURE);
    TS_VERIFY_CTX_set_store(context.get(), store.release());
    if (TS_RESP_verify_response(context.get(), reply.get()) != 1) {
        return {.fault = "the stamp does not hold: " + last_error()};
    }
    return {.fault = {}, .time = *time, .certificates = tlog::pem_of(certificates)};
}

// Those that the authority sent along.
Certificates certificates_inside(TS_RESP* reply) {
    const auto* token = TS_RESP_get_token(reply);
    if (token == nullptr || !PKCS7_type_is_signed(token)) return {};
    const auto* inside = token->d.sign->cert;
    const Memory text{BIO_new(BIO_s_mem())};
    for (int i = 0; i < sk_X509_num(inside); ++i) {
        PEM_write_bio_X509(text.get(), sk_X509_value(inside, i));
    }
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(text.get(), &bytes);
    return tlog::certificates_in({bytes, static_cast<std::size_t>(size)});
}

// Up to one that the store trusts, over any of the others.
bool holds(TS_RESP* reply, TS_REQ* request, Store trusted, const Certificates& others) {
    const Context context{TS_REQ_to_TS_VERIFY_CTX(request, nullptr)};
    TS_VERIFY_CTX_add_flags(context.get(), TS_VFY_SIGNATURE);
    TS_VERIFY_CTX_set_store(context.get(), trusted.release());
    auto* between = sk_X509_new_null();
    for (const auto& one : others) sk_X509_push(between, parsed(one).release());
    TS_VERIFY_CTX_set_certs(context.get(), between);  // the context's from here on
    const bool good = TS_RESP_verify_response(context.get(), reply) == 1;
    ERR_clear_error();
    return good;
}

}  // namespace

std::string stamp_request(std::string_view stamped, std::uint64_t nonce) {
    const auto request = request_for(stamped, nonce);
    const int size = i2d_TS_REQ(request.get(), nullptr);
    assert(size > 0);
    std::string der(static_cast<std::size_t>(size), '\0');
    auto* at = reinterpret_cast<unsigned char*>(der.data());
    i2d_TS_REQ(request.get(), &at);
    return der;
}

StampAnswer check_stamp_reply(std::string_view reply, std::string_view stamped, std::uint64_t nonce,
                              const std::filesystem::path& certificates) {
    ERR_clear_error();
    return checked(reply, request_for(stamped, nonce).get(), certificates);
}

StampAnswer check_stamp(std::string_view reply, std::string_view stamped,
                        const std::filesystem::path& certificates) {
    ERR_clear_error();
    return checked(reply, request_for(stamped, std::nullopt).get(), certificates);
}

bool holds_for(std::string_view bytes, std::string_view stamped, const Certificates& certificates,
               const std::vector<std::string>& names) {
    ERR_clear_error();
    const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
    const auto* const end = at + bytes.size();
    const Reply reply{d2i_TS_RESP(nullptr, &at, static_cast<long>(bytes.size()))};
    const auto time = reply && at == end ? time_in(reply.get()) : std::nullopt;
    if (!time) return false;
    auto all = certificates_inside(reply.get());
    all.insert(all.end(), certificates.begin(), certificates.end());
    const auto request = request_for(stamped, std::nullopt);
    return std::ranges::any_of(all, [&](const tlog::Certificate& one) {
        return std::ranges::find(names, one.name) != names.end() &&
               holds(reply.get(), request.get(), trust_in({one}, *time), all);
    });
}

}  // namespace sealwarden::anchor
