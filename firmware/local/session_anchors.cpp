// What somebody outside says of the log's heads: fetched by a front, checked and kept by the
// gateway.
#include "firmware/local/api.hpp"
#include "firmware/local/session.hpp"

namespace sealwarden::local {

void Session::anchor(Id id, const nlohmann::json& question) {
    auto anchor = anchor_from(question);
    if (!trusted()) {
        refuse(id, "not_allowed", "only root and the gateway's own user bring what others vouch");
        return;
    }
    if (!may_ask(id)) return;
    door_.house.anchor(std::move(anchor), [self = weak(), id](const eventlog::Anchored& anchored) {
        const auto session = self.lock();
        if (!session) return;
        --session->open_questions_;
        switch (anchored.result) {
            case eventlog::Anchored::Result::kept:
                session->answer(id, {{"index", anchored.index}});
                break;
            case eventlog::Anchored::Result::not_found:
                session->refuse(id, "not_found", anchored.why);
                break;
            case eventlog::Anchored::Result::refused:
                session->refuse(id, "refused", anchored.why);
                break;
        }
        session->leave_when_done();
    });
}

void Session::contradicted(Id id, const nlohmann::json& question) {
    auto said = contradiction_from(question);
    if (!trusted()) {
        refuse(id, "not_allowed", "only root and the gateway's own user say what a witness says");
        return;
    }
    if (!may_ask(id)) return;
    door_.house.contradicted(std::move(said), when_recorded(id));
}

void Session::noticed(Id id, const nlohmann::json& question) {
    auto notice = notice_from(question);
    if (!trusted()) {
        refuse(id, "not_allowed", "only root and the gateway's own user say who was told");
        return;
    }
    if (!may_ask(id)) return;
    door_.house.noticed(std::move(notice), when_recorded(id));
}

}  // namespace sealwarden::local
