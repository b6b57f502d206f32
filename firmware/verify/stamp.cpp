#include "firmware/verify/stamp.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509.h>

#include <algorithm>
#include <memory>

#include "firmware/verify/crypto.hpp"

namespace sealwarden::verify {
namespace {

template <auto free>
struct Free {
    template <class T>
    void operator()(T* thing) const {
        free(thing);
    }
};
void free_certificates(STACK_OF(X509) * certificates) {
    sk_X509_pop_free(certificates, X509_free);
}
using Reply = std::unique_ptr<TS_RESP, Free<TS_RESP_free>>;
using Context = std::unique_ptr<TS_VERIFY_CTX, Free<TS_VERIFY_CTX_free>>;
using Store = std::unique_ptr<X509_STORE, Free<X509_STORE_free>>;
using Certificates = std::unique_ptr<STACK_OF(X509), Free<free_certificates>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Memory = std::unique_ptr<BIO, Free<BIO_free>>;

constexpr std::size_t reply_limit = 1 << 20;  // bytes
constexpr std::size_t chain_limit = 1 << 20;  // bytes
constexpr int certificate_limit = 32;

Memory memory(std::string_view bytes) {
    return Memory{BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size()))};
}

bool is_trusted(X509* certificate, const std::vector<Hash>& authorities) {
    unsigned char* der = nullptr;
    const int size = i2d_X509(certificate, &der);
    if (size <= 0) return false;
    const auto hash = sha256({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
    OPENSSL_free(der);
    return std::ranges::find(authorities, hash) != authorities.end();
}

// All certificates at hand: those of the chain file and those in the reply.
Certificates all_certificates(std::string_view chain, TS_RESP* reply) {
    Certificates all{sk_X509_new_null()};
    const auto file = memory(chain);
    for (int i = 0; i < certificate_limit; ++i) {
        auto* certificate = PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr);
        if (certificate == nullptr) break;
        sk_X509_push(all.get(), certificate);
    }
    ERR_clear_error();
    const auto* token = TS_RESP_get_token(reply);
    const auto* inside =
        token != nullptr && PKCS7_type_is_signed(token) ? token->d.sign->cert : nullptr;
    for (int i = 0; i < sk_X509_num(inside) && i < certificate_limit; ++i) {
        auto* certificate = sk_X509_value(inside, i);
        if (X509_up_ref(certificate) == 1) sk_X509_push(all.get(), certificate);
    }
    return all;
}

std::optional<Moment> time_of(TS_RESP* reply) {
    const auto* info = TS_RESP_get_tst_info(reply);
    std::tm broken{};
    if (info == nullptr || ASN1_TIME_to_tm(TS_TST_INFO_get_time(info), &broken) != 1) {
        return std::nullopt;
    }
    using namespace std::chrono;
    const year_month_day date{year{broken.tm_year + 1900},
                              month{static_cast<unsigned>(broken.tm_mon + 1)},
                              day{static_cast<unsigned>(broken.tm_mday)}};
    return Moment{sys_days{date}} + hours{broken.tm_hour} + minutes{broken.tm_min} +
           seconds{broken.tm_sec};
}

// A store that trusts `trusted` alone, at the given time.
Store store_of(X509* trusted, Moment time) {
    Store store{X509_STORE_new()};
    X509_STORE_add_cert(store.get(), trusted);
    auto* parameters = X509_STORE_get0_param(store.get());
    X509_VERIFY_PARAM_set_time(
        parameters, std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
    X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_TIMESTAMP_SIGN);
    // A certificate the reader names may be any in the chain, not only a self-signed one.
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
    return store;
}

std::string last_error() {
    const auto* reason = ERR_reason_error_string(ERR_peek_last_error());
    ERR_clear_error();
    return reason != nullptr ? reason : "no reason given";
}

bool holds(TS_RESP* reply, std::string_view stamped, Store store, STACK_OF(X509) * certificates) {
    const Context context{TS_VERIFY_CTX_new()};
    TS_VERIFY_CTX_set_flags(context.get(), TS_VFY_VERSION | TS_VFY_DATA | TS_VFY_SIGNATURE);
    TS_VERIFY_CTX_set_data(context.get(), memory(stamped).release());
    TS_VERIFY_CTX_set_store(context.get(), store.release());
    auto* copies = sk_X509_deep_copy(
        certificates,
        +[](const X509* certificate) {
            auto* same = const_cast<X509*>(certificate);
            X509_up_ref(same);
            return same;
        },
        X509_free);
    TS_VERIFY_CTX_set_certs(context.get(), copies);
    return TS_RESP_verify_response(context.get(), reply) == 1;
}

}  // namespace

Stamp check_stamp(std::string_view reply, std::string_view chain, std::string_view stamped,
                  const std::vector<Hash>& authorities) {
    ERR_clear_error();
    if (reply.size() > reply_limit || chain.size() > chain_limit) return {.why = "too large"};
    const auto* at = reinterpret_cast<const unsigned char*>(reply.data());
    const auto* end = at + reply.size();
    const Reply parsed{d2i_TS_RESP(nullptr, &at, static_cast<long>(reply.size()))};
    if (!parsed || at != end) return {.why = "not a time-stamp reply"};
    const auto time = time_of(parsed.get());
    if (!time) return {.why = "not a granted stamp"};
    const auto certificates = all_certificates(chain, parsed.get());
    bool knows_one = false;
    std::string why;
    for (int i = 0; i < sk_X509_num(certificates.get()); ++i) {
        auto* certificate = sk_X509_value(certificates.get(), i);
        if (!is_trusted(certificate, authorities)) continue;
        knows_one = true;
        if (holds(parsed.get(), stamped, store_of(certificate, *time), certificates.get())) {
            return {.state = StampState::good, .time = *time};
        }
        why = last_error();
    }
    if (knows_one) return {.why = why};
    // Nobody the reader knows: still tell a stamp over other bytes from a good one by a stranger.
    for (int i = 0; i < sk_X509_num(certificates.get()); ++i) {
        auto* certificate = sk_X509_value(certificates.get(), i);
        if (holds(parsed.get(), stamped, store_of(certificate, *time), certificates.get())) {
            return {.state = StampState::stranger, .time = *time};
        }
        why = last_error();
    }
    if (sk_X509_num(certificates.get()) == 0) return {.state = StampState::stranger, .time = *time};
    return {.why = why};
}

}  // namespace sealwarden::verify
