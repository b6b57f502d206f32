// A line of Modbus devices in virtual time, driven by a Poller: the tests' side of the wire.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "drivers/modbus/pdu.hpp"
#include "drivers/modbus/poller.hpp"

namespace sealwarden::modbus {

using namespace std::chrono_literals;

// A device that answers from tables. Everything it does wrong, the test tells it to.
struct FakeDevice {
    std::map<std::uint16_t, std::uint16_t> holding, input;
    std::map<std::uint16_t, bool> coils, discrete;
    std::vector<std::pair<std::uint8_t, std::string>> objects;  // of 43/14
    std::size_t objects_an_answer = 1;                          // the rest is left to follow
    bool alive = true;
    std::chrono::microseconds latency{1'000};
    int lose_next = 0;               // so many answers never come
    std::vector<Request> asked;      // reads and writes, as they came
    std::function<void()> on_asked;  // before it answers

    [[nodiscard]] std::vector<std::uint8_t> answer(const Request& request);
};

class FakeLine {
  public:
    struct Options {
        std::chrono::microseconds gap{0};        // before each request, as on a serial line
        std::chrono::microseconds character{0};  // of a byte
        bool drains = false;                     // a failed exchange costs its wait once more
    };

    FakeLine(BusOptions bus, Options options) : poller{std::move(bus), now}, options_{options} {}
    explicit FakeLine(BusOptions bus) : FakeLine{std::move(bus), Options{}} {}

    // What comes back for a request; the default asks the devices.
    using Wire = std::function<Outcome::Kind(const Request&, std::vector<std::uint8_t>& pdu)>;

    void passes(std::chrono::microseconds time);
    // The last thing said of a point; a null pointer: nothing.
    [[nodiscard]] const Reading* last(PointId point) const;
    [[nodiscard]] std::vector<Reading> of(PointId point) const;
    [[nodiscard]] const DeviceReport report(std::size_t index = 0) const {
        return poller.report().at(index);
    }

    Uptime now{100s};
    std::map<std::uint8_t, FakeDevice> devices;  // by unit
    Poller poller;
    std::vector<Reading> readings;
    Wire wire;
    std::map<std::uint8_t, std::chrono::microseconds> busy;  // of the line's time, by unit
    std::size_t exchanges = 0;
    std::function<void(const Request&)> watch;

  private:
    void exchange(const Exchange& exchange);
    Options options_;
};

// A request as its bytes say it, so that encode() is under test as well.
[[nodiscard]] Request parse(std::uint8_t unit, std::span<const std::uint8_t> pdu);

}  // namespace sealwarden::modbus
