// The routes as data: what may be asked, which right it takes, who answers. The router, the OpenAPI
// document's test and the authorisation matrix read the same table.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/console/exchange.hpp"
#include "firmware/console/who.hpp"

namespace sealwarden::console {

// One question on its way to its handler.
struct Call {
    Request request;
    Fields parameters;  // of the pattern: {"id": "d07"}
    Who who;
};

using Handler = std::function<boost::asio::awaitable<Response>(Call)>;

struct Route {
    std::string method;   // "GET"
    std::string pattern;  // "/api/v1/alarms/{id}"; a parameter is one whole segment
    std::string right;    // a word of roles.toml; "" whoever is signed in; "public" everybody
    Handler handler;
    std::size_t body_limit = 64 << 10;  // bytes; a longer body is refused before it is read
};
using Routes = std::vector<Route>;
inline constexpr std::string_view for_everybody = "public";

// A handler says no: becomes application/problem+json (RFC 9457).
struct Problem : std::runtime_error {
    Problem(unsigned http_status, std::string word, const std::string& sentence)
        : std::runtime_error{sentence}, status{http_status}, code{std::move(word)} {}
    unsigned status;
    std::string code;                    // "usage", "not_found", "signed_out", …
    Fields headers;                      // {"retry-after", "30"}
    std::optional<std::uint64_t> index;  // of the entry that records it
};

}  // namespace sealwarden::console
