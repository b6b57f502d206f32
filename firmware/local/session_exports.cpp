// Exports: what is given to auditors is in the log before it is signed.
#include "firmware/local/api.hpp"
#include "firmware/local/session.hpp"

namespace sealwarden::local {

void Session::make_export(Id id, const nlohmann::json& question) {
    auto wanted = export_from(question);
    wanted.who = caller(question);
    if (wanted.personal && !trusted()) {
        refuse(id, "not_allowed", "only root and the gateway's own user may see what is personal");
        return;
    }
    if (open_questions_ >= door_.options.max_streams) {
        refuse(id, "refused", "too many questions are open; wait for an answer");
        return;
    }
    ++open_questions_;
    door_.house.make_export(
        std::move(wanted), [self = weak(), id](const std::string& refused, std::uint64_t index) {
            const auto session = self.lock();
            if (!session) return;
            --session->open_questions_;
            if (refused.empty()) {
                session->exports_.insert(index);
                session->answer(id, {{"index", index}, {"generation", session->door_.generation}});
            } else {
                session->refuse(id, "refused", refused);
            }
            session->leave_when_done();
        });
}

// One signature for each export that this caller made: no bundle without its entry.
void Session::sign_export(Id id, const nlohmann::json& question) {
    const auto manifest = hash_from(question, "manifest");
    const auto found = exports_.find(number_from(question, "index", 0));
    if (found == exports_.end()) {
        refuse(id, "not_found",
               "no export of that index waits for its signature on this connection");
        return;
    }
    const auto line = door_.house.sign_bundle(manifest);
    if (line.empty()) {
        refuse(id, "refused", "the log's key cannot be used; `sealwarden status` says why");
        return;
    }
    exports_.erase(found);
    answer(id, {{"line", line}});
}

}  // namespace sealwarden::local
