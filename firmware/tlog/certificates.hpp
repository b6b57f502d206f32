// X.509 certificates as files hold them (PEM), and as the sheet names them. OpenSSL's X509 stays in
// certificates.cpp.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace sealwarden::tlog {

// As many are taken from one text, by the gateway and by verifiers alike.
inline constexpr std::size_t certificates_limit = 32;

struct Certificate {
    std::string pem;   // written anew: nothing else that stood in the file
    std::string name;  // hex of the SHA-256 of its DER: how a `tsa` line of the sheet names it
    friend bool operator==(const Certificate&, const Certificate&) = default;
};

// In their order, up to the first that is damaged; whatever else the text holds is passed over.
[[nodiscard]] std::vector<Certificate> certificates_in(std::string_view text);
// Of a file of at most 1 MiB; empty: it cannot be read, or holds none. Blocks on the disk.
[[nodiscard]] std::vector<Certificate> certificates_of(const std::filesystem::path& file);
// Adds those that are not among `all` yet. False, and nothing is added: it would be too many.
bool add_certificates(std::vector<Certificate>& all, const std::vector<Certificate>& more);
[[nodiscard]] std::string pem_of(const std::vector<Certificate>& certificates);

// Of any kind, encrypted or not.
[[nodiscard]] bool holds_private_key(std::string_view text);

}  // namespace sealwarden::tlog
