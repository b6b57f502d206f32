// What the console knows of the gateway's present, and those who watch it: one watch and one feed
// at the local door (live_door.hpp), handed out to any number of browsers as server-sent events.
// Each message is written out once and shared by all. On the console's loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "firmware/clock.hpp"
#include "firmware/console/authenticator.hpp"
#include "firmware/console/gateway.hpp"
#include "firmware/console/route.hpp"

namespace sealwarden::console {

struct LiveLimits {
    std::size_t listeners = 256;       // more are told 503
    std::size_t of_one_user = 24;      // nobody takes the places of the others
    std::size_t unread = 256 << 10;    // bytes one listener may leave unread; then he is cut off
    std::size_t kept_entries = 1000;   // for those who come back
    std::size_t most_missed = 10'000;  // entries; who missed more goes on from now
    std::chrono::milliseconds gathering{20};  // messages nearer together are sent together
    std::chrono::milliseconds beat{1'000};
    std::chrono::seconds recheck{15};  // of a listener's session
};

class Live {
  public:
    Live(boost::asio::io_context& loop, const Clock& clock, LiveLimits limits = {});
    ~Live();

    // From the local door, in its order.
    // It is there; `hello` as it says it.
    void opened(nlohmann::json hello);
    // `full`: everything there is; else what changed.
    void states(const nlohmann::json& states, const nlohmann::json& alarms, bool full);
    void entries(const nlohmann::json& entries);
    void points(std::size_t watched, std::size_t all);
    // Told to all at once.
    void lost();

    // GET /api/v1/live, for who has the right `live`; entries only for who has `search`, too, and
    // of those the ones he may see. Both outlive the Live.
    [[nodiscard]] Route route(Authenticator& authenticator, Gateway& gateway);

    // Is a gateway behind the door, and has it told its states?
    [[nodiscard]] bool reached() const;
    // The door's `hello`, with `size` as it has grown since; null before the first one.
    [[nodiscard]] const nlohmann::json& hello() const;
    // As last heard, by subject ("door:d07") and by alarm id; kept when the gateway is lost. Alarms
    // that are over are not there.
    [[nodiscard]] const std::map<std::string, nlohmann::json>& known_states() const;
    [[nodiscard]] const std::map<std::string, nlohmann::json>& known_alarms() const;
    [[nodiscard]] std::size_t watched_points() const;
    [[nodiscard]] std::size_t all_points() const;
    [[nodiscard]] std::size_t listeners() const;

  private:
    struct State;
    static boost::asio::awaitable<Response> answer(std::shared_ptr<State> state,
                                                   Authenticator* authenticator, Gateway* gateway,
                                                   Call call);
    std::shared_ptr<State> state_;
};

}  // namespace sealwarden::console
