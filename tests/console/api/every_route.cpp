#include "tests/console/api/every_route.hpp"

namespace sealwarden::test {

boost::asio::awaitable<console::Response> unasked(console::Call /*call*/) {
    co_return console::Response{};
}

boost::asio::awaitable<std::optional<std::string>> no_picture(std::string /*sha256*/) {
    co_return std::nullopt;
}

}  // namespace sealwarden::test
