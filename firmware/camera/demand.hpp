// Which picture is taken next, and why. Pure: entries and time in, shots out.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "firmware/clock.hpp"
#include "firmware/config/config.hpp"

namespace sealwarden::camera {

// The entry for which a picture is taken.
struct Cause {
    std::uint64_t index = 0;
    std::vector<Subject> about;  // door, seal, seal_number, container, visit; at most 6
    friend bool operator==(const Cause&, const Cause&) = default;
};

struct Shot {
    std::string camera;
    bool stored = false;         // else live
    std::optional<Cause> cause;  // of a live one
    std::int64_t skipped = 0;    // causes before that got none
    friend bool operator==(const Shot&, const Shot&) = default;
};

// A live picture is taken of every camera that looks at a door when the door opens, a seal there
// comes or goes, or an alarm of high priority is raised there: at most one in 5 s of a camera. One
// cause waits for each camera; whatever comes while one waits, and what has waited for 30 s, gets
// no picture and is counted in the next one's `skipped`. A stored picture is taken every period;
// after a failure again in 5 min, doubled up to an hour. At most 4 are under way.
class Demand {
  public:
    static constexpr std::chrono::seconds live_gap{5}, longest_wait{30};
    static constexpr std::chrono::minutes first_retry{5}, last_retry{60};
    static constexpr std::size_t most_at_once = 4;

    Demand(const config::Config& config, Uptime now);

    // What the log knows of a camera, before the first next(): the newest stored picture's age, and
    // which of both failed at last.
    void learn(const std::string& camera, std::optional<std::chrono::seconds> stored_ago,
               bool live_failed, bool stored_failed);
    // An entry was committed, so long ago.
    void take(const nlohmann::json& record, std::chrono::milliseconds ago, Uptime now);
    // What is to be asked now; it is under way then, until ended().
    [[nodiscard]] std::optional<Shot> next(Uptime now);
    // When next() is next worth asking.
    [[nodiscard]] std::optional<Uptime> due() const;
    // Says whether that is to be told: every picture, a failure when it is the first one or
    // another.
    [[nodiscard]] bool ended(const Shot& shot, const std::string& why, Uptime now);

  private:
    struct Waiting {
        Cause cause;
        Uptime since;
    };
    struct Camera {
        std::string id;
        bool has_live = false, has_stored = false;
        std::optional<Waiting> waiting;
        bool live_under_way = false, stored_under_way = false;
        Uptime live_due, stored_due;
        std::int64_t skipped = 0;
        std::chrono::minutes retry = first_retry;
        std::string live_failure, stored_failure;  // told; empty: none
    };

    [[nodiscard]] std::vector<std::string> doors_in(const nlohmann::json& record) const;
    Camera* camera(const std::string& id);

    std::vector<Camera> cameras_;
    std::map<std::string, std::vector<std::string>> seen_by_;  // door -> cameras
    std::map<std::string, std::string> door_of_seal_;
    std::chrono::seconds every_;
    std::size_t under_way_ = 0;
};

}  // namespace sealwarden::camera
