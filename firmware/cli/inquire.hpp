// The questions of firmware/inquiry, asked at the local door by a command that waits for them.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>

#include "firmware/inquiry/ask.hpp"
#include "firmware/local/client.hpp"

namespace sealwarden::cli {

// Blocks for each answer; `client` outlives it.
[[nodiscard]] inquiry::Ask ask_of(local::Client& client);

template <class T>
[[nodiscard]] T answer_of(boost::asio::awaitable<T> story) {
    boost::asio::io_context loop;
    std::optional<T> answer;
    std::exception_ptr error;
    boost::asio::co_spawn(loop, std::move(story), [&](const std::exception_ptr& failed, T value) {
        error = failed;
        if (!failed) answer = std::move(value);
    });
    loop.run();
    if (error) std::rethrow_exception(error);
    return *std::move(answer);
}

}  // namespace sealwarden::cli
