// Times as people type and read them, in the time zone of the process (TZ). libstdc++ 12 has no
// time zone database, so this is the C library's: the zone belongs to the whole process and is set
// once, at the start of a command or of the console, before it has a second thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/clock.hpp"
#include "firmware/text/duration.hpp"

namespace sealwarden::inquiry {

// Sets TZ and tzset(3). A zone that the machine does not have shows as UTC: false.
bool use_time_zone(const std::string& zone);

// A moment in words:
//   2026-11-24T03:00:00Z, also with an offset    RFC 3339
//   90s 30min 2h 3d 1w                           so long ago
//   22:00, 22:00:30                              the last time it was so late
//   2026-11-24, 2026-11-24 22:00                 a local date, with or without a time
//   now, today, yesterday, yesterday 22:00
// Local times that happen twice or never when clocks change are the C library's choice.
[[nodiscard]] std::optional<WallTime> moment(std::string_view text, WallTime now);

// The end of a period that begins at `since`: as moment(), but a bare clock time is the first such
// time after `since`, so that 22:00 to 02:00 is one night whenever it is asked for.
[[nodiscard]] std::optional<WallTime> end_moment(std::string_view text, WallTime since,
                                                 WallTime now);

// What the zone's clocks are ahead of UTC at a moment; both in milliseconds, since the epoch.
[[nodiscard]] std::int64_t ahead_of_utc(std::int64_t at);
[[nodiscard]] std::string local_time(WallTime time);  // 2026-11-23 21:00:00.123 -06:00
using sealwarden::duration;

}  // namespace sealwarden::inquiry
