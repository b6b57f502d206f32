// What people do at the console: told by it, recorded by the gateway.
#include "firmware/local/api.hpp"
#include "firmware/local/session.hpp"

namespace sealwarden::local {

void Session::used(Id id, const nlohmann::json& question) {
    auto use = use_from(question);
    if (!trusted()) {
        refuse(id, "not_allowed", "only root and the gateway's own user say what people did");
        return;
    }
    if (!may_ask(id)) return;
    door_.house.used(std::move(use), when_recorded(id));
}

}  // namespace sealwarden::local
