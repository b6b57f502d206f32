// The local door as the anchors' front uses it: what the log says of itself, its newest head, and
// the calls by which an answer from outside gets into it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "firmware/anchor/common_head.hpp"
#include "firmware/anchor/log_knowledge.hpp"
#include "firmware/config/config.hpp"
#include "firmware/local/client.hpp"

namespace sealwarden::anchor {

// Blocks for an answer, seconds at most. Everything throws local::Unreachable, local::Refused or
// another std::exception: then this door is done with, open another one.
class GatewayDoor {
  public:
    // Says hello, reads from the log what the front has to know, and follows its entries. Throws
    // when it is another site's gateway than the configuration's.
    GatewayDoor(const std::filesystem::path& socket, const config::Config& config);

    // Takes what has come, without waiting.
    void read();
    [[nodiscard]] const LogKnowledge& log() const { return log_; }
    [[nodiscard]] std::uint64_t generation() const { return generation_; }
    // The hash of the gateway's configuration, at first and where an entry says that it changed.
    [[nodiscard]] std::optional<std::string> new_config_hash();

    // The newest signed head. Throws Refused when nothing is signed.
    [[nodiscard]] SignedHead newest_head();
    // Tells that this head is held outside; returns the verdict (PROTOCOL.md, `seen`).
    std::string seen(const std::string& note, const std::string& where);
    // Throws Refused when the gateway does not take it.
    void keep_cosignature(std::uint64_t size, const std::string& line);
    void keep_stamp(std::uint64_t size, const std::string& reply);
    // A witness contradicts the log, or cosigned it; the gateway records what is a change.
    void contradicted(const std::string& witness, const std::string& why, bool holds);
    // Witnesses that contradict by the log's alarms.
    [[nodiscard]] std::set<std::string> contradicting();

    [[nodiscard]] int descriptor() const { return client_.descriptor(); }

  private:
    void greet(const config::Config& config);
    void learn(nlohmann::json question);  // from the newest entries on

    local::Client client_;
    LogKnowledge log_;
    std::uint64_t generation_ = 1;
    std::int64_t feed_ = 0;
    bool look_at_config_ = true;
};

}  // namespace sealwarden::anchor
