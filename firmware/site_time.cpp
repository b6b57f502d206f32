#include "firmware/site_time.hpp"

#include <cstdlib>
#include <ctime>

namespace sealwarden {

void use_site_zone(const std::string& zone) {
    ::setenv("TZ", zone.c_str(), 1);
    ::tzset();
}

WallOffset wall_offset(const ClockSample& sample) {
    using std::chrono::floor;
    using std::chrono::milliseconds;
    const auto wall = floor<milliseconds>(sample.wall.time_since_epoch());
    const auto uptime = floor<milliseconds>(sample.uptime.time_since_epoch());
    const std::time_t seconds = floor<std::chrono::seconds>(wall).count();
    std::tm local{};
    ::localtime_r(&seconds, &local);
    return {.at_zero_ms = (wall - uptime).count(),
            .zone = floor<std::chrono::minutes>(std::chrono::seconds{local.tm_gmtoff})};
}

}  // namespace sealwarden
