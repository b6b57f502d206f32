#include "firmware/fronts.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <cstring>

#include "firmware/diag.hpp"

namespace sealwarden {
namespace asio = boost::asio;
using Steady = std::chrono::steady_clock;
using namespace std::chrono_literals;

std::chrono::milliseconds RestartDelay::ended_after(std::chrono::milliseconds lived) {
    if (lived >= good_run) next_ = first;
    const auto wait = next_;
    next_ = std::min(next_ * 2, last);
    return wait;
}

namespace {

struct Front {
    FrontOptions options;
    pid_t pid = -1;  // -1: not running
    Steady::time_point started;
    RestartDelay delay;
    std::uint64_t restarts = 0;
    asio::steady_timer timer;

    Front(asio::io_context& loop, FrontOptions of) : options{std::move(of)}, timer{loop} {}
};

// The child must not outlive the gateway, and must not eat the machine's memory.
pid_t start(const FrontOptions& options) {
    std::vector<std::string> words{"sealwarden"};
    words.insert(words.end(), options.arguments.begin(), options.arguments.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const pid_t parent = ::getpid();

    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    // Between fork and exec of a program with threads only async-signal-safe calls are allowed.
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(0);
    const rlimit limit{options.memory_limit, options.memory_limit};
    ::setrlimit(RLIMIT_DATA, &limit);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execv("/proc/self/exe", argv.data());
    ::_exit(127);
}

std::string how_it_ended(int status) {
    if (WIFEXITED(status)) return "exit code " + std::to_string(WEXITSTATUS(status));
    if (WIFSIGNALED(status)) return std::string{"signal "} + ::strsignal(WTERMSIG(status));
    return "unknown";
}

}  // namespace

struct Fronts::State : std::enable_shared_from_this<Fronts::State> {
    asio::signal_set child_ended;
    std::vector<std::unique_ptr<Front>> fronts;
    bool stopping = false;

    State(asio::io_context& loop, std::vector<FrontOptions> options) : child_ended{loop, SIGCHLD} {
        for (auto& front : options)
            fronts.push_back(std::make_unique<Front>(loop, std::move(front)));
    }

    void launch(Front& front) {
        if (stopping) return;
        front.started = Steady::now();
        front.pid = start(front.options);
        if (front.pid < 0) {
            diag::error("front does not start",
                        {{"front", front.options.name}, {"why", std::strerror(errno)}});
            launch_later(front, front.delay.ended_after(0ms));
        }
    }

    void launch_later(Front& front, std::chrono::milliseconds wait) {
        front.timer.expires_after(wait);
        front.timer.async_wait(
            [self = shared_from_this(), &front](boost::system::error_code error) {
                if (!error) self->launch(front);
            });
    }

    void watch() {
        child_ended.async_wait([self = shared_from_this()](boost::system::error_code error, int) {
            if (error || self->stopping) return;
            self->reap();
            self->watch();
        });
    }

    // One signal can stand for several children: all of ours are asked.
    void reap() {
        for (auto& front : fronts) {
            int status = 0;
            if (front->pid < 0 || ::waitpid(front->pid, &status, WNOHANG) != front->pid) continue;
            front->pid = -1;
            ++front->restarts;
            const auto lived = std::chrono::duration_cast<std::chrono::milliseconds>(
                Steady::now() - front->started);
            const auto wait = front->delay.ended_after(lived);
            diag::warn("front ended, it is started again", {{"front", front->options.name},
                                                            {"how", how_it_ended(status)},
                                                            {"in_ms", wait.count()}});
            launch_later(*front, wait);
        }
    }

    void stop() {
        stopping = true;
        boost::system::error_code ignored;
        child_ended.cancel(ignored);
        for (auto& front : fronts) {
            front->timer.cancel();
            if (front->pid > 0) ::kill(front->pid, SIGTERM);
        }
        const auto deadline = Steady::now() + 3s;
        for (auto& front : fronts) {
            if (front->pid > 0) wait_or_kill(front->pid, deadline);
        }
    }

    static void wait_or_kill(pid_t pid, Steady::time_point deadline) {
        while (Steady::now() < deadline) {
            if (::waitpid(pid, nullptr, WNOHANG) != 0) return;
            ::usleep(10'000);
        }
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
    }
};

Fronts::Fronts(asio::io_context& loop, std::vector<FrontOptions> fronts)
    : state_{std::make_shared<State>(loop, std::move(fronts))} {
    state_->watch();
    for (auto& front : state_->fronts) state_->launch(*front);
}

Fronts::~Fronts() {
    state_->stop();
}

std::vector<local::Front> Fronts::report() const {
    std::vector<local::Front> all;
    for (const auto& front : state_->fronts) {
        all.push_back({.name = front->options.name,
                       .state = front->pid > 0 ? "running" : "waiting",
                       .restarts = front->restarts});
    }
    return all;
}

void Fronts::restart(const std::string& name) {
    for (const auto& front : state_->fronts) {
        if (front->options.name == name && front->pid > 0) ::kill(front->pid, SIGTERM);
    }
}

}  // namespace sealwarden
