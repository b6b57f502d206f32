// The other side of the console's benchmark: a crowd of live listeners over TLS, and a plain
// fan-out to hold the console against.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sealwarden::bench {

struct Heard {
    std::vector<std::uint32_t> delays_us;  // of each event at each listener
    std::size_t listeners = 0;             // still there at the end
};

// Connects `count` listeners to 127.0.0.1:port, TLS unless `plain`, each from one of several
// loopback addresses; each asks for `request` and counts the lines "sent_ns":N it is told. Ends
// when each has heard `events` of them, or after `seconds`.
[[nodiscard]] Heard listen_to(std::uint16_t port, bool plain, std::size_t count,
                              const std::string& request, std::size_t events, double seconds);

[[nodiscard]] std::int64_t now_ns();  // CLOCK_MONOTONIC: the same in all processes

// Sends each text made by the pace to all who connected, over plain TCP: what an Asio server
// without HTTP, TLS and limits costs. Serves until told to end by SIGTERM.
void serve_plain(std::uint16_t* port, std::size_t listeners, std::size_t events, double rate);

}  // namespace sealwarden::bench
