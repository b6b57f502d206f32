#include "firmware/cli/secret_prompt.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "drivers/descriptor.hpp"
#include "firmware/cli/context.hpp"

namespace sealwarden::cli {
namespace {

constexpr std::size_t longest = 1024;

// Until it goes, what is typed is not shown.
class Silence {
  public:
    explicit Silence(int terminal) : terminal_{terminal} {
        if (::tcgetattr(terminal_, &before_) != 0) return;
        auto silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        silent_ = ::tcsetattr(terminal_, TCSAFLUSH, &silent) == 0;
    }
    ~Silence() {
        if (silent_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;
    [[nodiscard]] bool holds() const { return silent_; }

  private:
    int terminal_;
    termios before_{};
    bool silent_ = false;
};

void say(int terminal, const std::string& text) {
    [[maybe_unused]] const auto written = ::write(terminal, text.data(), text.size());
}

}  // namespace

std::string line_from(int descriptor) {
    std::string line;
    for (char c = 0;;) {
        const auto got = ::read(descriptor, &c, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            throw Failure{Exit::usage, "descriptor " + std::to_string(descriptor) +
                                           " cannot be read: " + std::strerror(errno)};
        }
        if (got == 0 || c == '\n') return line;
        line += c;
        if (line.size() > longest) throw Failure{Exit::usage, "a password has at most 1 KiB"};
    }
}

std::string ask_on_terminal(const std::string& prompt) {
    const Descriptor terminal{::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)};
    if (!terminal) {
        throw Failure{Exit::usage,
                      "there is no terminal to ask for the password: give it by --password-fd 0"};
    }
    const Silence silence{terminal.get()};
    if (!silence.holds()) {
        throw Failure{Exit::usage,
                      "the terminal would show the password: give it by --password-fd 0"};
    }
    say(terminal.get(), prompt);
    auto line = line_from(terminal.get());
    say(terminal.get(), "\n");
    return line;
}

}  // namespace sealwarden::cli
