#include <memory>

#include "firmware/console/api/routes.hpp"
#include "firmware/console/openapi.hpp"

namespace sealwarden::console::api {

using boost::asio::awaitable;

namespace {

awaitable<Response> document(std::shared_ptr<const std::string> text, Call) {
    Response response;
    response.headers["content-type"] = "application/json";
    response.headers["cache-control"] = "no-cache";
    response.body = *text;
    co_return response;
}

}  // namespace

Routes openapi_routes(Surroundings& around) {
    const auto text = std::make_shared<const std::string>(
        openapi_document(around.version, around.right_of_act).dump());
    return {{"GET", "/openapi.json", "public",
             [text](Call call) { return document(text, std::move(call)); }}};
}

}  // namespace sealwarden::console::api
