#include "drivers/modbus/tty_claim.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

namespace sealwarden::modbus {
namespace {

std::string reason(int error) {
    return std::generic_category().message(error);
}

// " (held by minicom, pid 812)", from the inode's line in /proc/locks; empty when it does not say.
std::string holder(int fd) {
    struct stat status{};
    if (::fstat(fd, &status) != 0) return {};
    const auto inode =
        fmt::format("{:02x}:{:02x}:{}", major(status.st_dev), minor(status.st_dev), status.st_ino);
    std::ifstream locks{"/proc/locks"};
    for (std::string line; std::getline(locks, line);) {
        std::istringstream words{line};
        std::string number, kind, mode, access, pid, file;
        words >> number >> kind >> mode >> access >> pid >> file;
        if (kind != "FLOCK" || file != inode) continue;
        std::ifstream name_file{"/proc/" + pid + "/comm"};
        std::string name;
        std::getline(name_file, name);
        return " (held by " + (name.empty() ? "a program" : name) + ", pid " + pid + ")";
    }
    return {};
}

}  // namespace

std::unique_ptr<TtyClaim> TtyClaim::take(const std::string& path, std::string& error) {
    Descriptor fd{::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
    if (!fd) {
        error = errno == EBUSY ? path + " is in use by another program"
                               : "cannot open " + path + ": " + reason(errno);
        return nullptr;
    }
    if (::isatty(fd.get()) == 0) {
        error = path + " is not a serial port";
        return nullptr;
    }
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
        error = errno == EWOULDBLOCK ? path + " is in use by another program" + holder(fd.get())
                                     : "cannot lock " + path + ": " + reason(errno);
        return nullptr;
    }
    return std::unique_ptr<TtyClaim>{new TtyClaim{std::move(fd)}};
}

void TtyClaim::shut_out_others() const {
    ::ioctl(fd_.get(), TIOCEXCL);
}

TtyClaim::~TtyClaim() {
    ::ioctl(fd_.get(),
            TIOCNXCL);  // the mark would outlive us on a tty that somebody else keeps open
}

}  // namespace sealwarden::modbus
