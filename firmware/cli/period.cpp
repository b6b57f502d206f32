#include "firmware/cli/period.hpp"

#include "firmware/cli/context.hpp"
#include "firmware/cli/times.hpp"

namespace sealwarden::cli {
namespace {

WallTime or_refuse(std::optional<WallTime> time, const char* option, const std::string& text) {
    if (!time) {
        throw Failure{Exit::usage, std::string{option} + " `" + text +
                                       "` is no time; write 2h, 22:00, \"yesterday 22:00\", "
                                       "2026-11-24 or 2026-11-24T03:00:00Z"};
    }
    return *time;
}

}  // namespace

Period period(const std::string& since, const std::string& until, WallTime now) {
    Period asked;
    if (!since.empty()) asked.since = or_refuse(moment(since, now), "--since", since);
    if (!until.empty()) {
        asked.until =
            or_refuse(asked.since ? end_moment(until, *asked.since, now) : moment(until, now),
                      "--until", until);
    }
    if (asked.since && asked.until && *asked.until <= *asked.since) {
        throw Failure{Exit::usage, "the period ends before it begins: --since is " +
                                       local_time(*asked.since) + ", --until is " +
                                       local_time(*asked.until)};
    }
    return asked;
}

}  // namespace sealwarden::cli
