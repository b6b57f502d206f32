#include "firmware/console/tls_context.hpp"

#include <openssl/ssl.h>

#include <boost/asio/buffer.hpp>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace sealwarden::console {
namespace {

namespace ssl = boost::asio::ssl;

// Mozilla's "intermediate" list of Server Side TLS without finite-field Diffie-Hellman, for which
// no browser of this decade asks.
constexpr const char* suites =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

int choose_http(SSL* /*connection*/, const unsigned char** chosen, unsigned char* length,
                const unsigned char* offered, unsigned offered_length, void* /*argument*/) {
    static constexpr unsigned char ours[] = "\x08http/1.1";
    unsigned char* found = nullptr;
    const int result =
        SSL_select_next_proto(&found, length, ours, sizeof ours - 1, offered, offered_length);
    *chosen = found;
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

std::shared_ptr<ssl::context> tls_context(const std::string& certificate, const std::string& key) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    auto* raw = context->native_handle();
    SSL_CTX_set_security_level(raw, 2);
    SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(raw, suites);
    SSL_CTX_set1_groups_list(raw, "X25519:P-256:P-384");
    SSL_CTX_set_options(raw, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);  // a connection at rest keeps no 34 KiB
    SSL_CTX_set_alpn_select_cb(raw, choose_http, nullptr);
    boost::system::error_code error;
    context->use_certificate_chain(boost::asio::buffer(certificate), error);
    if (error) throw std::runtime_error{"the certificate is none: " + error.message()};
    context->use_private_key(boost::asio::buffer(key), ssl::context::pem, error);
    if (error)
        throw std::runtime_error{"the key is none, or not this certificate's: " + error.message()};
    if (SSL_CTX_check_private_key(raw) != 1) {
        throw std::runtime_error{"the key is not this certificate's"};
    }
    return context;
}

}  // namespace sealwarden::console
