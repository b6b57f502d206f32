// The newest word on every retained topic, and what of it the broker has. Pure. One message of a
// topic is in flight at a time, so that an old one never lands on a newer one.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "firmware/mqtt/message.hpp"

namespace sealwarden::mqtt_front {

// What goes first when several wait.
enum class Rank { status, alarm, info, summary, state };

class Retained {
  public:
    // This is what the topic should say. The same content as before is not sent again.
    void want(Message message, Rank rank);
    // The next one that is not at the broker; it is in flight then.
    [[nodiscard]] std::optional<Message> next(Uptime now);
    // Only of rank `status`: the last word before going.
    [[nodiscard]] std::optional<Message> next_status();

    // Returns true when the topic was emptied and is forgotten now.
    bool acknowledged(const std::string& topic);
    void refused(const std::string& topic, Uptime now);
    void lost();  // the connection is gone: the broker may have forgotten everything

    // The broker has the topic's newest word.
    [[nodiscard]] bool delivered(const std::string& topic) const;
    [[nodiscard]] std::optional<Uptime> deadline() const;

  private:
    struct Slot {
        Message message;
        Rank rank{};
        std::uint64_t changed = 0;  // place in the order of changes
        bool waiting = false, in_flight = false;
    };
    using Key = std::tuple<Rank, std::uint64_t, std::string>;
    static Key key(const std::string& topic, const Slot& slot) {
        return {slot.rank, slot.changed, topic};
    }
    void wait(const std::string& topic, Slot& slot);
    Message send(const std::string& topic);

    static constexpr std::chrono::seconds refused_wait{10};

    std::map<std::string, Slot> slots_;
    std::set<Key> waiting_;                  // may be sent now
    std::map<std::string, Uptime> put_off_;  // refused by the broker: later
    std::uint64_t changes_ = 0;
};

}  // namespace sealwarden::mqtt_front
