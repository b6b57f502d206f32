// From a request to its answer: finds the route, asks identity who calls, checks the token and the
// right, runs the handler, and says every failure as application/problem+json (RFC 9457).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/console/authenticator.hpp"
#include "firmware/console/exchange.hpp"
#include "firmware/console/route.hpp"

namespace sealwarden::console {

// {"type","title","status","detail","code"[,"index"]}
[[nodiscard]] Response problem(const Problem& what);
// The status of a code of the local door (PROTOCOL.md).
[[nodiscard]] unsigned status_of(std::string_view door_code);
// A 200 with this JSON.
[[nodiscard]] Response json_response(const nlohmann::json& body);
// With an ETag over its body, and 304 without a body where `if_none_match` names it. Answers that
// are not 200, or streams, stay as they are.
[[nodiscard]] Response with_etag(std::string_view if_none_match, Response response);

class Router {
  public:
    // Pages and files: what is neither a route nor under /api/; empty: nothing is there.
    using Files = std::function<boost::asio::awaitable<std::optional<Response>>(Request)>;
    // Told of each answer: the route's pattern ("files", "none"), the status, how long it took.
    using Told = std::function<void(const Request&, std::string_view pattern, unsigned status,
                                    std::chrono::microseconds took)>;

    // A pattern stands in `routes` once for each method; of two that fit a path the one whose first
    // differing segment is no parameter wins. `authenticator` outlives it.
    Router(Routes routes, Authenticator& authenticator, Files files = {}, Told told = {});

    // Never throws: what goes wrong is an answer too.
    boost::asio::awaitable<Response> answer(Request request);
    // How long the body of this request may be.
    [[nodiscard]] std::size_t body_limit(std::string_view method, std::string_view path) const;
    [[nodiscard]] const Routes& routes() const { return routes_; }

  private:
    struct Match {
        const Route* route = nullptr;
        Fields parameters;
        std::string allow;  // methods of the path, where this one is none of them
    };
    [[nodiscard]] Match match(std::string_view method, std::string_view path) const;
    boost::asio::awaitable<Response> routed(Match match, Request request);
    boost::asio::awaitable<Who> admitted(const Route* route, Request head);

    Routes routes_;
    std::vector<std::vector<std::string>> patterns_;  // the segments of routes_, same order
    Authenticator& authenticator_;
    Files files_;
    Told told_;
};

}  // namespace sealwarden::console
