// What a front keeps of the gateway's door from one connection to the next: when it is tried again,
// whether people were told that it is gone, and the configuration the front began with.
#pragma once

#include <chrono>
#include <string>

#include "firmware/clock.hpp"

namespace sealwarden::local {

// One thread.
class DoorWatch {
  public:
    static constexpr std::chrono::milliseconds retry{500};

    explicit DoorWatch(Uptime now) : due_{now} {}

    [[nodiscard]] Uptime due() const { return due_; }  // when to try it, while there is none
    void found() { said_ = false; }
    // Warns once for each time that it goes, and when there never was one.
    void lost(bool was_open, const std::string& why, Uptime now);

    // What a front works by was read at its start. True: the gateway has another configuration than
    // it had when this was first asked; the front ends and is started again.
    [[nodiscard]] bool has_another_config(const std::string& hash);

  private:
    Uptime due_;
    bool said_ = false;
    std::string config_hash_;  // empty: not asked yet
};

}  // namespace sealwarden::local
