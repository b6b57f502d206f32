// One device as the poller keeps it: its requests, the last answers, its points and its identity.
// Pure; knows nothing of scheduling or of the line.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "drivers/modbus/handshake.hpp"
#include "drivers/modbus/plan.hpp"
#include "drivers/modbus/poller.hpp"
#include "drivers/modbus/round_trip.hpp"
#include "drivers/modbus/stragglers.hpp"

namespace sealwarden::modbus {

using What = std::variant<Value, Fault>;

struct PointState {
    PointId id;
    const PointProfile* profile = nullptr;
    bool used = false;         // somebody wants its readings
    std::optional<What> what;  // empty: nothing was said yet
    std::optional<std::uint64_t> raw;
};

// One request of a device, polled at a period (or only within a handshake).
struct Item {
    PlannedRead plan;
    Request request;
    std::chrono::microseconds period{};
    std::chrono::microseconds refresh{};  // unchanged values are said again so often
    int priority = 1;
    bool scheduled = true;  // false: asked only by a handshake
    bool identity = false;  // holds points of the identity, or is 43/14

    Uptime due{};
    bool off_grid = true;        // due at once, not at a slot: nothing is late or missed
    unsigned failed_rounds = 0;  // in a row; above 0 its points are faults
    bool refused = false;
    bool identity_seen = false;       // in this round of the identity
    std::vector<std::uint8_t> image;  // data of the last good answer; empty: none that counts
    bool ever_good = false;
    std::optional<Uptime> last_good;
    Uptime refresh_at{};
};

class Device {
  public:
    enum class Life { starting, online, silent };

    Device(const DeviceOptions& options, const BusOptions& bus, Uptime start);

    // Takes an item's checked data. An answer like the last one costs a comparison.
    void take(Item& item, std::span<const std::uint8_t> data, Uptime at,
              std::vector<Reading>& readings);
    // Takes one answer of 43/14 (data from the read code on). True: more is to be asked, and the
    // item's request is set to it.
    bool take_identification(Item& item, std::span<const std::uint8_t> data, Uptime at,
                             std::vector<Reading>& readings);
    // Every point of the item becomes the fault; said when it begins, then at the item's refresh.
    void fail(Item& item, Fault fault, Uptime at, std::vector<Reading>& readings);
    // What tells cheaply whether the device is there, of a read that worked before: the first point
    // of the most urgent such request. Needs an item.
    [[nodiscard]] std::size_t probe_item() const;
    [[nodiscard]] Request probe() const;
    // All points, and the identity. `<device>.online` becomes false.
    void go_silent(Fault fault, Uptime at, std::vector<Reading>& readings);
    // `<device>.online` becomes true; everything is read anew.
    void come_back(Uptime at, std::vector<Reading>& readings);
    // The item is refused as it stands: split in two (true), or, where that cannot be, its points
    // are refused.
    bool split(std::size_t index);
    void refuse(Item& item, Uptime at, std::vector<Reading>& readings);

    // The values a handshake just read, in its own order.
    void say_handshake(const HandshakeState& handshake, Uptime at, std::vector<Reading>& readings);
    // A confirmed write of `when` itself is as good as a reading of it.
    void say_written(const HandshakeState& handshake, Uptime at, std::vector<Reading>& readings);
    [[nodiscard]] bool is_true(std::size_t point) const;
    [[nodiscard]] std::vector<std::uint16_t> registers_of(const Item& item,
                                                          std::size_t point) const;

    std::string id;
    std::uint8_t unit = 1;
    std::shared_ptr<const Profile> profile;
    Life life = Life::starting;
    std::vector<PointState> points;  // as in Profile::points
    std::vector<Item> items;
    std::vector<HandshakeState> handshakes;
    RoundTrip round_trip;
    Stragglers stragglers;
    // What it does with markers: parts of a read may be refused, foreign functions be left
    // unanswered.
    bool parts_work = true, foreign_works = false;
    unsigned foreign_misses = 0;
    // Where no marker helps: one request made several times in a row (Poller::State::settled).
    struct Series {
        std::size_t count = 0, item = 0;
        std::vector<std::uint8_t> first;
        bool alike = true;
        std::optional<std::size_t> settled_item;
        std::vector<std::uint8_t> settled;
    };
    Series series;
    DeviceReport report;
    // While silent.
    Uptime probe_at{};
    std::uint64_t probes = 0;
    std::chrono::microseconds probe_cost{};  // of the line's time, on average

  private:
    void plan(const DeviceOptions& options, Uptime start);
    [[nodiscard]] Item make_item(const PlannedRead& read,
                                 std::chrono::milliseconds own_period) const;
    void say(PointState& point, What what, std::optional<std::uint64_t> raw, Uptime at,
             std::optional<Uptime> after, bool even_when_unchanged, std::vector<Reading>& readings);
    void say_online(bool online, Uptime at, std::vector<Reading>& readings);
    void look_again(Item& item, std::span<const std::uint8_t> data, bool all, Uptime at,
                    std::vector<Reading>& readings);
    void say_again_unchanged(Item& item, Uptime at, std::vector<Reading>& readings);
    void note_identity(Item& item, Uptime at, std::vector<Reading>& readings);
    [[nodiscard]] std::string compose_identity() const;

    PointId online_id_, identity_id_;
    std::optional<Uptime> last_online_look_;
    std::optional<Uptime> identity_at_;  // when it was composed last
    std::string objects_;                // of 43/14, "vendor=…;product=…"
    std::string objects_so_far_;
    bool identity_changed_ = true;  // since it was said
};

}  // namespace sealwarden::modbus
