// What the two halves of Identity have in common: how work gets to the accounts' thread, and small
// words. Included by its .cpp files only.
#pragma once

#include <boost/asio/redirect_error.hpp>
#include <map>
#include <type_traits>
#include <utility>

#include "firmware/console/identity/identity.hpp"
#include "firmware/diag.hpp"
#include "firmware/identity/publish.hpp"

namespace sealwarden::identity {

inline constexpr std::string_view csrf = "csrf";

template <class Work>
boost::asio::awaitable<std::invoke_result_t<Work&, Accounts&, Administration&>> Identity::write(
    Work work) {
    using Result = std::invoke_result_t<Work&, Accounts&, Administration&>;
    auto there = [this, work = std::move(work)]() mutable { return work(writer_, rules_); };
    if constexpr (std::is_void_v<Result>) {
        co_await accounts_.run(std::move(there));
    } else {
        auto result = co_await accounts_.run(std::move(there));
        co_return result;
    }
}

[[nodiscard]] console::Problem problem_of(const Refusal& refusal);

template <class Work>
boost::asio::awaitable<std::invoke_result_t<Work&, Accounts&, Administration&>> Identity::change(
    Work work) {
    using Result = std::invoke_result_t<Work&, Accounts&, Administration&>;
    auto whole = [work = std::move(work), file = options_.mqtt_tokens, roles = &options_.roles](
                     Accounts& accounts, Administration& rules) mutable -> Result {
        const auto publish = [&] {
            if (file.empty()) return;
            try {
                publish_mqtt_tokens(accounts, *roles, file);
            } catch (const std::exception& error) {
                diag::error("tokens for MQTT cannot be published", {{"why", error.what()}});
            }
        };
        try {
            if constexpr (std::is_void_v<Result>) {
                work(accounts, rules);
                publish();
            } else {
                auto result = work(accounts, rules);
                publish();
                return result;
            }
        } catch (const Refusal& refusal) {
            throw problem_of(refusal);
        }
    };
    if (reader_.untold_count() >= options_.most_untold) {
        throw console::Problem{503, "unreachable",
                               "the gateway has not answered for long, and the log cannot be told: "
                               "nothing is changed until it does"};
    }
    if constexpr (std::is_void_v<Result>) {
        co_await write(std::move(whole));
        tell_soon();
    } else {
        auto result = co_await write(std::move(whole));
        tell_soon();
        co_return result;
    }
}

// Who it is, as the log is told.
[[nodiscard]] Doer doer_of(const console::Who& who, const console::Request& request);

// On the accounts' thread: writes down when sessions were seen, ends those whose time is over and
// tells of them. How many those were.
[[nodiscard]] int swept(Accounts& accounts, const Roles& roles,
                        const std::map<tlog::Hash, std::int64_t>& seen, std::int64_t now_ms);
template <class Seen>
std::map<tlog::Hash, std::int64_t> seen_times(const Seen& seen) {
    std::map<tlog::Hash, std::int64_t> times;
    for (const auto& [id, one] : seen) times.emplace(id, one.at);
    return times;
}

}  // namespace sealwarden::identity
