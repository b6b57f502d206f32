// What the parts of the console are given: identity, the API and whoever comes next. All of it
// outlives them.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string_view>

#include "firmware/clock.hpp"
#include "firmware/config/config.hpp"
#include "firmware/console/gateway.hpp"
#include "firmware/console/live.hpp"
#include "firmware/console/worker.hpp"

namespace sealwarden::console {

// A question that was answered, for the figures. `pattern` is the route's, not what was asked:
// "/api/v1/doors/{id}", "files" for the web app, "none" where there is no such route.
struct Answered {
    std::string_view method, pattern;
    unsigned status = 0;
    std::chrono::microseconds took{};
};

struct Services {
    boost::asio::io_context& loop;
    Worker& worker;
    const Clock& clock;
    const config::Config& config;
    const config::Sources& sources;  // where `config` was read from
    Gateway& gateway;
    const Live& live;  // states and alarms as last heard, who listens
    // Each question once its answer is ready; set by whoever counts. On the loop.
    std::function<void(const Answered&)> answered;
    // When the certificate that is served ends; empty before there is one.
    std::function<std::optional<WallTime>()> certificate_ends;
};

}  // namespace sealwarden::console
