// Figures 1 and 2: what a poll costs on one loop, beside a thread per endpoint round libmodbus.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "bench/modbus/child.hpp"

namespace sealwarden::bench {

// A round measures each side for `duration`; the figures are medians of the rounds.
[[nodiscard]] Figure many_endpoints(unsigned rounds, std::chrono::seconds duration);
[[nodiscard]] Figure one_fast_endpoint(unsigned rounds, std::chrono::seconds duration);
// Where figure 2's time goes: a table of what a poll costs with one more of its parts a line. Not
// judged.
[[nodiscard]] std::string parts_of_a_poll(unsigned rounds, std::chrono::seconds duration);
// Polls one endpoint `polls` times, without a change, and returns: to be run under callgrind.
void fixed_polls(std::uint64_t polls);
// User-space instructions of an unchanged poll, by callgrind; 0 when valgrind is not installed.
[[nodiscard]] double instructions_per_poll();

}  // namespace sealwarden::bench
