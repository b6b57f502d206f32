#include "firmware/anchor/anchors_file.hpp"

#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

namespace sealwarden::anchor {

void AnchorsFile::tell(const std::vector<AnchorState>& state, WallTime now) {
    if (written_ && state == told_) return;
    told_ = state;
    written_ = true;
    auto list = nlohmann::json::array();
    for (const auto& one : state) {
        list.push_back({{"name", one.name},
                        {"size", one.size},
                        {"contradicted", one.contradicted},
                        {"trouble", one.trouble},
                        {"remark", one.remark}});
    }
    const nlohmann::json json{
        {"v", 1}, {"pid", ::getpid()}, {"since", rfc3339(now)}, {"anchors", list}};
    auto fresh = path_;
    fresh += ".new";
    std::ofstream{fresh} << json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
                         << '\n';
    std::error_code ignored;
    std::filesystem::rename(fresh, path_, ignored);
}

}  // namespace sealwarden::anchor
