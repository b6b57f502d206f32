#include "firmware/console/shares.hpp"

#include <utility>

namespace sealwarden::console {

namespace asio = boost::asio;

class Shares::Place {
  public:
    Place(std::shared_ptr<Counts> counts, std::string user)
        : counts_{std::move(counts)}, user_{std::move(user)} {
        if (auto& count = (*counts_)[user_]; count < most) {
            ++count;
            return;
        }
        Problem many{429, "too_many",
                     "four long questions of yours are under way: wait for one of them, or ask for "
                     "a shorter time"};
        many.headers["retry-after"] = "5";
        throw Problem{many};
    }
    ~Place() {
        const auto found = counts_->find(user_);
        if (--found->second == 0) counts_->erase(found);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    static asio::awaitable<Response> answer(std::shared_ptr<Counts> counts, Handler handler,
                                            Call call) {
        auto user = call.who.user.substr(0, call.who.user.find('/'));
        const auto place = std::make_shared<Place>(std::move(counts), std::move(user));
        auto response = co_await handler(std::move(call));
        if (response.stream) {
            response.stream = [place, stream = std::move(response.stream)](Sink& sink) {
                return stream(sink);
            };
        }
        co_return response;
    }

  private:
    std::shared_ptr<Counts> counts_;
    std::string user_;
};

Route Shares::shared(Route route) const {
    route.handler = [counts = counts_, handler = std::move(route.handler)](Call call) {
        return Place::answer(counts, handler, std::move(call));
    };
    return route;
}

}  // namespace sealwarden::console
