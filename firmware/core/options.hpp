// What the configuration says about the site; the core's side of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "drivers/reading.hpp"

namespace sealwarden {

// A name in both languages; an id is never shown where a name exists.
struct Name {
    std::string en, es;
    friend bool operator==(const Name&, const Name&) = default;
};

// One wire pair: two states from a bool, four from an analogue loop or from two complementary
// contacts. Unknown, cut and short are never "closed".
struct ContactOptions {
    // Inclusive ranges in the point's unit; between them is trouble, never normal.
    struct Band {
        std::int64_t from = 0, to = 0;
        friend bool operator==(const Band&, const Band&) = default;
    };
    struct Loop {  // supervised by resistors: an analogue point
        Band shorted, inactive, active, cut;
        std::int64_t hysteresis = 0;
        friend bool operator==(const Loop&, const Loop&) = default;
    };
    PointId point;
    bool inverted = false;  // true: the point's `true` means inactive (closed)
    std::optional<PointId>
        complement;  // reads the opposite; equal readings are a fault of the wire
    std::optional<Loop> loop;
    std::chrono::milliseconds settle{50};  // a change counts after it lasted so long
    std::optional<PointId> edge_counter;   // moves with every activation, also between two polls
    std::optional<PointId> latch;          // true: was active since it was last cleared
    friend bool operator==(const ContactOptions&, const ContactOptions&) = default;
};

enum class DoorKind { dock, personnel, gate };

struct DoorOptions {
    std::string id;
    Name name;
    DoorKind kind = DoorKind::dock;
    ContactOptions contact;                        // active: open
    std::optional<ContactOptions> tamper;          // active: tampered
    std::chrono::milliseconds held_open_after{0};  // counted from the opening; 0: never
    std::chrono::hours stuck_after{0};             // no change for so long; 0: never
    bool controlled = false;            // opening without a badge or request to exit is forced
    std::optional<std::string> reader;  // a ReaderOptions::id whose badges allow an opening
    std::optional<PointId> request_to_exit;
    std::chrono::milliseconds access_time{
        5000};  // an opening so long after a badge or REX is allowed
    friend bool operator==(const DoorOptions&, const DoorOptions&) = default;
};

struct SealOptions {
    std::string id;
    Name name;
    std::optional<std::string> door;
    std::optional<PointId> number, present, intact, tamper, battery_low;
    std::chrono::milliseconds settle{200};
    friend bool operator==(const SealOptions&, const SealOptions&) = default;
};

struct ReaderOptions {
    std::string id;
    Name name;
    std::optional<std::string> door;
    PointId number;                // text or integer; 0 and "" are "no badge"
    std::optional<PointId> fresh;  // a bool or counter that says "new" for the same number again
    std::optional<PointId> facility;
    friend bool operator==(const ReaderOptions&, const ReaderOptions&) = default;
};

// Relays wired normally energised: true is healthy, and a cut wire reads as a fault.
struct CameraOptions {
    std::string id;
    Name name;
    std::optional<PointId> operating, recording, untampered;
    bool normally_energised = true;  // false: the points' true means the fault
    std::chrono::milliseconds settle{2000};
    friend bool operator==(const CameraOptions&, const CameraOptions&) = default;
};

struct PowerOptions {
    std::string id;
    Name name;
    std::optional<PointId> on_battery;   // bool
    std::optional<PointId> low_battery;  // bool
    std::optional<PointId> charge;       // percent
    std::int64_t low_below_percent = 20;
    std::chrono::milliseconds settle{1000};
    friend bool operator==(const PowerOptions&, const PowerOptions&) = default;
};

struct CabinetOptions {
    std::string id;
    Name name;
    ContactOptions lid;  // active: open
    friend bool operator==(const CabinetOptions&, const CabinetOptions&) = default;
};

// A device or GPIO chip as the core sees it: watched for being there and for staying itself.
struct DeviceWatch {
    std::string id;
    std::vector<PointId> points;  // those that mean something to somebody
    std::chrono::milliseconds silent_after{
        5000};  // no reading at all for so long: the driver is gone
    friend bool operator==(const DeviceWatch&, const DeviceWatch&) = default;
};

struct SiteOptions {
    std::string site, gateway;
    Name name;
    std::vector<DoorOptions> doors;
    std::vector<SealOptions> seals;
    std::vector<ReaderOptions> readers;
    std::vector<CameraOptions> cameras;
    std::vector<PowerOptions> powers;
    std::vector<CabinetOptions> cabinets;
    std::vector<DeviceWatch> devices;
    std::vector<std::string> witnesses;  // names; what they say of the log can be an alarm
    std::map<std::string, std::string>
        priorities;  // alarm kind -> high|medium|low, over the defaults
    friend bool operator==(const SiteOptions&, const SiteOptions&) = default;
};

}  // namespace sealwarden
