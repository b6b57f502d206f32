#include "firmware/anchor/log_knowledge.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sealwarden::anchor {
namespace {

std::uint64_t size_in(const nlohmann::json& record) {
    return record.at("data").at("size").get<std::uint64_t>();
}

}  // namespace

void LogKnowledge::take(const nlohmann::json& record) {
    const auto behind = record.at("i").get<std::uint64_t>() + 1;
    const auto& kind = record.at("kind").get_ref<const std::string&>();
    size = std::max(size, behind);
    if (!kind.starts_with("anchor.")) worth = std::max(worth, behind);
    // The closing is the last leaf of its head.
    if (kind == "epoch.close") closing = std::max(closing, behind);
    if (kind == "anchor.witness") {
        auto& known = cosigned[record.at("data").at("witness").get<std::string>()];
        known = std::max(known, size_in(record));
    }
    if (kind == "anchor.tsa" && size_in(record) > stamped) {
        stamped = size_in(record);
        stamped_at = wall_time(record.at("t").at("wall").get_ref<const std::string&>());
    }
}

}  // namespace sealwarden::anchor
