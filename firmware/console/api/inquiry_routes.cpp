// Questions of several answers: the same ones, by the same code, as the command line's.
#include <chrono>
#include <memory>

#include "firmware/console/api/routes.hpp"
#include "firmware/console/discretion.hpp"
#include "firmware/inquiry/handover.hpp"
#include "firmware/inquiry/search.hpp"
#include "firmware/inquiry/stock.hpp"

namespace sealwarden::console::api {

using boost::asio::awaitable;
using nlohmann::json;

namespace {

// What is kept between questions, so that each reads only what is new.
struct Books {
    inquiry::PeopleBook people;
    inquiry::StockBook stock;
};

std::optional<inquiry::Window> given_window(const Call& call, WallTime now) {
    if (!call.request.asked("since") && !call.request.asked("until")) return {};
    constexpr std::chrono::hours a_day{24};
    return window_of(call, now, a_day);
}

awaitable<Response> search(Surroundings* around, std::shared_ptr<Books> books, Call call) {
    const auto began = std::chrono::steady_clock::now();
    constexpr std::size_t longest = 200;
    auto typed = call.request.asked("q").value_or("");
    if (typed.empty() || typed.size() > longest) wrong("q must say something, in 200 bytes");
    constexpr std::uint64_t most = 100;
    inquiry::SearchQuestion question{
        .text = std::move(typed),
        .window = given_window(call, around->now()),
        .now = around->now(),
        .language = call.who.language,
        .limit = static_cast<std::size_t>(number_of(call, "limit", 20, most)),
        .may_see = sees(call.who),
        .may_find = [who = call.who](std::string_view kind) { return may_find(who, kind); }};
    const auto ask = ask_of(around->gateway);
    const inquiry::PeopleBook* people = nullptr;
    if (flag_of(call, "personal")) {
        needs(call.who, "personal");
        co_await enter_view(around, &call, "search", "");
        co_await books->people.refresh(ask);
        people = &books->people;
    }
    auto body = co_await inquiry::search(ask, &around->config.site, people, std::move(question));
    body["took_ms"] = std::chrono::duration_cast<std::chrono::milliseconds>(
                          std::chrono::steady_clock::now() - began)
                          .count();
    co_return answer(body);
}

awaitable<Response> timeline(Surroundings* around, Call call) {
    const auto subject = subject_of(call);
    if (!subject) wrong("subject must be given, like door:d07");
    needs(call.who, right_of_kind(subject->kind));
    co_await enter_restricted_view(around, &call, "timeline", *subject);
    constexpr std::chrono::hours a_day{24};
    inquiry::TimelineQuestion question{.subject = *subject,
                                       .window = past_of(call, around->now(), a_day),
                                       .language = call.who.language,
                                       .may_see = sees(call.who)};
    const auto ask = ask_for_a_minute(*around);
    const bool known = co_await inquiry::is_known(ask, &around->config.site, *subject);
    if (!known)
        no_such("there is no " + subject->kind + " `" + subject->id +
                "`, and the log never had one");
    auto body = co_await inquiry::timeline(ask, &around->config.site, std::move(question));
    if (const auto width = number_of(call, "width", 0, 4000); width > 0) {
        const auto scene = inquiry::picture_of(body, std::max(280.0, static_cast<double>(width)),
                                               around->now(), call.who.language);
        body["scene"] = timeline::to_json(scene);
    }
    co_return answer(body);
}

awaitable<Response> coverage(Surroundings* around, Call call) {
    constexpr std::chrono::hours a_day{24};
    const auto window = past_of(call, around->now(), a_day);
    const auto subject = subject_of(call);
    if (subject && inquiry::points_about(around->config.site, *subject).empty())
        no_such("nothing watches " + subject->kind + ":" + subject->id);
    const auto ask = ask_for_a_minute(*around);
    const auto body = co_await inquiry::coverage(ask, &around->config.site, window, subject);
    co_return answer(body);
}

awaitable<Response> handover(Surroundings* around, Call call) {
    constexpr std::chrono::hours a_shift{8};
    const auto window = past_of(call, around->now(), a_shift);
    const auto ask = ask_for_a_minute(*around);
    const auto may = sees(call.who);
    const auto body = co_await inquiry::handover(ask, &around->config.site, window, may);
    co_return answer(body);
}

awaitable<Response> stock(Surroundings* around, std::shared_ptr<Books> books, Call call) {
    const auto now = co_await standing(around, &call.who);
    if (auto same = unchanged(call, now)) co_return *std::move(same);
    const bool ranges = flag_of(call, "ranges");
    if (ranges) needs(call.who, "stock.unused");
    if (ranges) co_await enter_view(around, &call, "stock", "");
    const auto ask = ask_of(around->gateway);
    co_await books->stock.refresh(ask);
    const auto body = books->stock.sheet(ranges);
    co_return answer(body, now);
}

}  // namespace

Routes inquiry_routes(Surroundings& around) {
    const auto books = std::make_shared<Books>();
    const auto find = [around = &around, books](Call call) {
        return search(around, books, std::move(call));
    };
    const auto lots = [around = &around, books](Call call) {
        return stock(around, books, std::move(call));
    };
    return {{"GET", "/api/v1/search", "search", find},
            around.shares.shared({"GET", "/api/v1/timeline", "search", bound(around, timeline)}),
            around.shares.shared({"GET", "/api/v1/coverage", "search", bound(around, coverage)}),
            around.shares.shared({"GET", "/api/v1/handover", "search", bound(around, handover)}),
            {"GET", "/api/v1/stock", "custody", lots}};
}

}  // namespace sealwarden::console::api
