#include "firmware/verify/workers.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace sealwarden::verify {

unsigned worker_count() {
    constexpr unsigned most = 8;
    return std::clamp(std::thread::hardware_concurrency(), 1u, most);
}

void work_through(std::size_t count, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    const auto take_all = [&] {
        for (auto number = next++; number < count; number = next++) work(number);
    };
    std::vector<std::jthread> threads;
    for (unsigned i = 1; i < worker_count(); ++i) threads.emplace_back(take_all);
    take_all();
}

}  // namespace sealwarden::verify
