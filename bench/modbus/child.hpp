// Work measured in a process of its own, so that its CPU time, threads and memory are its alone.
#pragma once

#include <sys/types.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace sealwarden::bench {

struct Cost {
    double cpu_seconds = 0;  // user and system, of the whole process
    double wakeups = 0;      // times it slept and was woken
    int threads = 0;
    double resident_mib = 0;
};
[[nodiscard]] Cost cost_so_far();  // of the calling process

// Forks, runs `work` there and returns the numbers it wrote, which must be trivially copyable.
void in_child(const std::function<void(void* result)>& work, void* result, std::size_t size);
template <class Result>
[[nodiscard]] Result measured(const std::function<Result()>& work) {
    Result result{};
    in_child([&](void* place) { *static_cast<Result*>(place) = work(); }, &result, sizeof result);
    return result;
}

// A peer that serves in a process of its own until it goes out of scope.
class PeerProcess {
  public:
    explicit PeerProcess(const std::function<void()>& serve);
    ~PeerProcess();
    PeerProcess(const PeerProcess&) = delete;
    PeerProcess& operator=(const PeerProcess&) = delete;

  private:
    pid_t pid_;
};

// Memory that a process and its forks share; `Shared` is made of atomics.
void* shared_memory(std::size_t size);
template <class Shared>
[[nodiscard]] Shared& shared() {
    return *new (shared_memory(sizeof(Shared))) Shared{};
}

// A line for people, or one JSON object a figure.
struct Figure {
    std::string name;
    std::string sentence;
    std::string json;  // its fields, without braces
    bool good = false;
};
void print(const Figure& figure, bool json);

}  // namespace sealwarden::bench
