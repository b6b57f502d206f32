// Time stamps over heads of the log (RFC 3161): what is asked of an authority, and whether what it
// answers holds. OpenSSL's TS_* stay in time_stamp.cpp. Blocks on reading one file of certificates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/tlog/certificates.hpp"

namespace sealwarden::anchor {

inline constexpr std::size_t stamp_limit = 32 << 10;  // bytes of a reply; usual are 2 to 6 KiB

// DER of a TimeStampReq (RFC 3161 2.4.1) over SHA-256 of `stamped`, with nonce and certReq.
[[nodiscard]] std::string stamp_request(std::string_view stamped, std::uint64_t nonce);

struct StampAnswer {
    std::string fault;              // one sentence; empty: the reply is good
    std::int64_t time = 0;          // its genTime, in seconds since 1970
    std::string certificates = {};  // when good: those it was checked with (PEM)
};
// Good: granted, over SHA-256 of these bytes, with this nonce, and signed by an authority whose
// certificate was valid at the stamp's own time and leads to one in `certificates` (PEM). No clock
// is asked: the gateway's may be wrong, and the nonce shows that the reply is fresh.
[[nodiscard]] StampAnswer check_stamp_reply(std::string_view reply, std::string_view stamped,
                                            std::uint64_t nonce,
                                            const std::filesystem::path& certificates);
// The same for one that somebody else asked for: with any nonce.
[[nodiscard]] StampAnswer check_stamp(std::string_view reply, std::string_view stamped,
                                      const std::filesystem::path& certificates);

// Whether a reader who trusts none but certificates of these names (tlog::Certificate::name) finds
// the stamp good when he is handed `certificates` with it.
[[nodiscard]] bool holds_for(std::string_view reply, std::string_view stamped,
                             const std::vector<tlog::Certificate>& certificates,
                             const std::vector<std::string>& names);

}  // namespace sealwarden::anchor
