// What the log is told of who looks at what not everybody may see. The same view of the same user
// is one entry within `again_after`: a screen that asks anew is no new look. On the console's loop.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "firmware/clock.hpp"
#include "firmware/console/gateway.hpp"
#include "firmware/console/route.hpp"

namespace sealwarden::console {

// The arguments of the local door's call `used` for this question.
[[nodiscard]] nlohmann::json use_of(const Call& call, const std::string& what,
                                    const std::string& act, const std::string& subject);

class ViewLog {
  public:
    static constexpr std::chrono::minutes again_after{5};
    static constexpr std::size_t most_kept = 10'000;  // views; beyond it some are told again

    // First in the log, then given: throws what the gateway throws, and then it is not seen. All
    // but the values outlive it.
    static boost::asio::awaitable<void> enter(ViewLog* log, Gateway* gateway, WallTime now,
                                              nlohmann::json use);

  private:
    [[nodiscard]] bool has(const std::string& view, WallTime now) const;
    void keep(std::string view, WallTime now);
    std::map<std::string, WallTime> told_;  // by the view, without its moment
};

}  // namespace sealwarden::console
