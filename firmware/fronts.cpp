#include "firmware/fronts.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "firmware/diag.hpp"
#include "firmware/pulse.hpp"

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
    bool leaving = false;      // was asked to end and is not started again
    asio::steady_timer timer;  // until its next start; leaving: until its patience ends
    asio::posix::stream_descriptor pulse;
    asio::steady_timer silence;  // since its last sign of life
    std::array<char, 64> beats{};

    Front(asio::io_context& loop, FrontOptions of)
        : options{std::move(of)}, timer{loop}, pulse{loop}, silence{loop} {}
};

struct Pipe {
    std::array<int, 2> ends{-1, -1};
    Pipe() {
        if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) ends = {-1, -1};
    }
    ~Pipe() {
        for (const int end : ends)
            if (end >= 0) ::close(end);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    [[nodiscard]] int take_reader() { return std::exchange(ends[0], -1); }
};

// The child must not outlive the gateway, and must not eat the machine's memory.
pid_t start(const FrontOptions& options, int pulse) {
    std::vector<std::string> words{"sealwarden"};
    words.insert(words.end(), options.arguments.begin(), options.arguments.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    std::string listener = std::string{Pulse::variable} + "=" + std::to_string(pulse);
    std::vector<char*> environment{listener.data()};
    for (char** entry = environ; *entry != nullptr; ++entry) {
        // systemd's word is for the gateway: a front that said it is ready would say it for both.
        if (!std::string_view{*entry}.starts_with("NOTIFY_SOCKET=")) environment.push_back(*entry);
    }
    environment.push_back(nullptr);
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
    ::fcntl(pulse, F_SETFD, 0);
    ::execve("/proc/self/exe", argv.data(), environment.data());
    ::_exit(127);
}

std::string how_it_ended(int status) {
    if (WIFEXITED(status)) return "exit code " + std::to_string(WEXITSTATUS(status));
    if (WIFSIGNALED(status)) return std::string{"signal "} + ::strsignal(WTERMSIG(status));
    return "unknown";
}

}  // namespace

struct Fronts::State : std::enable_shared_from_this<Fronts::State> {
    using Handle = std::shared_ptr<Front>;

    asio::io_context& loop;
    asio::signal_set child_ended;
    std::vector<Handle> fronts;
    std::function<void()> done;  // set while all are leaving

    explicit State(asio::io_context& of) : loop{of}, child_ended{of, SIGCHLD} {}

    void add(FrontOptions options) {
        fronts.push_back(std::make_shared<Front>(loop, std::move(options)));
        launch(fronts.back());
    }

    void launch(const Handle& front) {
        Pipe pipe;
        front->started = Steady::now();
        front->pid = pipe.ends[0] < 0 ? -1 : start(front->options, pipe.ends[1]);
        if (front->pid >= 0) {
            front->pulse.assign(pipe.take_reader());
            listen(front);
            return;
        }
        diag::error("front does not start",
                    {{"front", front->options.name}, {"why", std::strerror(errno)}});
        launch_later(front, front->delay.ended_after(0ms));
    }

    // Each sign of life, and at first the start, gives it the time until the next.
    void listen(const Handle& front) {
        front->silence.expires_after(front->options.patience);
        front->silence.async_wait([front](boost::system::error_code error) {
            if (error || front->pid <= 0 || front->leaving) return;
            diag::error(
                "front hangs, it is killed",
                {{"front", front->options.name}, {"silent_ms", front->options.patience.count()}});
            ::kill(front->pid, SIGKILL);
        });
        front->pulse.async_read_some(
            asio::buffer(front->beats),
            [self = shared_from_this(), front](boost::system::error_code error, std::size_t) {
                if (!error) self->listen(front);
            });
    }

    void launch_later(const Handle& front, std::chrono::milliseconds wait) {
        front->timer.expires_after(wait);
        front->timer.async_wait(
            [self = shared_from_this(), front](boost::system::error_code error) {
                if (!error && !front->leaving) self->launch(front);
            });
    }

    void watch() {
        child_ended.async_wait([self = shared_from_this()](boost::system::error_code error, int) {
            if (error) return;
            self->reap();
            self->watch();
        });
    }

    // One signal can stand for several children: all of ours are asked.
    void reap() {
        for (const auto& front : fronts) {
            int status = 0;
            if (front->pid < 0 || ::waitpid(front->pid, &status, WNOHANG) != front->pid) continue;
            front->pid = -1;
            deafen(front);
            if (front->leaving) {
                front->timer.cancel();
                continue;
            }
            ++front->restarts;
            const auto lived = std::chrono::duration_cast<std::chrono::milliseconds>(
                Steady::now() - front->started);
            const auto wait = front->delay.ended_after(lived);
            diag::warn("front ended, it is started again", {{"front", front->options.name},
                                                            {"how", how_it_ended(status)},
                                                            {"in_ms", wait.count()}});
            launch_later(front, wait);
        }
        forget();
    }

    static void deafen(const Handle& front) {
        boost::system::error_code ignored;
        front->silence.cancel();
        front->pulse.close(ignored);
    }

    void leave(const Handle& front) {
        front->leaving = true;
        front->timer.cancel();
        if (front->pid < 0) return;
        ::kill(front->pid, SIGTERM);
        front->timer.expires_after(patience);
        front->timer.async_wait([front](boost::system::error_code error) {
            if (!error && front->pid > 0) ::kill(front->pid, SIGKILL);
        });
    }

    void forget() {
        std::erase_if(fronts, [](const Handle& front) { return front->leaving && front->pid < 0; });
        if (done && fronts.empty()) asio::post(loop, std::exchange(done, {}));
    }

    void kill_all() {
        boost::system::error_code ignored;
        child_ended.cancel(ignored);
        for (const auto& front : fronts) {
            front->leaving = true;
            front->timer.cancel();
            deafen(front);
            if (front->pid < 0) continue;
            ::kill(front->pid, SIGKILL);
            ::waitpid(front->pid, nullptr, 0);
        }
    }
};

Fronts::Fronts(asio::io_context& loop, std::vector<FrontOptions> fronts)
    : state_{std::make_shared<State>(loop)} {
    state_->watch();
    for (auto& front : fronts) state_->add(std::move(front));
}

Fronts::~Fronts() {
    state_->kill_all();
}

std::vector<local::Front> Fronts::report() const {
    std::vector<local::Front> all;
    for (const auto& front : state_->fronts) {
        all.push_back({.name = front->options.name,
                       .state = front->leaving   ? "leaving"
                                : front->pid > 0 ? "running"
                                                 : "waiting",
                       .restarts = front->restarts});
    }
    return all;
}

void Fronts::set(std::vector<FrontOptions> wanted) {
    for (const auto& front : state_->fronts) {
        const auto same = std::ranges::find(wanted, front->options);
        if (front->leaving) continue;
        if (same == wanted.end())
            state_->leave(front);
        else
            wanted.erase(same);
    }
    state_->forget();
    for (auto& front : wanted) state_->add(std::move(front));
}

void Fronts::stop(std::function<void()> done) {
    state_->done = std::move(done);
    for (const auto& front : state_->fronts) state_->leave(front);
    state_->forget();
}

}  // namespace sealwarden
