// How well the alarms serve people, as the log tells it (firmware/core/response/alarm_figures.hpp).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json.hpp>

#include "firmware/core/response/alarm_figures.hpp"
#include "firmware/inquiry/ask.hpp"
#include "firmware/inquiry/coverage.hpp"

namespace sealwarden::inquiry {

struct Figures {
    AlarmReport report;
    AlarmPresent present;  // at the window's end
};
boost::asio::awaitable<Figures> alarm_figures(Ask ask, Window window);
[[nodiscard]] nlohmann::json to_json(const Figures& figures);

}  // namespace sealwarden::inquiry
