#include "firmware/cli/tsa.hpp"

#include "firmware/cli/context.hpp"
#include "firmware/tlog/certificates.hpp"

namespace sealwarden::cli {

std::string tsa_certificates(const config::Config& config) {
    if (!config.evidence.time_stamps) return {};
    const auto& file = config.evidence.time_stamps->certificates;
    auto text = tlog::pem_of(tlog::certificates_of(file));
    if (text.empty()) {
        throw Failure{Exit::configuration,
                      "no certificate of the time-stamp authority can be read in " + file.string() +
                          "; without them nobody can check its stamps"};
    }
    return text;
}

}  // namespace sealwarden::cli
