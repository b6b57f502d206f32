#include "firmware/mqtt/broker_file.hpp"

#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

namespace sealwarden::mqtt_front {

void BrokerFile::tell(const BrokerState& state, WallTime now) {
    if (state == told_) return;
    told_ = state;
    const nlohmann::json json{{"v", 1},
                              {"pid", ::getpid()},
                              {"connected", state.connected},
                              {"url", state.url},
                              {"version", state.version},
                              {"why", state.why},
                              {"since", rfc3339(now)}};
    auto fresh = path_;
    fresh += ".new";
    std::ofstream{fresh} << json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
                         << '\n';
    std::error_code ignored;
    std::filesystem::rename(fresh, path_, ignored);
}

}  // namespace sealwarden::mqtt_front
