#include "firmware/cli/tsa.hpp"

#include <fstream>
#include <iterator>

#include "firmware/cli/context.hpp"

namespace sealwarden::cli {

std::string tsa_certificates(const config::Config& config) {
    if (!config.evidence.time_stamps) return {};
    const auto& file = config.evidence.time_stamps->certificates;
    std::ifstream in{file, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    if (text.empty()) {
        throw Failure{Exit::configuration,
                      "the time-stamp authority's certificates in " + file.string() +
                          " cannot be read; without them nobody can check its stamps"};
    }
    return text;
}

}  // namespace sealwarden::cli
