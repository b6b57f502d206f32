// Bundles that people ordered: built one after the other on a thread of their own, since a build
// blocks for up to a minute, and kept as files, each with what was ordered beside it (ID.zip,
// ID.json), so that a console that starts again has them.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>

#include "firmware/config/config.hpp"
#include "firmware/console/api/common.hpp"
#include "firmware/export/order.hpp"

namespace sealwarden::console::api {

class EvidenceJobs {
  public:
    // Makes the bundle of an order and says what it is doing; blocks; throws evidence::OrderFailed
    // and the door's errors.
    using Make = std::function<evidence::Built(const evidence::Order&,
                                               const std::function<void(evidence::Step)>&)>;

    static constexpr std::size_t most_waiting = 8, most_kept = 20;

    // Files go to `directory`, which is made; what a console before left there is taken over. What
    // it had not built by then has failed.
    EvidenceJobs(std::filesystem::path directory, Make make);
    ~EvidenceJobs();  // waits for the one that is being built

    // Its id; empty: too many wait. Beyond `most_kept` the oldest finished one goes, with its file.
    [[nodiscard]] std::optional<std::string> add(evidence::Order order, std::int64_t now_ms);
    // As routes tell them, newest first; null: there is none of that id.
    [[nodiscard]] nlohmann::json list() const;
    [[nodiscard]] nlohmann::json one(const std::string& id) const;
    struct File {
        std::filesystem::path path;
        std::string name;
        bool personal = false;
    };
    // Of a finished one; empty: not finished, or none.
    [[nodiscard]] std::optional<File> file(const std::string& id) const;

  private:
    enum class State { queued, building, done, failed };
    struct Job {
        std::string id;
        evidence::Order order;
        std::int64_t ordered_ms = 0;
        State state = State::queued;
        std::optional<evidence::Step> step;
        std::string why, code;  // failed
        std::string name, sha256;
        std::uint64_t size = 0, records = 0, entry = 0;
        std::size_t missing_witnesses = 0;
    };
    void run(const std::stop_token& stop);
    void build(const std::string& id, const evidence::Order& order);
    void change(const std::string& id, const std::function<void(Job&)>& how);
    [[nodiscard]] std::filesystem::path path_of(const std::string& id) const;
    [[nodiscard]] std::filesystem::path order_of(const std::string& id) const;
    [[nodiscard]] static nlohmann::json to_json(const Job& job);
    [[nodiscard]] static std::optional<Job> job_from(const nlohmann::json& told);
    void keep(const std::string& id);
    void take_over();
    void give_up_waiting();
    void forget_old();
    void forget(const std::string& id);

    const std::filesystem::path directory_;
    const Make make_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::map<std::string, Job> jobs_;  // ids rise
    std::deque<std::string> waiting_;
    std::uint64_t last_ = 0;
    std::jthread thread_;  // last
};

// Through the local door and the log's files, as `sealwarden evidence build` does.
[[nodiscard]] EvidenceJobs::Make makes_bundles(const config::Config& config,
                                               std::function<WallTime()> now);

// `jobs` outlives them.
[[nodiscard]] Routes evidence_routes(Surroundings& around, EvidenceJobs& jobs);

}  // namespace sealwarden::console::api
