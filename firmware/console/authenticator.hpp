// Who asks: the question the router puts to identity. An interface, so that tests decide who it is.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "firmware/console/exchange.hpp"
#include "firmware/console/who.hpp"

namespace sealwarden::console {

// On the console's loop; waits without blocking it. Requests are given without their body.
class Authenticator {
  public:
    virtual ~Authenticator() = default;
    // By session cookie, bearer token, or the peer of the unix socket. Nobody (Way::nobody) when it
    // carries nothing, or nothing that counts. May throw Problem. Counts as use of a session.
    virtual boost::asio::awaitable<Who> who(Request request) = 0;
    // The same, asked again and again while a long answer (live states) goes out: does not count as
    // use, so that a page left open does not keep its session alive.
    virtual boost::asio::awaitable<Who> still(Request request) = 0;
    // Does an unsafe request of a session carry that session's token (X-CSRF-Token)?
    virtual bool has_csrf_token(const Request& request, const Who& who) = 0;
    // The router turned somebody who is signed in away: `right` is missing, or the token.
    virtual boost::asio::awaitable<void> denied(Request request, Who who, std::string right) = 0;
};

}  // namespace sealwarden::console
