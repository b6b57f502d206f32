// All that the console serves, as its front puts it together: the API's routes, and those of live
// state, cameras and identity. The handlers of the latter are not asked: they have tests of their
// own, and what is looked at here is who may and what the document says.
#pragma once

#include "firmware/console/api/cameras.hpp"
#include "firmware/console/identity/identity.hpp"
#include "firmware/console/live.hpp"
#include "tests/console/api/api_fixture.hpp"

namespace sealwarden::test {

boost::asio::awaitable<console::Response> unasked(console::Call call);
boost::asio::awaitable<std::optional<std::string>> no_picture(std::string sha256);

class EveryRoute : public ApiFixture {
  protected:
    console::Routes every_route(console::Authenticator& authenticator) {
        auto all = routes();
        const auto add = [&all](console::Routes more) {
            for (auto& route : more) all.push_back(std::move(route));
        };
        add(console::camera_routes(gateway_, config_, no_picture, around_.now));
        identity::Identity identity{loop_.get_executor(),
                                    gateway_,
                                    [this] { return gateway_.door.now; },
                                    {.directory = directory_.path() / "console",
                                     .mqtt_tokens = {},
                                     .names = {},
                                     .cost = {.passes = 1, .memory = 8192}}};
        console::Routes others = identity::identity_routes(identity);
        console::Live live{loop_, clock_};
        others.push_back(live.route(authenticator, gateway_));
        for (auto& route : others) route.handler = unasked;
        add(std::move(others));
        return all;
    }

  private:
    boost::asio::io_context loop_;
    SystemClock clock_;
};

}  // namespace sealwarden::test
