#include "bench/modbus/thread_per_endpoint.hpp"

#include <modbus.h>
#include <time.h>

#include <condition_variable>
#include <mutex>
#include <queue>
#include <stdexcept>
#include <thread>
#include <vector>

namespace sealwarden::bench {

struct ThreadPerEndpoint::State {
    struct Change {
        unsigned endpoint, input;
    };

    void publish(Change change) {
        const std::scoped_lock lock{mutex};
        changes.push(change);
        changed.notify_one();
    }

    void consume(const std::stop_token& stop) {
        std::unique_lock lock{mutex};
        while (changed.wait(lock, stop, [this] { return !changes.empty(); })) {
            const auto change = changes.front();
            changes.pop();
            published(change.endpoint, change.input);
        }
    }

    void poll(unsigned endpoint, const std::stop_token& stop) {
        modbus_t* context = modbus_new_tcp("127.0.0.1", port);
        if (modbus_connect(context) != 0) throw std::runtime_error{"cannot connect"};
        modbus_set_slave(context, 1);
        // Where the machine is busy with other things, half a second (the default) is too little.
        modbus_set_response_timeout(context, 10, 0);
        std::vector<std::uint8_t> now(inputs), last(inputs);
        timespec next{};
        ::clock_gettime(CLOCK_MONOTONIC, &next);
        while (!stop.stop_requested()) {
            if (modbus_read_input_bits(context, 0, static_cast<int>(inputs), now.data()) < 0)
                throw std::runtime_error{"the reference got no answer"};
            for (unsigned input = 0; input < inputs; ++input)
                if (now[input] != last[input]) publish({endpoint, input});
            last = now;
            next.tv_nsec += std::chrono::nanoseconds{period}.count();
            next.tv_sec += next.tv_nsec / 1'000'000'000;
            next.tv_nsec %= 1'000'000'000;
            ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, nullptr);
        }
        modbus_close(context);
        modbus_free(context);
    }

    std::uint16_t port;
    std::chrono::milliseconds period;
    unsigned inputs;
    Published published;
    std::mutex mutex;
    std::condition_variable_any changed;
    std::queue<Change> changes;
    std::vector<std::jthread> threads;  // last
};

ThreadPerEndpoint::ThreadPerEndpoint(unsigned endpoints, std::uint16_t port,
                                     std::chrono::milliseconds period, unsigned inputs,
                                     Published published)
    : state_{std::make_unique<State>()} {
    state_->port = port;
    state_->period = period;
    state_->inputs = inputs;
    state_->published = std::move(published);
    state_->threads.emplace_back(
        [state = state_.get()](const std::stop_token& stop) { state->consume(stop); });
    for (unsigned i = 0; i < endpoints; ++i)
        state_->threads.emplace_back(
            [state = state_.get(), i](const std::stop_token& stop) { state->poll(i, stop); });
}

ThreadPerEndpoint::~ThreadPerEndpoint() {
    for (auto& thread : state_->threads) thread.request_stop();
}

}  // namespace sealwarden::bench
