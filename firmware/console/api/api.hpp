// The console's part over the gateway's data, as one: what it keeps, and its routes.
#pragma once

#include <memory>

#include "firmware/console/api/evidence_jobs.hpp"
#include "firmware/console/api/metrics.hpp"
#include "firmware/console/api/routes.hpp"
#include "firmware/console/services.hpp"

namespace sealwarden::console::api {

// Outlives the routes it gives. `services` outlives it; its `answered` is set here.
class Api {
  public:
    Api(Services& services, std::string version,
        std::function<std::string_view(std::string_view act)> right_of_act);
    // `others`: the patterns of everybody else's routes, for the figures.
    [[nodiscard]] Routes routes(const Routes& others);

  private:
    Services& services_;
    Surroundings around_;
    EvidenceJobs jobs_;
    std::unique_ptr<Metrics> metrics_;
};

}  // namespace sealwarden::console::api
