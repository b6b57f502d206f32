// Long questions of one user that are under way at once: so many, so that nobody's curiosity takes
// the gateway's time from the others. On the console's loop.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "firmware/console/route.hpp"

namespace sealwarden::console {

class Shares {
  public:
    static constexpr int most = 4;  // of one user, his tokens among them

    // The same route, of which each user has `most` under way at once; one more is Problem 429. One
    // that streams is under way until its stream ends.
    [[nodiscard]] Route shared(Route route) const;

  private:
    using Counts = std::map<std::string, int, std::less<>>;
    class Place;
    // Kept by who holds a place in it: answers may outlive the routes.
    std::shared_ptr<Counts> counts_ = std::make_shared<Counts>();
};

}  // namespace sealwarden::console
