// The web app's files, and on the screens that say what stands now its first picture, for who may
// see it (first_picture.hpp). On the console's loop; what it is given outlives it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>

#include "firmware/clock.hpp"
#include "firmware/console/authenticator.hpp"
#include "firmware/console/exchange.hpp"
#include "firmware/console/files.hpp"
#include "firmware/console/live.hpp"
#include "firmware/core/options.hpp"

namespace sealwarden::console {

class Pages {
  public:
    Pages(const Files& files, Authenticator& authenticator, const Live& live, const Clock& clock,
          const SiteOptions& site)
        : files_{files}, authenticator_{authenticator}, live_{live}, clock_{clock}, site_{site} {}

    // As Files::answer. Whom identity cannot tell just now gets the page without the picture; never
    // throws for it.
    boost::asio::awaitable<std::optional<Response>> answer(Request request);

  private:
    const Files& files_;
    Authenticator& authenticator_;
    const Live& live_;
    const Clock& clock_;
    const SiteOptions& site_;
};

}  // namespace sealwarden::console
