// How it stands with the log's signatures, told once at each change. Pure: the state is an
// argument.
#pragma once

#include <string>
#include <vector>

#include "firmware/core/alarm.hpp"
#include "firmware/eventlog/log.hpp"

namespace sealwarden {

class SigningWatch {
  public:
    // `alarms`: as the log tells of them, so that a start neither repeats nor forgets one.
    SigningWatch(std::string gateway, const std::vector<Alarm>& alarms);

    // log_held_back and log_signed, clock_doubted and clock_believed. While the log waits for a
    // word from outside nothing is decided about it.
    Events look(const eventlog::SigningState& signing, Uptime now);

  private:
    Subject gateway_;
    bool held_back_ = false, doubted_ = false;
};

}  // namespace sealwarden
