// The one thread for what blocks: password hashes, SQLite, the log's files. The loop hands work
// over and goes on.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

#include "firmware/console/route.hpp"

namespace sealwarden::console {

class Worker {
  public:
    // So much waits at most; more is told 503 `too_slow`, and nothing is done.
    static constexpr std::size_t most_waiting = 64;

    // Runs `work()` there and returns what it returns, or throws what it throws, on the caller's
    // executor (the loop). Work comes one after the other.
    template <class Work>
    boost::asio::awaitable<std::invoke_result_t<Work&>> run(Work work) {
        if (*waiting_ >= most_waiting) {
            throw Problem{503, "too_slow", "too much waits to be done; ask again later"};
        }
        const Place place{waiting_};
        using Result = std::invoke_result_t<Work&>;
        if constexpr (std::is_void_v<Result>) {
            co_await boost::asio::co_spawn(thread_, call(std::move(work)),
                                           boost::asio::use_awaitable);
        } else {
            auto result = co_await boost::asio::co_spawn(thread_, call(std::move(work)),
                                                         boost::asio::use_awaitable);
            co_return result;
        }
    }

    // Ends after what runs now; what waits is dropped.
    void stop() {
        thread_.stop();
        thread_.join();
    }

  private:
    // Counted on the loop only. Who still waits when the worker goes is let go with the loop,
    // later.
    class Place {
      public:
        explicit Place(std::shared_ptr<std::size_t> waiting) : waiting_{std::move(waiting)} {
            ++*waiting_;
        }
        ~Place() { --*waiting_; }
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

      private:
        std::shared_ptr<std::size_t> waiting_;
    };

    template <class Work>
    static boost::asio::awaitable<std::invoke_result_t<Work&>> call(Work work) {
        co_return work();
    }

    std::shared_ptr<std::size_t> waiting_ = std::make_shared<std::size_t>(0);
    boost::asio::thread_pool thread_{1};
};

}  // namespace sealwarden::console
