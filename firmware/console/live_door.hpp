// The one connection by which Live hears: says hello, watches, feeds, asks now and then whether
// somebody is still there, and comes back when it was lost. On the console's loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "firmware/console/live.hpp"

namespace sealwarden::console {

struct LiveDoorOptions {
    std::filesystem::path socket;
    std::string site, gateway;  // another gateway's states are not shown
    // For an answer. A gateway that hangs is lost soon enough for browsers to grey within 5 s.
    std::chrono::milliseconds patience{3'000};
    std::chrono::milliseconds pings{1'000};
    std::chrono::milliseconds points{10'000};                    // how often the points are counted
    std::chrono::milliseconds pause{250}, longest_pause{2'000};  // before the next try
};

class LiveDoor {
  public:
    // Begins at once. `new_configuration` is called when the gateway has taken another one than it
    // had when we first heard of it. `live` outlives it.
    LiveDoor(boost::asio::io_context& loop, LiveDoorOptions options, Live& live,
             std::function<void()> new_configuration);
    ~LiveDoor();

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace sealwarden::console
