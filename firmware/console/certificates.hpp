// The certificate the console shows: one that is configured, or one from the site's own CA, which
// is made at the first run. Files in the console's directory, under `tls`: ca.pem, ca.key,
// server.pem, server.key; keys 0600.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "firmware/clock.hpp"

namespace sealwarden::console {

// Says which file, what is wrong with it, and what to do.
struct CertificateTrouble : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct ServerCertificate {
    std::string certificate, key;  // PEM, the certificate with its chain
    WallTime ends;
    friend bool operator==(const ServerCertificate&, const ServerCertificate&) = default;
};

struct SiteAuthority {
    std::string certificate;  // PEM
    std::filesystem::path file;
    std::string fingerprint;  // SHA-256 over DER, "A1:B2:…"
    std::string words;        // the same for reading aloud: its first 96 bits as proquints
    WallTime ends;
};

inline constexpr std::chrono::days server_lifetime{397}, renewed_before_end{30};

// The site's CA, made where there is none yet: EC P-256, of path length 0, for 20 years. Throws
// CertificateTrouble.
[[nodiscard]] SiteAuthority site_authority(const std::filesystem::path& directory,
                                           const std::string& site, WallTime now);

// What it has certified of us: made anew where there is none, where `names` are others, where the
// CA is another one, and a month before its end. `names`: DNS names and addresses. Throws
// CertificateTrouble.
[[nodiscard]] ServerCertificate server_certificate(const std::filesystem::path& directory,
                                                   const std::string& site,
                                                   const std::vector<std::string>& names,
                                                   WallTime now);

// A request for an authority of the site's own, and the file its key is in (made once). Throws
// CertificateTrouble.
struct SigningRequest {
    std::string pem;
    std::filesystem::path key;
};
[[nodiscard]] SigningRequest signing_request(const std::filesystem::path& directory,
                                             const std::string& site,
                                             const std::vector<std::string>& names);

// When the first certificate of this PEM ends. Throws CertificateTrouble.
[[nodiscard]] WallTime end_of(const std::string& certificate);

// What a browser may call this machine: `configured`, the addresses it listens on (for 0.0.0.0 and
// :: those of all interfaces), the host's name, localhost.
[[nodiscard]] std::vector<std::string> names_of_this_machine(
    const std::vector<std::string>& configured, const std::vector<std::string>& addresses);

}  // namespace sealwarden::console
