#include "firmware/console/view_log.hpp"

#include <utility>

namespace sealwarden::console {

using nlohmann::json;

json use_of(const Call& call, const std::string& what, const std::string& act,
            const std::string& subject) {
    std::string way = "token";
    if (call.who.way == Who::Way::session) way = "session";
    if (call.who.way == Who::Way::socket) way = "socket";
    json use{{"what", what},
             {"act", act},
             {"by", call.who.user},
             {"way", way},
             {"route", call.request.path.substr(0, 120)}};
    // On the machine itself there is no account.
    if (call.who.way != Who::Way::socket)
        use["user"] = call.who.user.substr(0, call.who.user.find('/'));
    if (!call.who.role.empty()) use["role"] = call.who.role;
    if (!subject.empty()) use["subject"] = subject;
    if (!call.request.peer.empty()) use["address"] = call.request.peer;
    return use;
}

boost::asio::awaitable<void> ViewLog::enter(ViewLog* log, Gateway* gateway, WallTime now,
                                            json use) {
    auto view = use.dump();
    if (log->has(view, now)) co_return;
    co_await gateway->ask("used", std::move(use));
    log->keep(std::move(view), now);
}

bool ViewLog::has(const std::string& view, WallTime now) const {
    const auto found = told_.find(view);
    // A clock that was set back tells it again.
    return found != told_.end() && now >= found->second && now - found->second < again_after;
}

void ViewLog::keep(std::string view, WallTime now) {
    if (told_.size() >= most_kept) {
        std::erase_if(told_, [now](const auto& one) { return now - one.second >= again_after; });
        if (told_.size() >= most_kept) told_.clear();
    }
    told_.insert_or_assign(std::move(view), now);
}

}  // namespace sealwarden::console
