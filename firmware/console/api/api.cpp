#include "firmware/console/api/api.hpp"

#include "firmware/inquiry/times.hpp"

namespace sealwarden::console::api {

Api::Api(Services& services, std::string version,
         std::function<std::string_view(std::string_view act)> right_of_act)
    : services_{services},
      around_{.gateway = services.gateway,
              .config = services.config,
              .sources = services.sources,
              .now = [clock = &services.clock] { return clock->sample().wall; },
              .uptime = [clock = &services.clock] { return clock->uptime(); },
              .right_of_act = std::move(right_of_act),
              .version = std::move(version)},
      jobs_{services.config.console->directory / "bundles",
            makes_bundles(services.config, around_.now)} {
    inquiry::use_time_zone(services.config.time_zone);
}

Routes Api::routes(const Routes& others) {
    Routes all;
    const auto add = [&all](Routes more) {
        for (auto& route : more) all.push_back(std::move(route));
    };
    add(state_routes(around_));
    add(entries_routes(around_));
    add(records_routes(around_));
    add(acts_routes(around_));
    add(inquiry_routes(around_));
    add(settings_routes(around_));
    add(evidence_routes(around_, jobs_));
    add(openapi_routes(around_));
    add(health_routes(around_));
    Own own{.listeners = [live = &services_.live] { return live->listeners(); },
            .certificate_ends = services_.certificate_ends,
            .directory = services_.config.console->directory};
    for (const auto& route : all) own.patterns.push_back(route.pattern);
    for (const auto& route : others) own.patterns.push_back(route.pattern);
    own.patterns.insert(own.patterns.end(), {"/metrics", "files", "none"});
    metrics_ = std::make_unique<Metrics>(around_, std::move(own));
    add(metrics_routes(*metrics_));
    services_.answered = [metrics = metrics_.get()](const Answered& told) {
        metrics->answered(told.method, told.pattern, told.status, told.took);
    };
    return all;
}

}  // namespace sealwarden::console::api
