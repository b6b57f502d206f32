#include "firmware/console/pages.hpp"

#include <exception>

#include "firmware/console/first_picture.hpp"

namespace sealwarden::console {
namespace {

namespace asio = boost::asio;

bool has_picture(std::string_view path) {
    return path == "/" || path == "/alarms" || path == "/wall";
}
// "/" is the list of alarms for who works on them, the wall for a wall's account (app.tsx, home).
bool is_for(const Who& who, std::string_view path) {
    if (who.way != Who::Way::session || !who.may("live")) return false;
    return path != "/" || who.may("respond") || who.role == "wall";
}

}  // namespace

asio::awaitable<std::optional<Response>> Pages::answer(Request request) {
    const auto path = request.path;
    auto plain = files_.answer(request);
    if (!plain || !has_picture(path) || !live_.reached() || request.header("cookie").empty())
        co_return plain;
    try {
        const auto who = co_await authenticator_.who(std::move(request));
        if (!is_for(who, path)) co_return plain;
        const bool dark = path == "/wall" || who.role == "wall";
        co_return files_.page_with(first_picture({.now = clock_.sample().wall,
                                                  .alarms = live_.known_alarms(),
                                                  .watched = live_.watched_points(),
                                                  .points = live_.all_points()},
                                                 site_, who.language, dark));
    } catch (const std::exception&) {
        // The page is there all the same; the app asks again, and says what is wrong.
    }
    co_return plain;
}

}  // namespace sealwarden::console
