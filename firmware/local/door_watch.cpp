#include "firmware/local/door_watch.hpp"

#include "firmware/diag.hpp"

namespace sealwarden::local {

void DoorWatch::lost(bool was_open, const std::string& why, Uptime now) {
    if (was_open || !said_) diag::warn("gateway does not answer", {{"why", why}});
    said_ = true;
    due_ = now + retry;
}

bool DoorWatch::has_another_config(const std::string& hash) {
    if (config_hash_.empty()) config_hash_ = hash;
    if (hash == config_hash_) return false;
    diag::info("the gateway took another configuration, this front starts anew");
    return true;
}

}  // namespace sealwarden::local
