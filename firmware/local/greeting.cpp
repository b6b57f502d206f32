#include "firmware/local/greeting.hpp"

#include <stdexcept>

namespace sealwarden::local {

nlohmann::json greet(Client& door, const SiteOptions& site) {
    auto hello = door.call("hello");
    const std::string theirs = hello.at("site"), gateway = hello.at("gateway");
    if (theirs != site.site || gateway != site.gateway) {
        throw std::runtime_error{"it is " + theirs + "/" + gateway +
                                 ", and this configuration says " + site.site + "/" + site.gateway +
                                 ": restart the gateway, or put the configuration back"};
    }
    return hello;
}

}  // namespace sealwarden::local
