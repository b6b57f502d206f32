// When each point was watched, from the log: what it lost and got back, and when the gateway itself
// was off. What cannot be told counts as not watched.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "firmware/core/options.hpp"
#include "firmware/inquiry/ask.hpp"

namespace sealwarden::inquiry {

struct CoverageGap {
    std::int64_t from = 0;           // epoch milliseconds
    std::optional<std::int64_t> to;  // empty: it goes on
    std::string why;                 // "no_answer", …; "gateway_off", "log_paused", "never_read"
    std::uint64_t index = 0;         // of the entry that told of it
    friend bool operator==(const CoverageGap&, const CoverageGap&) = default;
};

// Takes the log's entries in order, those of other kinds too.
class CoverageBook {
  public:
    // The points that mean something, as configured now.
    explicit CoverageBook(const SiteOptions& site);

    // Of a `boot` after which nothing says how the run before ended: `before`, the time of the last
    // entry of that run. Before the first entry nothing was watched, nor known not to be.
    void take(const nlohmann::json& entry, std::optional<std::int64_t> before = {});

    // In the order of the configuration.
    [[nodiscard]] const std::map<std::string, std::vector<CoverageGap>>& gaps() const {
        return gaps_;
    }
    [[nodiscard]] static const std::vector<std::string>& kinds();

  private:
    void open(const std::string& point, std::int64_t from, const std::string& why,
              std::uint64_t index);
    void close(const std::string& point, std::int64_t to);
    [[nodiscard]] std::vector<std::string> points_of(const nlohmann::json& entry) const;

    std::map<std::string, std::vector<std::string>, std::less<>> devices_;  // device -> points
    std::map<std::string, std::vector<CoverageGap>> gaps_;                  // by point
};

// What a point means: {"door:d07": …}, in the words of subjects.
[[nodiscard]] std::vector<Subject> meanings_of(const SiteOptions& site, PointId point);
// The points that tell of it: of a device all that mean something, of a zone those of its doors.
[[nodiscard]] std::vector<std::string> points_about(const SiteOptions& site,
                                                    const Subject& subject);

struct Window {
    WallTime since, until;  // [since, until)
};

// {"since_ts","until_ts","points":[{"point","subjects","gaps":[{from_ts,to_ts,why,index}],"ratio"}]}
// Gaps are cut to the window; one that goes on at its end has to_ts null. `about`: only its points.
boost::asio::awaitable<nlohmann::json> coverage(Ask ask, const SiteOptions* site, Window window,
                                                std::optional<Subject> about);

}  // namespace sealwarden::inquiry
