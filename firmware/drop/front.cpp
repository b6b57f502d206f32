// One loop: a timer, the signals and the door, whose calls block for milliseconds.
#include "firmware/drop/front.hpp"

#include <sys/random.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <deque>
#include <optional>
#include <stdexcept>

#include "firmware/clock.hpp"
#include "firmware/diag.hpp"
#include "firmware/drop/gateway_door.hpp"
#include "firmware/drop/inbox.hpp"
#include "firmware/local/door_watch.hpp"
#include "firmware/pulse.hpp"
#include "firmware/service.hpp"

namespace sealwarden {
namespace drop {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto look_every = 500ms;
constexpr auto after_trouble = 2s;  // with the door

std::uint64_t random_number() {
    std::uint64_t bits = 0;
    if (::getrandom(&bits, sizeof bits, 0) != sizeof bits) throw std::runtime_error{"no random"};
    return bits;
}

class Front {
  public:
    Front(const config::Config& config, std::filesystem::path socket)
        : config_{config},
          socket_{std::move(socket)},
          signals_{loop_, SIGTERM, SIGINT},
          timer_{loop_} {
        for (const auto& drop : config.drops) {
            inboxes_.emplace_back(
                InboxOptions{.folder = drop.folder, .act = drop.act, .language = config.language},
                random_number);
        }
    }

    void run() {
        signals_.async_wait([this](boost::system::error_code, int) {
            service::stopping();
            loop_.stop();
        });
        service::ready("watching " + std::to_string(inboxes_.size()) + " folders");
        turn();
        loop_.run();
    }

  private:
    void turn() {
        const auto now = clock_.uptime();
        pulse_.beat(now);
        auto wait = std::chrono::milliseconds{look_every};
        try {
            if (!door_) door_.emplace(socket_, config_);
            if (door_watch_.has_another_config(door_->config_hash())) return loop_.stop();
            for (auto& inbox : inboxes_) inbox.look(*door_, now);
            said_.clear();
        } catch (const std::exception& error) {
            if (said_ != error.what()) {
                diag::warn("gateway does not take files", {{"why", error.what()}});
            }
            said_ = error.what();
            door_.reset();
            wait = after_trouble;
        }
        timer_.expires_after(wait);
        timer_.async_wait([this](boost::system::error_code error) {
            if (!error) turn();
        });
    }

    const config::Config& config_;
    const std::filesystem::path socket_;
    SystemClock clock_;
    Pulse pulse_;
    asio::io_context loop_{1};
    asio::signal_set signals_;
    asio::steady_timer timer_;
    std::deque<Inbox> inboxes_;
    std::optional<GatewayDoor> door_;
    std::string said_;  // the last trouble with the door
    local::DoorWatch door_watch_{clock_.uptime()};
};

}  // namespace
}  // namespace drop

int run_drop_front(const config::Config& config, const std::filesystem::path& socket) {
    drop::Front{config, socket}.run();
    return 0;
}

}  // namespace sealwarden
