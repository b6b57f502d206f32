// How TLS is spoken to browsers: 1.2 and later, OpenSSL's security level 2, suites with forward
// secrecy only.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

namespace sealwarden::console {

// From a certificate with its chain and its key, PEM. Throws std::runtime_error with one sentence.
[[nodiscard]] std::shared_ptr<boost::asio::ssl::context> tls_context(const std::string& certificate,
                                                                     const std::string& key);

}  // namespace sealwarden::console
