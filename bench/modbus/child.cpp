#include "bench/modbus/child.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace sealwarden::bench {
namespace {

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// A number of /proc/self/status.
long status(const std::string& field) {
    std::ifstream file{"/proc/self/status"};
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(field + ":")) return std::stol(line.substr(field.size() + 1));
    return 0;
}

}  // namespace

Cost cost_so_far() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return {.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime),
            .wakeups = static_cast<double>(usage.ru_nvcsw),
            .threads = static_cast<int>(status("Threads")),
            .resident_mib = static_cast<double>(status("VmRSS")) / 1024};
}

void* shared_memory(std::size_t size) {
    void* place = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) throw std::runtime_error{"no shared memory"};
    return place;
}

void in_child(const std::function<void(void*)>& work, void* result, std::size_t size) {
    void* place = shared_memory(size);
    std::fflush(nullptr);
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        work(place);
        ::_exit(0);
    }
    int ended = 0;
    ::waitpid(pid, &ended, 0);
    if (ended != 0) throw std::runtime_error{"a measured process failed"};
    std::copy_n(static_cast<const char*>(place), size, static_cast<char*>(result));
    ::munmap(place, size);
}

PeerProcess::PeerProcess(const std::function<void()>& serve) : pid_{::fork()} {
    if (pid_ != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    serve();
    ::_exit(0);
}

PeerProcess::~PeerProcess() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

void print(const Figure& figure, bool json) {
    if (json)
        fmt::print("{{\"figure\":\"{}\",\"good\":{},{}}}\n", figure.name, figure.good, figure.json);
    else
        fmt::print("{} {}: {}\n", figure.good ? "ok  " : "MISS", figure.name, figure.sentence);
    std::fflush(stdout);
}

}  // namespace sealwarden::bench
