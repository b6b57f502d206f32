// Figures for Prometheus: what the gateway tells at its door, what its log said since this process
// began, and what this process does itself. Labels are bounded by the configuration and by kinds
// that the program knows; never a container, a seal or a person. Every series is there from the
// start, at 0 where nothing happened.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/console/api/common.hpp"

namespace sealwarden::console::api {

// Upper bounds and how many were not above each; cumulated when written.
struct Buckets {
    std::vector<double> bounds;
    std::vector<std::uint64_t> counts = std::vector<std::uint64_t>(bounds.size() + 1);
    double sum = 0;
    void observe(double value);
};

// What the log said, counted.
class LogTally {
  public:
    explicit LogTally(const SiteOptions& site);
    void take(const nlohmann::json& entry);

    std::map<std::string, std::uint64_t> kinds;             // every kind there is
    std::map<std::string, std::uint64_t> door_transitions;  // by door
    // checked (compared with nothing), verified, mismatch, tampered
    std::map<std::string, std::uint64_t> seal_checks;
    std::map<std::pair<std::string, std::string>, std::uint64_t> raised;  // kind, priority
    std::map<std::string, std::int64_t> witnessed;                        // witness -> epoch ms
    Buckets acknowledged{{5, 15, 30, 60, 120, 300, 600, 1800, 3600}};
};

// What this process does itself.
struct Own {
    std::function<std::size_t()> listeners = [] { return std::size_t{0}; };  // of live states
    std::function<std::optional<WallTime>()> certificate_ends = [] {
        return std::optional<WallTime>{};
    };
    std::filesystem::path directory;    // whose disk is looked at, besides the log's
    std::vector<std::string> patterns;  // of all routes, for their series at 0
};

class Metrics {
  public:
    Metrics(Surroundings& around, Own own);

    // A question was answered. `pattern` as the routes have it, "files" or "none".
    void answered(std::string_view method, std::string_view pattern, unsigned status,
                  std::chrono::microseconds took);
    // Prometheus' text format 0.0.4. Also when the gateway does not answer: `sealwarden_up` says
    // so.
    boost::asio::awaitable<std::string> page();

  private:
    boost::asio::awaitable<void> follow_log();

    Surroundings& around_;
    Own own_;
    LogTally tally_;
    std::optional<std::uint64_t> next_;  // of the log
    std::uint64_t generation_ = 0;
    std::map<std::pair<std::string, unsigned>, std::uint64_t>
        requests_;                              // pattern, class of status
    std::map<std::string, Buckets> durations_;  // by pattern
    std::uint64_t signed_out_ = 0;              // 401
};

// GET /metrics
[[nodiscard]] Routes metrics_routes(Metrics& metrics);
// GET /readyz, /healthz
[[nodiscard]] Routes health_routes(Surroundings& around);

}  // namespace sealwarden::console::api
