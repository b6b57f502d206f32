// One question over HTTP or HTTPS, one answer, one connection. For an io_context of one thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "firmware/outward/url.hpp"

namespace sealwarden::outward {

struct HttpQuestion {
    Url url;
    std::string content_type;
    std::string body;
    std::size_t answer_limit = 0;  // bytes of its body
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::optional<std::filesystem::path> authorities = {};  // PEM; else the system's
};
struct HttpAnswer {
    unsigned status = 0;
    std::string content_type;
    std::string body;
};

// POSTs it. Each step (connect, TLS, send, receive) has ten seconds; a name's look-up has as long
// as the system's resolver takes. Certificates are checked by the system's authorities, or those
// that are named, and by the host's name. Redirections are not followed. Throws
// boost::system::system_error.
[[nodiscard]] boost::asio::awaitable<HttpAnswer> post(boost::asio::any_io_executor loop,
                                                      HttpQuestion question);

}  // namespace sealwarden::outward
