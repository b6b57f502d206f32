#include "firmware/cli/inquire.hpp"

namespace sealwarden::cli {
namespace {

boost::asio::awaitable<nlohmann::json> call(local::Client* client, std::string name,
                                            nlohmann::json arguments) {
    co_return client->call(name, std::move(arguments));
}

}  // namespace

inquiry::Ask ask_of(local::Client& client) {
    return [client = &client](std::string name, nlohmann::json arguments) {
        return call(client, std::move(name), std::move(arguments));
    };
}

}  // namespace sealwarden::cli
