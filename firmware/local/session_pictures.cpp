// What the front of the cameras has to tell.
#include "firmware/local/api.hpp"
#include "firmware/local/session.hpp"

namespace sealwarden::local {

void Session::picture(Id id, const nlohmann::json& question) {
    auto news = picture_from(question);
    if (!trusted()) {
        refuse(id, "not_allowed", "only root and the gateway's own user say what cameras showed");
        return;
    }
    if (!may_ask(id)) return;
    door_.house.picture(std::move(news), when_recorded(id));
}

}  // namespace sealwarden::local
