// The processes beside the gateway: started from the same binary, restarted with back-off when they
// end or hang, bounded in memory. Under systemd each is a unit of its own and this stays unused.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "firmware/local/server.hpp"

namespace sealwarden {

// How long a front waits for its next start: doubled after each early end, reset by a good run.
// Pure.
class RestartDelay {
  public:
    static constexpr std::chrono::milliseconds first{250}, last{30'000};
    static constexpr std::chrono::seconds good_run{60};
    // The process ended after `lived`; returns the pause before its next start.
    std::chrono::milliseconds ended_after(std::chrono::milliseconds lived);

  private:
    std::chrono::milliseconds next_ = first;
};

struct FrontOptions {
    std::string name;                    // "mqtt"
    std::vector<std::string> arguments;  // of this program: {"mqtt", "run", "--config", …}
    std::size_t memory_limit =
        512u << 20;  // of its data (RLIMIT_DATA): a hostile broker can ask for 200 MiB
    // Without a sign of life (pulse.hpp) for so long it hangs, and is killed and started again. Far
    // above the 15 s that three unanswered questions at the local door may take a front.
    std::chrono::milliseconds patience{60'000};
    friend bool operator==(const FrontOptions&, const FrontOptions&) = default;
};

class Fronts {
  public:
    Fronts(boost::asio::io_context& loop, std::vector<FrontOptions> fronts);
    ~Fronts();  // what still runs is killed
    [[nodiscard]] std::vector<local::Front> report() const;

    // After a reload: starts what is new, ends what is no longer wanted, starts anew what has other
    // arguments. A front that reads another configuration leaves by itself.
    void set(std::vector<FrontOptions> fronts);
    // SIGTERM to all, SIGKILL `patience` later; `done` is called on the loop when none is left. The
    // loop goes on meanwhile: a front's last words need the local door.
    void stop(std::function<void()> done);
    static constexpr std::chrono::seconds patience{3};

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace sealwarden
